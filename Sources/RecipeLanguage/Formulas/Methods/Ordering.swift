// Comparing elements of lists.

import BigInt
import JSONCore

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
            for value in [one, two] where value.isBeyondNumbers { _ = try call.number(value) }
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

    /// The places of `keys` in their order; those that are equal stay as they are.
    static func places(sorting keys: [Value], _ call: Call) throws -> [Int] {
        var integers: [Int] = []
        integers.reserveCapacity(keys.count)
        for case .integer(let integer) in keys { integers.append(integer) }
        guard integers.count < keys.count else {
            try call.run.tick(keys.count, call.range)
            return keys.indices.sorted { integers[$0] < integers[$1] }
        }
        return try keys.indices.sorted { one, two in
            try call.run.tick(call.range)
            return try plain(keys[one], keys[two], call) < 0
        }
    }

    static func sorted(_ values: [Value], _ call: Call, _ order: (Value, Value) throws -> Int) throws -> [Value] {
        try call.run.charge(values.count * 8, call.range)
        return try values.sorted { one, two in
            try call.run.tick(call.range)
            return try order(one, two) < 0
        }
    }
}
