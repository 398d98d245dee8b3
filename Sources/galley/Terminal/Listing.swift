// The one shape of list commands: a table for people, JSON for programs.

import JSONCore

/// What a list command prints.
struct Listing {
    /// How `--json` prints the entries.
    enum Layout {
        case array
        /// One object a line, for lists without an end.
        case lines
    }

    private var table: Table
    private var entries: [JSON] = []

    init(_ headings: String...) { table = Table(headings) }

    /// - Parameter json: the entry for programs; it may tell more than the cells.
    mutating func add(_ cells: String..., json: JSON) {
        table.add(cells)
        entries.append(json)
    }

    /// - Parameter empty: the message when there is nothing to list, with what to do about it.
    func print(asJSON: Bool, _ layout: Layout = .array, empty: String) {
        switch (asJSON, layout) {
        case (true, .array): Terminal.print(JSON.array(entries).indented)
        case (true, .lines): for entry in entries { Terminal.print(json: entry) }
        case (false, _) where entries.isEmpty: Terminal.note(empty)
        case (false, _): table.print()
        }
    }
}
