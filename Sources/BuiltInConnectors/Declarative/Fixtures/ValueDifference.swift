// Where two JSON values differ, in words with pointers.

import JSONCore

/// Compares what is with what should be.
enum ValueDifference {
    private static let most = 20

    /// Each difference as a sentence; empty when the values are equal.
    static func all(_ found: JSON, expected: JSON) -> [String] {
        var differences: [String] = []
        compare(found, expected, JSONPointer(), 0, &differences)
        return differences
    }

    private static func compare(
        _ found: JSON, _ expected: JSON, _ pointer: JSONPointer, _ depth: Int, _ differences: inout [String]
    ) {
        guard found != expected, differences.count < most else { return }
        let place = pointer.tokens.isEmpty ? "the value" : pointer.description
        switch (found, expected) {
        case (.object(let one), .object(let other)) where depth < 128:
            for entry in one where other[entry.key] == nil {
                differences.append("\(pointer.appending(entry.key)) is \(words(entry.value)), but should not be there")
            }
            for entry in other {
                let inner = pointer.appending(entry.key)
                if let value = one[entry.key] {
                    compare(value, entry.value, inner, depth + 1, &differences)
                } else {
                    differences.append("\(inner) is missing; it should be \(words(entry.value))")
                }
            }
        case (.array(let one), .array(let other)) where depth < 128:
            if one.count != other.count {
                differences.append("\(place) has \(one.count) elements; it should have \(other.count)")
            }
            for (index, pair) in zip(one, other).enumerated() {
                compare(pair.0, pair.1, pointer.appending(String(index)), depth + 1, &differences)
            }
        default: differences.append("\(place) is \(words(found)); it should be \(words(expected))")
        }
    }

    private static func words(_ value: JSON) -> String {
        let text = value.compact
        return text.count > 200 ? text.prefix(200) + "…" : text
    }
}
