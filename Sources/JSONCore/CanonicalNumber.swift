// How RFC 8785 writes a number: as ECMAScript does, where that is still the same number.

enum CanonicalNumber {
    /// `value` as ECMAScript prints the nearest double, if that text means the same number; else as it was written.
    static func text(of value: JSON) -> String {
        switch value {
        case .integer(let integer):
            // Up to 2^53 every integer is a double and is printed with its own digits.
            if integer.magnitude <= 1 << 53 { return String(integer) }
            return text(String(integer), Double(integer))
        case .number(let number): return text(number.text, number.double)
        default: return ""
        }
    }

    private static func text(_ written: String, _ double: Double) -> String {
        guard double.isFinite, let meant = Digits(written), let held = Digits("\(double)") else { return written }
        return meant == held ? held.ecmaScript : written
    }

    /// A number as sign, digits without zeros at either end, and the power of ten of the point before them: ±0.DIGITS × 10ⁿ.
    struct Digits: Equatable {
        var isNegative: Bool
        var digits: [UInt8]
        var exponent: Int

        /// nil when the exponent is beyond all reason.
        init?(_ text: String) {
            (isNegative, digits, exponent) = (false, [], 0)
            var (isFraction, exponentText) = (false, "")
            var bytes = text.utf8.makeIterator()
            scanning: while let byte = bytes.next() {
                switch byte {
                case UInt8(ascii: "-"): isNegative = true
                case UInt8(ascii: "."): isFraction = true
                case UInt8(ascii: "e"), UInt8(ascii: "E"):
                    while let rest = bytes.next() { exponentText.unicodeScalars.append(Unicode.Scalar(rest)) }
                    break scanning
                default:
                    if digits.isEmpty, byte == UInt8(ascii: "0") {
                        if isFraction { exponent -= 1 }
                    } else {
                        digits.append(byte)
                        if !isFraction { exponent += 1 }
                    }
                }
            }
            while digits.last == UInt8(ascii: "0") { digits.removeLast() }
            if digits.isEmpty {
                (isNegative, exponent) = (false, 0)  // zero, whatever its sign and exponent
            } else if !exponentText.isEmpty {
                guard let written = Int(exponentText), written.magnitude < 1_000_000 else { return nil }
                exponent += written
            }
        }

        /// ECMA-262 Number::toString.
        var ecmaScript: String {
            guard !digits.isEmpty else { return "0" }
            let text = String(decoding: digits, as: UTF8.self)
            let sign = isNegative ? "-" : ""
            let count = digits.count
            switch exponent {
            case count...21 where count <= 21: return sign + text + String(repeating: "0", count: exponent - count)
            case 1...21: return sign + text.prefix(exponent) + "." + text.dropFirst(exponent)
            case -5...0: return sign + "0." + String(repeating: "0", count: -exponent) + text
            default:
                let power = exponent - 1
                let mantissa = count == 1 ? text : text.prefix(1) + "." + text.dropFirst()
                return sign + mantissa + (power < 0 ? "e-" : "e+") + String(power.magnitude)
            }
        }
    }
}
