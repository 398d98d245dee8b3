// Methods of lists (and of whatever can be gone through): picking, ordering, joining.

import BigInt
import JSONCore

extension FunctionTables {
    static func lists() -> MethodTable {
        var table = MethodTable("list")
        let all = KindSet.enumerable
        table.add(
            "first", on: all, "count: integer?", gives: .any, "The first element, or the first few.", "[3, 1, 2].first",
            "3"
        ) { call in
            if case .range(let range) = call.receiver, call[0] == nil { return range.first }
            let list = try ListParts.leading(call, try call[0].map { try call.integer($0) } ?? 1)
            guard call[0] != nil else { return list.first ?? .null }
            return list.value
        }
        table.add(
            "last", on: [.list, .object, .pending, .range], "count: integer?", gives: .any,
            "The last element, or the last few.", "[3, 1, 2].last(2)", "[1, 2]"
        ) { call in
            if case .range(let range) = call.receiver, call[0] == nil { return range.last }
            let list = try call.list
            guard let given = call[0] else { return list.last ?? .null }
            let count = try call.integer(given)
            guard count >= 0 else { throw call.bad("last needs a count that is not negative") }
            return list.slice(max(0, list.count - count), min(count, list.count))
        }
        for (index, name) in ["second", "third", "fourth", "fifth", "forty_two"].enumerated() {
            let place = index == 4 ? 41 : index + 1
            table.add(
                name, on: .list, gives: .any, "The element at place \(place + 1).", "(1..50).to_a.\(name)",
                "\(place + 1)"
            ) { call in
                let list = try call.list
                return place < list.count ? list[place] : .null
            }
        }
        table.add(
            "take", on: all, "count: integer", gives: .list, "The first few elements.", "[1, 2, 3].take(2)", "[1, 2]"
        ) { call in
            let count = try call.integer(0)
            guard count >= 0 else { throw call.bad("take needs a count that is not negative") }
            return try ListParts.leading(call, count).value
        }
        table.add(
            "drop", on: all, "count: integer", gives: .list, "All but the first few elements.", "[1, 2, 3].drop(1)",
            "[2, 3]"
        ) { call in
            let (list, count) = (try call.list, try call.integer(0))
            guard count >= 0 else { throw call.bad("drop needs a count that is not negative") }
            return list.slice(min(count, list.count), max(0, list.count - count))
        }
        for (name, kinds) in [("length", [.list, .object] as KindSet), ("size", [.list, .object, .range])] {
            table.add(name, on: kinds, gives: .integer, "How many elements.", "[1, 2].\(name)", "2") {
                .integer(try ListParts.count($0))
            }
        }
        table.add(
            "count", on: all, "value: any?, &item", gives: .integer,
            "How many elements; how many equal a value or make the block true.", "[1, 2, 1].count(1)", "2"
        ) {
            call in
            if let value = call[0] { return .integer(try call.list.reduce(0) { $1.equals(value) ? $0 + 1 : $0 }) }
            guard let block = call.block else { return .integer(try ListParts.count(call)) }
            return .integer(try call.list.reduce(0) { try call.yield(block, $1).isTrue ? $0 + 1 : $0 })
        }
        table.add(
            "empty?", on: [.list, .object], gives: .boolean, "Whether there are no elements.", "[].empty?", "true"
        ) { .bool(try ListParts.count($0) == 0) }
        table.add(
            "many?", on: all, "&item", gives: .boolean, "Whether there is more than one element.", "[1, 2].many?",
            "true"
        ) { call in
            guard let block = call.block else { return .bool(try call.list.count > 1) }
            return .bool(try call.list.filter { try call.yield(block, $0).isTrue }.count > 1)
        }
        for name in ["include?", "member?"] {
            table.add(
                name, on: [.list, .pending], "value: any", gives: .boolean, "Whether a value is among the elements.",
                "[1, 2].\(name)(2)", "true"
            ) { call in
                .bool(try call.list.contains { $0.equals(call[0] ?? .null) })
            }
        }
        table.add(
            "exclude?", on: [.list, .range], "value: any", gives: .boolean,
            "Whether a value is not among the elements.", "[1, 2].exclude?(3)", "true"
        ) { call in
            if case .range(let range) = call.receiver { return .bool(!range.contains(call[0] ?? .null)) }
            return .bool(!(try call.list.contains { $0.equals(call[0] ?? .null) }))
        }
        for name in ["index", "find_index"] {
            table.add(
                name, on: [.list, .pending], "value: any?, &item", gives: [.integer, .null],
                "The place of the first element that equals a value or makes the block true.", "[5, 6].\(name)(6)", "1"
            ) {
                call in
                if let block = call.block {
                    return try call.list.firstIndex { try call.yield(block, $0).isTrue }.map { .integer($0) } ?? .null
                }
                return try call.list.firstIndex { $0.equals(call[0] ?? .null) }.map { .integer($0) } ?? .null
            }
        }
        table.add(
            "rindex", on: .list, "value: any?, &item", gives: [.integer, .null], "The place of the last such element.",
            "[5, 6, 5].rindex(5)", "2"
        ) { call in
            if let block = call.block {
                return try call.list.lastIndex { try call.yield(block, $0).isTrue }.map { .integer($0) } ?? .null
            }
            return try call.list.lastIndex { $0.equals(call[0] ?? .null) }.map { .integer($0) } ?? .null
        }
        table.add(
            "join", on: [.list, .pending], "separator: text?", gives: .string, "All elements as one text.",
            "[1, 2].join('-')", "\"1-2\""
        ) { call in
            let separator = try call[0].map { $0.isNull ? "" : try call.string($0) } ?? ""
            return try call.made(ListParts.join(call.list, separator, call))
        }
        table.add(
            "smart_join", on: .list, "separator: text?", gives: .string,
            "All elements that aren't blank, trimmed, as one text.", "[' a ', nil, 'b'].smart_join(', ')", "\"a, b\""
        ) {
            call in
            let separator = try call[0].map { try call.string($0) } ?? " "
            let parts = try call.list.filter { !Blank.isBlank($0) }.map {
                TextCase.strip($0.text, left: true, right: true)
            }
            return try call.made(parts.joined(separator: separator))
        }
        table.add(
            "reverse", on: [.list, .pending], gives: .list, "The elements from last to first.", "[1, 2].reverse",
            "[2, 1]"
        ) { try $0.made($0.list.reversed()) }
        table.add(
            "rotate", on: .list, "count: integer?", gives: .list, "The first elements moved to the end.",
            "[1, 2, 3].rotate", "[2, 3, 1]"
        ) { call in
            let list = try call.list.values
            guard !list.isEmpty else { return .list([]) }
            let count = try call[0].map { try call.integer($0) } ?? 1
            let cut = (count % list.count + list.count) % list.count
            return .list(Array(list[cut...] + list[..<cut]))
        }
        table.add("compact", on: .list, gives: .list, "Without nil.", "[1, nil].compact", "[1]") {
            try $0.made($0.list.filter { !$0.isNull })
        }
        table.add(
            "compact_blank", on: .list, gives: .list, "Without what is blank.", "['a', ''].compact_blank", "[\"a\"]"
        ) {
            try $0.made($0.list.filter { !Blank.isBlank($0) })
        }
        table.add(
            "flatten", on: .list, "depth: integer?", gives: .list, "Lists within the list taken apart.",
            "[1, [2, [3]]].flatten", "[1, 2, 3]"
        ) { call in
            var made: [Value] = []
            try ListParts.flatten(
                call.list, try call[0].map { $0.isNull ? -1 : try call.integer($0) } ?? -1, into: &made, call)
            return try call.made(made)
        }
        table.add(
            "concat", on: .list, "lists: list…", gives: .list, "With other lists after it.", "[1].concat([2])", "[1, 2]"
        ) { call in
            try call.made(try call.list.values + call.arguments.flatMap { try call.elements($0).values })
        }
        for name in ["append", "push"] {
            table.add(
                name, on: .list, "values: any…", gives: .list, "With values at its end.", "[1].\(name)(2)", "[1, 2]"
            ) { try $0.made($0.list.values + $0.arguments) }
        }
        for name in ["prepend", "unshift"] {
            table.add(
                name, on: .list, "values: any…", gives: .list, "With values at its start.", "[2].\(name)(1)", "[1, 2]"
            ) { try $0.made($0.arguments + $0.list.values) }
        }
        table.add(
            "insert", on: .list, "position: integer, values: any…", gives: .list, "With values put in at a position.",
            "[1, 3].insert(1, 2)", "[1, 2, 3]"
        ) { call in
            var list = try call.list.values
            var place = try call.integer(0)
            if place < 0 { place += list.count + 1 }
            guard (0...list.count).contains(place) else {
                throw call.bad("the list has no position \(try call.integer(0))")
            }
            list.insert(contentsOf: call.arguments.dropFirst(), at: place)
            return try call.made(list)
        }
        for name in ["without", "excluding"] {
            table.add(
                name, on: .list, "values: any…", gives: .list, "Without some values.", "[1, 2, 3].\(name)(3)", "[1, 2]"
            ) { call in
                let dropped = Set(call.arguments.flatMap { $0.list.map(Array.init) ?? [$0] }.map(KeyIdentity.init))
                return try call.made(call.list.filter { !dropped.contains(KeyIdentity($0)) })
            }
        }
        table.add(
            "including", on: .list, "values: any…", gives: .list, "With some values added.", "[1].including(2)",
            "[1, 2]"
        ) { call in
            try call.made(call.list.values + call.arguments.flatMap { $0.list.map(Array.init) ?? [$0] })
        }
        table.add("uniq", on: all, "&item", gives: .list, "Each value once.", "[1, 2, 1].uniq", "[1, 2]") { call in
            var seen: Set<KeyIdentity> = []
            return try call.made(
                call.list.filter { value in
                    let key = try call.block.map { try call.yield($0, value) } ?? value
                    return seen.insert(KeyIdentity(key)).inserted
                })
        }
        for (name, operation) in [("union", 0), ("difference", 1), ("intersection", 2)] {
            table.add(
                name, on: .list, "lists: list…", gives: .list,
                [
                    "All values of the lists, each once.", "Without the values of other lists.",
                    "The values that are in all lists.",
                ][operation], "[1, 2].\(name)([2, 3])", ["[1, 2, 3]", "[1]", "[2]"][operation]
            ) {
                call in
                var values = try call.list.values
                for other in call.arguments {
                    let list = try call.elements(other)
                    let others = Set(list.map(KeyIdentity.init))
                    switch operation {
                    case 0: values += list.values
                    case 1: values.removeAll { others.contains(KeyIdentity($0)) }
                    default: values.removeAll { !others.contains(KeyIdentity($0)) }
                    }
                }
                var seen: Set<KeyIdentity> = []
                return try call.made(operation == 1 ? values : values.filter { seen.insert(KeyIdentity($0)).inserted })
            }
        }
        table.add(
            "intersect?", on: .list, "list: list", gives: .boolean, "Whether both have a value in common.",
            "[1, 2].intersect?([2])", "true"
        ) { call in
            let others = Set(try call.elements(call[0] ?? .null).map(KeyIdentity.init))
            return .bool(try call.list.contains { others.contains(KeyIdentity($0)) })
        }
        table.add(
            "values_at", on: .list, "positions: integer…", gives: .list, "The elements at some positions.",
            "[5, 6, 7].values_at(0, 2)", "[5, 7]"
        ) { call in
            let list = try call.list
            return .list(
                try call.arguments.map { position in
                    let index = try call.integer(position)
                    let place = index < 0 ? index + list.count : index
                    return list.indices.contains(place) ? list[place] : .null
                })
        }
        table.add("at", on: .list, "position: integer", gives: .any, "The element at a position.", "[5, 6].at(-1)", "6")
        { call in
            try IndexNode.look(call.list, call[0] ?? .null, nil, call.range, call.subject)
        }
        table.add(
            "slice", on: .list, "start: any, length: integer?", gives: .any, "A part, by start and length or range.",
            "[1, 2, 3].slice(1, 2)", "[2, 3]"
        ) { call in
            try IndexNode.look(call.list, call[0] ?? .null, call[1], call.range, call.subject)
        }
        table.add(
            "from", on: .list, "position: integer", gives: .list, "From a position to the end.", "[1, 2, 3].from(1)",
            "[2, 3]"
        ) { call in
            try IndexNode.look(
                call.list, .range(ValueRange(.integer(try call.integer(0)), .integer(-1), excludesLast: false)), nil,
                call.range, call.subject)
        }
        table.add(
            "to", on: .list, "position: integer", gives: .list, "Up to and with a position.", "[1, 2, 3].to(1)",
            "[1, 2]"
        ) { call in
            try IndexNode.look(
                call.list, .range(ValueRange(.integer(0), .integer(try call.integer(0)), excludesLast: false)), nil,
                call.range, call.subject)
        }
        return table
    }
}

/// Parts of lists.
enum ListParts {
    static func count(_ call: Call) throws -> Int {
        if let members = call.receiver.members { return members.count }
        if case .range(let range) = call.receiver, let (first, last) = range.integers {
            return last < first ? 0 : last - first + 1
        }
        return try call.list.count
    }

    /// The first few elements; of a range without making the rest.
    static func leading(_ call: Call, _ count: Int) throws -> ValueList {
        guard count >= 0 else { throw call.bad("\(call.name) needs a count that is not negative") }
        if case .range(let range) = call.receiver, case .integer(let first) = range.first {
            let last: Int = range.last.isNull ? .max : range.integers?.last ?? first - 1
            let end = min(last, first.addingReportingOverflow(count).partialValue - 1)
            guard count > 0, end >= first else { return ValueList([]) }
            try call.run.charge((end - first + 1) * 8, call.range)
            return ValueList((first...end).map { .integer($0) })
        }
        let list = try call.list
        return list.slice(0, min(count, list.count)).list ?? ValueList([])
    }

    static func join(_ list: ValueList, _ separator: String, _ call: Call, depth: Int = 0) throws -> String {
        var (text, isFirst) = ("", true)
        for value in list {
            if !isFirst { text += separator }
            isFirst = false
            if let inner = value.list, depth < JSONForm.deepest {
                text += try join(inner, separator, call, depth: depth + 1)
            } else {
                text += value.text
            }
            if text.utf8.count > call.run.environment.limits.outputBytes {
                try call.run.charge(text.utf8.count, call.range)
            }
        }
        return text
    }

    static func flatten(_ list: ValueList, _ depth: Int, into made: inout [Value], _ call: Call, level: Int = 0) throws
    {
        guard level < 1_000 else { throw call.fail("limit", "lists are nested too deep (formula.depth)") }
        for value in list {
            if depth != 0, let inner = value.list {
                try flatten(inner, depth - 1, into: &made, call, level: level + 1)
            } else {
                made.append(value)
            }
        }
    }
}
