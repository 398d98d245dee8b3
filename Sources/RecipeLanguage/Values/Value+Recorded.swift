// Values back from the history.

import BigInt
import Foundation
import JSONCore

extension Value {
    /// What `recorded()` gave, as the value it was.
    public init(recorded json: JSON) {
        switch json {
        case .array(let array):
            self = array.contains(where: Self.isTagged) ? .list(array.map { Value(recorded: $0) }) : .jsonList(array)
        case .object(let object):
            if let tag = object.entries.first, tag.key.utf8.first == UInt8(ascii: "$"),
                let value = Self.untagged(tag.key, tag.value, object)
            {
                self = value
            } else if object.entries.contains(where: { Self.isTagged($0.value) }) {
                var builder = ValueTable.Builder()
                for entry in object.entries { builder[.string(entry.key)] = Value(recorded: entry.value) }
                self = builder.value
            } else {
                self = .jsonObject(object)
            }
        default: self.init(json)
        }
    }

    private static func isTagged(_ json: JSON) -> Bool {
        switch json {
        case .array(let array): array.contains(where: isTagged)
        case .object(let object):
            object.entries.first?.key.utf8.first == UInt8(ascii: "$") || object.entries.contains { isTagged($0.value) }
        default: false
        }
    }

    private static func untagged(_ tag: String, _ json: JSON, _ object: JSONObject) -> Value? {
        switch tag {
        case "$date": return json.string.flatMap(TimeText.parse).map { .date($0.date) }
        case "$time":
            guard let parsed = json.string.flatMap(TimeText.parse) else { return nil }
            let zone: Zone
            if let name = object["zone"]?.string {
                zone = Zone.named(name) ?? .utc
            } else {
                zone = object["offset"]?.integer.map { $0 == 0 ? .local : Zone(fixed: $0) } ?? .utc
            }
            return .time(parsed.time(defaultZone: .utc).shown(in: zone))
        case "$duration":
            guard let parts = json.array else { return nil }
            return .duration(
                CalendarDuration(
                    parts.compactMap { part in
                        guard let name = part[0]?.string, let text = part[1]?.string,
                            let unit = CalendarDuration.Unit.allCases.first(where: { $0.name == name }),
                            let count = DecimalNumber(parsing: text)
                        else { return nil }
                        return CalendarDuration.Part(unit: unit, count: count)
                    }, seconds: object["seconds"]?.string.flatMap { DecimalNumber(parsing: $0) }))
        case "$range":
            guard let first = json[0], let last = json[1], let excludes = json[2]?.bool else { return nil }
            return .range(ValueRange(Value(recorded: first), Value(recorded: last), excludesLast: excludes))
        case "$bytes": return json.string.flatMap { Data(base64Encoded: $0) }.map { .bytes([UInt8]($0)) }
        case "$rational":
            guard let top = json[0]?.string.flatMap({ BigInt($0) }),
                let bottom = json[1]?.string.flatMap({ BigInt($0) }),
                !bottom.isZero
            else { return nil }
            return .big(BigNumber(.rational(Rational(top, bottom))))
        case "$table":
            guard let pairs = json.array else { return nil }
            var builder = ValueTable.Builder()
            for pair in pairs {
                guard let key = pair[0], let value = pair[1] else { return nil }
                builder[Value(recorded: key)] = Value(recorded: value)
            }
            return builder.value
        case "$object":
            guard let inner = json.object else { return nil }
            guard inner.entries.contains(where: { isTagged($0.value) }) else { return .jsonObject(inner) }
            var builder = ValueTable.Builder()
            for entry in inner.entries { builder[.string(entry.key)] = Value(recorded: entry.value) }
            return builder.value
        default: return nil
        }
    }
}
