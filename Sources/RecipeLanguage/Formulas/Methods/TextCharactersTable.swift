// Methods of texts: character sets and small changes.

import JSONCore

extension FunctionTables {
    static func textCharacters() -> MethodTable {
        var table = MethodTable("text")
        table.add(
            "count", on: .text, "sets: text…", gives: .integer, "How many characters are in a set, like 'a-z'.",
            "'hello'.count('lo')", "3"
        ) { call in
            let set = try CharacterSet(call.arguments.map { try call.string($0) }, call)
            return .integer(try call.text.unicodeScalars.reduce(0) { set.contains($1) ? $0 + 1 : $0 })
        }
        table.add(
            "delete", on: .text, "sets: text…", gives: .string, "Without the characters of a set.",
            "'hello'.delete('l')", "\"heo\""
        ) { call in
            let set = try CharacterSet(call.arguments.map { try call.string($0) }, call)
            return .string(String(String.UnicodeScalarView(try call.text.unicodeScalars.filter { !set.contains($0) })))
        }
        table.add(
            "squeeze", on: .text, "sets: text…", gives: .string, "One character for several same ones in a row.",
            "'aabbb'.squeeze", "\"ab\""
        ) { call in
            let set = try CharacterSet(call.arguments.map { try call.string($0) }, call)
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
                let set = try CharacterSet([call.string(0)], call)
                let targets = try CharacterSet.expand(call.string(1), call)
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
            let length = max(0, try call.integer(0))
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
            "truncate_words", on: .text, "count: integer, omission=text, separator=any", gives: .string,
            "Cut to a number of words.",
            "'Once upon a time'.truncate_words(2)", "\"Once upon...\""
        ) {
            call in
            let text = try call.text
            let count = try call.integer(0)
            guard count >= 0 else { return .string(text) }
            let omission = try call.keyword("omission").map { try call.string($0) } ?? "..."
            let separator = try call.keyword("separator").map { try call.regexOrText($0) }
            let pattern = try separator ?? .regex(FormulaRegex.cached(#"\s+"#, flags: ""))
            // Each word has a character at least; what is cut off begins with the separator after the last of them.
            let search = TextSearch(text, call.run, call.range)
            var end = 0
            for word in 0..<count {
                guard end < search.bytes.count, let match = try search.first(pattern, from: search.next(end)) else {
                    return .string(text)
                }
                end = word + 1 < count ? match.whole.upperBound : match.whole.lowerBound
            }
            return .string(search.text(0..<end) + omission)
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
