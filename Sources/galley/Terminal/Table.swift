// Tables for people: columns as wide as what is in them.

/// Rows under headings. Cells are made printable.
struct Table {
    let headings: [String]
    private var rows: [[String]] = []

    init(_ headings: String...) { self.init(headings) }
    init(_ headings: [String]) { self.headings = headings }

    mutating func add(_ cells: String...) { add(cells) }
    mutating func add(_ cells: [String]) {
        rows.append(cells.map { printable($0.replacing("\n", with: " ⏎ ")) })
    }

    /// The longest cell shown whole in any but the last column.
    private static let widest = 48

    func print() {
        let widths = headings.indices.map { column in
            min(Self.widest, ([headings] + rows).map { $0[column].count }.max() ?? 0)
        }
        line(headings, widths, .bold)
        for row in rows { line(row, widths, nil) }
    }

    private func line(_ cells: [String], _ widths: [Int], _ style: Terminal.Style?) {
        let padded = cells.enumerated().map { column, cell in
            guard column < cells.count - 1 else { return cell }
            let cut = shortened(cell, to: widths[column])
            return cut + String(repeating: " ", count: widths[column] - cut.count)
        }
        let text = padded.joined(separator: "  ")
        Terminal.print(style.map { Terminal.outputStyle(text, $0) } ?? text)
    }
}
