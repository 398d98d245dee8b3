// Methods of texts: characters, slices, character sets, small changes.

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
            .string(TextSlice.slice(try call.text, 0, try call[0].map { try call.integer($0) } ?? 1) ?? "")
        }
        table.add(
            "last", on: .text, "count: integer?", gives: .string, "The last character, or the last few.",
            "'hello'.last(2)", "\"lo\""
        ) { call in
            let text = try call.text
            let count = min(try call[0].map { try call.integer($0) } ?? 1, text.unicodeScalars.count)
            return .string(count <= 0 ? "" : TextSlice.slice(text, -count, count) ?? "")
        }
        table.add(
            "from", on: .text, "position: integer", gives: .string, "From a position to the end.", "'hello'.from(2)",
            "\"llo\""
        ) { call in
            .string(TextSlice.slice(try call.text, try call.integer(0), .max) ?? "")
        }
        table.add(
            "to", on: .text, "position: integer", gives: .string, "Up to and with a position.", "'hello'.to(1)",
            "\"he\""
        ) { call in
            .string(
                TextSlice.slice(
                    try call.text, ValueRange(.integer(0), .integer(try call.integer(0)), excludesLast: false)) ?? "")
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
        table.add(
            "count", on: .text, "sets: text…", gives: .integer, "How many characters are in a set, like 'a-z'.",
            "'hello'.count('lo')", "3"
        ) { call in
            let set = try CharacterSet(call.arguments.map { try call.string($0) })
            return .integer(try call.text.unicodeScalars.reduce(0) { set.contains($1) ? $0 + 1 : $0 })
        }
        table.add(
            "delete", on: .text, "sets: text…", gives: .string, "Without the characters of a set.",
            "'hello'.delete('l')", "\"heo\""
        ) { call in
            let set = try CharacterSet(call.arguments.map { try call.string($0) })
            return .string(String(String.UnicodeScalarView(try call.text.unicodeScalars.filter { !set.contains($0) })))
        }
        table.add(
            "squeeze", on: .text, "sets: text…", gives: .string, "One character for several same ones in a row.",
            "'aabbb'.squeeze", "\"ab\""
        ) { call in
            let set = try CharacterSet(call.arguments.map { try call.string($0) })
            var kept = String.UnicodeScalarView()
            for scalar in try call.text.unicodeScalars
            where !(kept.last == scalar && (call.arguments.isEmpty || set.contains(scalar))) {
                kept.append(scalar)
            }
            return .string(String(kept))
        }
        for name in ["tr", "tr_s"] {
            table.add(
                name, on: .text, "from: text, to: text", gives: .string,
                "Characters of one set replaced by those of another.", "'hello'.\(name)('el', 'ip')",
                name == "tr" ? "\"hippo\"" : "\"hipo\""
            ) {
                call in
                let set = CharacterSet([try call.string(0)])
                let targets = CharacterSet.expand(try call.string(1))
                var made = String.UnicodeScalarView()
                var lastPlaced: Unicode.Scalar?
                for scalar in try call.text.unicodeScalars {
                    guard let place = set.place(of: scalar) else {
                        made.append(scalar)
                        lastPlaced = nil
                        continue
                    }
                    guard let target = place < targets.count ? targets[place] : targets.last else { continue }
                    if name == "tr_s", lastPlaced == target { continue }
                    made.append(target)
                    lastPlaced = target
                }
                return .string(String(made))
            }
        }
        table.add(
            "insert", on: .text, "position: integer, part: text", gives: .string,
            "With a text put in before a position.", "'abd'.insert(2, 'c')", "\"abcd\""
        ) {
            call in
            var scalars = Array(try call.text.unicodeScalars)
            var place = try call.integer(0)
            if place < 0 { place += scalars.count + 1 }
            guard (0...scalars.count).contains(place) else {
                throw call.bad("the text has no position \(try call.integer(0))")
            }
            scalars.insert(contentsOf: try call.string(1).unicodeScalars, at: place)
            return .string(String(String.UnicodeScalarView(scalars)))
        }
        table.add(
            "prepend", on: .text, "parts: text…", gives: .string, "With texts put before it.", "'b'.prepend('a')",
            "\"ab\""
        ) { call in
            try call.made(try call.arguments.map { try call.string($0) }.joined() + call.text)
        }
        table.add(
            "concat", on: .text, "parts: text…", gives: .string, "With texts put after it.", "'a'.concat('b', 'c')",
            "\"abc\""
        ) { call in
            try call.made(try call.text + call.arguments.map { try call.string($0) }.joined())
        }
        table.add(
            "truncate", on: .text, "length: integer, omission=text, separator=any", gives: .string,
            "Cut to a length, the omission mark included.", "'Once upon a time'.truncate(10)", "\"Once up...\""
        ) { call in
            let text = try call.text
            let length = try call.integer(0)
            guard text.unicodeScalars.count > length else { return .string(text) }
            let omission = try call.keyword("omission").map { try call.string($0) } ?? "..."
            var room = max(0, length - omission.unicodeScalars.count)
            if let separator = call.keyword("separator") {
                let search = TextSearch(TextSlice.slice(text, 0, room + 1) ?? text, call.run, call.range)
                let starts = try search.all(call.regexOrText(separator)).map {
                    search.characters(before: $0.whole.lowerBound)
                }
                if let cut = starts.last(where: { $0 <= room }) { room = cut }
            }
            return .string((TextSlice.slice(text, 0, room) ?? "") + omission)
        }
        table.add(
            "truncate_words", on: .text, "count: integer, omission=text", gives: .string, "Cut to a number of words.",
            "'Once upon a time'.truncate_words(2)", "\"Once upon...\""
        ) {
            call in
            let text = try call.text
            let words = text.split(whereSeparator: \.isWhitespace)
            let count = try call.integer(0)
            guard count >= 0, words.count > count else { return .string(text) }
            let omission = try call.keyword("omission").map { try call.string($0) } ?? "..."
            guard count > 0 else { return .string(omission) }
            return .string(text[..<words[count - 1].endIndex] + omission)
        }
        table.add(
            "ascii_only?", on: .text, gives: .boolean, "Whether all characters are ASCII.", "'ä'.ascii_only?", "false"
        ) {
            .bool(try $0.text.utf8.allSatisfy { $0 < 0x80 })
        }
        for name in ["valid_encoding?"] {
            table.add(name, on: .text, gives: .boolean, "Whether it is text in UTF-8.", "'ä'.\(name)", "true") { call in
                if case .bytes(let bytes) = call.receiver {
                    return .bool(String(validating: bytes, as: UTF8.self) != nil)
                }
                return .bool(true)
            }
        }
        return table
    }
}

/// A set of characters as `tr`, `count` and `delete` write them: `a-z`, `^0-9`. Several sets mean what is in all.
struct CharacterSet {
    private var sets: [(isNegated: Bool, members: [Unicode.Scalar])] = []

    init(_ patterns: [String]) {
        for pattern in patterns {
            let isNegated = pattern.unicodeScalars.first == "^" && pattern.unicodeScalars.count > 1
            sets.append((isNegated, Self.expand(isNegated ? String(pattern.unicodeScalars.dropFirst()) : pattern)))
        }
    }

    /// The characters of a pattern, ranges written out (the first few thousand).
    static func expand(_ pattern: String) -> [Unicode.Scalar] {
        let scalars = Array(pattern.unicodeScalars)
        var (made, index): ([Unicode.Scalar], Int) = ([], 0)
        while index < scalars.count, made.count < 70_000 {
            if scalars[index] == "\\", index + 1 < scalars.count {
                made.append(scalars[index + 1])
                index += 2
            } else if index + 2 < scalars.count, scalars[index + 1] == "-",
                scalars[index].value <= scalars[index + 2].value
            {
                made += (scalars[index].value...min(scalars[index + 2].value, scalars[index].value + 65_535))
                    .compactMap(
                        Unicode.Scalar.init)
                index += 3
            } else {
                made.append(scalars[index])
                index += 1
            }
        }
        return made
    }

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        !sets.isEmpty && sets.allSatisfy { $0.members.contains(scalar) != $0.isNegated }
    }

    /// Where a character stands in the first set; the last place for all characters of a negated set.
    func place(of scalar: Unicode.Scalar) -> Int? {
        guard let set = sets.first else { return nil }
        if set.isNegated { return set.members.contains(scalar) ? nil : .max }
        return set.members.firstIndex(of: scalar)
    }
}
