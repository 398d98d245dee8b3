// Methods of lists, objects and ranges that take a block.

import BigInt
import JSONCore

extension FunctionTables {
    static func blocks() -> MethodTable {
        var table = MethodTable("list")
        for name in ["map", "collect"] {
            table.add(
                name, on: .enumerable, "&item", gives: .list, "What the block makes of each element.",
                "[1, 2].\(name) { |n| n * 2 }", "[2, 4]"
            ) { call in
                let list = try call.list
                guard let block = call.block else { return .pending(PendingCall("map", list)) }
                var made: [Value] = []
                made.reserveCapacity(list.count)
                try list.each { made.append(try call.yield(block, $0)) }
                if case .pending(let pending) = call.receiver { return try Pending.finish(pending, made, call) }
                return try call.made(made)
            }
        }
        for name in ["flat_map", "collect_concat"] {
            table.add(
                name, on: .enumerable, "&!item", gives: .list, "Like map, with lists taken apart.",
                "[1, 2].\(name) { |n| [n, n] }", "[1, 1, 2, 2]"
            ) { call in
                let block = try call.requiredBlock()
                var made: [Value] = []
                for value in try call.list {
                    let result = try call.yield(block, value)
                    if let list = result.list { made += list } else { made.append(result) }
                    if made.count > 1_000_000 { try call.run.charge(made.count * 8, call.range) }
                }
                return try call.made(made)
            }
        }
        for name in ["select", "filter", "reject"] {
            let keeps = name != "reject"
            table.add(
                name, on: [.list, .range, .pending], "&item", gives: .list,
                keeps ? "The elements that make the block true." : "The elements that don't make the block true.",
                "[1, 2, 3].\(name) { |n| n > 1 }", keeps ? "[2, 3]" : "[1]"
            ) {
                call in
                let list = try call.list
                guard let block = call.block else { return .pending(PendingCall(name, list)) }
                var made: [Value] = []
                try list.each { if try call.yield(block, $0).isTrue == keeps { made.append($0) } }
                return try call.made(made)
            }
        }
        for name in ["filter_map", "transform_select"] {
            table.add(
                name, on: .enumerable, "&!item", gives: .list,
                "What the block makes of each element, without nil and false.", "[1, 2].\(name) { |n| n * 2 }", "[2, 4]"
            ) {
                call in
                let block = try call.requiredBlock()
                return try call.made(call.list.map { try call.yield(block, $0) }.filter(\.isTrue))
            }
        }
        for name in ["find", "detect"] {
            table.add(
                name, on: .enumerable, "&!item", gives: .any, "The first element that makes the block true, or nil.",
                "[1, 2, 3].\(name) { |n| n > 1 }", "2"
            ) { call in
                let block = try call.requiredBlock()
                return try call.list.first { try call.yield(block, $0).isTrue } ?? .null
            }
        }
        table.add(
            "transform_find", on: .enumerable, "&!item", gives: .any,
            "The first result of the block that is neither nil nor false.",
            "[1, 2, 3].transform_find { |n| n * 10 if n > 1 }", "20"
        ) { call in
            let block = try call.requiredBlock()
            for value in try call.list {
                let made = try call.yield(block, value)
                if made.isTrue { return made }
            }
            return .null
        }
        table.add(
            "find_all", on: .enumerable, "&!item", gives: .list, "The elements that make the block true.",
            "[1, 2, 3].find_all { |n| n > 1 }", "[2, 3]"
        ) { call in
            let block = try call.requiredBlock()
            return try call.made(call.list.filter { try call.yield(block, $0).isTrue })
        }
        for (name, wanted) in [("any?", "one"), ("all?", "every"), ("none?", "no"), ("one?", "exactly one")] {
            table.add(
                name, on: .enumerable, "pattern: any?, &item", gives: .boolean,
                "Whether \(wanted) element is true, or makes the block true.", "[1, 2].\(name) { |n| n > 1 }",
                wanted == "one" || wanted == "exactly one" ? "true" : "false"
            ) {
                call in
                var hits = 0
                let list = try call.list
                for value in list {
                    let fits: Bool
                    if let pattern = call[0] {
                        fits = try Arithmetic.caseEqual(pattern, value, call.run, call.range)
                    } else {
                        fits = try call.block.map { try call.yield($0, value).isTrue } ?? value.isTrue
                    }
                    if fits { hits += 1 }
                    if name == "any?", fits { return .bool(true) }
                    if name == "none?", fits { return .bool(false) }
                    if name == "all?", !fits { return .bool(false) }
                }
                return .bool(name == "all?" || name == "none?" ? true : name == "one?" && hits == 1)
            }
        }
        table.add(
            "partition", on: .enumerable, "&!item", gives: .list, "Two lists: what makes the block true, and the rest.",
            "[1, 2, 3].partition { |n| n > 1 }", "[[2, 3], [1]]"
        ) { call in
            let block = try call.requiredBlock()
            var (yes, no): ([Value], [Value]) = ([], [])
            for value in try call.list {
                if try call.yield(block, value).isTrue { yes.append(value) } else { no.append(value) }
            }
            return .list([try call.made(yes), try call.made(no)])
        }
        table.add(
            "group_by", on: .enumerable, "&!item", gives: .object, "Lists of elements by what the block gives.",
            "[1, 2, 3].group_by { |n| n.odd? }", "{true=>[1, 3], false=>[2]}"
        ) { call in
            let block = try call.requiredBlock()
            var groups = ValueTable.Builder()
            for value in try call.list { groups.append(value, to: try call.yield(block, value)) }
            return groups.value
        }
        table.add(
            "index_by", on: .enumerable, "&!item", gives: .object, "Elements by what the block gives; the last wins.",
            "['a', 'bb'].index_by { |t| t.length }", "{1=>\"a\", 2=>\"bb\"}"
        ) { call in
            let block = try call.requiredBlock()
            var made = ValueTable.Builder()
            for value in try call.list { made[try call.yield(block, value)] = value }
            return made.value
        }
        table.add(
            "index_with", on: .enumerable, "value: any?, &item", gives: .object,
            "An object from each element to what the block gives.", "['a'].index_with { |t| t.upcase }",
            "{\"a\"=>\"A\"}"
        ) { call in
            var made = ValueTable.Builder()
            for value in try call.list {
                made[value] = try call.block.map { try call.yield($0, value) } ?? call[0] ?? .null
            }
            return made.value
        }
        table.add(
            "each_with_index", on: .enumerable, "&item", gives: .list, "Each element with its place: [element, index].",
            "['a', 'b'].each_with_index.map { |t, i| t * i }", "[\"\", \"b\"]"
        ) { call in
            let list = try call.list
            guard let block = call.block else {
                return .pending(
                    PendingCall(
                        "each", ValueList(list.enumerated().map { .list([$1, .integer($0)]) }), givesPairs: true))
            }
            for (index, value) in list.enumerated() { _ = try call.yield(block, value, .integer(index)) }
            return call.receiver
        }
        for name in ["each", "each_entry"] {
            table.add(
                name, on: .enumerable, "&item", gives: .list,
                "Goes through the elements; the list itself is the result.",
                "[1, 2].\(name).to_a", "[1, 2]"
            ) { call in
                guard let block = call.block else { return .pending(PendingCall("each", try call.list)) }
                for value in try call.list { _ = try call.yield(block, value) }
                return call.receiver
            }
        }
        for name in ["with_index", "each_with_index"] where name == "with_index" {
            table.add(
                name, on: .pending, "start: integer?, &item", gives: .list,
                "Gives the block the place of each element too.", "['a'].map.with_index(1) { |t, i| \"#{i}#{t}\" }",
                "[\"1a\"]"
            ) { call in
                guard case .pending(let pending) = call.receiver else { return .null }
                let start = try call[0].map { try call.integer($0) } ?? 0
                guard let block = call.block else {
                    return .pending(
                        PendingCall(
                            pending.method,
                            ValueList(pending.list.enumerated().map { .list([$1, .integer($0 + start)]) }),
                            givesPairs: true))
                }
                let results = try pending.list.enumerated().map { try call.yield(block, $1, .integer($0 + start)) }
                return try Pending.finish(pending, results, call)
            }
        }
        return table
    }
}
