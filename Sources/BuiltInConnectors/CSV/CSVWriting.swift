// Rows to a CSV text (RFC 4180), as bytes.

import ConnectorKit
import JSONCore

/// Writes rows; values that hold a separator, a quote or a line break are quoted.
struct CSVWriting {
    let format: CSVFormat
    /// Every value is quoted.
    let quotesAll: Bool
    /// A value that a spreadsheet would take for a formula gets an apostrophe in front.
    let guardsFormulas: Bool
    let lineEnd: [UInt8]
    private(set) var bytes: [UInt8] = []

    init(_ format: CSVFormat, quotesAll: Bool = false, guardsFormulas: Bool = false, lineEnd: String = "\r\n") {
        (self.format, self.quotesAll, self.guardsFormulas) = (format, quotesAll, guardsFormulas)
        self.lineEnd = Array(lineEnd.utf8)
    }

    /// The columns of `rows` when nothing else names them: every member of any row, in the order they first occur.
    static func columns(of rows: [JSON]) -> [String] {
        var columns: [String] = []
        var seen: Set<String> = []
        for row in rows {
            for entry in row.object?.entries ?? [] where seen.insert(entry.key).inserted { columns.append(entry.key) }
        }
        return columns
    }

    /// What was written since the last time.
    mutating func taken() -> [UInt8] {
        defer { bytes = [] }
        return bytes
    }

    mutating func header(_ columns: [String]) {
        for (place, column) in columns.enumerated() { value(column, isFirst: place == 0, isOnly: columns.count == 1) }
        bytes += lineEnd
    }

    /// Writes one row: an object by `columns`, or a list as it is.
    /// - Parameter number: from 1, for messages.
    mutating func row(_ row: JSON, number: Int, columns: [String]) throws(ConnectorError) {
        switch row {
        case .object(let object):
            for (place, column) in columns.enumerated() {
                let text = try text(object[column] ?? .null, row: number, column: "column \"\(column)\"")
                value(text, isFirst: place == 0, isOnly: columns.count == 1)
            }
        case .array(let list):
            if !columns.isEmpty, list.count != columns.count {
                throw ConnectorError(
                    type: "bad_input", "row \(number) has \(list.count) values for \(columns.count) columns")
            }
            for (place, element) in list.enumerated() {
                let text = try text(element, row: number, column: "value \(place + 1)")
                value(text, isFirst: place == 0, isOnly: list.count == 1)
            }
        default:
            throw ConnectorError(type: "bad_input", "row \(number) is \(row.kind); a row is an object or a list")
        }
        bytes += lineEnd
    }

    private func text(_ value: JSON, row: Int, column: String) throws(ConnectorError) -> String {
        switch value {
        case .null: return ""
        case .string(let text): return text
        case .integer(let integer): return String(integer)
        case .number(let number): return number.text
        case .bool(let flag): return flag ? "true" : "false"
        case .array, .object:
            throw ConnectorError(
                type: "bad_input",
                "row \(row) has \(value.kind) in \(column); make a text of it first, with join or to_json")
        }
    }

    private mutating func value(_ text: String, isFirst: Bool, isOnly: Bool) {
        if !isFirst { bytes.append(format.delimiter) }
        var text = text
        let isGuarded = guardsFormulas && Self.looksLikeFormula(text)
        if isGuarded { text = "'" + text }
        // A row that is one empty value would read back as a blank line.
        var isQuoted = quotesAll || (isOnly && text.isEmpty)
        var hasQuotes = false
        for byte in text.utf8 {
            if byte == format.quote { hasQuotes = true }
            if byte == format.delimiter || byte == format.quote || byte == 0x0A || byte == 0x0D { isQuoted = true }
        }
        guard isQuoted else { return bytes.append(contentsOf: text.utf8) }
        bytes.append(format.quote)
        if hasQuotes {
            for byte in text.utf8 {
                if byte == format.quote { bytes.append(byte) }
                bytes.append(byte)
            }
        } else {
            bytes.append(contentsOf: text.utf8)
        }
        bytes.append(format.quote)
    }

    /// Starts with what makes spreadsheets compute, and is no plain number.
    private static func looksLikeFormula(_ text: String) -> Bool {
        guard let first = text.utf8.first else { return false }
        switch first {
        case UInt8(ascii: "="), UInt8(ascii: "@"), 0x09, 0x0D: return true
        case UInt8(ascii: "+"), UInt8(ascii: "-"): return Double(text) == nil
        default: return false
        }
    }
}
