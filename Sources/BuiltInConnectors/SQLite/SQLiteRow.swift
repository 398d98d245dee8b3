// A row of a result as JSON: each value keeps its kind.

import ConnectorKit
import GRDBSQLite
import JSONCore
import RecipeLanguage

/// Reads the row that a statement stands on.
enum SQLiteRow {
    /// Bytes of texts and blobs that one step takes.
    static let mostBytes = 64 << 20

    /// The names of the columns, each once.
    static func columns(of statement: OpaquePointer) throws -> [String] {
        var columns: [String] = []
        for place in 0..<sqlite3_column_count(statement) {
            let name = sqlite3_column_name(statement, place).map { String(cString: $0) } ?? ""
            guard !columns.contains(name) else {
                throw ConnectorError(
                    type: "bad_input", "two columns of the result are called \"\(name)\"; name one of them with AS")
            }
            columns.append(name)
        }
        return columns
    }

    static func value(of statement: OpaquePointer, _ place: Int32, column: String, _ total: inout Int) throws -> JSON {
        switch sqlite3_column_type(statement, place) {
        case SQLITE_INTEGER: return .integer(Int(sqlite3_column_int64(statement, place)))
        case SQLITE_FLOAT:
            let number = sqlite3_column_double(statement, place)
            guard number.isFinite, let json = JSON(number: "\(number)") else {
                throw ConnectorError(
                    type: "bad_answer", "\"\(column)\" holds an infinite number, which JSON can't carry")
            }
            return json
        case SQLITE_NULL: return .null
        case let type:
            let count = Int(sqlite3_column_bytes(statement, place))
            total += count
            guard total <= mostBytes else {
                throw ConnectorError(type: "too_large", "the rows have more than 64 MiB; ask for fewer with LIMIT")
            }
            let start =
                type == SQLITE_TEXT
                ? UnsafeRawPointer(sqlite3_column_text(statement, place)) : sqlite3_column_blob(statement, place)
            let bytes = Array(UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count))
            if type == SQLITE_BLOB { return .string(Base64Text.encode(bytes)) }
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw ConnectorError(
                    type: "bad_answer", "\"\(column)\" holds a text that is not UTF-8; read it with hex(\(column))")
            }
            return .string(text)
        }
    }
}
