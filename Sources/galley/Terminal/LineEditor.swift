// Editing a line on a terminal: keys, history, search, completion.

import Foundation

/// What could stand where the cursor is.
struct Completion {
    /// How many characters before the cursor the candidates replace.
    let length: Int
    let candidates: [String]
}

/// Reads lines from the terminal, with history and completion.
struct LineEditor {
    var history: LineHistory
    /// What could follow a text before the cursor.
    var complete: (String) -> Completion?
    private var keys = KeyReader()
    private var display = LineDisplay()
    private var line = EditedLine()
    /// Where in the history we are, and the line that was left for it.
    private var place = 0
    private var unfinished = ""

    init(history: LineHistory) {
        self.history = history
        complete = { _ in nil }
    }

    enum Result {
        case line(String)
        /// Ctrl-C: what was typed is dropped.
        case canceled
        /// Ctrl-D, or the terminal is gone.
        case end
    }

    /// Shows `prompt` and reads one line. Its answer is not yet in the history.
    mutating func read(_ prompt: String) throws -> Result {
        line = EditedLine()
        (place, unfinished) = (history.lines.count, "")
        return try RawTerminal.during {
            display.begin(prompt)
            defer { display.end(line) }
            while true {
                display.show(line)
                if let result = handle(keys.next()) { return result }
            }
        }
    }

    private mutating func handle(_ key: Key) -> Result? {
        switch key {
        case .enter: return .line(line.text)
        case .closed: return .end
        case .control("c"):
            line.moveToEnd()
            display.mark = "^C"
            return .canceled
        case .control("d"):
            if line.isEmpty { return .end }
            line.deleteRight()
        case .control("r"): return search()
        case .tab: completeHere()
        case .up, .control("p"): moveInHistory(-1)
        case .down, .control("n"): moveInHistory(1)
        case .control("l"): display.clearScreen()
        default: edit(key)
        }
        return nil
    }

    private mutating func edit(_ key: Key) {
        switch key {
        case .character(let character): line.insert(String(character))
        case .pasted(let text): line.insert(text)
        case .left, .control("b"): line.moveLeft()
        case .right, .control("f"): line.moveRight()
        case .home, .control("a"): line.moveToStart()
        case .end, .control("e"): line.moveToEnd()
        case .wordLeft: line.moveWordLeft()
        case .wordRight: line.moveWordRight()
        case .backspace: line.deleteLeft()
        case .delete: line.deleteRight()
        case .control("k"): line.cutToEnd()
        case .control("u"): line.cutToStart()
        case .control("w"), .deleteWordLeft: line.cutWordLeft()
        case .control("y"): line.paste()
        default: break
        }
    }

    private mutating func moveInHistory(_ step: Int) {
        let next = place + step
        guard next >= 0, next <= history.lines.count else { return }
        if place == history.lines.count { unfinished = line.text }
        place = next
        line.replace(with: next == history.lines.count ? unfinished : history.lines[next])
    }

    // MARK: Completion

    private mutating func completeHere() {
        guard let completion = complete(line.head), let first = completion.candidates.first else { return }
        var shared = first
        for candidate in completion.candidates.dropFirst() { shared = shared.commonPrefix(with: candidate) }
        if shared.count > completion.length {
            line.remove(before: completion.length)
            line.insert(shared)
        } else if completion.candidates.count > 1 {
            display.list(completion.candidates, below: line)
        }
    }

    // MARK: Search

    /// Ctrl-R: looks for lines with what is typed, newest first. Another key takes the line that was found.
    private mutating func search() -> Result? {
        let before = line
        var query = ""
        var from = history.lines.count - 1
        while true {
            let found = query.isEmpty ? nil : history.lines[...max(-1, from)].lastIndex { $0.contains(query) }
            if let found {
                line.replace(with: history.lines[found])
                place = found
            }
            display.showSearch(query, line, isFound: query.isEmpty || found != nil)
            let key = keys.next()
            switch key {
            case .character(let character):
                query.append(character)
                from = history.lines.count - 1
            case .backspace:
                query = String(query.dropLast())
                from = history.lines.count - 1
            case .control("r"):
                if let found, found > 0 { from = found - 1 }
            case .control("g"), .control("c"), .escape:
                line = before
                return nil
            default: return handle(key)
            }
        }
    }
}
