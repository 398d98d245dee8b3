// Ranges: `1..5`, `'a'...'e'`, `..10`.

/// A range between two values; a missing end is nil.
public final class ValueRange: Sendable {
    public let first: Value
    public let last: Value
    /// Written with three dots: the end does not belong to it.
    public let excludesLast: Bool

    public init(_ first: Value, _ last: Value, excludesLast: Bool) {
        (self.first, self.last, self.excludesLast) = (first, last, excludesLast)
    }

    /// Whether `value` lies within; false for values that don't compare with the ends.
    func contains(_ value: Value) -> Bool {
        if !first.isNull {
            guard let order = first.compare(value), order <= 0 else { return false }
        }
        if !last.isNull {
            guard let order = value.compare(last) else { return false }
            return excludesLast ? order < 0 : order <= 0
        }
        return true
    }

    /// Whether all of another range lies within, as Ruby's `cover?` says.
    func covers(_ part: ValueRange) -> Bool {
        guard contains(part.first), !part.last.isNull || last.isNull else { return false }
        if part.last.isNull || contains(part.last) { return true }
        return part.excludesLast && !last.isNull && part.last.equals(last)
    }

    /// The whole numbers it stands for; nil when its ends aren't whole numbers.
    var integers: (first: Int, last: Int)? {
        guard case .integer(let low) = first, case .integer(let high) = last else { return nil }
        guard excludesLast else { return (low, high) }
        let (end, over) = high.subtractingReportingOverflow(1)
        return over ? (low, low &- 1) : (low, end)
    }

    /// The whole numbers from a whole number up: those of `1..3.5` end at 3.
    var counted: (first: Int, last: Int)? {
        if let integers { return integers }
        guard case .integer(let low) = first, last.kind == .decimal, let high = last.number?.decimal,
            let end = high.rounded(0, .floor).integer.flatMap({ Int(exactly: $0) })
        else { return nil }
        return (low, excludesLast && high.integer != nil && end > .min ? end - 1 : end)
    }

    /// The whole numbers that a loop over it goes through; nil when it starts at none, or ends too far away to count.
    public var numbers: Range<Int>? {
        guard let counted else { return nil }
        guard counted.last >= counted.first else { return 0..<0 }
        let (end, isFar) = counted.last.addingReportingOverflow(1)
        return isFar || end.subtractingReportingOverflow(counted.first).overflow ? nil : counted.first..<end
    }

    /// The first and one-past-last index that it picks from `count` elements, negative ends counting from the back, as
    /// Ruby's `[]` does; nil when it starts outside.
    func slice(of count: Int) -> (start: Int, count: Int)? {
        func whole(_ value: Value, _ fallback: Int) -> Int? {
            switch value {
            case .null: fallback
            case .integer(let integer): integer
            default: nil
            }
        }
        guard var low = whole(first, 0), var high = whole(last, -1) else { return nil }
        let exclusive = excludesLast && !last.isNull
        if low < 0 { low += count }
        guard low >= 0, low <= count else { return nil }
        if high < 0 { high += count }
        if high >= count { high = exclusive ? count : count - 1 }
        let end = exclusive ? high : high + 1
        return (low, max(0, end - low))
    }
}
