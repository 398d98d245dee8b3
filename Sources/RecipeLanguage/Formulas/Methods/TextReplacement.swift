// Replacing and splitting, as Ruby's gsub, sub and split do.

import JSONCore

/// Replacing and splitting.
enum TextReplacement {
    static func replace(_ call: Call, isFirst: Bool) throws -> Value {
        guard let wanted = call[0] else { return call.receiver }
        let pattern = try call.regexOrText(wanted)
        let text = try call.text
        if let members = call[1]?.members {
            return .string(
                try replacing(text, pattern, isFirst: isFirst, call) { search, match in
                    members[search.text(match.whole)]?.text ?? ""
                })
        }
        if let block = call.block, call.arguments.count < 2 {
            return .string(
                try replacing(text, pattern, isFirst: isFirst, call) { search, match in
                    let whole = Value.string(search.text(match.whole))
                    guard block.parameters.count > 1 else { return try call.yield(block, whole).text }
                    // The second parameter is for $1 and its like.
                    let groups = match.groups.map { group in group.map { Value.string(search.text($0)) } ?? Value.null }
                    return try call.yield(block, whole, .list(groups)).text
                })
        }
        guard let given = call[1] else {
            throw call.bad("\(call.name) needs a replacement", "write: .\(call.name)('find', 'replace')")
        }
        let template = try call.string(given)
        guard template.utf8.contains(0x5C) else {
            if case .text(let find) = pattern, !find.isEmpty {
                return .string(try replacing(text, Array(find.utf8), template, isFirst: isFirst, call))
            }
            return .string(try replacing(text, pattern, isFirst: isFirst, call) { _, _ in template })
        }
        let names: [(name: String, numbers: [Int])] =
            if case .regex(let regex) = pattern { regex.groupNames } else { [] }
        return .string(
            try replacing(text, pattern, isFirst: isFirst, call) { search, match in
                try expand(Array(template.utf8), search, match, names, call)
            })
    }

    static func replacing(
        _ text: String, _ pattern: TextPattern, isFirst: Bool, _ call: Call,
        with replacement: (TextSearch, RegexMatch) throws -> String
    ) throws -> String {
        let search = TextSearch(text, call.run, call.range)
        var (made, from): ([UInt8], Int) = ([], 0)
        let matches = try search.all(pattern, limit: isFirst ? 1 : .max)
        if matches.isEmpty { return text }
        let most = call.run.environment.limits.outputBytes
        for match in matches {
            made += search.bytes[from..<match.whole.lowerBound]
            made += try replacement(search, match).utf8
            from = match.whole.upperBound
            if made.count > most { try call.run.charge(made.count, call.range) }
        }
        made += search.bytes[from...]
        try call.run.charge(made.count, call.range)
        return String(decoding: made, as: UTF8.self)
    }

    // One text by another, without making matches.
    private static func replacing(
        _ text: String, _ find: [UInt8], _ template: String, isFirst: Bool, _ call: Call
    ) throws -> String {
        let bytes = Array(text.utf8)
        try call.run.tick(1 + bytes.count / 64, call.range)
        var (made, from): ([UInt8], Int) = ([], 0)
        let most = call.run.environment.limits.outputBytes
        while let found = TextSearch.find(find, in: bytes, from: from) {
            made += bytes[from..<found]
            made += template.utf8
            from = found + find.count
            if made.count > most { try call.run.charge(made.count, call.range) }
            if isFirst { break }
        }
        if from == 0 { return text }
        made += bytes[from...]
        try call.run.charge(made.count, call.range)
        return String(decoding: made, as: UTF8.self)
    }

    /// `\1`, `\0`, `\k<name>`, `\\` in a replacement.
    private static func expand(
        _ template: [UInt8], _ search: TextSearch, _ match: RegexMatch, _ names: [(name: String, numbers: [Int])],
        _ call: Call
    ) throws -> String {
        var (made, index): ([UInt8], Int) = ([], 0)
        func append(_ group: Int) {
            if group < match.groups.count, let range = match.groups[group] { made += search.bytes[range] }
        }
        while index < template.count {
            let byte = template[index]
            guard byte == 0x5C, index + 1 < template.count else {
                made.append(byte)
                index += 1
                continue
            }
            let next = template[index + 1]
            index += 2
            switch next {
            // In a regex with named groups the others don't capture, and numbers mean none.
            case 0x30...0x39: if next == 0x30 || names.isEmpty { append(Int(next - 0x30)) }
            case 0x26: append(0)
            case 0x60: made += search.bytes[..<match.whole.lowerBound]
            case 0x27: made += search.bytes[match.whole.upperBound...]
            case 0x5C: made.append(0x5C)
            case UInt8(ascii: "k") where index < template.count && template[index] == 0x3C:
                if let close = template[index...].firstIndex(of: 0x3E) {
                    let name = String(decoding: template[(index + 1)..<close], as: UTF8.self)
                    guard let group = Int(name) ?? names.first(where: { $0.name == name })?.numbers.last else {
                        throw call.bad("the regex has no group called \(Call.shown(name))")
                    }
                    append(group)
                    index = close + 1
                }
            default: made += [0x5C, next]
            }
        }
        return String(decoding: made, as: UTF8.self)
    }

    static func split(_ call: Call) throws -> Value {
        let text = try call.text
        let limit = try call[1].map { try call.integer($0) } ?? 0
        if limit == 0, case .string(let separator)? = call[0], !separator.isEmpty, separator != " ", !text.isEmpty {
            return try split(text, separator, call)
        }
        let search = TextSearch(text, call.run, call.range)
        if limit == 1 { return .list(text.isEmpty ? [] : [.string(text)]) }
        var parts: [String] = []
        if call[0] == nil || call[0]?.isNull == true || call[0]?.equals(.string(" ")) == true {
            parts = words(search, limit)
        } else if let separator = call[0] {
            parts = try split(search, call.regexOrText(separator), limit)
        }
        if limit == 0 { while parts.last?.isEmpty == true { parts.removeLast() } }
        return try call.made(parts.map { .string($0) })
    }

    private static func words(_ search: TextSearch, _ limit: Int) -> [String] {
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) || byte == 0 }
        let bytes = search.bytes
        var (parts, index): ([String], Int) = ([], 0)
        while index < bytes.count {
            while index < bytes.count, isBlank(bytes[index]) { index += 1 }
            guard index < bytes.count else { break }
            if limit > 0, parts.count == limit - 1 {
                parts.append(search.text(index..<bytes.count))
                return parts
            }
            let start = index
            while index < bytes.count, !isBlank(bytes[index]) { index += 1 }
            parts.append(search.text(start..<index))
        }
        if limit != 0, let last = bytes.last, isBlank(last) { parts.append("") }
        return parts
    }

    /// At a text, without its empty last parts: what nearly every split is.
    private static func split(_ text: String, _ separator: String, _ call: Call) throws -> Value {
        var (text, separator) = (text, separator)
        var parts: [Value] = []
        try call.run.tick(1 + text.utf8.count / 64, call.range)
        try text.withUTF8 { text in
            try separator.withUTF8 { separator in
                var start = 0
                var filled = 0  // how many parts there are up to the last that is not empty
                func add(_ end: Int) {
                    parts.append(.string(String(checked: UnsafeBufferPointer(rebasing: text[start..<end]))))
                    if end > start { filled = parts.count }
                }
                while let found = TextSearch.find(separator, in: text, from: start) {
                    add(found)
                    if parts.count & 1023 == 0 { try call.run.charge(1024 * 32, call.range) }
                    start = found + separator.count
                }
                add(text.count)
                parts.removeLast(parts.count - filled)
            }
        }
        return try call.made(parts)
    }

    // At a text, without making matches.
    private static func split(_ search: TextSearch, _ separator: [UInt8]) throws -> [String] {
        var (parts, start): ([String], Int) = ([], 0)
        try search.run.tick(1 + search.bytes.count / 64, search.range)
        while let found = TextSearch.find(separator, in: search.bytes, from: start) {
            parts.append(search.text(start..<found))
            start = found + separator.count
            try search.run.charge(32, search.range)
        }
        parts.append(search.text(start..<search.bytes.count))
        return parts
    }

    private static func split(_ search: TextSearch, _ pattern: TextPattern, _ limit: Int) throws -> [String] {
        let count = search.bytes.count
        guard count > 0 else { return [] }
        if case .text(let text) = pattern, !text.isEmpty, limit <= 0 { return try split(search, Array(text.utf8)) }
        // `open` is where the part under way begins. An empty match where the search began is tried once more a character
        // further on, so that it splits between characters.
        var (parts, open, from, isSecondTry): ([String], Int, Int, Bool) = ([], 0, 0, false)
        var cuts = 0
        while limit <= 0 || cuts < limit - 1, from <= count, let match = try search.first(pattern, from: from) {
            if match.whole.isEmpty, match.whole.lowerBound == from {
                guard isSecondTry else {
                    from = search.next(from)
                    isSecondTry = true
                    continue
                }
                parts.append(search.text(open..<from))
                open = from
                if from >= count { break }
            } else {
                parts.append(search.text(open..<match.whole.lowerBound))
                (open, from) = (match.whole.upperBound, match.whole.upperBound)
            }
            isSecondTry = false
            cuts += 1
            for group in match.groups.dropFirst() {
                if let group { parts.append(search.text(group)) }
            }
            try search.run.charge(32, search.range)
        }
        parts.append(search.text(open..<count))
        return parts
    }
}
