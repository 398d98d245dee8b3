// The two encodings that requests are made with: percent-encoding (RFC 3986) and base64 (RFC 4648).

/// Percent-encoding of parts of a URL.
public enum PercentEncoding {
    /// All but letters, digits and `-._~` encoded: right for a query's names and values and for one segment of a path.
    public static func component(_ text: String) -> String {
        guard !text.utf8.allSatisfy(isUnreserved) else { return text }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count * 2)
        for byte in text.utf8 {
            if isUnreserved(byte) {
                bytes.append(byte)
            } else {
                bytes.append(UInt8(ascii: "%"))
                bytes.append(digits[Int(byte >> 4)])
                bytes.append(digits[Int(byte & 15)])
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// `name=value&name=value`
    public static func query(_ pairs: [(name: String, value: String)]) -> String {
        pairs.map { component($0.name) + "=" + component($0.value) }.joined(separator: "&")
    }

    /// The body of `application/x-www-form-urlencoded`: like a query, a space is `+`.
    public static func form(_ pairs: [(name: String, value: String)]) -> String {
        query(pairs).split(separator: "%20", omittingEmptySubsequences: false).joined(separator: "+")
    }

    /// The text with `%41` decoded; what is no UTF-8 then is shown as such.
    static func decoded(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return text }
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(2).compactMap { Character(UnicodeScalar($0)).hexDigitValue }
            if byte == UInt8(ascii: "%"), digits.count == 2 {
                bytes.append(UInt8(digits[0] << 4 | digits[1]))
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static let digits = Array("0123456789ABCDEF".utf8)

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }
}

/// Base64 with padding.
public enum Base64Text {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    public static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var place = 0
        while place < bytes.count {
            let left = bytes.count - place
            let group =
                Int(bytes[place]) << 16 | (left > 1 ? Int(bytes[place + 1]) << 8 : 0)
                | (left > 2 ? Int(bytes[place + 2]) : 0)
            text.append(alphabet[group >> 18])
            text.append(alphabet[group >> 12 & 63])
            text.append(left > 1 ? alphabet[group >> 6 & 63] : UInt8(ascii: "="))
            text.append(left > 2 ? alphabet[group & 63] : UInt8(ascii: "="))
            place += 3
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// In the alphabet for addresses and without padding (RFC 4648 §5).
    static func encodeForURL(_ bytes: [UInt8]) -> String {
        encode(bytes).replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    /// nil unless `text` is base64 (either alphabet, padded or not, line breaks allowed).
    public static func decode(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count / 4 * 3 + 3)
        var (group, count, padding) = (0, 0, 0)
        for byte in text.utf8 {
            let digit: UInt8
            switch byte {
            case 0x41...0x5A: digit = byte - 0x41
            case 0x61...0x7A: digit = byte - 0x61 + 26
            case 0x30...0x39: digit = byte - 0x30 + 52
            case UInt8(ascii: "+"), UInt8(ascii: "-"): digit = 62
            case UInt8(ascii: "/"), UInt8(ascii: "_"): digit = 63
            case UInt8(ascii: "="):
                padding += 1
                continue
            case 0x0A, 0x0D: continue
            default: return nil
            }
            guard padding == 0 else { return nil }
            group = group << 6 | Int(digit)
            count += 1
            if count == 4 {
                bytes += [UInt8(group >> 16), UInt8(group >> 8 & 255), UInt8(group & 255)]
                (group, count) = (0, 0)
            }
        }
        switch count {
        case 0: return padding == 0 ? bytes : nil
        case 2: bytes.append(UInt8(group >> 4))
        case 3: bytes += [UInt8(group >> 10), UInt8(group >> 2 & 255)]
        default: return nil
        }
        return padding == 0 || padding == 4 - count ? bytes : nil
    }
}
