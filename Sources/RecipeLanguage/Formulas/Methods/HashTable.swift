// Methods of objects.

import JSONCore

extension FunctionTables {
    static func hashes() -> MethodTable {
        var table = MethodTable("object")
        table.add("keys", on: .object, gives: .list, "The names.", "{a: 1}.keys", "[\"a\"]") {
            .list(try $0.members.entries.map(\.key))
        }
        table.add("values", on: .object, gives: .list, "The values.", "{a: 1}.values", "[1]") {
            .list(try $0.members.entries.map(\.value))
        }
        for name in ["key?", "has_key?", "include?", "member?"] {
            table.add(
                name, on: .object, "key: any", gives: .boolean, "Whether there is such a name.", "{a: 1}.\(name)('a')",
                "true"
            ) { .bool(try $0.members[$0[0] ?? .null] != nil) }
        }
        table.add(
            "exclude?", on: .object, "key: any", gives: .boolean, "Whether there is no such name.",
            "{a: 1}.exclude?('b')", "true"
        ) { .bool(try $0.members[$0[0] ?? .null] == nil) }
        for name in ["value?", "has_value?"] {
            table.add(
                name, on: .object, "value: any", gives: .boolean, "Whether there is such a value.", "{a: 1}.\(name)(1)",
                "true"
            ) { call in
                .bool(try call.members.entries.contains { $0.value.equals(call[0] ?? .null) })
            }
        }
        table.add("key", on: .object, "value: any", gives: .any, "The name of a value.", "{a: 1}.key(1)", "\"a\"") {
            call in
            try call.members.entries.first { $0.value.equals(call[0] ?? .null) }?.key ?? .null
        }
        table.add(
            "fetch", on: .object, "key: any, default: any?, &key", gives: .any,
            "The value of a name; a default, or an error, when there is none.", "{a: 1}.fetch('b', 2)", "2"
        ) { call in
            if let found = try call.members[call[0] ?? .null] { return found }
            if let block = call.block { return try call.yield(block, call[0] ?? .null) }
            if let fallback = call[1] { return fallback }
            throw call.bad(
                "there is no \(Call.shown(call[0]?.text ?? "")) in \(call.subject)",
                "give a value for that case: .fetch('name', value)")
        }
        table.add(
            "fetch", on: .list, "position: integer, default: any?, &position", gives: .any,
            "The element at a position; a default, or an error, when there is none.", "[1].fetch(5, 0)", "0"
        ) { call in
            let (list, index) = (try call.list, try call.integer(0))
            let place = index < 0 ? index + list.count : index
            if list.indices.contains(place) { return list[place] }
            if let block = call.block { return try call.yield(block, .integer(index)) }
            if let fallback = call[1] { return fallback }
            throw call.bad("the list has no element at position \(index)")
        }
        table.add(
            "dig", on: .object, "key: any, path: any…", gives: .any, "A value deep inside; nil when a step is missing.",
            "{a: [{b: 5}]}.dig('a', 0, 'b')", "5"
        ) { try HashParts.dig($0) }
        for name in ["merge", "update", "reverse_merge", "deep_merge"] {
            table.add(
                name, on: .object, "objects: any…, **others: any, &values", gives: .object,
                name == "reverse_merge"
                    ? "With what another object has and this has not."
                    : name == "deep_merge"
                        ? "With another object's values, objects within merged too." : "With another object's values.",
                "{a: 1}.\(name)(b: 2)", name == "reverse_merge" ? "{\"b\"=>2, \"a\"=>1}" : "{\"a\"=>1, \"b\"=>2}"
            ) {
                call in
                var merged = call.receiver
                for other in call.arguments {
                    guard let others = other.members, let members = merged.members else {
                        throw call.wrong(other, wanted: "an object")
                    }
                    merged =
                        name == "reverse_merge"
                        ? try HashParts.merged(others, members, deep: false, call)
                        : try HashParts.merged(members, others, deep: name == "deep_merge", call)
                }
                return merged
            }
        }
        for name in ["slice", "except"] {
            let keeps = name == "slice"
            table.add(
                name, on: .object, "keys: any…", gives: .object, keeps ? "Only some names." : "Without some names.",
                "{a: 1, b: 2}.\(name)('a')", keeps ? "{\"a\"=>1}" : "{\"b\"=>2}"
            ) { call in
                let members = try call.members
                if keeps {
                    return .table(
                        ValueTable(uniqueEntries: call.arguments.compactMap { key in members[key].map { (key, $0) } }))
                }
                return .table(
                    ValueTable(
                        uniqueEntries: members.entries.filter { entry in
                            !call.arguments.contains { $0.isSameKey(as: entry.key) }
                        }))
            }
        }
        table.add(
            "only", on: .object, "keys: any…", gives: .object, "Only some names.", "{a: 1, b: 2}.only('a')",
            "{\"a\"=>1}"
        ) { call in
            let members = try call.members
            return .table(
                ValueTable(uniqueEntries: call.arguments.compactMap { key in members[key].map { (key, $0) } }))
        }
        table.add("compact", on: .object, gives: .object, "Without nil values.", "{a: 1, b: nil}.compact", "{\"a\"=>1}")
        { .table(ValueTable(uniqueEntries: try $0.members.entries.filter { !$0.value.isNull })) }
        table.add(
            "compact_blank", on: .object, gives: .object, "Without blank values.", "{a: 1, b: ''}.compact_blank",
            "{\"a\"=>1}"
        ) {
            .table(ValueTable(uniqueEntries: try $0.members.entries.filter { !Blank.isBlank($0.value) }))
        }
        table.add(
            "invert", on: .object, gives: .object, "Names and values swapped.", "{a: 'x'}.invert", "{\"x\"=>\"a\"}"
        ) { call in
            var made = ValueTable.Builder()
            for entry in try call.members.entries { made[entry.value] = entry.key }
            return made.value
        }
        for name in ["select", "filter", "reject"] {
            let keeps = name != "reject"
            table.add(
                name, on: .object, "&!pair", gives: .object,
                keeps ? "The members that make the block true." : "The members that don't make the block true.",
                "{a: 1, b: 2}.\(name) { |k, v| v > 1 }", keeps ? "{\"b\"=>2}" : "{\"a\"=>1}"
            ) {
                call in
                let block = try call.requiredBlock()
                return .table(
                    ValueTable(
                        uniqueEntries: try call.members.entries.filter {
                            try call.yield(block, $0.key, $0.value).isTrue == keeps
                        }))
            }
        }
        table.add(
            "transform_values", on: .object, "&!value", gives: .object, "What the block makes of each value.",
            "{a: 1}.transform_values { |v| v + 1 }", "{\"a\"=>2}"
        ) { call in
            let block = try call.requiredBlock()
            return .table(
                ValueTable(uniqueEntries: try call.members.entries.map { ($0.key, try call.yield(block, $0.value)) }))
        }
        table.add(
            "transform_keys", on: .object, "**names: any, &key", gives: .object, "What the block makes of each name.",
            "{a: 1}.transform_keys { |k| k.upcase }", "{\"A\"=>1}"
        ) { call in
            var made = ValueTable.Builder()
            for entry in try call.members.entries {
                made[
                    try call[0]?.members.flatMap { $0[entry.key] } ?? call.block.map { try call.yield($0, entry.key) }
                        ?? entry.key] = entry.value
            }
            return made.value
        }
        for name in ["symbolize_keys", "with_indifferent_access", "deep_symbolize_keys"] {
            table.add(
                name, on: .object, gives: .object, "The object itself: symbols are texts here.", "{a: 1}.\(name)",
                "{\"a\"=>1}"
            ) { $0.receiver }
        }
        table.add(
            "to_h", on: .object, "&pair", gives: .object, "The object, or a new one from the pairs the block gives.",
            "{a: 1}.to_h { |k, v| [v, k] }", "{1=>\"a\"}"
        ) { call in
            guard call.block != nil else { return call.receiver }
            return try HashParts.object(call)
        }
        table.add(
            "to_h", on: [.list, .range, .pending], "&item", gives: .object, "An object of pairs.", "[['a', 1]].to_h",
            "{\"a\"=>1}"
        ) { try HashParts.object($0) }
        table.add("to_h", on: .null, gives: .object, "An empty object.", "nil.to_h", "{}") { _ in
            .jsonObject(JSONObject())
        }
        table.add(
            "each_pair", on: .object, "&pair", gives: [.object, .pending],
            "Goes through the members; the object itself is the result.", "{a: 1}.each_pair { |k, v| v }", "{\"a\"=>1}"
        ) { call in
            guard let block = call.block else { return .pending(PendingCall("each", try call.list)) }
            for entry in try call.members.entries { _ = try call.yield(block, entry.key, entry.value) }
            return call.receiver
        }
        table.add(
            "values_at", on: .object, "keys: any…", gives: .list, "The values of some names.",
            "{a: 1, b: 2}.values_at('b', 'a')", "[2, 1]"
        ) { call in
            let members = try call.members
            return .list(call.arguments.map { members[$0] ?? .null })
        }
        return table
    }
}
