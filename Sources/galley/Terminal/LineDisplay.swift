// A line being edited as it is drawn on the terminal, over as many rows as it needs.

import Foundation

/// Draws a prompt and a line, and knows where the cursor was left.
struct LineDisplay {
    private var prompt = ""
    /// Rows between the top of what is drawn and the cursor.
    private var cursorRow = 0
    /// Written after the line when it ends, like ^C.
    var mark = ""

    /// Pastes are marked from here on, so that their line ends are no Enter.
    mutating func begin(_ prompt: String) {
        (self.prompt, cursorRow, mark) = (prompt, 0, "")
        write("\u{1B}[?2004h")
    }

    /// Leaves the line as it is, and goes to the row below.
    mutating func end(_ line: EditedLine) {
        var whole = line
        whole.moveToEnd()
        show(whole)
        write(mark + "\r\n\u{1B}[?2004l")
        cursorRow = 0
    }

    mutating func show(_ line: EditedLine) { draw(prompt, line.characters, line.cursor) }

    mutating func showSearch(_ query: String, _ line: EditedLine, isFound: Bool) {
        draw("(\(isFound ? "" : "nothing found, ")search) '\(query)': ", line.characters, line.cursor)
    }

    mutating func clearScreen() {
        write("\u{1B}[H\u{1B}[2J")
        cursorRow = 0
    }

    /// Shows words in columns below the line; the line is drawn anew under them.
    mutating func list(_ words: [String], below line: EditedLine) {
        var whole = line
        whole.moveToEnd()
        show(whole)
        let shown = words.prefix(200).map { printable($0) }
        let width = (shown.map(\.columns).max() ?? 1) + 2
        let perRow = max(1, (RawTerminal.columns - 1) / width)
        var text = "\r\n"
        for start in stride(from: 0, to: shown.count, by: perRow) {
            let row = shown[start..<min(start + perRow, shown.count)]
            text += row.map { $0 + String(repeating: " ", count: width - $0.columns) }.joined() + "\r\n"
        }
        if words.count > shown.count { text += "… and \(words.count - shown.count) more\r\n" }
        write(text)
        cursorRow = 0
    }

    // Everything in one write, so that nothing flickers.
    private mutating func draw(_ prompt: String, _ characters: [Character], _ cursor: Int) {
        let columns = RawTerminal.columns
        var output = cursorRow > 0 ? "\u{1B}[\(cursorRow)A" : ""
        output += "\r\u{1B}[J"
        var (row, column) = (0, 0)
        var place = (row: 0, column: 0)
        func put(_ character: Character) {
            if character == "\n" {
                output += "\r\n"
                (row, column) = (row + 1, 0)
                return
            }
            let text = printable(String(character))
            let width = text == String(character) ? character.columns : 1
            if column + width > columns {
                output += "\r\n"
                (row, column) = (row + 1, 0)
            }
            output += text
            column += width
        }
        for character in prompt { put(character) }
        for (index, character) in characters.enumerated() {
            if index == cursor { place = (row, column) }
            put(character)
        }
        if cursor == characters.count { place = (row, column) }
        // Past the last column the cursor belongs to the next row.
        if column >= columns {
            output += "\r\n"
            (row, column) = (row + 1, 0)
            if cursor == characters.count { place = (row, column) }
        }
        if row > place.row { output += "\u{1B}[\(row - place.row)A" }
        output += "\r" + (place.column > 0 ? "\u{1B}[\(place.column)C" : "")
        cursorRow = place.row
        write(output)
    }

    private func write(_ text: String) { Terminal.printWithoutEnd(text) }
}
