// The values formulas work on, as the rest of the program uses them.

import JSONCore

/// A formula's value: JSON and, beyond it, dates, times, durations, exact decimals, ranges, regexes and bytes.
public enum Value: Sendable {
    case null
    // the formula author's cases
}

extension Value {
    /// Wraps a JSON value without copying what is inside.
    public init(_ json: JSON) { fatalError() }
    /// As JSON: dates and times as ISO 8601 text, durations in seconds, decimals as numbers.
    /// - Throws: for what has no JSON form (regexes, ranges, bytes that are not UTF-8).
    public func json() throws(FormulaError) -> JSON { fatalError() }
    /// For the history: like `json()`, but types that JSON lacks are tagged (`{"$date": "2024-03-08"}`), so that a resumed job
    /// sees the same value. Inverse of `init(recorded:)`.
    public func recorded() throws(FormulaError) -> JSON { fatalError() }
    public init(recorded json: JSON) { fatalError() }
    /// Ruby's truth: all but nil and false.
    public var isTrue: Bool { fatalError() }
    /// As text in a template: nil is empty.
    public var text: String { fatalError() }
    /// The elements of a list in O(1); nil for anything else.
    public var list: ValueList? { fatalError() }
    /// Appends in place to a list (nil counts as an empty one): amortised O(1) while uniquely referenced.
    /// - Returns: false, and nothing changed, for anything but a list or nil.
    public mutating func append(_ element: Value) -> Bool { fatalError() }
    /// A time in nanoseconds since 1970 for `wait_until`: a time, a date (its start in `timeZone`), or ISO 8601 text.
    public func instantNanoseconds(timeZone: String) -> Int64? { fatalError() }
}

/// The elements of a list, whether it came as JSON or was made by a formula.
public struct ValueList: Sendable, RandomAccessCollection {
    public var startIndex: Int { 0 }
    public var endIndex: Int { fatalError() }
    public subscript(_ index: Int) -> Value { fatalError() }
}
