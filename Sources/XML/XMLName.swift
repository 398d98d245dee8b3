// Which texts are names in XML.

/// The rule for names without a colon (NCName: XML 1.0 fifth edition §2.3, Namespaces in XML §3).
public enum XMLName {
    /// Whether `text` can be the name of an element or attribute, or a prefix.
    public static func isName(_ text: String) -> Bool {
        if let answer = text.utf8.withContiguousStorageIfAvailable(plainAnswer), let answer { return answer }
        let scalars = text.unicodeScalars
        guard let first = scalars.first, isStart(first) else { return false }
        return scalars.dropFirst().allSatisfy { isStart($0) || isFurther($0) }
    }

    /// The answer for a text of ASCII, as nearly all names are; nil for others.
    private static func plainAnswer(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool? {
        guard let first = bytes.first else { return false }
        var isName = isPlainStart(first)
        for byte in bytes {
            guard byte < 0x80 else { return nil }
            isName = isName && (isPlainStart(byte) || 0x30...0x39 ~= byte || byte == 0x2D || byte == 0x2E)
        }
        return isName
    }

    private static func isPlainStart(_ byte: UInt8) -> Bool { 0x61...0x7A ~= byte | 0x20 || byte == 0x5F }

    private static func isStart(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x61...0x7A, 0x41...0x5A, 0x5F: true
        case ..<0xC0: false
        case 0xC0...0xD6, 0xD8...0xF6, 0xF8...0x2FF, 0x370...0x37D, 0x37F...0x1FFF, 0x200C...0x200D, 0x2070...0x218F,
            0x2C00...0x2FEF, 0x3001...0xD7FF, 0xF900...0xFDCF, 0xFDF0...0xFFFD, 0x10000...0xEFFFF:
            true
        default: false
        }
    }

    private static func isFurther(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x2D, 0x2E, 0x30...0x39, 0xB7, 0x300...0x36F, 0x203F...0x2040: true
        default: false
        }
    }
}
