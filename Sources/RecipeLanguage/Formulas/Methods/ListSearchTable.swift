// Methods of lists, objects and ranges: finding by pairs, patterns and halves; places; both extremes.

import JSONCore

extension FunctionTables {
    static func listSearch() -> MethodTable {
        var table = MethodTable("list")
        for (name, place) in [("second_to_last", 2), ("third_to_last", 3)] {
            table.add(
                name, on: .list, gives: .any, "The element \(place == 2 ? "before the last" : "two before the last").",
                "[1, 2, 3].\(name)", place == 2 ? "2" : "1"
            ) { call in
                let list = try call.list
                return list.count >= place ? list[list.count - place] : .null
            }
        }
        for (name, side) in [("assoc", 0), ("rassoc", 1)] {
            table.add(
                name, on: [.list, .object], "value: any", gives: [.list, .null],
                "The first pair whose \(side == 0 ? "first" : "second") part is a value.",
                "[['a', 1], ['b', 2]].\(name)(\(side == 0 ? "'b'" : "2"))", "[\"b\", 2]"
            ) { call in
                try call.list.first { pair in
                    guard let parts = pair.list, parts.count > side else { return false }
                    return parts[side].equals(call[0] ?? .null)
                } ?? .null
            }
        }
        table.add(
            "find_index", on: .object, "value: any?, &pair", gives: [.integer, .null],
            "The place of the first pair that equals a value or makes the block true.",
            "{a: 1, b: 2}.find_index { |k, v| v == 2 }", "1"
        ) { call in
            try call.list.firstIndex { pair in
                try call.block.map { try call.yield($0, pair).isTrue } ?? pair.equals(call[0] ?? .null)
            }.map { .integer($0) } ?? .null
        }
        for (name, keeps) in [("grep", true), ("grep_v", false)] {
            table.add(
                name, on: .enumerable, "pattern: any, &item", gives: .list,
                "The elements that \(keeps ? "fit" : "don't fit") a regex, a range or a value.",
                "['a1', 'b', 3].\(name)(/\\d/)", keeps ? "[\"a1\"]" : "[\"b\", 3]"
            ) { call in
                let kept = try call.list.filter {
                    try Arithmetic.caseEqual(call[0] ?? .null, $0, call.run, call.range) == keeps
                }
                return try call.made(try call.block.map { block in try kept.map { try call.yield(block, $0) } } ?? kept)
            }
        }
        table.add(
            "minmax_by", on: .enumerable, "&!item", gives: .list,
            "The elements with the smallest and the largest result of the block.",
            "['aaa', 'b', 'cc'].minmax_by { |t| t.length }", "[\"b\", \"aaa\"]"
        ) { call in
            let block = try call.requiredBlock()
            let keyed = ValueList(try call.list.map { .list([try call.yield(block, $0), $0]) })
            func extreme(_ sign: Int) throws -> Value {
                try Ordering.extreme(keyed, call) { one, two in
                    try Ordering.plain(one.list?[0] ?? .null, two.list?[0] ?? .null, call) * sign
                }.list?[1] ?? .null
            }
            return .list([try extreme(1), try extreme(-1)])
        }
        for (name, property) in [("minimum", -1), ("maximum", 1)] {
            table.add(
                name, on: .enumerable, "key: any", gives: .any,
                "The \(property < 0 ? "smallest" : "largest") value of a name in a list of objects.",
                "[{a: 1}, {a: 3}].\(name)('a')", property < 0 ? "1" : "3"
            ) { call in
                let values = ValueList(try call.list.map { $0.members?[call[0] ?? .null] ?? .null })
                return try Ordering.extreme(values, call) { try Ordering.plain($0, $1, call) * -property }
            }
        }
        for name in ["bsearch", "bsearch_index"] {
            table.add(
                name, on: name == "bsearch" ? [.list, .range] : .list, "&!item", gives: .any,
                "By halving a sorted list: the first \(name == "bsearch" ? "element" : "place") that makes the block true.",
                "[1, 3, 5].\(name) { |n| n >= 2 }", name == "bsearch" ? "3" : "1"
            ) { call in
                let (block, list) = (try call.requiredBlock(), try call.list)
                var (low, high, found) = (0, list.count, Int?.none)
                while low < high {
                    let middle = low + (high - low) / 2
                    let answer = try call.yield(block, list[middle])
                    if let order = answer.number {
                        if order.isZero {
                            found = middle
                            break
                        }
                        if order.isNegative { high = middle } else { low = middle + 1 }
                    } else if answer.isTrue {
                        (found, high) = (middle, middle)
                    } else {
                        low = middle + 1
                    }
                }
                return found.map { name == "bsearch" ? list[$0] : .integer($0) } ?? .null
            }
        }
        table.add(
            "each_index", on: .list, gives: .list, "The places of its elements.", "['a', 'b'].each_index.to_a", "[0, 1]"
        ) {
            .pending(PendingCall("each", ValueList(try $0.list.indices.map { .integer($0) })))
        }
        table.add(
            "reverse_each", on: .enumerable, "&item", gives: .enumerable,
            "The elements from last to first, for a call that follows.",
            "[1, 2].reverse_each.to_a", "[2, 1]"
        ) { call in
            let list = ValueList(try call.list.reversed())
            guard let block = call.block else { return .pending(PendingCall("each", list)) }
            for value in list { _ = try call.yield(block, value) }
            return call.receiver
        }
        for name in ["lazy", "each_entry", "to_enum"] where name != "each_entry" {
            table.add(
                name, on: .enumerable, gives: .list, "The elements, for calls that follow.",
                "[1, 2].\(name).map { |n| n * 2 }.first(1)",
                "[2]"
            ) { .pending(PendingCall("each", try $0.list)) }
        }
        return table
    }
}
