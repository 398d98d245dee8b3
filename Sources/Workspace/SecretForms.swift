// The forms a secret takes on its way through URLs, headers, JSON and XML.

import Foundation

/// Every common encoding of a secret value, as the bytes to look for.
enum SecretForms {
    static func all(of value: String) -> [[UInt8]] {
        let raw = Array(value.utf8)
        var forms = [raw, jsonEscaped(value, slashes: false), jsonEscaped(value, slashes: true), xmlEscaped(raw)]
        for isUpperCase in [true, false] {
            forms.append(percentEncoded(raw, upperCase: isUpperCase, plus: false))
            forms.append(percentEncoded(raw, upperCase: isUpperCase, plus: true))
            forms.append(hexadecimal(raw, upperCase: isUpperCase))
        }
        let trimmed = value.trimmingCharacters(in: .whitespacesAndNewlines)
        if trimmed != value, trimmed.count >= Redactor.shortestSecret { forms.append(Array(trimmed.utf8)) }
        return forms + base64(raw)
    }

    /// Base64 of the value wherever it starts in a longer text (`user:password`): the characters that don't depend on what
    /// is around it, for each of the three alignments, in both alphabets.
    private static func base64(_ raw: [UInt8]) -> [[UInt8]] {
        var forms: [[UInt8]] = []
        for shift in 0..<3 {
            let encoded = Array(Data([UInt8](repeating: 0, count: shift) + raw).base64EncodedString().utf8)
            // The first characters mix with what stands before, the last one with what follows.
            let head = shift == 0 ? 0 : shift + 1
            let bits = (shift + raw.count) * 8
            let whole = bits / 6
            guard whole - head >= 5 else { continue }
            let inner = Array(encoded[head..<whole])
            forms.append(inner)
            forms.append(
                inner.map {
                    $0 == UInt8(ascii: "+") ? UInt8(ascii: "-") : $0 == UInt8(ascii: "/") ? UInt8(ascii: "_") : $0
                })
        }
        return forms
    }

    private static func percentEncoded(_ raw: [UInt8], upperCase: Bool, plus: Bool) -> [UInt8] {
        var result: [UInt8] = []
        for byte in raw {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                result.append(byte)
            case UInt8(ascii: " ") where plus: result.append(UInt8(ascii: "+"))
            default: result += [UInt8(ascii: "%")] + hexadecimal([byte], upperCase: upperCase)
            }
        }
        return result
    }

    private static func hexadecimal(_ raw: [UInt8], upperCase: Bool) -> [UInt8] {
        let digits = Array((upperCase ? "0123456789ABCDEF" : "0123456789abcdef").utf8)
        return raw.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    }

    private static func jsonEscaped(_ value: String, slashes: Bool) -> [UInt8] {
        var result = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "/" where slashes: result += "\\/"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return Array(result.utf8)
    }

    private static func xmlEscaped(_ raw: [UInt8]) -> [UInt8] {
        raw.flatMap { byte in
            switch byte {
            case UInt8(ascii: "&"): Array("&amp;".utf8)
            case UInt8(ascii: "<"): Array("&lt;".utf8)
            case UInt8(ascii: ">"): Array("&gt;".utf8)
            case UInt8(ascii: "\""): Array("&quot;".utf8)
            case UInt8(ascii: "'"): Array("&apos;".utf8)
            default: [byte]
            }
        }
    }
}
