// Transfer encodings of mail bodies, taken off: quoted-printable and base64 (RFC 2045 §6), also where they are broken.

import RecipeLanguage

enum MIMETransfer {
    /// The bytes of a part. An encoding that nobody knows counts as none.
    static func decoded(_ body: ArraySlice<UInt8>, _ encoding: String?) -> [UInt8] {
        switch encoding?.prefix(while: { $0 != ";" }).trimmingCharacters({ $0 == " " || $0 == "\"" }).lowercased() {
        case "base64": base64(body)
        case "quoted-printable": quotedPrintable(body, isHeader: false)
        default: Array(body)
        }
    }

    /// What is in the alphabet counts, all else is passed over.
    static func base64(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count / 4 * 3 + 3)
        var (group, count) = (0, 0)
        /// The bytes of a group that ends early.
        func finish() {
            if count == 2 { output.append(UInt8(truncatingIfNeeded: group >> 4)) }
            if count == 3 {
                output.append(UInt8(truncatingIfNeeded: group >> 10))
                output.append(UInt8(truncatingIfNeeded: group >> 2))
            }
            (group, count) = (0, 0)
        }
        for byte in bytes {
            guard let digit = Base64Text.digit(byte) else {
                // Padding in the middle: two texts behind each other.
                if byte == UInt8(ascii: "=") { finish() }
                continue
            }
            group = group << 6 | Int(digit)
            count += 1
            if count == 4 {
                output.append(UInt8(truncatingIfNeeded: group >> 16))
                output.append(UInt8(truncatingIfNeeded: group >> 8))
                output.append(UInt8(truncatingIfNeeded: group))
                (group, count) = (0, 0)
            }
        }
        finish()
        return output
    }

    /// A `=` that is no escape stands for itself.
    /// - Parameter isHeader: there are no line ends in it.
    static func quotedPrintable(_ bytes: ArraySlice<UInt8>, isHeader: Bool) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        // Spaces at the end of a line were added on the way; those that are escaped were not.
        var solid = 0
        var place = bytes.startIndex
        while place < bytes.endIndex {
            let byte = bytes[place]
            if byte == 0x0A, !isHeader {
                let hasReturn = output.count > solid && output.last == 0x0D
                output.removeSubrange(solid...)
                output += hasReturn ? [0x0D, 0x0A] : [0x0A]
                solid = output.count
                place += 1
            } else if byte == UInt8(ascii: "="), let (piece, next) = escape(bytes, place, isHeader) {
                if let piece {
                    output.append(piece)
                    solid = output.count
                }
                place = next
            } else {
                output.append(byte)
                if byte != 0x20, byte != 0x09, byte != 0x0D { solid = output.count }
                place += 1
            }
        }
        return output
    }

    /// What an escape stands for (nothing: a line that goes on), and where it ends.
    private static func escape(
        _ bytes: ArraySlice<UInt8>, _ place: Int, _ isHeader: Bool
    ) -> (byte: UInt8?, next: Int)? {
        if place + 2 < bytes.endIndex, let high = digit(bytes[place + 1]), let low = digit(bytes[place + 2]) {
            return (high << 4 | low, place + 3)
        }
        guard !isHeader else { return nil }
        var next = place + 1
        while next < bytes.endIndex, bytes[next] == 0x20 || bytes[next] == 0x09 || bytes[next] == 0x0D { next += 1 }
        if next == bytes.endIndex { return (nil, next) }
        return bytes[next] == 0x0A ? (nil, next + 1) : nil
    }

    static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }
}
