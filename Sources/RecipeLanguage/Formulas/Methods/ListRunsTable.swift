// Methods of lists: runs of neighbours, repetitions, orders of elements.

import JSONCore

extension FunctionTables {
    static func listRuns() -> MethodTable {
        var table = MethodTable("list")
        table.add(
            "chunk", on: .enumerable, "&!item", gives: .list,
            "Runs of neighbours with the same result of the block: [result, elements].",
            "[1, 3, 2].chunk { |n| n.odd? }.to_a", "[[true, [1, 3]], [false, [2]]]"
        ) { call in
            let block = try call.requiredBlock()
            var (runs, key, current): ([Value], Value, [Value]) = ([], .null, [])
            for value in try call.list {
                let next = try call.yield(block, value)
                if next.isNull || !(next.equals(key)) {
                    if !current.isEmpty { runs.append(.list([key, .list(current)])) }
                    current = []
                }
                key = next
                if !next.isNull { current.append(value) }
            }
            if !current.isEmpty { runs.append(.list([key, .list(current)])) }
            return .pending(PendingCall("each", ValueList(runs)))
        }
        for (name, isBefore) in [("slice_before", true), ("slice_after", false)] {
            table.add(
                name, on: .enumerable, "pattern: any?, &item", gives: .list,
                "Parts that \(isBefore ? "start" : "end") at each element that fits a pattern or makes the block true.",
                "[1, 0, 2].\(name)(0).to_a", isBefore ? "[[1], [0, 2]]" : "[[1, 0], [2]]"
            ) { call in
                func fits(_ value: Value) throws -> Bool {
                    if let pattern = call[0] { return try Arithmetic.caseEqual(pattern, value, call.run, call.range) }
                    return try call.yield(call.requiredBlock(), value).isTrue
                }
                var (parts, current): ([Value], [Value]) = ([], [])
                for value in try call.list {
                    if isBefore, !current.isEmpty, try fits(value) {
                        parts.append(.list(current))
                        current = []
                    }
                    current.append(value)
                    if !isBefore, try fits(value) {
                        parts.append(.list(current))
                        current = []
                    }
                }
                if !current.isEmpty { parts.append(.list(current)) }
                return .pending(PendingCall("each", ValueList(parts)))
            }
        }
        table.add(
            "split", on: .list, "value: any?, &item", gives: .list,
            "The parts between elements that equal a value or make the block true.", "[1, 0, 2].split(0)", "[[1], [2]]"
        ) { call in
            var (parts, current): ([Value], [Value]) = ([], [])
            for value in try call.list {
                let cuts = try call.block.map { try call.yield($0, value).isTrue } ?? value.equals(call[0] ?? .null)
                if cuts {
                    parts.append(.list(current))
                    current = []
                } else {
                    current.append(value)
                }
            }
            return try call.made(parts + [.list(current)])
        }
        table.add(
            "cycle", on: .enumerable, "times: integer?", gives: .list,
            "The elements again and again: so many times, or as often as .first(n) or .take(n) needs.",
            "[1, 2].cycle(2).to_a", "[1, 2, 1, 2]"
        ) { call in
            let list = try call.list.values
            guard let given = call[0], !given.isNull else {
                return .pending(PendingCall(ListRuns.endless, ValueList(list)))
            }
            let times = max(0, try call.integer(given))
            let (size, over) = list.count.multipliedReportingOverflow(by: times)
            try call.run.charge(over || size > 1 << 40 ? .max : size * 8, call.range)
            return .pending(
                PendingCall("each", ValueList(list.isEmpty ? [] : (0..<times).flatMap { _ in list })))
        }
        table.add(
            "fill", on: .list, "value: any?, start: any?, length: integer?, &place", gives: .list,
            "With a value, or what the block makes of each place, in all places or some.", "[1, 2, 3].fill(0, 1)",
            "[1, 0, 0]"
        ) { call in
            var list = try call.list.values
            var rest = call.block == nil ? Array(call.arguments.dropFirst()) : call.arguments
            guard call.block != nil || !call.arguments.isEmpty else { throw call.bad("fill needs a value or a block") }
            var (start, count) = (0, list.count)
            if case .range(let range)? = rest.first {
                guard let slice = range.slice(of: list.count) else {
                    throw call.bad("the range starts outside the list")
                }
                (start, count) = (slice.start, slice.count)
                if case .integer(let last) = range.last, last >= 0 {
                    count = max(0, (range.excludesLast ? last : min(last, .max - 1) + 1) - start)
                }
            } else if let given = rest.first, !given.isNull {
                start = try call.integer(given)
                if start < 0 { start = max(0, start + list.count) }
                count = max(0, list.count - start)
                rest.removeFirst()
                if let length = rest.first, !length.isNull { count = max(0, try call.integer(length)) }
                if count == 0 { return .list(list) }
            }
            guard start <= 1_000_000, count <= 1_000_000 else {
                throw call.bad("fill was given a place that is too far")
            }
            while list.count < start + count { list.append(.null) }
            for place in start..<(start + count) {
                list[place] = try call.block.map { try call.yield($0, .integer(place)) } ?? call[0] ?? .null
            }
            return try call.made(list)
        }
        for (name, keeps) in [("keep_if", true), ("delete_if", false)] {
            table.add(
                name, on: [.list, .object], "&!item", gives: [.list, .object],
                "As \(keeps ? "select" : "reject"): the \(keeps ? "" : "other ")elements that make the block true.",
                "[1, 2, 3].\(name) { |n| n > 1 }", keeps ? "[2, 3]" : "[1]"
            ) { try $0.send(keeps ? "select" : "reject", []) }
        }
        table.add(
            "exclude_end?", on: .range, gives: .boolean, "Whether its end does not belong to it.",
            "(1...5).exclude_end?", "true"
        ) { call in
            guard case .range(let range) = call.receiver else { return .null }
            return .bool(range.excludesLast)
        }
        table.add(
            "overlaps?", on: .range, "other: range", gives: .boolean, "Whether both have something in common.",
            "(1..5).overlaps?(4..9)", "true"
        ) { call in
            guard case .range(let one) = call.receiver, case .range(let two)? = call[0] else {
                throw call.wrong(call[0] ?? .null, wanted: "a range")
            }
            return .bool(one.contains(two.first) || two.contains(one.first))
        }
        table.add(
            "permutation", on: .list, "count: integer?", gives: .list, "All orders of so many elements.",
            "[1, 2, 3].permutation(2).to_a.length", "6"
        ) { try ListRuns.orders($0, isRepeated: false, isSorted: false) }
        table.add(
            "repeated_permutation", on: .list, "count: integer", gives: .list,
            "All orders of so many elements, each as often as it likes.", "[1, 2].repeated_permutation(2).to_a.length",
            "4"
        ) { try ListRuns.orders($0, isRepeated: true, isSorted: false) }
        table.add(
            "repeated_combination", on: .list, "count: integer", gives: .list,
            "All choices of so many elements, each as often as it likes.", "[1, 2].repeated_combination(2).to_a",
            "[[1, 1], [1, 2], [2, 2]]"
        ) { try ListRuns.orders($0, isRepeated: true, isSorted: true) }
        return table
    }
}

/// Orders and choices of elements.
enum ListRuns {
    /// The method of a chain that has no end of its own.
    static let endless = "cycle"

    /// The first elements of a list gone through again and again.
    static func around(_ list: ValueList, _ count: Int, _ call: Call) throws -> ValueList {
        guard !list.isEmpty, count > 0 else { return ValueList([]) }
        try call.run.charge(count > 1 << 40 ? .max : count * 8, call.range)
        return ValueList((0..<count).map { list[$0 % list.count] })
    }

    static func orders(_ call: Call, isRepeated: Bool, isSorted: Bool) throws -> Value {
        let list = try call.list.values
        let count = try call[0].map { $0.isNull ? list.count : try call.integer($0) } ?? list.count
        guard count >= 0, isRepeated || count <= list.count, count <= 1_000 else {
            return .pending(PendingCall("each", ValueList([])))
        }
        var made: [Value] = []
        var places = [Int](repeating: -1, count: count)
        var (depth, isUsed) = (0, [Bool](repeating: false, count: list.count))
        while depth >= 0 {
            guard depth < count else {
                try call.run.charge(16 + count * 8, call.range)
                try call.run.tick(call.range)
                made.append(.list(places.map { list[$0] }))
                depth -= 1
                if depth >= 0, !isRepeated { isUsed[places[depth]] = false }
                continue
            }
            var next = places[depth] + 1
            if places[depth] < 0, isSorted, depth > 0 { next = places[depth - 1] }
            while next < list.count, !isRepeated, isUsed[next] { next += 1 }
            guard next < list.count else {
                places[depth] = -1
                depth -= 1
                if depth >= 0, !isRepeated { isUsed[places[depth]] = false }
                continue
            }
            places[depth] = next
            if !isRepeated { isUsed[next] = true }
            depth += 1
        }
        return .pending(PendingCall("each", ValueList(made)))
    }
}
