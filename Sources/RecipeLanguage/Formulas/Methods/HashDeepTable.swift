// Methods of objects: changes at all depths, several names at once, one object within another.

import JSONCore

extension FunctionTables {
    static func hashesDeep() -> MethodTable {
        var table = MethodTable("object")
        table.add(
            "deep_transform_values", on: .object, "&!value", gives: .object,
            "What the block makes of each value, also within objects and lists.",
            "{a: {b: 1}}.deep_transform_values { |v| v + 1 }", "{\"a\"=>{\"b\"=>2}}"
        ) { call in
            let block = try call.requiredBlock()
            return try HashDeep.transform(call.receiver, call, name: { $0 }, value: { try call.yield(block, $0) })
        }
        table.add(
            "deep_transform_keys", on: .object, "&!key", gives: .object,
            "What the block makes of each name, also within objects and lists.",
            "{a: {b: 1}}.deep_transform_keys { |k| k.upcase }", "{\"A\"=>{\"B\"=>1}}"
        ) { call in
            let block = try call.requiredBlock()
            return try HashDeep.transform(call.receiver, call, name: { try call.yield(block, $0) }, value: { $0 })
        }
        table.add(
            "stringify_keys", on: .object, gives: .object, "With texts as names, where they were numbers or others.",
            "{1 => 'a'}.stringify_keys", "{\"1\"=>\"a\"}"
        ) { call in
            var made = ValueTable.Builder()
            for entry in try call.members.entries { made[.string(entry.key.text)] = entry.value }
            return made.value
        }
        table.add(
            "deep_stringify_keys", on: .object, gives: .object,
            "With texts as names, also within objects and lists.", "{1 => {2 => 'a'}}.deep_stringify_keys",
            "{\"1\"=>{\"2\"=>\"a\"}}"
        ) { try HashDeep.transform($0.receiver, $0, name: { .string($0.text) }, value: { $0 }) }
        table.add(
            "fetch_values", on: .object, "keys: any…, &key", gives: .list,
            "The values of some names; an error when there is none.", "{a: 1, b: 2}.fetch_values('b')", "[2]"
        ) { call in
            let members = try call.members
            return .list(
                try call.arguments.map { key in
                    if let found = members[key] { return found }
                    if let block = call.block { return try call.yield(block, key) }
                    throw call.bad("there is no \(Call.shown(key.text)) in \(call.subject)")
                })
        }
        for name in ["with_defaults", "reverse_update"] {
            table.add(
                name, on: .object, "objects: object…, **others: any", gives: .object,
                "With what another object has and this has not.", "{a: 1}.\(name)(a: 2, b: 3)",
                "{\"a\"=>1, \"b\"=>3}"
            ) { try $0.send("reverse_merge", $0.arguments) }
        }
        table.add(
            "without", on: .object, "keys: any…", gives: .object, "Without some names.", "{a: 1, b: 2}.without('a')",
            "{\"b\"=>2}"
        ) { try $0.send("except", $0.arguments) }
        table.add(
            "flatten", on: .object, "depth: integer?", gives: .list, "Names and values in one list.",
            "{a: 1, b: [2]}.flatten", "[\"a\", 1, \"b\", [2]]"
        ) { call in
            let depth = try call[0].map { try call.integer($0) } ?? 1
            var made: [Value] = []
            try ListParts.flatten(ValueList(try call.list.values), depth, into: &made, call)
            return try call.made(made)
        }
        for (name, part) in [("each_key", 0), ("each_value", 1)] {
            table.add(
                name, on: .object, "&item", gives: [.list, .object],
                "The \(part == 0 ? "names" : "values"), for a call that follows.",
                "{a: 1}.\(name).to_a", part == 0 ? "[\"a\"]" : "[1]"
            ) { call in
                let list = ValueList(try call.members.entries.map { part == 0 ? $0.key : $0.value })
                guard let block = call.block else { return .pending(PendingCall("each", list)) }
                for value in list { _ = try call.yield(block, value) }
                return call.receiver
            }
        }
        table.add(
            "to_options", on: .object, gives: .object, "The object itself: names are always texts.",
            "{a: 1}.to_options", "{\"a\"=>1}"
        ) { $0.receiver }
        return table
    }
}

/// Objects within objects.
enum HashDeep {
    static func transform(
        _ value: Value, _ call: Call, depth: Int = 0, name: (Value) throws -> Value,
        value change: (Value) throws -> Value
    ) throws -> Value {
        guard depth < JSONForm.deepest else {
            throw call.fail("limit", "the object is nested too deep (formula.depth)")
        }
        try call.run.tick(call.range)
        if let members = value.members {
            var made = ValueTable.Builder()
            for entry in members.entries {
                made[try name(entry.key)] = try transform(
                    entry.value, call, depth: depth + 1, name: name, value: change)
            }
            try call.run.charge(made.count * 16, call.range)
            return made.value
        }
        if let list = value.list {
            return try call.made(list.map { try transform($0, call, depth: depth + 1, name: name, value: change) })
        }
        return try change(value)
    }

    /// Whether all members of `part` are in `whole`, with the same values.
    static func holds(_ whole: ValueMembers, _ part: ValueMembers) -> Bool {
        part.entries.allSatisfy { entry in whole[entry.key].map { $0.equals(entry.value) } ?? false }
    }
}
