// Making one value of many: inject and sum; and finishing calls that waited for a block.

import BigInt
import JSONCore

/// Finishing what `map.with_index` and the like began.
enum Pending {
    static func finish(_ pending: PendingCall, _ results: [Value], _ call: Call) throws -> Value {
        switch pending.method {
        case "select", "filter": try call.made(zip(pending.list, results).filter { $1.isTrue }.map { $0.0 })
        case "reject": try call.made(zip(pending.list, results).filter { !$1.isTrue }.map { $0.0 })
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
        let link = operation.map {
            ChainNode.Link(
                operation: $0, operand: .literal(.null), left: Written("the result so far"),
                right: Written("an element"), range: call.range)
        }
        var (result, index) = (arguments.first ?? .null, 0)
        if arguments.isEmpty {
            guard let first = list.first else { return .null }
            (result, index) = (first, 1)
        }
        while index < list.count {
            if let link {
                result = try Arithmetic.apply(link, result, list[index], call.run)
                try call.run.tick(call.range)
            } else if let block = call.block {
                result = try call.yield(block, result, list[index])
            }
            index += 1
            if result.isMade { try Nesting.check(result, call.run.environment.limits, call.range) }
        }
        return result
    }

    private static let element = Written("an element")

    static func sum(_ call: Call) throws -> Value {
        if case .range(let range) = call.receiver, call.block == nil, call[0] == nil, let (first, last) = range.counted
        {
            if last < first { return .integer(0) }
            return Value(whole: (BigInt(first) + BigInt(last)) * (BigInt(last) - BigInt(first) + 1) / 2)
        }
        let list = try call.list
        var total: Value? = call[0]
        let link = ChainNode.Link(
            operation: .add, operand: .literal(.null), left: element, right: element,
            range: call.range)
        var texts: [String]?
        let block = call.block
        try list.each { value in
            try call.run.tick(call.range)
            let part = if let block { try call.yield(block, value) } else { value }
            if texts != nil || total == nil, case .string(let text) = part {
                texts = (texts ?? []) + [text]
                total = .string("")
                if texts?.count ?? 0 > 64 {
                    texts = [(texts ?? []).joined()]
                    try call.run.charge(text.utf8.count, call.range)
                }
                return
            }
            if let parts = texts { (total, texts) = (.string(parts.joined()), nil) }
            guard let before = total else {
                guard part.kind.isNumeric || part.kind == .duration || part.list != nil else {
                    throw part.isNull
                        ? call.fail("nil_value", "sum met nil (empty) in the list", "add .compact before .sum")
                        : call.bad("sum can't add \(part.kind.phrase)")
                }
                total = part
                return
            }
            total = try Arithmetic.apply(link, before, part, call.run)
        }
        if let texts { return try call.made(texts.joined()) }
        return total ?? .integer(0)
    }
}
