// The text form of PostgreSQL's arrays (documentation of PostgreSQL 15, §8.15): read and written.

import JSONCore

/// Reads one array: `{1,NULL,"a \"b\"",{…}}`, also with bounds in front (`[0:1]={…}`).
struct PostgresArray {
    /// More than the six dimensions that the server has.
    private static let deepest = 16

    private let bytes: [UInt8]
    private var place = 0

    init(_ text: String) {
        bytes = Array(text.utf8)
        // Bounds say where counting begins; a list has none.
        if bytes.first == UInt8(ascii: "["), let start = bytes.firstIndex(of: UInt8(ascii: "=")) { place = start + 1 }
    }

    /// nil when it is no array.
    mutating func list(_ value: (String) -> JSON) -> JSON? {
        guard let list = list(value, depth: 0), place == bytes.count else { return nil }
        return list
    }

    private mutating func list(_ value: (String) -> JSON, depth: Int) -> JSON? {
        guard depth < Self.deepest, take("{") else { return nil }
        var elements: [JSON] = []
        if take("}") { return .array(elements) }
        repeat {
            if place < bytes.count, bytes[place] == UInt8(ascii: "{") {
                guard let inner = list(value, depth: depth + 1) else { return nil }
                elements.append(inner)
            } else if take("\"") {
                guard let text = quoted() else { return nil }
                elements.append(value(text))
            } else {
                let end = bytes[place...].firstIndex { [0x2C, 0x7D, 0x3B].contains($0) } ?? bytes.count
                let text = String(decoding: bytes[place..<end], as: UTF8.self)
                place = end
                elements.append(text == "NULL" ? .null : value(text))
            }
        } while take(",") || take(";")
        return take("}") ? .array(elements) : nil
    }

    private mutating func quoted() -> String? {
        var text: [UInt8] = []
        while place < bytes.count {
            var byte = bytes[place]
            place += 1
            if byte == UInt8(ascii: "\"") { return String(decoding: text, as: UTF8.self) }
            if byte == UInt8(ascii: "\\") {
                guard place < bytes.count else { return nil }
                byte = bytes[place]
                place += 1
            }
            text.append(byte)
        }
        return nil
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard place < bytes.count, bytes[place] == UInt8(ascii: character) else { return false }
        place += 1
        return true
    }

    /// An array of texts; nil is NULL.
    static func text(_ list: [JSON], _ element: (JSON) throws -> String?, depth: Int = 0) rethrows -> String? {
        guard depth < deepest else { return nil }
        var parts: [String] = []
        for value in list {
            if case .array(let inner) = value {
                guard let text = try text(inner, element, depth: depth + 1) else { return nil }
                parts.append(text)
            } else if let text = try element(value) {
                parts.append("\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\"")
            } else {
                parts.append("NULL")
            }
        }
        return "{" + parts.joined(separator: ",") + "}"
    }
}
