// Methods of texts: characters, slices.

import JSONCore

extension FunctionTables {
    static func textParts() -> MethodTable {
        var table = MethodTable("text")
        table.add(
            "slice", on: .text, "start: any, length: any?", gives: [.string, .null],
            "A part, by start and length, range or regex.", "'hello'.slice(1, 3)", "\"ell\""
        ) {
            call in
            try IndexNode.look(.string(call.text), call[0] ?? .null, call[1], call.run, call.range, call.subject)
        }
        table.add(
            "at", on: .text, "position: any", gives: [.string, .null], "A character by its position.", "'hello'.at(-1)",
            "\"o\""
        ) { call in
            try IndexNode.look(.string(call.text), call[0] ?? .null, nil, call.run, call.range, call.subject)
        }
        table.add(
            "first", on: .text, "count: integer?", gives: .string, "The first character, or the first few.",
            "'hello'.first(2)", "\"he\""
        ) { call in
            let count = try call[0].map { try call.integer($0) } ?? 1
            guard count >= 0 else { throw call.bad("first needs a count that is not negative") }
            return .string(TextSlice.slice(try call.text, 0, count) ?? "")
        }
        table.add(
            "last", on: .text, "count: integer?", gives: .string, "The last character, or the last few.",
            "'hello'.last(2)", "\"lo\""
        ) { call in
            let text = try call.text
            let given = try call[0].map { try call.integer($0) } ?? 1
            guard given >= 0 else { throw call.bad("last needs a count that is not negative") }
            let count = min(given, text.unicodeScalars.count)
            return .string(count <= 0 ? "" : TextSlice.slice(text, -count, count) ?? "")
        }
        table.add(
            "from", on: .text, "position: integer", gives: [.string, .null], "From a position to the end.",
            "'hello'.from(2)",
            "\"llo\""
        ) { call in
            TextSlice.slice(try call.text, try call.integer(0), .max).map { .string($0) } ?? .null
        }
        table.add(
            "to", on: .text, "position: integer", gives: .string, "Up to and with a position.", "'hello'.to(1)",
            "\"he\""
        ) { call in
            .string(
                TextSlice.slice(
                    try call.text, ValueRange(.integer(0), .integer(try call.integer(0)), excludesLast: false)) ?? "")
        }
        table.add(
            "each_char", on: .text, gives: .list, "Its characters, for a call that follows.", "'ab'.each_char.to_a",
            "[\"a\", \"b\"]"
        ) { call in
            let text = try call.text
            try call.run.charge(text.utf8.count * 8, call.range)
            return .pending(PendingCall("each", ValueList(text.unicodeScalars.map { .string(String($0)) })))
        }
        table.add("chars", on: .text, gives: .list, "Its characters.", "'ab'.chars", "[\"a\", \"b\"]") { call in
            try call.made(call.text.unicodeScalars.map { .string(String($0)) })
        }
        table.add(
            "lines", on: .text, gives: .list, "Its lines, with their ends.", "\"a\\nb\".lines", "[\"a\\n\", \"b\"]"
        ) { call in
            var (made, line): ([Value], [UInt8]) = ([], [])
            for byte in try call.text.utf8 {
                line.append(byte)
                if byte == 0x0A {
                    made.append(.string(String(decoding: line, as: UTF8.self)))
                    line = []
                }
            }
            if !line.isEmpty { made.append(.string(String(decoding: line, as: UTF8.self))) }
            return try call.made(made)
        }
        table.add("bytes", on: .text, gives: .list, "Its bytes as numbers.", "'ab'.bytes", "[97, 98]") { call in
            if case .bytes(let bytes) = call.receiver { return try call.made(bytes.map { .integer(Int($0)) }) }
            return try call.made(call.text.utf8.map { .integer(Int($0)) })
        }
        table.add(
            "byteslice", on: .text, "start: integer, length: integer?", gives: [.string, .null], "A part by bytes.",
            "'hello'.byteslice(1, 2)", "\"el\""
        ) {
            call in
            let bytes: [UInt8] = if case .bytes(let bytes) = call.receiver { bytes } else { Array(try call.text.utf8) }
            let start = try call.integer(0)
            let from = start < 0 ? start + bytes.count : start
            let length = try call[1].map { try call.integer($0) } ?? 1
            guard from >= 0, from <= bytes.count, length >= 0, call[1] != nil || from < bytes.count else {
                return .null
            }
            let part = Array(bytes[from..<(from + min(length, bytes.count - from))])
            return String(validating: part, as: UTF8.self).map { .string($0) } ?? .bytes(part)
        }
        return table
    }
}
