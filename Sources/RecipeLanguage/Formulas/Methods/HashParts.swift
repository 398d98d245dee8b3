// Parts of objects: digging, merging, building from pairs.

import JSONCore

/// Parts of objects.
enum HashParts {
    static func dig(_ call: Call) throws -> Value { try dig(call.receiver, call.arguments, call) }

    static func dig(_ value: Value, _ path: [Value], _ call: Call) throws -> Value {
        var found = value
        for key in path {
            if found.isNull { return .null }
            if let members = found.members {
                found = members[key] ?? .null
            } else if let list = found.list {
                guard case .integer(let index) = key else {
                    throw call.bad("a list has no \(Call.shown(key.text)); it takes a position")
                }
                let place = index < 0 ? index + list.count : index
                found = list.indices.contains(place) ? list[place] : .null
            } else if case .string(let text) = found, case .string(let part) = key {
                return text.contains(part) ? key : .null  // as a text's [ ] answers
            } else {
                throw call.bad("\(Call.shown(key.text)) can't be read from \(found.kind.phrase)")
            }
        }
        return found
    }

    static func merged(_ one: ValueMembers, _ two: ValueMembers, deep: Bool, _ call: Call, level: Int = 0) throws
        -> Value
    {
        try call.run.charge((one.count + two.count) * 16, call.range)
        var made = ValueTable.Builder()
        for entry in one.entries { made[entry.key] = entry.value }
        for entry in two.entries {
            if let before = made[entry.key] {
                if deep, level < JSONForm.deepest, let old = before.members, let new = entry.value.members {
                    made[entry.key] = try merged(old, new, deep: true, call, level: level + 1)
                    continue
                }
                if let block = call.block {
                    made[entry.key] = try call.yield(block, .list([entry.key, before, entry.value]))
                    continue
                }
            }
            made[entry.key] = entry.value
        }
        return made.value
    }

    static func object(_ call: Call) throws -> Value {
        var made = ValueTable.Builder()
        for value in try call.list {
            let pair = try call.block.map { try call.yield($0, value) } ?? value
            guard let parts = pair.list, parts.count == 2 else {
                throw call.bad("to_h needs pairs of a name and a value, but met \(pair.kind.phrase)")
            }
            made[parts[0]] = parts[1]
        }
        try call.run.charge(made.count * 16, call.range)
        return made.value
    }
}
