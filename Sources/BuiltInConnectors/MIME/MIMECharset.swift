// Charsets of mails. Those of Western mail are here; others are the C library's work.

import Glibc

enum MIMECharset {
    /// The bytes as text, whatever they are.
    /// - Parameter name: as the mail says it; nil: UTF-8 if it is that, else windows-1252, as browsers do.
    static func text(_ bytes: ArraySlice<UInt8>, _ name: String?) -> String {
        let name = (name ?? "").lowercased().trimmingCharacters { $0 == " " || $0 == "\"" || $0 == "'" }
        switch name {
        case "utf-8", "utf8", "", "us-ascii", "ascii", "ansi_x3.4-1968", "unknown-8bit", "x-unknown", "default":
            if let text = String(validating: bytes, as: UTF8.self) { return text }
            return name == "utf-8" || name == "utf8" ? String(decoding: bytes, as: UTF8.self) : windows(bytes)
        case "iso-8859-15", "iso8859-15", "latin-9", "latin9", "iso_8859-15": return latin9(bytes)
        // What says Latin-1 often is windows-1252, whose further characters take the places of controls (WHATWG Encoding).
        case "iso-8859-1", "iso8859-1", "latin1", "latin-1", "iso_8859-1", "windows-1252", "cp1252", "x-cp1252", "ansi":
            return windows(bytes)
        default:
            if let known = MIMECharsetNames.known(name), let text = converted(bytes, known) { return text }
            return String(validating: bytes, as: UTF8.self) ?? windows(bytes)
        }
    }

    /// Where windows-1252 differs from ISO-8859-1: 0x80 to 0x9F.
    private static let windowsUpper: [UInt32] = [
        0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,
        0x017D, 0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A,
        0x0153, 0x9D, 0x017E, 0x0178,
    ]

    private static func windows(_ bytes: ArraySlice<UInt8>) -> String {
        text(bytes) { (0x80...0x9F).contains($0) ? windowsUpper[Int($0) - 0x80] : UInt32($0) }
    }

    private static func latin9(_ bytes: ArraySlice<UInt8>) -> String {
        let other: [UInt8: UInt32] = [
            0xA4: 0x20AC, 0xA6: 0x0160, 0xA8: 0x0161, 0xB4: 0x017D, 0xB8: 0x017E, 0xBC: 0x0152, 0xBD: 0x0153,
            0xBE: 0x0178,
        ]
        return text(bytes) { other[$0] ?? UInt32($0) }
    }

    private static func text(_ bytes: ArraySlice<UInt8>, _ character: (UInt8) -> UInt32) -> String {
        var scalars = String.UnicodeScalarView()
        for byte in bytes { scalars.append(Unicode.Scalar(character(byte)) ?? "\u{FFFD}") }
        return String(scalars)
    }

    // MARK: - The C library's

    /// nil when the C library doesn't have it. What can't be converted becomes U+FFFD.
    private static func converted(_ bytes: ArraySlice<UInt8>, _ name: String) -> String? {
        let handle = iconv_open("UTF-8", name)
        guard handle != iconv_t(bitPattern: -1) else { return nil }
        defer { iconv_close(handle) }
        var input = bytes.map { CChar(bitPattern: $0) }
        var output: [UInt8] = []
        var room = [CChar](repeating: 0, count: 64 << 10)
        input.withUnsafeMutableBufferPointer { input in
            var next = input.baseAddress
            var left = input.count
            while left > 0 {
                let reason = room.withUnsafeMutableBufferPointer { room in
                    var (end, free) = (room.baseAddress, room.count)
                    let result = iconv(handle, &next, &left, &end, &free)
                    let reason = Int(result) == -1 ? errno : 0
                    output += room.prefix(room.count - free).map { UInt8(bitPattern: $0) }
                    return reason
                }
                if reason == 0 || reason == E2BIG { continue }
                // A byte that fits nowhere, or a character that is cut off.
                output += [0xEF, 0xBF, 0xBD]
                (next, left) = (next.map { $0 + 1 }, left - 1)
            }
        }
        // What it held back to join it with the next character.
        room.withUnsafeMutableBufferPointer { room in
            var (end, free) = (room.baseAddress, room.count)
            iconv(handle, nil, nil, &end, &free)
            output += room.prefix(room.count - free).map { UInt8(bitPattern: $0) }
        }
        return String(decoding: output, as: UTF8.self)
    }
}
