// Bodies of answers as text and as JSON, in the character set that they name.

import JSONCore

/// Bodies as text.
public enum HTTPText {
    /// Whether the media type says text.
    public static func isText(_ mediaType: String) -> Bool {
        mediaType.hasPrefix("text/") || mediaType.hasSuffix("/xml") || mediaType.hasSuffix("+xml")
            || mediaType.hasSuffix("+json") || mediaType.hasSuffix("/json") || mediaType.hasSuffix("/javascript")
            || mediaType == "application/x-www-form-urlencoded" || mediaType == "application/yaml"
    }

    /// The text in the character set of the type: UTF-8 (also when none is named), US-ASCII, ISO 8859-1 or Windows-1252; nil
    /// when it is none of these or the bytes don't fit.
    public static func decode(_ bytes: [UInt8], contentType: String?) -> String? {
        switch charset(contentType) {
        case nil, "utf-8", "utf8", "us-ascii", "ascii":
            return String(validating: bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...], as: UTF8.self)
        case "iso-8859-1", "latin1", "latin-1", "windows-1252", "cp1252":
            // On the web the name of the one means the other (WHATWG Encoding §4.2).
            var text = String.UnicodeScalarView()
            for byte in bytes {
                let code = (0x80...0x9F).contains(byte) ? windows1252[Int(byte) - 0x80] : UInt32(byte)
                guard let scalar = Unicode.Scalar(code) else { return nil }
                text.append(scalar)
            }
            return String(text)
        default: return nil
        }
    }

    private static func charset(_ contentType: String?) -> String? {
        guard let contentType else { return nil }
        for parameter in contentType.lowercased().split(separator: ";").dropFirst() {
            let parts = parameter.split(separator: "=", maxSplits: 1).map { $0.filter { !" \t\"'".contains($0) } }
            if parts.count == 2, parts[0] == "charset" { return parts[1] }
        }
        return nil
    }

    private static let windows1252: [UInt32] = [
        0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,
        0x017D,
        0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153,
        0x9D,
        0x017E, 0x0178,
    ]
}

extension HTTPAnswer {
    /// The body as JSON: UTF-8, which a byte order mark may precede (RFC 8259 §8.1 lets a reader ignore it), or one of the character sets
    /// of `HTTPText` where the answer names it.
    /// - Throws: `JSONError` when it is not JSON.
    public func json(limits: JSONLimits = JSONLimits()) throws(JSONError) -> JSON {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        if body.starts(with: mark) { return try JSON(parsing: Array(body.dropFirst(mark.count)), limits: limits) }
        do { return try JSON(parsing: body, limits: limits) } catch {
            // Old servers name a character set, and mean it.
            guard let type = header("content-type"), String(validating: body, as: UTF8.self) == nil,
                let text = HTTPText.decode(body, contentType: type)
            else { throw error }
            return try JSON(parsing: Array(text.utf8), limits: limits)
        }
    }
}
