// A line being edited: its characters, the cursor, what was cut.

/// The text of a line and the cursor in it. Lines of several rows hold `\n`.
struct EditedLine {
    private(set) var characters: [Character] = []
    /// Between characters, from 0.
    private(set) var cursor = 0
    private var cut: [Character] = []

    var text: String { String(characters) }
    var isEmpty: Bool { characters.isEmpty }
    /// What is before the cursor.
    var head: String { String(characters[..<cursor]) }

    /// Another text, the cursor at its end.
    mutating func replace(with text: String) {
        characters = Array(text)
        cursor = characters.count
    }

    mutating func insert(_ text: String) {
        // Characters may join with the one before: count again.
        let before = String(characters[..<cursor]) + text
        let after = characters[cursor...]
        let joined = Array(before)
        characters = joined + after
        cursor = joined.count
    }

    mutating func moveLeft() { cursor = max(0, cursor - 1) }
    mutating func moveRight() { cursor = min(characters.count, cursor + 1) }
    mutating func moveToStart() { cursor = 0 }
    mutating func moveToEnd() { cursor = characters.count }
    mutating func moveWordLeft() { cursor = wordStart }
    mutating func moveWordRight() {
        while cursor < characters.count, !Self.isWord(characters[cursor]) { cursor += 1 }
        while cursor < characters.count, Self.isWord(characters[cursor]) { cursor += 1 }
    }

    mutating func deleteLeft() {
        guard cursor > 0 else { return }
        cursor -= 1
        characters.remove(at: cursor)
    }

    mutating func deleteRight() { if cursor < characters.count { characters.remove(at: cursor) } }

    mutating func cutToEnd() { cutOut(cursor..<characters.count) }
    mutating func cutToStart() { cutOut(0..<cursor) }
    mutating func cutWordLeft() { cutOut(wordStart..<cursor) }
    mutating func paste() { insert(String(cut)) }

    /// Takes away `count` characters before the cursor.
    mutating func remove(before count: Int) {
        let start = max(0, cursor - count)
        characters.removeSubrange(start..<cursor)
        cursor = start
    }

    private mutating func cutOut(_ range: Range<Int>) {
        guard !range.isEmpty else { return }
        cut = Array(characters[range])
        characters.removeSubrange(range)
        cursor = range.lowerBound
    }

    private var wordStart: Int {
        var place = cursor
        while place > 0, !Self.isWord(characters[place - 1]) { place -= 1 }
        while place > 0, Self.isWord(characters[place - 1]) { place -= 1 }
        return place
    }

    private static func isWord(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_"
    }
}
