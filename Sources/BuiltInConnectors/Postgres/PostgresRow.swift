// A row of a result as JSON: exact numbers, JSON as data, arrays as lists, times in ISO 8601, bytes as base64.

import CPostgres
import ConnectorKit
import JSONCore
import RecipeLanguage

/// One row, valid as long as its result.
struct PostgresRow {
    let result: OpaquePointer
    let number: Int32
    let columns: [PostgresColumn]

    /// A cell as the server wrote it; nil for NULL.
    func text(_ column: Int) -> String? {
        guard PQgetisnull(result, number, Int32(column)) == 0, let start = PQgetvalue(result, number, Int32(column))
        else { return nil }
        let count = Int(PQgetlength(result, number, Int32(column)))
        return String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
    }

    /// Bytes that the server sent for it.
    var sizeBytes: Int {
        columns.indices.reduce(0) { $0 + Int(PQgetlength(result, number, Int32($1))) }
    }

    func json() throws -> JSONObject {
        var entries: [(key: String, value: JSON)] = []
        entries.reserveCapacity(columns.count)
        for (place, column) in columns.enumerated() {
            entries.append((column.name, try text(place).map { try Self.value($0, column) } ?? .null))
        }
        return JSONObject(uniqueEntries: entries)
    }

    /// - Throws: `bad_input` when two columns have the same name.
    static func check(_ columns: [PostgresColumn]) throws(ConnectorError) {
        var seen: Set<String> = []
        for column in columns where !seen.insert(column.name).inserted {
            throw ConnectorError(
                type: "bad_input",
                "two columns of the result are called \"\(column.name)\"; name one of them with AS")
        }
    }

    private static func value(_ text: String, _ column: PostgresColumn) throws -> JSON {
        guard case .array(let scalar) = column.type else { return value(text, column.type.scalar) }
        var reader = PostgresArray(text)
        guard let list = reader.list({ value($0, scalar) }) else {
            throw ConnectorError(type: "bad_answer", "\"\(column.name)\" holds an array that can't be read")
        }
        return list
    }

    private static func value(_ text: String, _ scalar: PostgresType.Scalar) -> JSON {
        switch scalar {
        case .boolean: .bool(text == "t")
        case .integer: Int(text).map { .integer($0) } ?? .string(text)
        // NaN and Infinity, which JSON can't carry, stay texts.
        case .number: JSON(number: text) ?? .string(text)
        case .json: (try? JSON(parsing: Array(text.utf8))) ?? .string(text)
        case .bytes: .string(base64(ofHex: text))
        case .time: .string(iso(text))
        case .timeWithZone: .string(iso(text))
        case .text: .string(text)
        }
    }

    /// `\x00ff`
    private static func base64(ofHex text: String) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count / 2)
        var high: UInt8?
        for digit in text.utf8.dropFirst(2) {
            guard let value = Character(UnicodeScalar(digit)).hexDigitValue.map(UInt8.init) else { return text }
            if let first = high {
                bytes.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        return Base64Text.encode(bytes)
    }

    /// `2024-03-08 09:05:01.25+00` is `2024-03-08T09:05:01.25Z`; infinity and years before Christ stay as they are.
    private static func iso(_ text: String) -> String {
        guard let space = text.firstIndex(of: " "), text.first?.isNumber == true, !text.hasSuffix("BC") else {
            return text
        }
        let time = text[text.index(after: space)...]
        return text[..<space] + "T" + (time.hasSuffix("+00") ? time.dropLast(3) + "Z" : time)
    }
}
