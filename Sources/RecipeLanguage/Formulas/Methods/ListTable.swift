// Methods of lists: picking, counting, joining.

import BigInt
import JSONCore

extension FunctionTables {
    static func lists() -> MethodTable {
        var table = MethodTable("list")
        table.add(
            "first", on: .enumerable, "count: integer?", gives: .any, "The first element, or the first few.",
            "[3, 1, 2].first",
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
            if case .range(let range) = call.receiver, call[0] == nil {
                guard !range.last.isNull else { throw call.bad("the range has no end") }
                return range.last
            }
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
            "take", on: .enumerable, "count: integer", gives: .list, "The first few elements.", "[1, 2, 3].take(2)",
            "[1, 2]"
        ) { call in
            let count = try call.integer(0)
            guard count >= 0 else { throw call.bad("take needs a count that is not negative") }
            return try ListParts.leading(call, count).value
        }
        table.add(
            "drop", on: .enumerable, "count: integer", gives: .list, "All but the first few elements.",
            "[1, 2, 3].drop(1)",
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
            "count", on: .enumerable, "value: any?, &item", gives: .integer,
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
            "many?", on: .enumerable, "&item", gives: .boolean, "Whether there is more than one element.",
            "[1, 2].many?",
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
            if case .range(let range) = call.receiver { return .bool(!(try call.includes(range, call[0] ?? .null))) }
            return .bool(!(try call.list.contains { $0.equals(call[0] ?? .null) }))
        }
        for name in ["index", "find_index"] {
            table.add(
                name, on: [.list, .range, .pending], "value: any?, &item", gives: [.integer, .null],
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
            "join", on: [.list, .pending], "separator: text?", gives: .text, "All elements as one text.",
            "[1, 2].join('-')", "\"1-2\""
        ) { call in
            let separator = try call[0].map { $0.isNull ? "" : try call.string($0) } ?? ""
            let joined = try call.made(ListParts.join(call.list, separator, call.run, call.range))
            // The first element says whether the whole is binary.
            if case .bytes(let bytes)? = try call.list.first { return Encodings.binary(joined, of: bytes) }
            return joined
        }
        table.add(
            "smart_join", on: .list, "separator: text?", gives: .string,
            "All elements that aren't blank, trimmed, as one text.", "[' a ', nil, 'b'].smart_join(', ')", "\"a, b\""
        ) {
            call in
            let separator = try call[0].map { $0.isNull ? "" : try call.string($0) } ?? " "
            let parts = try call.list.filter { !Blank.isBlank($0) }.map { value -> Value in
                if case .string(let text) = value { return .string(TextCase.strip(text, left: true, right: true)) }
                return value
            }
            return try call.made(ListParts.join(ValueList(parts), separator, call.run, call.range))
        }
        table.add(
            "reverse", on: [.list, .pending], gives: .list, "The elements from last to first.", "[1, 2].reverse",
            "[2, 1]"
        ) { try $0.made($0.list.reversed()) }
        return table
    }
}
