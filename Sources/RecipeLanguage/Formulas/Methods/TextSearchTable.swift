// Methods of texts: finding, replacing, taking apart.

import JSONCore

extension FunctionTables {
    static func textSearch() -> MethodTable {
        var table = MethodTable("text")
        table.add(
            "include?", on: .text, "part: text", gives: .boolean, "Whether a text occurs in it.",
            "'hello'.include?('ell')", "true"
        ) { call in
            .bool(try TextSearch(call.text, call.run, call.range).first(.text(call.string(0))) != nil)
        }
        table.add(
            "exclude?", on: .text, "part: text", gives: .boolean, "Whether a text does not occur in it.",
            "'hello'.exclude?('z')", "true"
        ) {
            call in
            .bool(try TextSearch(call.text, call.run, call.range).first(.text(call.string(0))) == nil)
        }
        for name in ["starts_with?", "start_with?"] {
            table.add(
                name, on: .text, "parts: any…", gives: .boolean, "Whether it starts with one of the given texts.",
                "'hello'.\(name)('he')", "true"
            ) {
                call in
                let text = try call.text
                for part in call.arguments {
                    if case .regex = part {
                        let found = try TextSearch(text, call.run, call.range).first(call.regexOrText(part))
                        if found?.whole.lowerBound == 0 { return .bool(true) }
                    } else if text.utf8.starts(with: try call.string(part).utf8) {
                        return .bool(true)
                    }
                }
                return .bool(false)
            }
        }
        for name in ["ends_with?", "end_with?"] {
            table.add(
                name, on: .text, "parts: text…", gives: .boolean, "Whether it ends with one of the given texts.",
                "'hello'.\(name)('lo')", "true"
            ) {
                call in
                let text = try call.text
                return .bool(
                    try call.arguments.contains { part in
                        let ending = try call.string(part)
                        return text.utf8.suffix(ending.utf8.count).elementsEqual(ending.utf8)
                    })
            }
        }
        table.add(
            "match?", on: .text, "pattern: regex", gives: .boolean, "Whether a regex matches somewhere in it.",
            "'a1'.match?(/\\d/)", "true"
        ) {
            call in
            let pattern = try TextSearch.regex(call, call[0])
            guard case .regex(let regex) = pattern else {
                return .bool(try TextSearch(call.text, call.run, call.range).first(pattern) != nil)
            }
            return .bool(try TextSearch.matches(regex, call.text, call.run, call.range))
        }
        table.add(
            "match?", on: .regex, "text: text", gives: .boolean, "Whether it matches somewhere in a text.",
            "/\\d/.match?('a1')", "true"
        ) {
            call in
            guard case .regex(let regex) = call.receiver, let text = call[0], !text.isNull else { return .bool(false) }
            return .bool(try TextSearch.matches(regex, call.string(text), call.run, call.range))
        }
        table.add("source", on: .regex, gives: .string, "The pattern as text.", "/a+/.source", "\"a+\"") { call in
            if case .regex(let regex) = call.receiver { .string(regex.source) } else { .null }
        }
        table.add(
            "scan", on: .text, "pattern: any", gives: .list, "All matches; lists of groups when the regex has groups.",
            "'a1b22'.scan(/\\d+/)", "[\"1\", \"22\"]"
        ) {
            call in
            guard let wanted = call[0] else { return .null }
            let search = TextSearch(try call.text, call.run, call.range)
            var made: [Value] = []
            for match in try search.all(call.regexOrText(wanted)) {
                try call.run.charge(match.whole.count, call.range)
                if match.groups.count == 1 {
                    made.append(.string(search.text(match.whole)))
                } else {
                    made.append(.list(match.groups.dropFirst().map { $0.map { .string(search.text($0)) } ?? .null }))
                }
            }
            return try call.made(made)
        }
        for name in ["gsub", "sub"] {
            let isFirst = name == "sub"
            table.add(
                name, on: .text, "find: any, replacement: any?, **map: any, &match", gives: .string,
                isFirst
                    ? "The first match replaced." : "All matches replaced, by a text, an object of texts or a block.",
                isFirst ? "'a-b-c'.sub('-', '+')" : "'a-b-c'.gsub('-', '+')", isFirst ? "\"a+b-c\"" : "\"a+b+c\""
            ) { try TextReplacement.replace($0, isFirst: isFirst) }
        }
        table.add(
            "split", on: .text, "separator: any?, limit: integer?", gives: .list,
            "The parts between separators; at blanks without one.", "'a-b'.split('-')", "[\"a\", \"b\"]"
        ) {
            try TextReplacement.split($0)
        }
        for name in ["index", "rindex"] {
            let isLast = name == "rindex"
            table.add(
                name, on: .text, "part: any, from: integer?", gives: [.integer, .null],
                "Where a text or regex occurs \(isLast ? "last" : "first"); nil when it does not.",
                "'hello'.\(name)('l')", isLast ? "3" : "2"
            ) { call in
                guard let wanted = call[0] else { return .null }
                let search = TextSearch(try call.text, call.run, call.range)
                let pattern = try call.regexOrText(wanted)
                var from = 0
                if let given = call[1] {
                    var place = try call.integer(given)
                    if place < 0 { place += search.characters(before: search.bytes.count) }
                    guard place >= 0, let byte = search.byte(ofCharacter: place) else { return .null }
                    from = byte
                }
                guard isLast else {
                    return try search.first(pattern, from: from).map {
                        .integer(search.characters(before: $0.whole.lowerBound))
                    } ?? .null
                }
                return try search.last(pattern, upTo: call[1] == nil ? .max : from).map {
                    .integer(search.characters(before: $0.whole.lowerBound))
                } ?? .null
            }
        }
        table.add(
            "partition", on: .text, "separator: any", gives: .list, "What is before, at and after the first match.",
            "'a=b=c'.partition('=')", "[\"a\", \"=\", \"b=c\"]"
        ) {
            call in
            guard let wanted = call[0] else { return .null }
            let search = TextSearch(try call.text, call.run, call.range)
            guard let match = try search.first(call.regexOrText(wanted)) else {
                return .list([call.receiver, .string(""), .string("")])
            }
            return .list(
                [0..<match.whole.lowerBound, match.whole, match.whole.upperBound..<search.bytes.count].map {
                    .string(search.text($0))
                })
        }
        table.add(
            "rpartition", on: .text, "separator: any", gives: .list, "What is before, at and after the last match.",
            "'a=b=c'.rpartition('=')", "[\"a=b\", \"=\", \"c\"]"
        ) {
            call in
            guard let wanted = call[0] else { return .null }
            let search = TextSearch(try call.text, call.run, call.range)
            guard let match = try search.last(call.regexOrText(wanted)) else {
                return .list([.string(""), .string(""), call.receiver])
            }
            return .list(
                [0..<match.whole.lowerBound, match.whole, match.whole.upperBound..<search.bytes.count].map {
                    .string(search.text($0))
                })
        }
        table.add(
            "delete_prefix", on: .text, "prefix: text", gives: .string, "Without a beginning, when it has it.",
            "'Mr X'.delete_prefix('Mr ')", "\"X\""
        ) {
            .string(TextCase.dropping(try $0.text, prefix: try $0.string(0)))
        }
        table.add(
            "delete_suffix", on: .text, "suffix: text", gives: .string, "Without an ending, when it has it.",
            "'a.txt'.delete_suffix('.txt')", "\"a\""
        ) {
            .string(TextCase.dropping(try $0.text, suffix: try $0.string(0)))
        }
        table.add(
            "remove", on: .text, "patterns: any…", gives: .string,
            "Without all matches of the given texts and regexes.", "'a-b'.remove('-')", "\"ab\""
        ) {
            call in
            var text = try call.text
            for pattern in call.arguments {
                text = try TextReplacement.replacing(text, call.regexOrText(pattern), isFirst: false, call) { _, _ in ""
                }
            }
            return .string(text)
        }
        table.add(
            "split_strip_compact", on: .text, "separator: any, limit: integer?", gives: .list,
            "Its parts, trimmed, without those that are blank.", "'a , b,,c'.split_strip_compact(',')",
            "[\"a\", \"b\", \"c\"]"
        ) { call in
            let parts = try TextReplacement.split(call).list ?? ValueList([])
            let trimmed = parts.map { Value.string(TextCase.strip($0.text, left: true, right: true)) }
            return .list(trimmed.filter { !Blank.isBlank($0) })
        }
        return table
    }
}
