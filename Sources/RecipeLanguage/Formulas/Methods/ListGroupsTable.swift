// Methods of lists: slices, pairs, combinations, counts.

import JSONCore

extension FunctionTables {
    static func listGroups() -> MethodTable {
        var table = MethodTable("list")
        for name in ["each_slice", "each_cons"] {
            table.add(
                name, on: .enumerable, "count: integer, &items", gives: .list,
                name == "each_slice" ? "Groups of so many elements." : "All runs of so many neighbours.",
                "[1, 2, 3].\(name)(2).to_a", name == "each_slice" ? "[[1, 2], [3]]" : "[[1, 2], [2, 3]]"
            ) {
                call in
                let (list, count) = (try call.list, try call.integer(0))
                guard count > 0 else { throw call.bad("\(name) needs a count above zero") }
                var groups: [Value] = []
                if name == "each_slice" {
                    for start in stride(from: 0, to: list.count, by: count) {
                        groups.append(list.slice(start, min(count, list.count - start)))
                    }
                } else if list.count >= count {
                    try call.run.charge(
                        (list.count - count + 1).multipliedReportingOverflow(by: count * 8).partialValue, call.range)
                    for start in 0...(list.count - count) { groups.append(list.slice(start, count)) }
                }
                guard let block = call.block else { return .pending(PendingCall("each", ValueList(groups))) }
                for group in groups { _ = try call.yield(block, group) }
                return call.receiver
            }
        }
        table.add(
            "in_groups_of", on: .list, "count: integer, filler: any?", gives: .list,
            "Groups of so many elements, the last filled up (not when the filler is false).",
            "[1, 2, 3].in_groups_of(2)", "[[1, 2], [3, nil]]"
        ) {
            call in
            let (list, count) = (try call.list, try call.integer(0))
            guard count > 0, count <= 1_000_000 else { throw call.bad("in_groups_of needs a count above zero") }
            return try call.made(
                stride(from: 0, to: list.count, by: count).map { start in
                    var group = Array(list[start..<min(start + count, list.count)])
                    if case .bool(false)? = call[1] { return .list(group) }
                    while group.count < count { group.append(call[1] ?? .null) }
                    return .list(group)
                })
        }
        table.add(
            "in_groups", on: .list, "count: integer, filler: any?", gives: .list,
            "So many groups, filled up to the same size (not when the filler is false).", "[1, 2, 3].in_groups(2)",
            "[[1, 2], [3, nil]]"
        ) { call in
            let (list, count) = (try call.list, try call.integer(0))
            guard count > 0, count <= 100_000 else { throw call.bad("in_groups needs a count above zero") }
            let (division, rest) = (list.count / count, list.count % count)
            var (groups, start): ([Value], Int) = ([], 0)
            for index in 0..<count {
                let size = division + (rest > index ? 1 : 0)
                var group = Array(list[start..<(start + size)])
                start += size
                if rest > 0, size == division {
                    if case .bool(false)? = call[1] {} else { group.append(call[1] ?? .null) }
                }
                groups.append(.list(group))
            }
            return .list(groups)
        }
        table.add(
            "zip", on: .enumerable, "lists: list…", gives: .list, "Elements at the same places put together.",
            "[1, 2].zip(['a', 'b'])", "[[1, \"a\"], [2, \"b\"]]"
        ) { call in
            let others = try call.arguments.map { try call.elements($0) }
            return try call.made(
                call.list.enumerated().map { index, value in
                    .list([value] + others.map { index < $0.count ? $0[index] : .null })
                })
        }
        table.add(
            "transpose", on: .list, gives: .list, "Rows and columns swapped.", "[[1, 2], [3, 4]].transpose",
            "[[1, 3], [2, 4]]"
        ) { call in
            let rows = try call.list.map { try call.elements($0) }
            guard let width = rows.first?.count else { return .list([]) }
            guard rows.allSatisfy({ $0.count == width }) else {
                throw call.bad("transpose needs rows of the same length")
            }
            return try call.made((0..<width).map { column in .list(rows.map { $0[column] }) })
        }
        table.add(
            "product", on: .list, "lists: list…", gives: .list, "All combinations with elements of other lists.",
            "[1, 2].product([3, 4])", "[[1, 3], [1, 4], [2, 3], [2, 4]]"
        ) { call in
            var rows: [[Value]] = try call.list.map { [$0] }
            for other in try call.arguments.map({ try call.elements($0) }) {
                let (size, over) = rows.count.multipliedReportingOverflow(by: max(1, other.count))
                try call.run.charge(over || size > 1 << 40 ? .max : size * 16, call.range)
                rows = rows.flatMap { row in other.map { row + [$0] } }
            }
            return try call.made(rows.map { .list($0) })
        }
        table.add(
            "combination", on: .list, "count: integer", gives: .list, "All choices of so many elements.",
            "[1, 2, 3].combination(2).to_a", "[[1, 2], [1, 3], [2, 3]]"
        ) { call in
            let (list, count) = (try call.list.values, try call.integer(0))
            guard count >= 0, count <= list.count else { return .list([]) }
            var (made, places): ([Value], [Int]) = ([], Array(0..<count))
            while true {
                try call.run.charge(16 + count * 8, call.range)
                try call.run.tick(call.range)
                made.append(.list(places.map { list[$0] }))
                guard let move = places.indices.last(where: { places[$0] < list.count - count + $0 }) else {
                    return .list(made)
                }
                places[move] += 1
                for index in places.indices where index > move { places[index] = places[index - 1] + 1 }
            }
        }
        table.add(
            "tally", on: .enumerable, gives: .object, "How often each value occurs.", "['a', 'b', 'a'].tally",
            "{\"a\"=>2, \"b\"=>1}"
        ) { call in
            var counts = ValueTable.Builder()
            for value in try call.list {
                if case .integer(let before)? = counts[value] {
                    counts[value] = .integer(before + 1)
                } else {
                    counts[value] = .integer(1)
                }
            }
            return counts.value
        }
        table.add(
            "chunk_while", on: .enumerable, "&!pair", gives: .list, "Groups of neighbours for which the block is true.",
            "[1, 2, 4].chunk_while { |a, b| b == a + 1 }.to_a", "[[1, 2], [4]]"
        ) {
            try ListGroups.neighbours($0, splitsWhen: false)
        }
        table.add(
            "slice_when", on: .enumerable, "&!pair", gives: .list,
            "Groups split where the block is true for two neighbours.",
            "[1, 2, 4].slice_when { |a, b| b > a + 1 }.to_a", "[[1, 2], [4]]"
        ) {
            try ListGroups.neighbours($0, splitsWhen: true)
        }
        table.add(
            "to_sentence", on: .list, "words_connector=text, two_words_connector=text, last_word_connector=text",
            gives: .string, "The elements as part of a sentence.", "[1, 2, 3].to_sentence", "\"1, 2, and 3\""
        ) {
            call in
            let parts = try call.list.map(\.text)
            let comma = try call.keyword("words_connector").map { try call.string($0) } ?? ", "
            let two = try call.keyword("two_words_connector").map { try call.string($0) } ?? " and "
            let last = try call.keyword("last_word_connector").map { try call.string($0) } ?? ", and "
            if parts.count < 3 { return .string(parts.joined(separator: two)) }
            let list = try call.list
            let head = try ListParts.join(ValueList(Array(list.dropLast())), comma, call.run, call.range)
            return try call.made(head + last + (parts.last ?? ""))
        }
        for name in ["cover?", "include?", "member?"] {
            table.add(
                name, on: .range, "value: any", gives: .boolean, "Whether a value lies within.", "(1..5).\(name)(3)",
                "true"
            ) { call in
                guard case .range(let range) = call.receiver else { return .null }
                guard name == "cover?" else { return .bool(try call.includes(range, call[0] ?? .null)) }
                if case .range(let part)? = call[0] { return .bool(range.covers(part)) }
                return .bool(range.contains(call[0] ?? .null))
            }
        }
        table.add(
            "step", on: .range, "step: number", gives: .list, "Every so many.", "(1..7).step(3).to_a", "[1, 4, 7]"
        ) { call in
            guard case .range(let range) = call.receiver, let given = call[0] else { return .null }
            if range.first.kind == .string || range.first.kind == .date {
                let (list, count) = (try call.list, try call.integer(given))
                guard count > 0 else { throw call.bad("step needs a number above zero") }
                return .pending(
                    PendingCall("each", ValueList(stride(from: 0, to: list.count, by: count).map { list[$0] })))
            }
            return try ListGroups.steps(
                try call.number(range.first), try call.number(range.last), try call.number(given), range.excludesLast,
                call)
        }
        table.add(
            "step", on: .real, "limit: number, step: number?", gives: .list, "Every so many from it to a limit.",
            "1.step(7, 3).to_a", "[1, 4, 7]"
        ) { call in
            try ListGroups.steps(
                try call.number, try call.number(call[0] ?? .null), try call.number(call[1] ?? .integer(1)), false, call
            )
        }
        for name in ["begin", "end"] {
            table.add(
                name, on: .range, gives: .any, "The \(name == "begin" ? "first" : "last") end of a range.",
                "(1..5).\(name)", name == "begin" ? "1" : "5"
            ) { call in
                guard case .range(let range) = call.receiver else { return .null }
                return name == "begin" ? range.first : range.last
            }
        }
        for name in ["to_a", "entries", "to_ary"] {
            table.add(
                name, on: [.list, .object, .range, .pending], gives: .list, "As a list; an object as pairs.",
                "(1..3).\(name)", "[1, 2, 3]"
            ) { try $0.list.value }
        }
        table.add("to_a", on: .null, gives: .list, "An empty list.", "nil.to_a", "[]") { _ in .list([]) }
        table.add("to_set", on: .enumerable, gives: .list, "Each value once.", "[1, 1].to_set", "[1]") { call in
            var seen: Set<KeyIdentity> = []
            return try call.made(call.list.filter { seen.insert(KeyIdentity($0)).inserted })
        }
        table.add(
            "dig", on: .list, "key: any, path: any…", gives: .any,
            "An element deep inside; nil when a step is missing.",
            "[[1, 2]].dig(0, 1)", "2"
        ) { try HashParts.dig($0) }
        return table
    }
}

/// Groups of neighbours.
enum ListGroups {
    static func steps(
        _ first: Number, _ last: Number, _ step: Number, _ excludesLast: Bool, _ call: Call
    ) throws -> Value {
        guard !step.isZero else { throw call.bad("step needs a number that is not zero") }
        let sign = step.isNegative ? -1 : 1
        var (made, current): ([Value], Number) = ([], first)
        while true {
            let order = current.compare(last) * sign
            if order > 0 || (order == 0 && excludesLast) { break }
            made.append(Value(current))
            try call.run.charge(8, call.range)
            try call.run.tick(call.range)
            let before = current
            current = try call.calculate { () throws(NumberFault) in try Number.add(before, step) }.number ?? last
        }
        return .pending(PendingCall("each", ValueList(made)))
    }

    static func neighbours(_ call: Call, splitsWhen wanted: Bool) throws -> Value {
        let (block, list) = (try call.requiredBlock(), try call.list)
        var (groups, current): ([Value], [Value]) = ([], [])
        for value in list {
            if let before = current.last, try call.yield(block, before, value).isTrue == wanted {
                groups.append(.list(current))
                current = []
            }
            current.append(value)
        }
        if !current.isEmpty { groups.append(.list(current)) }
        return .pending(PendingCall("each", ValueList(groups)))
    }
}
