// The values formulas work on.

import JSONCore

/// A formula's value: JSON and, beyond it, dates, times, durations, exact decimals, ranges, regexes and bytes.
///
/// Lists and objects come in two storages, as JSON (wrapping a payload copies nothing) or as made by a formula; they
/// behave the same. Rare kinds are boxed, so that a value stays small.
public enum Value: Sendable {
    case null
    case bool(Bool)
    case integer(Int)
    /// A number with a fraction that fits a machine word.
    case decimal(ShortDecimal)
    /// A number as a payload wrote it; read when a formula calculates with it.
    case number(JSONNumber)
    /// An integer beyond 64 bits, a long decimal, or a rational.
    case big(BigNumber)
    case string(String)
    case jsonList([JSON])
    case list([Value])
    case jsonObject(JSONObject)
    case table(ValueTable)
    case date(CivilDate)
    case time(ZonedTime)
    case duration(CalendarDuration)
    case range(ValueRange)
    case regex(FormulaRegex)
    case bytes([UInt8])
    /// What an unfinished chain gives, like `where` without conditions or `each_with_index` without a block.
    case pending(PendingCall)
    /// `skip` or `clear`: what becomes of the field, instead of a value.
    case marker(FieldMarker)
}

/// The results that say what becomes of a field.
public enum FieldMarker: String, Sendable {
    /// Leave the field out.
    case skip
    /// Send an explicit null.
    case clear
}

extension Value {
    /// Wraps a JSON value without copying what is inside.
    public init(_ json: JSON) {
        switch json {
        case .null: self = .null
        case .bool(let bool): self = .bool(bool)
        case .integer(let integer): self = .integer(integer)
        case .number(let number): self = .number(number)
        case .string(let string): self = .string(string)
        case .array(let array): self = .jsonList(array)
        case .object(let object): self = .jsonObject(object)
        }
    }

    /// Ruby's truth: all but nil and false.
    public var isTrue: Bool {
        switch self {
        case .null, .bool(false): false
        default: true
        }
    }

    /// Whether this is nil.
    public var isNull: Bool { if case .null = self { true } else { false } }

    /// The elements of a list in O(1); nil for anything else.
    public var list: ValueList? {
        switch self {
        case .list(let values): ValueList(values)
        case .jsonList(let values): ValueList(json: values)
        default: nil
        }
    }

    /// The members of an object in O(1); nil for anything else.
    public var members: ValueMembers? {
        switch self {
        case .jsonObject(let object): ValueMembers(object)
        case .table(let table): ValueMembers(table)
        default: nil
        }
    }

    /// Appends in place to a list (nil counts as an empty one): amortised O(1) while uniquely referenced.
    /// - Returns: false, and nothing changed, for anything but a list or nil.
    public mutating func append(_ element: Value) -> Bool {
        if isNull {
            self = .list([element])
            return true
        }
        guard var values = takeElements() else { return false }
        values.append(element)
        self = .list(values)
        return true
    }

    // A function of its own, so that no copy of the case's array is alive when the caller appends to it.
    @inline(never)
    private mutating func takeElements() -> [Value]? {
        switch self {
        case .list(let values):
            self = .null
            return values
        case .jsonList(let json): return json.map { Value($0) }
        default: return nil
        }
    }

    /// A time in nanoseconds since 1970 for `wait_until`: a time, a date (its start in `timeZone`), or ISO 8601 text.
    /// Nil for anything else, and for times before 1678 or after 2261.
    public func instantNanoseconds(timeZone: String) -> Int64? {
        func nanoseconds(_ time: ZonedTime) -> Int64? {
            let (product, over) = Int64(time.seconds).multipliedReportingOverflow(by: 1_000_000_000)
            let (sum, overSum) = product.addingReportingOverflow(Int64(time.nanoseconds))
            return over || overSum ? nil : sum
        }
        switch self {
        case .time(let time): return nanoseconds(time)
        case .date(let date):
            guard let zone = Zone(named: timeZone) else { return nil }
            return nanoseconds(ZonedTime(local: LocalTime(date: date), zone: zone))
        case .string(let text):
            guard let zone = Zone(named: timeZone), let parsed = TimeText.parse(text) else { return nil }
            return nanoseconds(parsed.time(defaultZone: zone))
        default: return nil
        }
    }
}
