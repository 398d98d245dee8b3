// From the bytes of a document to UTF-8: marks, declarations and charset parameters, all of which must agree.

import CLibXML2

/// Finds out the encoding of a document (XML 1.0 appendix F, RFC 7303) and turns it into UTF-8.
///
/// It is done here, and not in libxml2, so that the scan before the parse sees the very bytes that libxml2 will see.
enum DocumentEncoding {
    /// - Parameter charset: what the transport said, like the `charset` of a Content-Type; it rules over the document's
    ///   own declaration, and a byte order mark rules over both.
    /// - Returns: the document in UTF-8, without a byte order mark.
    static func utf8(_ bytes: [UInt8], charset: String?) throws(XMLError) -> ArraySlice<UInt8> {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            let rest = bytes[3...]
            try expect(declared(in: rest), isOneOf: ["UTF-8"], because: "it starts with the mark of UTF-8")
            return rest
        }
        if bytes.starts(with: [0xFF, 0xFE, 0, 0]) || bytes.starts(with: [0, 0, 0xFE, 0xFF]) {
            throw unknown("UTF-32")
        }
        if bytes.starts(with: [0xFF, 0xFE]) { return try fromUTF16(bytes[2...], bigEndian: false, marked: true) }
        if bytes.starts(with: [0xFE, 0xFF]) { return try fromUTF16(bytes[2...], bigEndian: true, marked: true) }
        if let charset = charset?.uppercased(), !charset.isEmpty {
            switch charset {
            case "UTF-16", "UTF-16BE": return try fromUTF16(bytes[...], bigEndian: true, marked: false)
            case "UTF-16LE": return try fromUTF16(bytes[...], bigEndian: false, marked: false)
            default: return try fromASCIIBased(bytes, name: charset)
            }
        }
        if bytes.starts(with: [0, 0x3C]) { return try fromUTF16(bytes[...], bigEndian: true, marked: true) }
        if bytes.starts(with: [0x3C, 0]) { return try fromUTF16(bytes[...], bigEndian: false, marked: true) }
        return try fromASCIIBased(bytes, name: declared(in: bytes[...]) ?? "UTF-8")
    }

    /// The encoding named in the XML declaration, in upper case; nil without one.
    static func declared(in bytes: ArraySlice<UInt8>) -> String? {
        guard bytes.starts(with: "<?xml".utf8), let after = bytes.dropFirst(5).first, isBlank(after) else { return nil }
        let head = bytes.prefix(1024)
        guard let end = head.firstIndex(of: UInt8(ascii: ">")) else { return nil }
        let declaration = String(decoding: head[..<end], as: UTF8.self)
        guard let key = declaration.range(ofLiteral: "encoding") else { return nil }
        let value = declaration[key.upperBound...].drop { $0 == "=" || $0.isWhitespace }
        guard let quote = value.first, quote == "\"" || quote == "'" else { return nil }
        return value.dropFirst().prefix { $0 != quote }.uppercased()
    }

    private static func fromASCIIBased(_ bytes: [UInt8], name: String) throws(XMLError) -> ArraySlice<UInt8> {
        switch name {
        case "UTF-8", "UTF8": return bytes[...]
        case "US-ASCII", "ASCII":
            if let place = bytes.firstIndex(where: { $0 >= 0x80 }) {
                throw wrong(name, line: lines(bytes[..<place]))
            }
            return bytes[...]
        case "ISO-8859-1", "LATIN1", "ISO8859-1", "ISO_8859-1":
            var utf8: [UInt8] = []
            utf8.reserveCapacity(bytes.count + bytes.count / 8)
            for byte in bytes {
                if byte < 0x80 {
                    utf8.append(byte)
                } else {
                    utf8.append(0xC0 | byte >> 6)
                    utf8.append(0x80 | byte & 0x3F)
                }
            }
            return utf8[...]
        default:
            if name.hasPrefix("UTF-16") || name.hasPrefix("ISO-10646") || name.hasPrefix("UTF-32") {
                throw XMLError(.encoding, "the document says it is written in \(shown(name)), but it isn't", line: 1)
            }
            guard converted.contains(name) else { throw unknown(name) }
            return try convert(bytes, name)[...]
        }
    }

    private static func fromUTF16(
        _ bytes: ArraySlice<UInt8>, bigEndian: Bool, marked: Bool
    ) throws(XMLError) -> ArraySlice<UInt8> {
        var utf8: [UInt8] = []
        utf8.reserveCapacity(bytes.count / 2 + bytes.count / 8)
        let wrong = wrong("UTF-16", line: nil)
        guard bytes.count.isMultiple(of: 2) else { throw wrong }
        var (index, high) = (bytes.startIndex, UInt32(0))
        while index < bytes.endIndex {
            let (first, second) = (UInt32(bytes[index]), UInt32(bytes[index + 1]))
            let unit = bigEndian ? first << 8 | second : second << 8 | first
            index += 2
            switch unit {
            case 0xD800..<0xDC00:
                guard high == 0 else { throw wrong }
                high = unit
            case 0xDC00..<0xE000:
                guard high != 0 else { throw wrong }
                append(0x10000 + (high - 0xD800) << 10 + (unit - 0xDC00), to: &utf8)
                high = 0
            default:
                guard high == 0 else { throw wrong }
                append(unit, to: &utf8)
            }
        }
        guard high == 0 else { throw wrong }
        if marked {
            try expect(
                declared(in: utf8[...]),
                isOneOf: ["UTF-16", "ISO-10646-UCS-2", "UCS-2", bigEndian ? "UTF-16BE" : "UTF-16LE"],
                because: "it is written in UTF-16")
        }
        return utf8[...]
    }

    private static func append(_ scalar: UInt32, to utf8: inout [UInt8]) {
        if scalar < 0x80 { return utf8.append(UInt8(scalar)) }
        if scalar < 0x800 {
            utf8.append(UInt8(0xC0 | scalar >> 6))
        } else {
            if scalar < 0x10000 {
                utf8.append(UInt8(0xE0 | scalar >> 12))
            } else {
                utf8.append(UInt8(0xF0 | scalar >> 18))
                utf8.append(UInt8(0x80 | scalar >> 12 & 0x3F))
            }
            utf8.append(UInt8(0x80 | scalar >> 6 & 0x3F))
        }
        utf8.append(UInt8(0x80 | scalar & 0x3F))
    }

    /// Encodings that leave ASCII alone, so that the declaration can be read first; libxml2's tables convert them.
    static let converted: Set<String> = Set(
        (2...16).map { "ISO-8859-\($0)" } + (0...8).map { "WINDOWS-125\($0)" }
            + ["KOI8-R", "KOI8-U", "SHIFT_JIS", "EUC-JP", "GB2312", "GBK", "GB18030", "BIG5", "EUC-KR", "TIS-620"])

    private static func convert(_ bytes: [UInt8], _ name: String) throws(XMLError) -> [UInt8] {
        LibXML2.start()
        guard let handler = xmlFindCharEncodingHandler(name) else { throw unknown(name) }
        defer { xmlCharEncCloseFunc(handler) }
        guard let input = xmlBufferCreateSize(bytes.count + 1), let output = xmlBufferCreateSize(bytes.count * 2 + 16)
        else { throw XMLError(.tooLarge, "there is not enough memory to read the document") }
        defer {
            xmlBufferFree(input)
            xmlBufferFree(output)
        }
        guard xmlBufferAdd(input, bytes, Int32(bytes.count)) == 0 else { throw wrong(name, line: nil) }
        // Negative on a wrong sequence; what is left over is one that was cut short.
        while xmlBufferLength(input) > 0 {
            guard xmlCharEncInFunc(handler, output, input) > 0 else { throw wrong(name, line: nil) }
        }
        return Array(UnsafeBufferPointer(start: xmlBufferContent(output), count: Int(xmlBufferLength(output))))
    }

    private static func expect(
        _ declared: String?, isOneOf names: [String], because: String
    ) throws(XMLError) {
        guard let declared, !names.contains(declared) else { return }
        throw XMLError(
            .encoding, "the document says it is written in \(shown(declared)), but \(because)", line: 1)
    }

    private static func unknown(_ name: String) -> XMLError {
        XMLError(
            .encoding, "the document is written in \(shown(name)), which is not an encoding that is read; use UTF-8",
            line: 1)
    }

    private static func wrong(_ name: String, line: Int?) -> XMLError {
        XMLError(
            .encoding, "the document holds bytes that are not \(shown(name)), the encoding it says it has", line: line)
    }

    /// The name as it may appear in a message: it comes from the document.
    private static func shown(_ name: String) -> String {
        String(name.prefix(40).filter { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.:".contains($0)) })
    }

    private static func lines(_ bytes: ArraySlice<UInt8>) -> Int { 1 + bytes.count { $0 == 0x0A } }
}

extension String {
    /// The first place of `text`, found character by character.
    fileprivate func range(ofLiteral text: String) -> Range<String.Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text) { return start..<(index(start, offsetBy: text.count)) }
            start = index(after: start)
        }
        return nil
    }
}
