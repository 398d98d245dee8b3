// Methods of lists that give another list: without, with, between lists.

import BigInt
import JSONCore

extension FunctionTables {
    static func listChanges() -> MethodTable {
        var table = MethodTable("list")
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
        table.add("compact", on: [.list, .range, .pending], gives: .list, "Without nil.", "[1, nil].compact", "[1]") {
            try $0.made($0.list.filter { !$0.isNull })
        }
        table.add(
            "compact_blank", on: [.list, .range, .pending], gives: .list, "Without what is blank.",
            "['a', ''].compact_blank", "[\"a\"]"
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
            guard place >= 0, place < 1_000_000 else {
                throw call.bad("the list has no position \(try call.integer(0))")
            }
            while list.count < place { list.append(.null) }
            list.insert(contentsOf: call.arguments.dropFirst(), at: place)
            return try call.made(list)
        }
        for name in ["without", "excluding"] {
            table.add(
                name, on: [.list, .range, .pending], "values: any…", gives: .list, "Without some values.",
                "[1, 2, 3].\(name)(3)", "[1, 2]"
            ) { call in
                let dropped = Set(call.arguments.flatMap { $0.list.map(Array.init) ?? [$0] }.map(KeyIdentity.init))
                return try call.made(call.list.filter { !dropped.contains(KeyIdentity($0)) })
            }
        }
        table.add(
            "including", on: [.list, .range, .pending], "values: any…", gives: .list, "With some values added.",
            "[1].including(2)",
            "[1, 2]"
        ) { call in
            try call.made(call.list.values + call.arguments.flatMap { $0.list.map(Array.init) ?? [$0] })
        }
        table.add("uniq", on: .enumerable, "&item", gives: .list, "Each value once.", "[1, 2, 1].uniq", "[1, 2]") {
            call in
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
        ) { try ListParts.valuesAt($0) }
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
            let part = try IndexNode.look(
                call.list, .range(ValueRange(.integer(try call.integer(0)), .integer(-1), excludesLast: false)), nil,
                call.range, call.subject)
            return part.isNull ? .list([]) : part
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
