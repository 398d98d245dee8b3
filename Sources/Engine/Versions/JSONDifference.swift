// Where two values differ, field by field. Pure.

import JSONCore

/// One field that is not the same in two values.
public struct JSONDifference: Sendable, Hashable {
    /// `input.lines[2].price`; empty for the whole value.
    public let field: String
    /// nil where there is no such field.
    public let one: JSON?
    public let other: JSON?

    /// - Parameter limit: further differences are left out.
    public static func between(_ one: JSON, _ other: JSON, limit: Int) -> [JSONDifference] {
        var found: [JSONDifference] = []
        collect(one, other, "", 0, limit, &found)
        return found
    }

    private static func collect(
        _ one: JSON?, _ other: JSON?, _ field: String, _ depth: Int, _ limit: Int, _ found: inout [JSONDifference]
    ) {
        guard found.count < limit, one != other else { return }
        if depth < 32, let left = one?.object, let right = other?.object {
            for key in left.keys + right.keys.filter({ left[$0] == nil }) {
                collect(left[key], right[key], field.isEmpty ? key : "\(field).\(key)", depth + 1, limit, &found)
            }
        } else if depth < 32, let left = one?.array, let right = other?.array {
            for index in 0..<max(left.count, right.count) {
                collect(
                    left.indices.contains(index) ? left[index] : nil,
                    right.indices.contains(index) ? right[index] : nil, "\(field)[\(index)]", depth + 1, limit, &found)
            }
        } else {
            found.append(JSONDifference(field: field, one: one, other: other))
        }
    }

    /// A value of it for people: texts as they are, all else as compact JSON; cut at 500 characters.
    public static func text(_ value: JSON?) -> String? {
        guard let text = value.map({ $0.string ?? $0.compact }) else { return nil }
        return text.count > 500 ? text.prefix(500) + "…" : text
    }

    /// `input.text changed from "a" to "b"`.
    public var sentence: String {
        func shown(_ value: JSON) -> String {
            let text = value.compact
            return text.count > 200 ? text.prefix(200) + "…" : text
        }
        let name = field.isEmpty ? "the whole" : field
        return switch (one, other) {
        case (let one?, let other?): "\(name) changed from \(shown(one)) to \(shown(other))"
        case (nil, let other?): "\(name) added: \(shown(other))"
        case (let one?, nil): "\(name) removed, it was \(shown(one))"
        case (nil, nil): "\(name) is the same"
        }
    }
}
