// Values as JSON: for connectors, and, with their types, for the history.

import BigInt
import Foundation
import JSONCore

/// Which JSON a value becomes.
enum JSONForm {
    /// Types that JSON lacks become text and numbers.
    case plain
    /// Types that JSON lacks are tagged, so that they come back.
    case recorded

    /// Nesting of lists and objects, as JSONCore allows it.
    static let deepest = 128
}

extension Value {
    /// As JSON: dates and times as ISO 8601 text, durations in seconds, decimals as numbers.
    /// - Throws: for what has no JSON form (regexes, ranges, bytes that are not UTF-8).
    public func json() throws(FormulaError) -> JSON { try json(.plain, depth: 0) }

    /// For the history: like `json()`, but types that JSON lacks are tagged (`{"$date": "2024-03-08"}`), so that a resumed
    /// job sees the same value. Inverse of `init(recorded:)`.
    public func recorded() throws(FormulaError) -> JSON { try json(.recorded, depth: 0) }

    private static func refused(_ what: String, _ suggestion: String) -> FormulaError {
        FormulaError(code: "no_json", what, suggestion: suggestion, range: 0..<0)
    }

    private func json(_ form: JSONForm, depth: Int) throws(FormulaError) -> JSON {
        guard depth <= JSONForm.deepest else {
            throw FormulaError(
                code: "limit", "lists and objects are nested more than \(JSONForm.deepest) deep (formula.depth)",
                suggestion: nil, range: 0..<0)
        }
        switch self {
        case .null, .marker: return .null
        case .bool(let bool): return .bool(bool)
        case .integer(let integer): return .integer(integer)
        case .string(let string): return .string(string)
        case .number(let number): return .number(number)
        case .decimal, .big: return try numberJSON(form)
        case .jsonList(let list): return form == .recorded ? .array(list.map(Self.escaped)) : .array(list)
        case .jsonObject(let object): return form == .recorded ? Self.escaped(.object(object)) : .object(object)
        case .list(let values):
            var array: [JSON] = []
            array.reserveCapacity(values.count)
            for value in values { array.append(try value.json(form, depth: depth + 1)) }
            return .array(array)
        case .table(let table):
            if form == .recorded, !table.entries.allSatisfy({ $0.key.kind == .string }) {
                var pairs: [JSON] = []
                for entry in table.entries {
                    pairs.append([
                        try entry.key.json(form, depth: depth + 2), try entry.value.json(form, depth: depth + 2),
                    ])
                }
                return ["$table": .array(pairs)]
            }
            var object = JSONObject()
            for entry in table.entries { object[entry.key.text] = try entry.value.json(form, depth: depth + 1) }
            return form == .recorded && Self.looksTagged(object) ? ["$object": .object(object)] : .object(object)
        case .date(let date): return form == .recorded ? ["$date": .string(date.isoText)] : .string(date.isoText)
        case .time(let time):
            guard form == .recorded else {
                return .string(time.isoText(digits: time.nanoseconds % 1_000_000 == 0 ? 3 : 9))
            }
            var tagged: JSONObject = ["$time": .string(time.shown(in: .utc).isoText(digits: 9))]
            if let zone = time.zone.name {
                tagged["zone"] = .string(zone)
            } else if !time.isUTC {
                tagged["offset"] = .integer(time.offset.seconds)
            }
            return .object(tagged)
        case .duration(let duration):
            guard form == .recorded else { return try Value(duration.length).json(form, depth: depth) }
            var tagged: JSONObject = [
                "$duration": .array(
                    duration.parts.map { [.string($0.unit.name), .string($0.count.plain(scientific: true))] })
            ]
            if duration.isUneven { tagged["seconds"] = .string(duration.seconds.plain(scientific: true)) }
            return .object(tagged)
        case .range(let range):
            guard form == .recorded else {
                throw Self.refused("a range can't be sent as data", "add .to_a to make it a list")
            }
            return [
                "$range": [
                    try range.first.json(form, depth: depth + 2), try range.last.json(form, depth: depth + 2),
                    .bool(range.excludesLast),
                ]
            ]
        case .bytes(let bytes):
            if form == .recorded { return ["$bytes": .string(Data(bytes).base64EncodedString())] }
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw Self.refused("binary data can't be sent as text", "add .encode_base64")
            }
            return .string(text)
        case .regex(let regex):
            throw Self.refused("the regex /\(regex.source)/ can't be sent as data", "use .match? or [] with it")
        case .pending(let pending):
            return try pending.list.value.json(form, depth: depth)
        }
    }

    private func numberJSON(_ form: JSONForm) throws(FormulaError) -> JSON {
        switch number {
        case .integer(let integer): return .integer(integer)
        case .bigInteger(let big): return .number(JSONNumber(validated: String(big)))
        case .decimal(let decimal):
            let text = decimal.plain()
            // A number with a fraction stays one: 2.0, not 2.
            if decimal.exponent >= 0, !text.utf8.contains(0x65) { return .number(JSONNumber(validated: text + ".0")) }
            return .number(JSONNumber(validated: text))
        case .rational(let rational):
            if form == .recorded {
                return ["$rational": [.string("\(rational.numerator)"), .string("\(rational.denominator)")]]
            }
            return try Value(rational.decimal).numberJSON(form)
        case nil: return .null
        }
    }

    // A payload's own object with a name like "$date" must not come back as a date.
    private static func looksTagged(_ object: JSONObject) -> Bool {
        object.entries.first?.key.utf8.first == UInt8(ascii: "$")
    }

    private static func needsEscape(_ json: JSON) -> Bool {
        switch json {
        case .array(let array): array.contains(where: needsEscape)
        case .object(let object): looksTagged(object) || object.entries.contains { needsEscape($0.value) }
        default: false
        }
    }

    private static func escaped(_ json: JSON) -> JSON {
        guard needsEscape(json) else { return json }
        switch json {
        case .array(let array): return .array(array.map(escaped))
        case .object(let object):
            let inner = JSONObject(uniqueEntries: object.entries.map { ($0.key, escaped($0.value)) })
            return looksTagged(object) ? ["$object": .object(inner)] : .object(inner)
        default: return json
        }
    }
}
