// A look-up table as its file in the workspace has it, and the text of such a file.

import JSONCore

/// The content of `Tables/NAME.csv` or `Tables/NAME.json`.
public struct TableFile: Sendable {
    public let shape: TableShape
    /// Relative to the workspace.
    public let path: String
    /// SHA-256 of the file, in hex.
    public let hash: String
    public let rowCount: Int
    /// The cells of a row by its place, from 0, in the order of the columns.
    public let cells: @Sendable (Int) -> [JSON]

    public init(
        shape: TableShape, path: String, hash: String, rowCount: Int, cells: @escaping @Sendable (Int) -> [JSON]
    ) {
        (self.shape, self.path, self.hash, self.rowCount, self.cells) = (shape, path, hash, rowCount, cells)
    }
}

/// How rows are written to a file.
public enum TableFormat: String, Sendable, CaseIterable {
    /// RFC 4180 with `\n`; values that are no texts are written as JSON, null as nothing.
    case csv
    /// A list with one object a line.
    case json

    /// What comes before the first row.
    public func head(_ columns: [String]) -> String { self == .csv ? Self.record(columns) : "[" }

    /// One row.
    /// - Parameter isFirst: of the file.
    public func row(_ cells: [JSON], _ shape: TableShape, isFirst: Bool) -> String {
        switch self {
        case .csv: Self.record(cells.map { TableCell.text($0).string ?? "" })
        case .json: (isFirst ? "\n  " : ",\n  ") + JSON.object(shape.row(cells)).compact
        }
    }

    /// What comes after the last row.
    public var tail: String { self == .csv ? "" : "\n]\n" }

    private static func record(_ fields: [String]) -> String {
        // A line that is empty would be passed over: its one field is written as a quoted nothing.
        if fields == [""] { return "\"\"\n" }
        return fields.map { field in
            let needsQuotes =
                field.utf8.contains { [0x22, 0x2C, 0x0A, 0x0D].contains($0) } || field.first == "\u{FEFF}"
            return needsQuotes ? "\"\(field.replacing("\"", with: "\"\""))\"" : field
        }.joined(separator: ",") + "\n"
    }
}
