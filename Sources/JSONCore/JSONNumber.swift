// A JSON number as it was written.

/// A number that is kept as its text: a fraction, an exponent, `-0`, or an integer beyond 64 bits.
///
/// `10.00` stays `10.00`. Two are equal when their texts are; formulas compare by value.
public struct JSONNumber: Sendable, Hashable {
    /// The text, which matches the `number` rule of RFC 8259 §6.
    public let text: String

    /// Takes `text` as it is: the caller has checked it against the grammar.
    public init(validated text: String) { self.text = text }

    /// nil unless `text` is a JSON number.
    public init?(_ text: String) {
        guard Self.isNumber(text.utf8) else { return nil }
        self.text = text
    }

    /// The nearest double; ±infinity beyond its range.
    public var double: Double { Double(text) ?? .nan }

    /// Whether `bytes` are exactly one number of RFC 8259 §6.
    public static func isNumber(_ bytes: some Collection<UInt8>) -> Bool {
        func isWhole(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
            WrittenNumber(at: 0, in: bytes).map { $0.end == bytes.count } ?? false
        }
        return bytes.withContiguousStorageIfAvailable(isWhole) ?? Array(bytes).withUnsafeBufferPointer(isWhole)
    }
}

extension JSON {
    /// A number from its text; nil unless it matches RFC 8259 §6. Plain integers of 64 bits become `integer`.
    public init?(number text: String) {
        guard let number = JSONNumber(text) else { return nil }
        self = if text != "-0", let integer = Int(text) { .integer(integer) } else { .number(number) }
    }

    /// The nearest double of an integer or number, else nil.
    public var double: Double? {
        switch self {
        case .integer(let integer): Double(integer)
        case .number(let number): number.double
        default: nil
        }
    }
}
