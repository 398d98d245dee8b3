// Escaping and unescaping of texts and bytes.

import Foundation
import JSONCore

/// Escaping and unescaping.
enum Encodings {
    /// What a text method made of binary data, as binary data. Data that is not UTF-8 was read with replacements, so that
    /// its results stay texts.
    static func binary(_ result: Value, of source: [UInt8]) -> Value {
        guard String(validating: source, as: UTF8.self) != nil else { return result }
        switch result {
        case .string(let text): return .bytes(Array(text.utf8))
        case .list(let parts): return .list(parts.map { binary($0, of: []) })
        default: return result
        }
    }

    static func bytes(_ value: Value) -> [UInt8] {
        if case .bytes(let bytes) = value { return bytes }
        return Array(value.text.utf8)
    }

    static func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var made: [UInt8] = []
        made.reserveCapacity(bytes.count * 2)
        for byte in bytes { made += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
        return String(decoding: made, as: UTF8.self)
    }

    /// Base64 read leniently: what is no digit is passed over, up to the padding.
    static func base64(_ text: String) -> [UInt8] {
        var (made, buffer, bits): ([UInt8], UInt32, Int) = ([], 0, 0)
        for byte in text.utf8 {
            let value: UInt32
            switch byte {
            case 0x41...0x5A: value = UInt32(byte - 0x41)
            case 0x61...0x7A: value = UInt32(byte - 0x61 + 26)
            case 0x30...0x39: value = UInt32(byte - 0x30 + 52)
            case 0x2B: value = 62
            case 0x2F: value = 63
            case 0x3D: return made
            default: continue
            }
            (buffer, bits) = (buffer << 6 | value, bits + 6)
            if bits >= 8 {
                bits -= 8
                made.append(UInt8(truncatingIfNeeded: buffer >> UInt32(bits)))
            }
        }
        return made
    }

    static func escape(_ bytes: [UInt8], plusForBlank: Bool, form: Bool = false) -> String {
        var made: [UInt8] = []
        for byte in bytes {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: made.append(byte)
            case 0x7E where !form: made.append(byte)
            case 0x2A where form: made.append(byte)
            case 0x20 where plusForBlank: made.append(0x2B)
            default: made += ("%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)).utf8
            }
        }
        return String(decoding: made, as: UTF8.self)
    }

    static func unescape(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        var (made, index): ([UInt8], Int) = ([], 0)
        while index < bytes.count {
            if bytes[index] == 0x25, index + 2 < bytes.count, FormulaParser.isHex(bytes[index + 1]),
                FormulaParser.isHex(bytes[index + 2]),
                let byte = UInt8(String(decoding: bytes[(index + 1)...(index + 2)], as: UTF8.self), radix: 16)
            {
                made.append(byte)
                index += 3
            } else {
                made.append(bytes[index] == 0x2B ? 0x20 : bytes[index])
                index += 1
            }
        }
        return made
    }

    static func query(_ value: Value, _ prefix: String?, depth: Int, _ call: Call) throws -> String {
        guard depth < JSONForm.deepest else {
            throw call.fail("limit", "the object is nested too deep (formula.depth)")
        }
        if let members = value.members {
            return try members.entries.compactMap { entry -> String? in
                let name = prefix.map { "\($0)[\(entry.key.text)]" } ?? entry.key.text
                let isEmpty = entry.value.members?.count == 0 || entry.value.list?.isEmpty == true
                return isEmpty ? nil : try query(entry.value, name, depth: depth + 1, call)
            }.sorted { Value.byteOrder($0, $1) < 0 }.joined(separator: "&")
        }
        let name = prefix ?? ""
        if let list = value.list {
            if list.isEmpty { return escape(Array((name + "[]").utf8), plusForBlank: true) + "=" }
            return try list.map { try query($0, name + "[]", depth: depth + 1, call) }.joined(separator: "&")
        }
        return escape(Array(name.utf8), plusForBlank: true) + "=" + escape(Array(value.text.utf8), plusForBlank: true)
    }

    private static func isUTF8(_ name: String) -> Bool { ["utf-8", "utf8"].contains(name.lowercased()) }
    private static func isBinary(_ name: String) -> Bool { ["ascii-8bit", "binary"].contains(name.lowercased()) }
    private static func isLatin(_ name: String) -> Bool {
        ["iso-8859-1", "iso8859-1", "latin1"].contains(name.lowercased())
    }

    static func decode(_ bytes: [UInt8], _ encoding: String, _ call: Call) throws -> Value {
        if isUTF8(encoding) || encoding.lowercased() == "us-ascii" {
            return .string(String(decoding: bytes, as: UTF8.self))
        }
        if isBinary(encoding) { return .bytes(bytes) }
        if isLatin(encoding) { return .string(String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))) }
        if let known = named(encoding), let text = String(data: Data(bytes), encoding: known) { return .string(text) }
        throw call.bad(
            "the encoding \(Call.shown(encoding)) is not known",
            "use UTF-8, ISO-8859-1, Windows-1252, UTF-16 or US-ASCII")
    }

    static func encode(_ text: String, _ encoding: String, _ call: Call) throws -> Value {
        if isUTF8(encoding) { return .string(text) }
        guard let known = isLatin(encoding) ? .isoLatin1 : named(encoding) else {
            throw call.bad(
                "the encoding \(Call.shown(encoding)) is not known",
                "use UTF-8, ISO-8859-1, Windows-1252, UTF-16 or US-ASCII")
        }
        if known == .utf16, let data = text.data(using: .utf16BigEndian) {
            return .bytes([0xFE, 0xFF] + [UInt8](data))  // as Ruby: the mark, then the large end first
        }
        if let data = text.data(using: known) { return known == .ascii ? .string(text) : .bytes([UInt8](data)) }
        guard call.keyword("undef") != nil || call.keyword("replace") != nil else {
            throw call.bad("the text has characters that \(encoding) lacks", "add undef: :replace")
        }
        let replacement = call.keyword("replace")?.text ?? "?"
        let kept = text.unicodeScalars.map { String($0).data(using: known) == nil ? replacement : String($0) }.joined()
        let data = kept.data(using: known) ?? Data()
        return known == .ascii ? .string(kept) : .bytes([UInt8](data))
    }

    private static func named(_ name: String) -> String.Encoding? {
        switch name.lowercased() {
        case "us-ascii", "ascii": .ascii
        case "windows-1252", "cp1252": .windowsCP1252
        case "utf-16": .utf16
        case "utf-16le": .utf16LittleEndian
        case "utf-16be": .utf16BigEndian
        case "utf-32": .utf32
        case "shift_jis", "sjis": .shiftJIS
        case "euc-jp": .japaneseEUC
        default: nil
        }
    }
}
