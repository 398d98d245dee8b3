// Encodings: Base64, hexadecimal, addresses, bytes.

import Foundation
import JSONCore

extension FunctionTables {
    static func encodings() -> MethodTable {
        var table = MethodTable("encoding")
        for name in ["encode_base64", "base64"] {
            table.add(name, on: .text, gives: .string, "In Base64.", "'hello'.\(name)", "\"aGVsbG8=\"") {
                try $0.made(Base64Text.encode(Encodings.bytes($0.receiver)))
            }
        }
        table.add(
            "decode_base64", on: .text, gives: .bytes, "The bytes of a Base64 text.",
            "'aGVsbG8='.decode_base64.as_utf8", "\"hello\""
        ) { .bytes(Encodings.base64(try $0.text)) }
        table.add(
            "encode_urlsafe_base64", on: .text, gives: .string, "In Base64 for addresses.",
            "'hello?/>'.encode_urlsafe_base64", "\"aGVsbG8_Lz4=\""
        ) { try $0.made(Base64Text.encodeForURL(Encodings.bytes($0.receiver), isPadded: true)) }
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
            "encode", on: .text, "encoding: text, from: any?, invalid=text, undef=text, replace=text",
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
                            ? "" : key + "=" + Encodings.escape(Array($0.text.utf8), plusForBlank: true, form: true)
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
            "to_param", on: .list, gives: .string, "The elements with slashes between them.", "[1, 'a'].to_param",
            "\"1/a\""
        ) { call in
            // Values nest no deeper than the limit `formula.depth`.
            func part(_ value: Value) throws -> String {
                if value.members != nil { return try Encodings.query(value, nil, depth: 0, call) }
                guard let list = value.list else { return value.text }
                var parts: [String] = []
                for element in list { parts.append(try part(element)) }
                return parts.joined(separator: "/")
            }
            return try call.made(try part(call.receiver))
        }
        table.add(
            "to_param", on: KindSet.any.subtracting([.list, .object]), gives: .any, "As part of an address.",
            "5.to_param", "\"5\""
        ) { call in
            switch call.receiver {
            case .null, .bool: call.receiver
            default: .string(call.receiver.text)
            }
        }
        table.add(
            "to_query", on: KindSet.any.subtracting(.object), "name: text", gives: .string,
            "As one name and value of a query; a list as several.", "5.to_query('n')", "\"n=5\""
        ) { call in
            try call.made(Encodings.query(call.receiver, call.string(0), depth: 0, call))
        }
        return table
    }
}
