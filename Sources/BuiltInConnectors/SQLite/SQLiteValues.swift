// Values for the parameters of a statement: by place (?) or by name (:name, @name, $name).

import ConnectorKit
import GRDBSQLite
import JSONCore

/// One set of values.
enum SQLiteValues: Sendable {
    case places([JSON])
    case names(JSONObject)

    /// - Parameter json: a list, an object, or nothing.
    init(_ json: JSON?, member: String) throws(ConnectorError) {
        switch json {
        case nil, .null?: self = .places([])
        case .array(let list)?: self = .places(list)
        case .object(let object)?: self = .names(object)
        case let other?:
            throw ConnectorError(
                type: "bad_input",
                "\"\(member)\" must be a list (for ?) or an object (for :name), but it is \(other.kind)")
        }
    }

    /// Gives every parameter its value; none is left over and none is missing.
    func bind(to statement: OpaquePointer) throws(ConnectorError) {
        let wanted = Int(sqlite3_bind_parameter_count(statement))
        switch self {
        case .places(let list):
            guard list.count == wanted else {
                throw ConnectorError(
                    type: "bad_input", "the statement has \(wanted) parameters, but \(list.count) values are given")
            }
            for (place, value) in list.enumerated() { try Self.bind(value, to: statement, place + 1) }
        case .names(let object):
            var used: Set<String> = []
            for place in 0..<wanted {
                guard let label = sqlite3_bind_parameter_name(statement, Int32(place + 1)).map({ String(cString: $0) }),
                    !label.hasPrefix("?")
                else {
                    throw ConnectorError(
                        type: "bad_input",
                        "the statement has a parameter without a name (?), so its values must be a list")
                }
                let name = String(label.dropFirst())
                guard let value = object[name] else {
                    throw ConnectorError(type: "bad_input", "there is no value for the parameter \(label)")
                }
                used.insert(name)
                try Self.bind(value, to: statement, place + 1)
            }
            if let surplus = object.keys.first(where: { !used.contains($0) }) {
                throw ConnectorError(type: "bad_input", "the statement has no parameter :\(surplus)")
            }
        }
    }

    /// Integers, texts and null as such; fractions as doubles when those print the same, else as text; true is 1; lists and
    /// objects as JSON texts, for json_each and its kin.
    private static func bind(_ value: JSON, to statement: OpaquePointer, _ place: Int) throws(ConnectorError) {
        // SQLite copies what it is given.
        let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        func text(_ text: String) -> Int32 {
            var text = text
            return text.withUTF8 { bytes in
                bytes.withMemoryRebound(to: CChar.self) {
                    // An empty buffer may have no address, which would bind null.
                    guard let start = $0.baseAddress, !$0.isEmpty else {
                        return sqlite3_bind_text(statement, Int32(place), "", 0, copied)
                    }
                    return sqlite3_bind_text(statement, Int32(place), start, Int32(clamping: $0.count), copied)
                }
            }
        }
        let code =
            switch value {
            case .null: sqlite3_bind_null(statement, Int32(place))
            case .bool(let flag): sqlite3_bind_int(statement, Int32(place), flag ? 1 : 0)
            case .integer(let integer): sqlite3_bind_int64(statement, Int32(place), Int64(integer))
            case .number(let number):
                holdsExactly(number)
                    ? sqlite3_bind_double(statement, Int32(place), number.double) : text(number.text)
            case .string(let string): text(string)
            case .array, .object: text(value.compact)
            }
        guard code == SQLITE_OK else {
            throw ConnectorError(type: "too_large", "the value of parameter \(place) is too large for SQLite")
        }
    }

    /// Whether a double has all the digits that were written: at most 15 significant ones, within its range.
    private static func holdsExactly(_ number: JSONNumber) -> Bool {
        let digits = number.text.utf8.prefix { $0 != UInt8(ascii: "e") && $0 != UInt8(ascii: "E") }
            .filter { (0x30...0x39).contains($0) }.drop { $0 == 0x30 }
        return digits.count <= 15 && number.double.isFinite && (number.double != 0 || digits.isEmpty)
    }
}
