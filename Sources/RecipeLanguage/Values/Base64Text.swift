// Base64 (RFC 4648), written and read.

/// Base64 in both alphabets.
public enum Base64Text {
    private static let common = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let forURL = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// With padding.
    public static func encode(_ bytes: [UInt8]) -> String { encode(bytes, common, isPadded: true) }

    /// In the alphabet for addresses (RFC 4648 §5).
    public static func encodeForURL(_ bytes: [UInt8], isPadded: Bool = false) -> String {
        encode(bytes, forURL, isPadded: isPadded)
    }

    private static func encode(_ bytes: [UInt8], _ alphabet: [UInt8], isPadded: Bool) -> String {
        let (groups, rest) = bytes.count.quotientAndRemainder(dividingBy: 3)
        let last = rest == 0 ? 0 : isPadded ? 4 : rest + 1
        return String(unsafeUninitializedCapacity: groups * 4 + last) { text in
            var to = 0
            func write(_ digits: Int, of group: Int) {
                for shift in stride(from: 18, to: 18 - 6 * digits, by: -6) {
                    text.initializeElement(at: to, to: alphabet[group >> shift & 63])
                    to += 1
                }
            }
            bytes.withUnsafeBufferPointer { bytes in
                for place in stride(from: 0, to: groups * 3, by: 3) {
                    write(4, of: Int(bytes[place]) << 16 | Int(bytes[place + 1]) << 8 | Int(bytes[place + 2]))
                }
                guard rest > 0 else { return }
                let second = rest == 2 ? Int(bytes[groups * 3 + 1]) : 0
                write(rest + 1, of: Int(bytes[groups * 3]) << 16 | second << 8)
            }
            while to < text.count {
                text.initializeElement(at: to, to: UInt8(ascii: "="))
                to += 1
            }
            return to
        }
    }

    /// What a byte stands for, in either alphabet; nil for one that is in neither.
    @inline(__always)
    public static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x41...0x5A: byte - 0x41
        case 0x61...0x7A: byte - 0x61 + 26
        case 0x30...0x39: byte - 0x30 + 52
        case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
        case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
        default: nil
        }
    }

    /// nil unless `text` is base64 (either alphabet, padded or not, line breaks allowed).
    public static func decode(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count / 4 * 3 + 3)
        var (group, count, padding) = (0, 0, 0)
        for byte in text.utf8 {
            guard let digit = digit(byte) else {
                switch byte {
                case UInt8(ascii: "="): padding += 1
                case 0x0A, 0x0D: break
                default: return nil
                }
                continue
            }
            guard padding == 0 else { return nil }
            group = group << 6 | Int(digit)
            count += 1
            if count == 4 {
                bytes.append(UInt8(truncatingIfNeeded: group >> 16))
                bytes.append(UInt8(truncatingIfNeeded: group >> 8))
                bytes.append(UInt8(truncatingIfNeeded: group))
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
