// One JSON value: ordered, exact, and cheap to pass along.

/// A JSON value (RFC 8259) that keeps what the text said: member order, integers exactly, other numbers as written.
///
/// Integers that fit 64 bits and are written plainly (`-12`, not `-0`, `1e3` or `12.0`) are `integer`; every other number
/// is a `JSONNumber`, which holds its text. Texts are equal when their bytes are, numbers when they are written the same.
public enum JSON: Sendable {
    case null
    case bool(Bool)
    case integer(Int)
    case number(JSONNumber)
    case string(String)
    case array([JSON])
    case object(JSONObject)
}

extension JSON {
    /// The members when this is an object, else nil.
    public var object: JSONObject? { if case .object(let object) = self { object } else { nil } }
    /// The elements when this is an array, else nil.
    public var array: [JSON]? { if case .array(let array) = self { array } else { nil } }
    /// The text when this is a string, else nil.
    public var string: String? { if case .string(let string) = self { string } else { nil } }
    /// The number when this is an integer of 64 bits, else nil.
    public var integer: Int? { if case .integer(let integer) = self { integer } else { nil } }
    /// The truth value when this is one, else nil.
    public var bool: Bool? { if case .bool(let bool) = self { bool } else { nil } }
    /// Whether this is `null`.
    public var isNull: Bool { if case .null = self { true } else { false } }

    /// The member `key` of an object; nil when there is none or this is no object.
    public subscript(_ key: String) -> JSON? {
        if case .object(let object) = self { object[key] } else { nil }
    }

    /// The element at `index` of an array; nil when out of range or this is no array.
    public subscript(_ index: Int) -> JSON? {
        if case .array(let array) = self, array.indices.contains(index) { array[index] } else { nil }
    }

    /// Whether both are one and the same array or object in memory, found without a look inside. Values that are not may
    /// still be equal.
    public func isSame(as other: JSON) -> Bool {
        switch (self, other) {
        case (.object(let one), .object(let other)): one.members != nil && one.members === other.members
        case (.array(let one), .array(let other)):
            !one.isEmpty && one.count == other.count
                && one.withUnsafeBufferPointer { one in
                    other.withUnsafeBufferPointer { one.baseAddress == $0.baseAddress }
                }
        default: false
        }
    }

    /// Which of the six kinds of RFC 8259 this value is.
    public var kind: JSONKind {
        switch self {
        case .null: .null
        case .bool: .boolean
        case .integer, .number: .number
        case .string: .string
        case .array: .array
        case .object: .object
        }
    }
}

extension JSON: Hashable {
    public static func == (one: JSON, other: JSON) -> Bool {
        switch (one, other) {
        case (.null, .null): true
        case (.bool(let one), .bool(let other)): one == other
        case (.integer(let one), .integer(let other)): one == other
        case (.number(let one), .number(let other)): one == other
        case (.string(let one), .string(let other)): one.hasSameBytes(as: other)
        case (.array(let one), .array(let other)): one == other
        case (.object(let one), .object(let other)): one == other
        default: false
        }
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(kind)
        switch self {
        case .null: break
        case .bool(let bool): hasher.combine(bool)
        case .integer(let integer): hasher.combine(integer)
        case .number(let number): hasher.combine(number)
        case .string(let string): hasher.combine(ExactName(string))
        case .array(let elements): hasher.combine(elements)
        case .object(let object): hasher.combine(object)
        }
    }
}

/// The six kinds of JSON value, named for messages.
public enum JSONKind: String, Sendable, CaseIterable, CustomStringConvertible {
    case null, boolean, number, string, array, object

    /// With its article, as in "needs a string but was given a list".
    public var description: String {
        switch self {
        case .null: "null"
        case .boolean: "true or false"
        case .number: "a number"
        case .string: "a text"
        case .array: "a list"
        case .object: "an object"
        }
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByNilLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int) { self = .integer(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(nilLiteral: ()) { self = .null }
    public init(arrayLiteral elements: JSON...) { self = .array(elements) }
    public init(dictionaryLiteral elements: (String, JSON)...) { self = .object(JSONObject(elements)) }
}
