// Methods of texts: code points, graphemes, lines, checksums, indents.

import Foundation
import JSONCore

extension FunctionTables {
    static func textUnits() -> MethodTable {
        var table = MethodTable("text")
        table.add("codepoints", on: .text, gives: .list, "The codes of its characters.", "'aé'.codepoints", "[97, 233]")
        { try $0.made($0.text.unicodeScalars.map { .integer(Int($0.value)) }) }
        for name in ["grapheme_clusters", "each_grapheme_cluster"] {
            table.add(
                name, on: .text, gives: .list,
                "Its characters as a reader sees them, accents and joined signs together.",
                "\"e\\u0301a\".\(name).to_a.length", "2"
            ) { call in
                let list: [Value] = try call.text.map { .string(String($0)) }
                let made = try call.made(list)
                return name == "grapheme_clusters" ? made : .pending(PendingCall("each", ValueList(list)))
            }
        }
        for name in ["each_line", "each_byte"] {
            table.add(
                name, on: .text, gives: .list,
                name == "each_line" ? "Its lines, for a call that follows." : "Its bytes, for a call that follows.",
                "\"a\\nb\".\(name).to_a.length", name == "each_line" ? "2" : "3"
            ) { call in
                let list = try call.send(name == "each_line" ? "lines" : "bytes", [])
                return .pending(PendingCall("each", list.list ?? ValueList([])))
            }
        }
        table.add(
            "sum", on: .text, "bits: integer?", gives: .integer,
            "The sum of its bytes, as a checksum of so many bits (16).", "'ab'.sum", "195"
        ) {
            call in
            let bits = try call[0].map { try call.integer($0) } ?? 16
            let total = Encodings.bytes(call.receiver).reduce(0) { $0 + Int($1) }
            return .integer(bits > 0 && bits < 62 ? total & ((1 << bits) - 1) : total)
        }
        table.add(
            "getbyte", on: .text, "position: integer", gives: [.integer, .null], "A byte as a number.",
            "'ab'.getbyte(1)", "98"
        ) { call in
            let (bytes, index) = (Encodings.bytes(call.receiver), try call.integer(0))
            let place = index < 0 ? index + bytes.count : index
            return bytes.indices.contains(place) ? .integer(Int(bytes[place])) : .null
        }
        table.add(
            "unicode_normalized?", on: .text, "form: text?", gives: .boolean,
            "Whether it is in one of Unicode's forms already.", "\"e\\u0301\".unicode_normalized?", "false"
        ) { call in
            let form = try call.send("unicode_normalize", call.arguments)
            return .bool(try call.text.unicodeScalars.elementsEqual(form.text.unicodeScalars))
        }
        table.add(
            "truncate_bytes", on: .text, "bytes: integer, omission=any", gives: .string,
            "Cut to so many bytes, between characters, with … at its end.", "'hello world'.truncate_bytes(8)",
            "\"hello…\""
        ) { call in
            let (text, limit) = (try call.text, try call.integer(0))
            let omission = call.keyword("omission").map { $0.text } ?? "…"
            if text.utf8.count <= limit { return .string(text) }
            let room = limit - omission.utf8.count
            guard room >= 0 else { throw call.bad("truncate_bytes needs room for \(Call.shown(omission))") }
            if room == 0 { return .string(omission) }
            var kept = ""
            for character in text {
                guard kept.utf8.count + character.utf8.count <= room else { break }
                kept.append(character)
            }
            return .string(kept + omission)
        }
        table.add(
            "indent", on: .text, "amount: integer, filler: text?, empty_lines: boolean?", gives: .string,
            "Its lines moved to the right.", "\"a\\nb\".indent(2)", "\"  a\\n  b\""
        ) { call in
            let text = try call.text
            var filler = try call[1].map { $0.isNull ? nil : try call.string($0) } ?? nil
            if filler == nil {
                let first = text.split(separator: "\n").first { $0.first == " " || $0.first == "\t" }?.first
                filler = first.map { String($0) } ?? " "
            }
            let amount = try call.integer(0)
            guard amount >= 0, amount <= 10_000 else { throw call.bad("indent needs an amount from 0 to 10000") }
            let unit = String(repeating: filler ?? " ", count: amount)
            let lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).map { String($0) ?? "" }
            try call.run.charge(text.utf8.count + lines.count * unit.utf8.count, call.range)
            let all = call[2]?.isTrue ?? false
            return .string(
                lines.enumerated().map { index, line in
                    line.isEmpty && (!all || index == lines.count - 1) ? line : unit + line
                }.joined(separator: "\n"))
        }
        table.add(
            "strip_heredoc", on: .text, gives: .string, "Without the blanks that all its lines start with.",
            "\"  a\\n    b\".strip_heredoc", "\"a\\n  b\""
        ) { call in
            let lines = try call.text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).map {
                String($0) ?? ""
            }
            func margin(_ line: String) -> Int { line.utf8.prefix { $0 == 0x20 || $0 == 0x09 }.count }
            let least = lines.filter { margin($0) < $0.utf8.count }.map(margin).min() ?? 0
            return .string(
                lines.map { String($0.dropFirst(min(least, margin($0)))) }.joined(separator: "\n"))
        }
        for name in ["upcase_first", "downcase_first"] {
            table.add(
                name, on: .text, gives: .string,
                "The first letter \(name == "upcase_first" ? "upper" : "lower")-case, the rest as it is.",
                name == "upcase_first" ? "'aBC'.upcase_first" : "'ABC'.downcase_first",
                name == "upcase_first" ? "\"ABC\"" : "\"aBC\""
            ) { call in
                let scalars = try call.text.unicodeScalars
                guard let first = scalars.first else { return .string("") }
                let head =
                    name == "upcase_first" ? first.properties.uppercaseMapping : first.properties.lowercaseMapping
                return .string(head + String(scalars.dropFirst()))
            }
        }
        table.add(
            "upto", on: .text, "last: text", gives: .list, "The texts from it to a last one, in counting order.",
            "'a'.upto('e').to_a", "[\"a\", \"b\", \"c\", \"d\", \"e\"]"
        ) { call in
            let range = ValueRange(.string(try call.text), .string(try call.string(0)), excludesLast: false)
            return .pending(PendingCall("each", try call.elements(.range(range))))
        }
        for (name, help, example, answer) in [
            ("demodulize", "Without the modules before a name.", "'A::B::C'.demodulize", "\"C\""),
            ("deconstantize", "The modules before a name.", "'A::B::C'.deconstantize", "\"A::B\""),
            ("foreign_key", "The name of a key that points to it.", "'Order::Line'.foreign_key", "\"line_id\""),
        ] {
            table.add(
                name, on: .text, name == "foreign_key" ? "underscore: boolean?" : "", gives: .string, help, example,
                answer
            ) { call in
                let text = try call.text
                let parts = text.ranges(of: "::")
                switch name {
                case "demodulize": return .string(parts.last.map { String(text[$0.upperBound...]) } ?? text)
                case "deconstantize": return .string(parts.last.map { String(text[..<$0.lowerBound]) } ?? "")
                default:
                    let bare = parts.last.map { String(text[$0.upperBound...]) } ?? text
                    return .string(Words.underscore(bare) + (call[0]?.isTrue ?? true ? "_id" : "id"))
                }
            }
        }
        return table
    }
}
