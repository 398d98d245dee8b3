// Methods of lists that compare elements or make one value of many.

import BigInt
import JSONCore

extension FunctionTables {
    static func foldings() -> MethodTable {
        var table = MethodTable("list")
        for name in ["inject", "reduce"] {
            table.add(
                name, on: .enumerable, "start: any?, operation: text?, &item", gives: .any,
                "One value from all: the block gets the result so far and the next element.",
                "[1, 2, 3].\(name) { |sum, n| sum + n }", "6"
            ) { call in
                try Folding.inject(call)
            }
        }
        table.add(
            "sum", on: .enumerable, "start: any?, &item", gives: .any,
            "All elements, or what the block makes of them, added up.", "[1, 2.5].sum", "3.5"
        ) { try Folding.sum($0) }
        for (name, sign) in [("min", 1), ("max", -1)] {
            table.add(
                name, on: .enumerable, "count: integer?, &pair", gives: .any,
                "The \(sign > 0 ? "smallest" : "largest") element, or the first few.", "[3, 1, 2].\(name)",
                sign > 0 ? "1" : "3"
            ) { call in
                if case .range(let range) = call.receiver, call.block == nil, call[0] == nil,
                    let (first, last) = range.integers
                {
                    return last < first ? .null : .integer(sign > 0 ? first : last)
                }
                if case .range(let range) = call.receiver, call.block == nil, call[0] == nil,
                    range.first.kind.isNumeric, range.last.isNull ? name == "min" : range.last.kind.isNumeric,
                    !range.excludesLast
                {
                    if let order = range.first.compare(range.last), order > 0 { return .null }
                    return name == "min" ? range.first : range.last
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
                "\(name)_by", on: .enumerable, "count: integer?, &!item", gives: .any,
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
            "minmax", on: .enumerable, gives: .list, "The smallest and the largest element.", "[3, 1, 2].minmax",
            "[1, 3]"
        ) { call in
            if case .range(let range) = call.receiver, range.first.kind.isNumeric, range.last.kind.isNumeric,
                !range.excludesLast, let order = range.first.compare(range.last)
            {
                return .list(order > 0 ? [.null, .null] : [range.first, range.last])
            }
            let list = try call.list
            return .list([
                try Ordering.extreme(list, call) { try Ordering.plain($0, $1, call) },
                try Ordering.extreme(list, call) { try -Ordering.plain($0, $1, call) },
            ])
        }
        table.add(
            "sort", on: .enumerable, "&pair", gives: .list, "From small to large, or as the block compares two.",
            "[3, 1, 2].sort", "[1, 2, 3]"
        ) { call in
            .list(try Ordering.sorted(call.list.values, call) { try Ordering.compare($0, $1, call) })
        }
        table.add(
            "sort_by", on: .enumerable, "&!item", gives: .list, "From small to large by what the block gives.",
            "['bb', 'a'].sort_by { |t| t.length }", "[\"a\", \"bb\"]"
        ) { call in
            let block = try call.requiredBlock()
            let list = try call.list
            var keys: [Value] = []
            keys.reserveCapacity(list.count)
            try list.each { keys.append(try call.yield(block, $0)) }
            try call.run.charge(keys.count * 8, call.range)
            return .list(try Ordering.places(sorting: keys, call).map { list[$0] })
        }
        for name in ["take_while", "drop_while"] {
            table.add(
                name, on: .enumerable, "&!item", gives: .list,
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
