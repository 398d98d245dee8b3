// Values for the parameters of a statement, in the text form that their types have.

import ConnectorKit
import JSONCore
import RecipeLanguage

/// Makes the text of a parameter; the server reads it by the parameter's type, so no value can become SQL.
enum PostgresParameter {
    /// - Returns: nil is NULL.
    /// - Throws: `bad_input`.
    static func text(_ value: JSON, as type: PostgresType, place: Int) throws(ConnectorError) -> String? {
        let made: String?
        switch (type, value) {
        case (.array(let scalar), .array(let list)): made = try array(list, scalar, place)
        case (.array, .null): made = nil
        case (.array, .string(let text)): made = text
        case (.array, _):
            throw ConnectorError(type: "bad_input", "parameter $\(place) must be a list, but it is \(value.kind)")
        case (.scalar(let scalar), _): made = try text(value, scalar, place)
        }
        guard made?.utf8.contains(0) != true else {
            throw ConnectorError(
                type: "bad_input", "parameter $\(place) has a null character in it, which PostgreSQL can't hold")
        }
        return made
    }

    private static func array(
        _ list: [JSON], _ scalar: PostgresType.Scalar, _ place: Int
    ) throws(ConnectorError) -> String {
        do {
            guard let text = try PostgresArray.text(list, { try text($0, scalar, place) }) else {
                throw ConnectorError(type: "bad_input", "parameter $\(place) has lists too deep in each other")
            }
            return text
        } catch {
            throw error as? ConnectorError ?? ConnectorError(type: "internal", "parameter $\(place) can't be written")
        }
    }

    private static func text(
        _ value: JSON, _ scalar: PostgresType.Scalar, _ place: Int
    ) throws(ConnectorError) -> String? {
        switch (value, scalar) {
        case (.null, _): return nil
        // A text is a JSON text's content, as it was when it was read.
        case (_, .json): return value.compact
        case (.string(let text), .bytes):
            guard let bytes = Base64Text.decode(text) else {
                throw ConnectorError(type: "bad_input", "parameter $\(place) is for bytes and must be base64")
            }
            return "\\x" + hex(bytes)
        case (.string(let text), _): return text
        case (.bool(let flag), _): return flag ? "true" : "false"
        case (.integer(let integer), _): return String(integer)
        case (.number(let number), _): return number.text
        case (.array, _), (.object, _): return value.compact
        }
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count * 2)
        for byte in bytes { text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }
}
