// Whether two clients got the same answer: member by member, where each may write a value in its own way.

import JSONCore

enum AnswerComparison {
    /// Where two answers differ; empty when they are the same.
    ///
    /// zeep doesn't tell a member that isn't there from one that is null or an empty list, so neither counts. Numbers are the
    /// same when their value is, moments also with `Z` and `+00:00`, with `.000` and
    /// without. In faults zeep has texts only.
    static func differences(_ ours: JSON, _ theirs: JSON, at path: String = "") -> [String] {
        switch (ours, theirs) {
        case (.object(let ours), .object(let theirs)):
            var found: [String] = []
            // Each tells in its own words what is wrong with an answer.
            if ours["error"] != nil, theirs["error"] != nil { return [] }
            for key in Set(ours.keys).union(theirs.keys).sorted() {
                let (one, other) = (ours[key] ?? .null, theirs[key] ?? .null)
                if isNothing(one), isNothing(other) { continue }
                found += differences(one, other, at: "\(path).\(key)")
            }
            return found
        case (.array(let ours), .array(let theirs)):
            guard ours.count == theirs.count else { return ["\(path): \(ours.count) and \(theirs.count) items"] }
            return zip(ours, theirs).enumerated().flatMap { place, pair in
                differences(pair.0, pair.1, at: "\(path)[\(place)]")
            }
        default:
            if scalar(ours) == scalar(theirs) || (isNothing(ours) && isNothing(theirs)) { return [] }
            if let one = number(ours), let other = number(theirs), one == other { return [] }
            return ["\(path): \(ours.compact) and \(theirs.compact)"]
        }
    }

    private static func isNothing(_ json: JSON) -> Bool {
        switch json {
        case .null: true
        case .array(let items): items.isEmpty
        case .object(let members): members.entries.allSatisfy { isNothing($0.value) }
        case .string(let text): text.isEmpty
        default: false
        }
    }

    private static func number(_ json: JSON) -> Double? {
        json.double ?? json.string.flatMap { Double($0) }
    }

    private static func scalar(_ json: JSON) -> String {
        switch json {
        case .string(let text): (text.hasSuffix("+00:00") ? text.dropLast(6) + "Z" : text).replacing(".000Z", with: "Z")
        case .bool(let flag): flag ? "true" : "false"
        default: json.compact
        }
    }
}

extension JSON {
    /// A number in these digits: `1.50` is another text than `1.5`.
    static func written(_ digits: String) -> JSON { .number(JSONNumber(validated: digits)) }
}
