// The kinds of value a method can be for, and their names in messages.

/// The kind of a value, as far as methods and messages tell them apart.
public enum ValueKind: UInt8, Sendable, CaseIterable {
    case null, boolean, integer, decimal, rational, string, list, object, date, time, duration, range, regex, bytes
    case pending, marker

    /// With its article, as in "needs a text but was given a list".
    public var phrase: String {
        switch self {
        case .null: "nil (empty)"
        case .boolean: "true or false"
        case .integer: "a whole number"
        case .decimal: "a number"
        case .rational: "a fraction"
        case .string: "a text"
        case .list: "a list"
        case .object: "an object"
        case .date: "a date"
        case .time: "a time"
        case .duration: "a duration"
        case .range: "a range"
        case .regex: "a regex"
        case .bytes: "binary data"
        case .pending: "an unfinished call"
        case .marker: "skip or clear"
        }
    }

    /// Without an article, for tables of functions.
    public var word: String {
        switch self {
        case .null: "nil"
        case .boolean: "boolean"
        case .integer: "integer"
        case .decimal: "decimal"
        case .rational: "rational"
        case .string: "text"
        case .list: "list"
        case .object: "object"
        case .date: "date"
        case .time: "time"
        case .duration: "duration"
        case .range: "range"
        case .regex: "regex"
        case .bytes: "binary"
        case .pending: "chain"
        case .marker: "marker"
        }
    }
}

/// Several kinds.
public struct KindSet: OptionSet, Sendable, Hashable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }
    public init(_ kind: ValueKind) { rawValue = 1 << UInt32(kind.rawValue) }

    public static let null = KindSet(.null)
    public static let boolean = KindSet(.boolean)
    public static let integer = KindSet(.integer)
    public static let decimal = KindSet(.decimal)
    public static let rational = KindSet(.rational)
    public static let string = KindSet(.string)
    public static let list = KindSet(.list)
    public static let object = KindSet(.object)
    public static let date = KindSet(.date)
    public static let time = KindSet(.time)
    public static let duration = KindSet(.duration)
    public static let range = KindSet(.range)
    public static let regex = KindSet(.regex)
    public static let bytes = KindSet(.bytes)
    public static let pending = KindSet(.pending)

    /// Texts, and binary data that is treated as text.
    public static let text: KindSet = [.string, .bytes]
    /// Integers and decimals.
    public static let real: KindSet = [.integer, .decimal]
    /// All numbers.
    public static let number: KindSet = [.integer, .decimal, .rational]
    /// Dates and times.
    public static let moment: KindSet = [.date, .time]
    /// What can be gone through with a block.
    public static let enumerable: KindSet = [.list, .object, .range, .pending]
    /// All but nil.
    public static let some: KindSet = [
        .boolean, .number, .string, .list, .object, .date, .time, .duration, .range, .regex, .bytes,
    ]
    /// All, nil included.
    public static let any: KindSet = some.union(.null)

    /// The kinds in it.
    public var kinds: [ValueKind] { ValueKind.allCases.filter { contains(KindSet($0)) } }

    /// In words: "text or list".
    public var words: String {
        if isSuperset(of: .any) { return "anything" }
        if isSuperset(of: .some) { return "anything but nil" }
        var words = kinds.map(\.word)
        if isSuperset(of: .number) {
            words.removeAll { ["integer", "decimal", "rational"].contains($0) }
            words.insert("number", at: 0)
        } else if isSuperset(of: .real) {
            words.removeAll { ["integer", "decimal"].contains($0) }
            words.insert("number", at: 0)
        }
        words.removeAll { $0 == "chain" || ($0 == "binary" && contains(.string)) }
        return words.count > 1
            ? words.dropLast().joined(separator: ", ") + " or " + (words.last ?? "") : words.first ?? ""
    }
}

extension Value {
    /// Which kind of value this is.
    public var kind: ValueKind {
        switch self {
        case .null: .null
        case .bool: .boolean
        case .integer: .integer
        case .decimal: .decimal
        case .number(let number): number.isWhole ? .integer : .decimal
        case .big(let number): number.kind
        case .string: .string
        case .jsonList, .list: .list
        case .jsonObject, .table: .object
        case .date: .date
        case .time: .time
        case .duration: .duration
        case .range: .range
        case .regex: .regex
        case .bytes: .bytes
        case .pending: .pending
        case .marker: .marker
        }
    }
}
