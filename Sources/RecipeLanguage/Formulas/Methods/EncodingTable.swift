// Encodings: Base64, hexadecimal, addresses, bytes.

import Foundation
import JSONCore

extension FunctionTables {
    static func encodings() -> MethodTable {
        var table = MethodTable("encoding")
        for name in ["encode_base64", "base64"] {
            table.add(name, on: .text, gives: .string, "In Base64.", "'hello'.\(name)", "\"aGVsbG8=\"") {
                try $0.made(Data(Encodings.bytes($0.receiver)).base64EncodedString())
            }
        }
        table.add(
            "decode_base64", on: .text, gives: .bytes, "The bytes of a Base64 text.",
            "'aGVsbG8='.decode_base64.as_utf8", "\"hello\""
        ) { .bytes(Encodings.base64(try $0.text)) }
        table.add(
            "encode_urlsafe_base64", on: .text, gives: .string, "In Base64 for addresses.",
            "'hello?/>'.encode_urlsafe_base64", "\"aGVsbG8_Lz4=\""
        ) { call in
            .string(
                Data(Encodings.bytes(call.receiver)).base64EncodedString().replacing("+", with: "-").replacing(
                    "/", with: "_"))
        }
        table.add(
            "decode_urlsafe_base64", on: .text, gives: .bytes, "The bytes of a Base64 text for addresses.",
            "'aGVsbG8_Lz4='.decode_urlsafe_base64.as_utf8", "\"hello?/>\""
        ) { call in
            let text = try call.text.replacing("-", with: "+").replacing("_", with: "/")
            let padded = text + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
            guard let data = Data(base64Encoded: padded) else { throw call.bad("the text is no Base64 for addresses") }
            return .bytes([UInt8](data))
        }
        for name in ["encode_hex", "to_hex"] {
            table.add(name, on: .text, gives: .string, "In hexadecimal digits.", "'abc'.\(name)", "\"616263\"") {
                .string(Encodings.hex(Encodings.bytes($0.receiver)))
            }
        }
        table.add(
            "decode_hex", on: .text, gives: .bytes, "The bytes of hexadecimal digits.", "'616263'.decode_hex.as_utf8",
            "\"abc\""
        ) { call in
            let digits = try call.text.utf8.map { byte -> UInt8 in
                // Ruby takes any letter for a digit of some sort.
                (0x30...0x39).contains(byte) ? byte & 15 : (byte & 7) &+ 9 & 15
            }
            return .bytes(
                stride(from: 0, to: digits.count, by: 2).map {
                    digits[$0] << 4 | ($0 + 1 < digits.count ? digits[$0 + 1] : 0)
                })
        }
        table.add(
            "encode_url", on: .text, gives: .bytes, "With everything escaped that an address can't hold.",
            "'a b'.encode_url.as_utf8", "\"a%20b\""
        ) { call in
            .bytes(Array(Encodings.escape(Encodings.bytes(call.receiver), plusForBlank: false).utf8))
        }
        table.add(
            "decode_url", on: .text, gives: .string, "With the escapes of an address undone.", "'a%20b+c'.decode_url",
            "\"a b c\""
        ) { .string(String(decoding: Encodings.unescape(try $0.text), as: UTF8.self)) }
        table.add(
            "as_utf8", on: .text, gives: .string, "Binary data as text in UTF-8.", "'616263'.decode_hex.as_utf8",
            "\"abc\""
        ) { .string($0.receiver.text) }
        for name in ["as_string", "force_encoding"] {
            table.add(
                name, on: .text, "encoding: text", gives: .string, "Binary data as text in an encoding.",
                "'616263'.decode_hex.\(name)('utf-8')", "\"abc\""
            ) { call in
                try Encodings.decode(Encodings.bytes(call.receiver), try call.string(0), call)
            }
        }
        table.add(
            "encode", on: .text, "encoding: text, from: text?, invalid=text, undef=text, replace=text",
            gives: [.string, .bytes], "In another encoding.", "'abc'.encode('UTF-8')", "\"abc\""
        ) { call in
            try Encodings.encode(call.text, try call.string(0), call)
        }
        table.add(
            "scrub", on: .text, "replacement: text?", gives: .string, "With invalid bytes replaced.", "'abc'.scrub",
            "\"abc\""
        ) { call in
            let replacement = try call[0].map { try call.string($0) } ?? "\u{FFFD}"
            guard case .bytes(let bytes) = call.receiver else { return call.receiver }
            return .string(String(decoding: bytes, as: UTF8.self).replacing("\u{FFFD}", with: replacement))
        }
        table.add(
            "binary?", on: .text, gives: .boolean, "Whether it is binary data.", "'61'.decode_hex.binary?", "true"
        ) { .bool($0.receiver.kind == .bytes) }
        table.add(
            "encode_www_form", on: .object, gives: .string, "As the query of an address.",
            "{q: 'a b', p: 2}.encode_www_form", "\"q=a+b&p=2\""
        ) { call in
            var parts: [String] = []
            for entry in try call.members.entries {
                let key = Encodings.escape(Array(entry.key.text.utf8), plusForBlank: true, form: true)
                if let list = entry.value.list {
                    parts += list.map {
                        $0.isNull
                            ? key : key + "=" + Encodings.escape(Array($0.text.utf8), plusForBlank: true, form: true)
                    }
                } else {
                    parts.append(
                        entry.value.isNull
                            ? key
                            : key + "=" + Encodings.escape(Array(entry.value.text.utf8), plusForBlank: true, form: true)
                    )
                }
            }
            return try call.made(parts.joined(separator: "&"))
        }
        for name in ["to_query", "to_param"] {
            table.add(
                name, on: .object, "namespace: text?", gives: .string,
                "As a query with nested names, in their order by name.", "{b: 2, a: [1]}.\(name)", "\"a%5B%5D=1&b=2\""
            ) { call in
                try call.made(Encodings.query(call.receiver, try call[0].map { try call.string($0) }, depth: 0, call))
            }
        }
        table.add(
            "to_param", on: [.string, .integer, .decimal, .null, .boolean], gives: .any, "As part of an address.",
            "5.to_param", "\"5\""
        ) { $0.receiver.isNull ? .null : .string($0.receiver.text) }
        table.add(
            "to_query", on: [.string, .integer, .decimal, .boolean], "name: text", gives: .string,
            "As one name and value of a query.", "5.to_query('n')", "\"n=5\""
        ) { call in
            .string(
                Encodings.escape(Array(try call.string(0).utf8), plusForBlank: true) + "="
                    + Encodings.escape(Array(call.receiver.text.utf8), plusForBlank: true))
        }
        return table
    }
}

/// Escaping and unescaping.
enum Encodings {
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
                let isEmpty =
                    entry.value.members?.count == 0 || entry.value.list?.isEmpty == true && entry.value.members != nil
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
