// Methods of lists, objects and ranges that take a block, and those that compare elements.

import BigInt
import JSONCore

extension FunctionTables {
    static func blocks() -> MethodTable {
        var table = MethodTable("list")
        let all = KindSet.enumerable
        for name in ["map", "collect"] {
            table.add(
                name, on: all, "&item", gives: .list, "What the block makes of each element.",
                "[1, 2].\(name) { |n| n * 2 }", "[2, 4]"
            ) { call in
                let list = try call.list
                guard let block = call.block else { return .pending(PendingCall("map", list)) }
                var made: [Value] = []
                made.reserveCapacity(list.count)
                for value in list { made.append(try call.yield(block, value)) }
                if case .pending(let pending) = call.receiver { return try Pending.finish(pending, made, call) }
                return try call.made(made)
            }
        }
        for name in ["flat_map", "collect_concat"] {
            table.add(
                name, on: all, "&!item", gives: .list, "Like map, with lists taken apart.",
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
                name, on: [.list, .range, .pending], "&!item", gives: .list,
                keeps ? "The elements that make the block true." : "The elements that don't make the block true.",
                "[1, 2, 3].\(name) { |n| n > 1 }", keeps ? "[2, 3]" : "[1]"
            ) {
                call in
                let block = try call.requiredBlock()
                return try call.made(call.list.filter { try call.yield(block, $0).isTrue == keeps })
            }
        }
        table.add(
            "filter_map", on: all, "&!item", gives: .list,
            "What the block makes of each element, without nil and false.", "[1, 2].filter_map { |n| n * 2 }", "[2, 4]"
        ) {
            call in
            let block = try call.requiredBlock()
            return try call.made(call.list.map { try call.yield(block, $0) }.filter(\.isTrue))
        }
        for name in ["find", "detect"] {
            table.add(
                name, on: all, "&!item", gives: .any, "The first element that makes the block true, or nil.",
                "[1, 2, 3].\(name) { |n| n > 1 }", "2"
            ) { call in
                let block = try call.requiredBlock()
                return try call.list.first { try call.yield(block, $0).isTrue } ?? .null
            }
        }
        table.add(
            "find_all", on: all, "&!item", gives: .list, "The elements that make the block true.",
            "[1, 2, 3].find_all { |n| n > 1 }", "[2, 3]"
        ) { call in
            let block = try call.requiredBlock()
            return try call.made(call.list.filter { try call.yield(block, $0).isTrue })
        }
        for (name, wanted) in [("any?", "one"), ("all?", "every"), ("none?", "no"), ("one?", "exactly one")] {
            table.add(
                name, on: all, "pattern: any?, &item", gives: .boolean,
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
            "partition", on: all, "&!item", gives: .list, "Two lists: what makes the block true, and the rest.",
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
            "group_by", on: all, "&!item", gives: .object, "Lists of elements by what the block gives.",
            "[1, 2, 3].group_by { |n| n.odd? }", "{true=>[1, 3], false=>[2]}"
        ) { call in
            let block = try call.requiredBlock()
            var groups = ValueTable.Builder()
            for value in try call.list { groups.append(value, to: try call.yield(block, value)) }
            return groups.value
        }
        table.add(
            "index_by", on: all, "&!item", gives: .object, "Elements by what the block gives; the last wins.",
            "['a', 'bb'].index_by { |t| t.length }", "{1=>\"a\", 2=>\"bb\"}"
        ) { call in
            let block = try call.requiredBlock()
            var made = ValueTable.Builder()
            for value in try call.list { made[try call.yield(block, value)] = value }
            return made.value
        }
        table.add(
            "index_with", on: all, "value: any?, &item", gives: .object,
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
            "each_with_index", on: all, "&item", gives: .list, "Each element with its place: [element, index].",
            "['a', 'b'].each_with_index.map { |t, i| t * i }", "[\"\", \"b\"]"
        ) { call in
            let list = try call.list
            guard let block = call.block else {
                return .pending(PendingCall("each", ValueList(list.enumerated().map { .list([$1, .integer($0)]) })))
            }
            for (index, value) in list.enumerated() { _ = try call.yield(block, value, .integer(index)) }
            return call.receiver
        }
        for name in ["each", "each_entry"] {
            table.add(
                name, on: all, "&item", gives: .list, "Goes through the elements; the list itself is the result.",
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
                            ValueList(pending.list.enumerated().map { .list([$1, .integer($0 + start)]) })))
                }
                let results = try pending.list.enumerated().map { try call.yield(block, $1, .integer($0 + start)) }
                return try Pending.finish(pending, results, call)
            }
        }
        table.add(
            "each_with_object", on: all, "object: any, &!item", gives: .any,
            "Goes through the elements with an object that stays as it is; use inject or to_h to build one.",
            "[1].each_with_object([]) { |n, list| list }", "[]"
        ) { call in
            let block = try call.requiredBlock()
            for value in try call.list { _ = try call.yield(block, value, call[0] ?? .null) }
            return call[0] ?? .null
        }
        for name in ["inject", "reduce"] {
            table.add(
                name, on: all, "start: any?, operation: text?, &item", gives: .any,
                "One value from all: the block gets the result so far and the next element.",
                "[1, 2, 3].\(name) { |sum, n| sum + n }", "6"
            ) { call in
                try Folding.inject(call)
            }
        }
        table.add(
            "sum", on: all, "start: any?, &item", gives: .any,
            "All elements, or what the block makes of them, added up.", "[1, 2.5].sum", "3.5"
        ) { try Folding.sum($0) }
        for (name, sign) in [("min", 1), ("max", -1)] {
            table.add(
                name, on: all, "count: integer?, &pair", gives: .any,
                "The \(sign > 0 ? "smallest" : "largest") element, or the first few.", "[3, 1, 2].\(name)",
                sign > 0 ? "1" : "3"
            ) { call in
                if case .range(let range) = call.receiver, call.block == nil, call[0] == nil,
                    let (first, last) = range.integers
                {
                    return last < first ? .null : .integer(sign > 0 ? first : last)
                }
                if let given = call[0] {
                    let sorted = try Ordering.sorted(call.list.values, call) {
                        try Ordering.compare($0, $1, call) * sign
                    }
                    return .list(Array(sorted.prefix(max(0, try call.integer(given)))))
                }
                return try Ordering.extreme(call.list, call) { try Ordering.compare($0, $1, call) * sign }
            }
            table.add(
                "\(name)_by", on: all, "count: integer?, &!item", gives: .any,
                "The element with the \(sign > 0 ? "smallest" : "largest") result of the block.",
                "['aa', 'b'].\(name)_by { |t| t.length }", sign > 0 ? "\"b\"" : "\"aa\""
            ) {
                call in
                let block = try call.requiredBlock()
                let keyed: [Value] = try call.list.map { .list([try call.yield(block, $0), $0]) }
                func order(_ one: Value, _ two: Value) throws -> Int {
                    try Ordering.plain(one.list?[0] ?? .null, two.list?[0] ?? .null, call) * sign
                }
                if let given = call[0] {
                    return .list(
                        try Ordering.sorted(keyed, call, order).prefix(max(0, try call.integer(given))).compactMap {
                            $0.list?[1]
                        })
                }
                return try Ordering.extreme(ValueList(keyed), call, order).list?[1] ?? .null
            }
        }
        table.add(
            "minmax", on: all, gives: .list, "The smallest and the largest element.", "[3, 1, 2].minmax", "[1, 3]"
        ) { call in
            let list = try call.list
            return .list([
                try Ordering.extreme(list, call) { try Ordering.plain($0, $1, call) },
                try Ordering.extreme(list, call) { try -Ordering.plain($0, $1, call) },
            ])
        }
        table.add(
            "sort", on: all, "&pair", gives: .list, "From small to large, or as the block compares two.",
            "[3, 1, 2].sort", "[1, 2, 3]"
        ) { call in
            .list(try Ordering.sorted(call.list.values, call) { try Ordering.compare($0, $1, call) })
        }
        table.add(
            "sort_by", on: all, "&!item", gives: .list, "From small to large by what the block gives.",
            "['bb', 'a'].sort_by { |t| t.length }", "[\"a\", \"bb\"]"
        ) { call in
            let block = try call.requiredBlock()
            let keyed: [Value] = try call.list.map { .list([try call.yield(block, $0), $0]) }
            return .list(
                try Ordering.sorted(keyed, call) {
                    try Ordering.plain($0.list?[0] ?? .null, $1.list?[0] ?? .null, call)
                }.compactMap { $0.list?[1] })
        }
        for name in ["take_while", "drop_while"] {
            table.add(
                name, on: all, "&!item", gives: .list,
                name == "take_while"
                    ? "The elements before the first that fails the block."
                    : "The elements from the first that fails the block.", "[1, 2, 1].\(name) { |n| n < 2 }",
                name == "take_while" ? "[1]" : "[2, 1]"
            ) { call in
                let (block, list) = (try call.requiredBlock(), try call.list)
                let cut = try list.firstIndex { try !call.yield(block, $0).isTrue } ?? list.count
                return name == "take_while" ? list.slice(0, cut) : list.slice(cut, list.count - cut)
            }
        }
        return table
    }
}

/// Finishing what `map.with_index` and the like began.
enum Pending {
    static func finish(_ pending: PendingCall, _ results: [Value], _ call: Call) throws -> Value {
        switch pending.method {
        case "select", "filter": try call.made(zip(pending.list, results).filter { $1.isTrue }.map { $0.0 })
        case "each" where call.name == "with_index": pending.list.value
        default: try call.made(results)
        }
    }
}

/// Making one value of many.
enum Folding {
    static func inject(_ call: Call) throws -> Value {
        let list = try call.list
        var arguments = call.arguments
        var operation: BinaryOperator?
        if call.block == nil {
            guard case .string(let name)? = arguments.popLast() else {
                throw call.bad("\(call.name) needs a block or an operator like :+")
            }
            operation = BinaryOperator(rawValue: name)
            if operation == nil {
                throw call.bad("\(call.name) has no operator \(Call.shown(name))", "use :+, :* or a block")
            }
        }
        var (result, index) = (arguments.first ?? .null, 0)
        if arguments.isEmpty {
            guard let first = list.first else { return .null }
            (result, index) = (first, 1)
        }
        while index < list.count {
            if let operation {
                let link = ChainNode.Link(
                    operation: operation, operand: .literal(.null), left: Written("the result so far"),
                    right: Written("an element"),
                    range: call.range)
                result = try Arithmetic.apply(link, result, list[index], call.run)
                try call.run.tick(call.range)
            } else if let block = call.block {
                result = try call.yield(block, result, list[index])
            }
            index += 1
            if index % 16 == 0 { try Nesting.check(result, call) }
        }
        return result
    }

    static func sum(_ call: Call) throws -> Value {
        if case .range(let range) = call.receiver, call.block == nil, call[0] == nil, let (first, last) = range.integers
        {
            if last < first { return .integer(0) }
            return Value(whole: (BigInt(first) + BigInt(last)) * (BigInt(last) - BigInt(first) + 1) / 2)
        }
        let list = try call.list
        var total: Value? = call[0]
        let link = ChainNode.Link(
            operation: .add, operand: .literal(.null), left: Written("an element"), right: Written("an element"),
            range: call.range)
        var texts: [String]?
        for value in list {
            try call.run.tick(call.range)
            let part = try call.block.map { try call.yield($0, value) } ?? value
            if texts != nil || total == nil, case .string(let text) = part {
                texts = (texts ?? []) + [text]
                total = .string("")
                if texts?.count ?? 0 > 64 {
                    texts = [(texts ?? []).joined()]
                    try call.run.charge(text.utf8.count, call.range)
                }
                continue
            }
            if let parts = texts { (total, texts) = (.string(parts.joined()), nil) }
            guard let before = total else {
                guard part.kind.isNumeric || part.kind == .duration || part.list != nil else {
                    throw part.isNull
                        ? call.fail("nil_value", "sum met nil (empty) in the list", "add .compact before .sum")
                        : call.bad("sum can't add \(part.kind.phrase)")
                }
                total = part
                continue
            }
            total = try Arithmetic.apply(link, before, part, call.run)
        }
        if let texts { return try call.made(texts.joined()) }
        return total ?? .integer(0)
    }
}

/// Keeping what loops build from nesting without end.
enum Nesting {
    static func check(_ value: Value, _ call: Call) throws {
        var level = [value]
        for _ in 0..<JSONForm.deepest {
            var next: [Value] = []
            for value in level {
                switch value {
                case .list(let values): next += values.filter { $0.isContainer }
                case .table(let table): next += table.entries.map(\.value).filter { $0.isContainer }
                default: break
                }
            }
            if next.isEmpty { return }
            level = next
        }
        throw call.fail("limit", "lists and objects are nested more than \(JSONForm.deepest) deep (formula.depth)")
    }
}

extension Value {
    fileprivate var isContainer: Bool {
        switch self {
        case .list, .table: true
        default: false
        }
    }
}

/// Comparing elements.
enum Ordering {
    static func compare(_ one: Value, _ two: Value, _ call: Call) throws -> Int {
        guard let block = call.block else { return try plain(one, two, call) }
        let result = try call.yield(block, one, two)
        guard let order = result.number else { throw call.bad("the block must give -1, 0 or 1, as <=> does") }
        return order.isZero ? 0 : order.isNegative ? -1 : 1
    }

    static func plain(_ one: Value, _ two: Value, _ call: Call) throws -> Int {
        guard let order = one.compare(two) else {
            throw call.fail(
                "wrong_type", "\(call.name) can't compare \(one.kind.phrase) with \(two.kind.phrase)",
                one.isNull || two.isNull ? "add .compact first" : nil)
        }
        return order
    }

    static func extreme(_ list: ValueList, _ call: Call, _ order: (Value, Value) throws -> Int) throws -> Value {
        guard var best = list.first else { return .null }
        for value in list.dropFirst() {
            try call.run.tick(call.range)
            if try order(value, best) < 0 { best = value }
        }
        return best
    }

    static func sorted(_ values: [Value], _ call: Call, _ order: (Value, Value) throws -> Int) throws -> [Value] {
        try call.run.charge(values.count * 8, call.range)
        return try values.sorted { one, two in
            try call.run.tick(call.range)
            return try order(one, two) < 0
        }
    }
}
