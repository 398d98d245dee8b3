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
        var rest = bytes[...]
        func digits() -> Int {
            let run = rest.prefix { (0x30...0x39).contains($0) }
            rest = rest.dropFirst(run.count)
            return run.count
        }
        if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
        let leadingZero = rest.first == UInt8(ascii: "0")
        let whole = digits()
        guard whole > 0, !leadingZero || whole == 1 else { return false }
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            guard digits() > 0 else { return false }
        }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            rest = rest.dropFirst()
            if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
            guard digits() > 0 else { return false }
        }
        return rest.isEmpty
    }
}

extension JSON {
    /// A number from its text; nil unless it matches RFC 8259 §6. Plain integers of 64 bits become `integer`.
    public init?(number text: String) {
        if text != "-0", let integer = Int(text), text.utf8.first != UInt8(ascii: "+"), JSONNumber.isNumber(text.utf8) {
            self = .integer(integer)
        } else if let number = JSONNumber(text) {
            self = .number(number)
        } else {
            return nil
        }
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
