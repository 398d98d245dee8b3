// Matches of regexes: the whole, its groups, and what lies around it.

import JSONCore

extension FunctionTables {
    static func matches() -> MethodTable {
        var table = MethodTable("match")
        table.add(
            "match", on: .text, "pattern: any, from: integer?", gives: [.pending, .null],
            "The first match of a regex, with its groups; nil when there is none.", "'a1'.match(/([a-z])(\\d)/)[2]",
            "\"1\""
        ) { call in
            guard let wanted = call[0] else { return .null }
            return try MatchParts.match(call.text, try MatchParts.regex(wanted, call), call)
        }
        table.add(
            "match", on: .regex, "text: any, from: integer?", gives: [.pending, .null],
            "Its first match in a text, with its groups; nil when there is none.",
            "/(?<day>\\d+)\\./.match('8.3.')['day']", "\"8\""
        ) { call in
            guard case .regex(let regex) = call.receiver, let text = call[0], !text.isNull else { return .null }
            return try MatchParts.match(try call.string(text), regex, call)
        }
        table.add(
            "captures", on: .pending, gives: .list, "The groups of a match.", "'a1'.match(/([a-z])(\\d)/).captures",
            "[\"a\", \"1\"]"
        ) { call in
            .list(Array(try MatchParts.of(call).list.dropFirst()))
        }
        table.add(
            "named_captures", on: .pending, gives: .object, "The groups of a match that have names.",
            "'a1'.match(/(?<letter>[a-z])/).named_captures", "{\"letter\"=>\"a\"}"
        ) { call in
            let (list, parts) = try MatchParts.of(call)
            var made = ValueTable.Builder()
            for (name, numbers) in parts.names {
                made[.string(name)] = numbers.last { $0 < list.count && !list[$0].isNull }.map { list[$0] } ?? .null
            }
            return made.value
        }
        for (name, help, answer) in [
            ("pre_match", "What is before a match.", "\"a\""), ("post_match", "What is after a match.", "\"b\""),
        ] {
            table.add(name, on: .pending, gives: .string, help, "'a1b'.match(/\\d/).\(name)", answer) { call in
                let parts = try MatchParts.of(call).parts
                return .string(name == "pre_match" ? parts.before : parts.after)
            }
        }
        for name in ["begin", "end", "offset"] {
            table.add(
                name, on: .pending, "group: any", gives: [.integer, .list, .null],
                "Where a group of a match \(name == "offset" ? "begins and ends" : name + "s"), in characters.",
                "'a1b'.match(/\\d/).\(name)(0)", name == "begin" ? "1" : name == "end" ? "2" : "[1, 2]"
            ) { call in
                let parts = try MatchParts.of(call).parts
                var group = 0
                if case .string(let wanted)? = call[0] {
                    group = parts.names.first { $0.name == wanted }?.numbers.last ?? -1
                } else {
                    group = try call.integer(0)
                }
                guard parts.places.indices.contains(group) else { throw call.bad("the match has no such group") }
                guard let place = parts.places[group] else { return name == "offset" ? .list([.null, .null]) : .null }
                switch name {
                case "begin": return .integer(place.lowerBound)
                case "end": return .integer(place.upperBound)
                default: return .list([.integer(place.lowerBound), .integer(place.upperBound)])
                }
            }
        }
        table.add(
            "values_at", on: .pending, "positions: integer…", gives: .list, "Some groups of a match.",
            "'a1'.match(/([a-z])(\\d)/).values_at(0, 2)", "[\"a1\", \"1\"]"
        ) { try ListParts.valuesAt($0) }
        table.add(
            "to_s", on: .pending, gives: .string, "A match as text; of other chains, the list.",
            "'a1'.match(/\\d/).to_s", "\"1\""
        ) { call in
            if case .pending(let pending) = call.receiver, pending.match != nil {
                return .string(pending.list.first?.text ?? "")
            }
            return try call.made(call.receiver.text)
        }
        table.add(
            "names", on: .regex, gives: .list, "The names of its groups.", "/(?<day>\\d+)/.names", "[\"day\"]"
        ) { call in
            guard case .regex(let regex) = call.receiver else { return .null }
            return .list(regex.groupNames.map { .string($0.name) })
        }
        table.add(
            "named_captures", on: .regex, gives: .object, "The names of its groups, with their numbers.",
            "/(?<day>\\d+)/.named_captures", "{\"day\"=>[1]}"
        ) { call in
            guard case .regex(let regex) = call.receiver else { return .null }
            var made = ValueTable.Builder()
            for (name, numbers) in regex.groupNames { made[.string(name)] = .list(numbers.map { .integer($0) }) }
            return made.value
        }
        table.add(
            "casefold?", on: .regex, gives: .boolean, "Whether it takes no notice of case.", "/a/i.casefold?", "true"
        ) { call in
            guard case .regex(let regex) = call.receiver else { return .null }
            return .bool(regex.flags.contains("i"))
        }
        table.add(
            "options", on: .regex, gives: .integer, "Its flags as a number: i 1, x 2, m 4.", "/a/im.options", "5"
        ) { call in
            guard case .regex(let regex) = call.receiver else { return .null }
            return .integer(
                [("i", 1), ("x", 2), ("m", 4)].reduce(0) { regex.flags.contains($1.0) ? $0 + $1.1 : $0 })
        }
        for name in ["Regexp.escape", "Regexp.quote"] {
            table.add(
                name, on: [], "text: text", gives: .string, "With a backslash before what means something in a regex.",
                "\(name)('a.b*c')", "\"a\\\\.b\\\\*c\""
            ) { call in
                var made = ""
                for scalar in try call.string(0).unicodeScalars {
                    switch scalar {
                    case "\n": made += "\\n"
                    case "\t": made += "\\t"
                    case "\r": made += "\\r"
                    case "\u{0B}": made += "\\v"
                    case "\u{0C}": made += "\\f"
                    case _ where " #$()*+-.?[\\]^{|}".unicodeScalars.contains(scalar):
                        made += "\\" + String(scalar)
                    default: made.unicodeScalars.append(scalar)
                    }
                }
                return try call.made(made)
            }
        }
        table.add(
            "Regexp.union", on: [], "patterns: any…", gives: .regex, "A regex that matches any of the patterns.",
            "'a.b'.gsub(Regexp.union('.', /b/), '-')", "\"a--\""
        ) { call in
            let patterns = call.arguments.count == 1 ? call[0]?.list?.values ?? call.arguments : call.arguments
            let parts = try patterns.map { pattern -> String in
                if case .regex(let regex) = pattern { return patterns.count == 1 ? regex.source : regex.rubyText }
                let text = try call.string(pattern)
                return String(
                    String.UnicodeScalarView(
                        text.unicodeScalars.flatMap { scalar -> [Unicode.Scalar] in
                            " #$()*+-.?[\\]^{|}".unicodeScalars.contains(scalar) ? ["\\", scalar] : [scalar]
                        }))
            }
            do {
                return .regex(
                    try FormulaRegex.cached(parts.isEmpty ? "(?!)" : parts.joined(separator: "|"), flags: ""))
            } catch let error as FormulaRegex.Invalid {
                throw call.bad("the regex is not valid: \(error.message)")
            }
        }
        return table
    }
}

/// What a match knows besides its groups.
struct MatchParts: Sendable {
    let before: String
    let after: String
    let names: [(name: String, numbers: [Int])]
    /// Where each group lies, in characters.
    let places: [Range<Int>?]

    static func regex(_ value: Value, _ call: Call) throws -> FormulaRegex {
        if case .regex(let regex) = value { return regex }
        do { return try FormulaRegex.cached(try call.string(value), flags: "") } catch let error as FormulaRegex.Invalid
        {
            throw call.bad("the regex is not valid: \(error.message)")
        }
    }

    /// The first match in `text` as a chain whose list is the whole match and its groups.
    static func match(_ text: String, _ regex: FormulaRegex, _ call: Call) throws -> Value {
        let search = TextSearch(text, call.run, call.range)
        var from = 0
        if let given = call[1] {
            var place = try call.integer(given)
            if place < 0 { place += search.characters(before: search.bytes.count) }
            guard place >= 0, let byte = search.byte(ofCharacter: place) else { return .null }
            from = byte
        }
        guard let found = try search.first(.regex(regex), from: from) else { return .null }
        try call.run.charge(text.utf8.count, call.range)
        let groups: [Value] = found.groups.map { $0.map { .string(search.text($0)) } ?? .null }
        let parts = MatchParts(
            before: search.text(0..<found.whole.lowerBound),
            after: search.text(found.whole.upperBound..<search.bytes.count), names: regex.groupNames,
            places: found.groups.map { group in
                group.map { search.characters(before: $0.lowerBound)..<search.characters(before: $0.upperBound) }
            })
        return .pending(PendingCall("match", ValueList(groups), match: parts))
    }

    static func of(_ call: Call) throws -> (list: ValueList, parts: MatchParts) {
        guard case .pending(let pending) = call.receiver, let parts = pending.match else {
            throw call.bad("\(call.name) is for what match gives")
        }
        return (pending.list, parts)
    }
}
