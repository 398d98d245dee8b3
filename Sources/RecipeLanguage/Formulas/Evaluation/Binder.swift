// From a formula's shape to what runs: names get slots, method names get their code.

/// Turns syntax into nodes for one assignment of slots.
struct Binder {
    private let bytes: [UInt8]
    private let slots: [String: Int]

    init(source: String, slots: [String: Int]) {
        bytes = Array(source.utf8)
        self.slots = slots
    }

    func node(for syntax: Syntax) -> Node {
        switch syntax.kind {
        case .literal(let value): return .literal(value)
        case .name(let name): return .slot(slots[name] ?? -1)
        case .local(let place): return .local(place)
        case .interpolation(let parts): return .interpolation(parts.map(node), syntax.range)
        case .regex(let parts, let flags): return regex(parts.map(node), flags, syntax.range)
        case .array(let parts): return array(parts.map(node), syntax.range)
        case .hash(let pairs): return hash(pairs.map { (node(for: $0.key), node(for: $0.value)) }, syntax.range)
        case .range(let first, let last, let excludes):
            return self.range(first.map(node), last.map(node), excludes, syntax.range)
        case .not(let inner): return .not(node(for: inner))
        case .negative(let inner): return .negative(node(for: inner), syntax.range)
        case .binary: return chain(syntax)
        case .all(let parts): return .all(parts.map(node))
        case .anyOf(let parts): return .anyOf(parts.map(node))
        case .conditional(let condition, let yes, let no):
            return .conditional(node(for: condition), node(for: yes), no.map(node))
        case .choice(let subject, let cases, let fallback):
            let bound = cases.map { (patterns: $0.patterns.map(node), result: node(for: $0.result)) }
            return .choice(ChoiceNode(subject.map(node), bound, fallback.map(node), syntax.range))
        case .call(let call): return self.call(call, syntax)
        case .index(let receiver, let arguments, _):
            return .index(
                IndexNode(
                    node(for: receiver), arguments.map(node), subject: Written(bytes, receiver.range),
                    range: syntax.range))
        }
    }

    // What consists of literals is made once. A regex that is not valid says so when the formula runs.
    private func regex(_ parts: [Node], _ flags: String, _ range: Range<Int>) -> Node {
        if let source = literals(parts)?.map(\.text).joined(),
            let regex = try? FormulaRegex.cached(source, flags: flags)
        {
            return .literal(.regex(regex))
        }
        return .regex(parts, flags: flags, range)
    }

    private func range(_ first: Node?, _ last: Node?, _ excludes: Bool, _ range: Range<Int>) -> Node {
        // Whole numbers always compare with each other; other ends are looked at when the formula runs.
        guard case .literal(.integer(let low))? = first, case .literal(.integer(let high))? = last else {
            return .range(first, last, excludesLast: excludes, range)
        }
        return .literal(.range(ValueRange(.integer(low), .integer(high), excludesLast: excludes)))
    }

    private func array(_ parts: [Node], _ range: Range<Int>) -> Node {
        literals(parts).map { .literal(.list($0)) } ?? .array(parts, range)
    }

    private func hash(_ pairs: [(key: Node, value: Node)], _ range: Range<Int>) -> Node {
        guard let keys = literals(pairs.map(\.key)), let values = literals(pairs.map(\.value)) else {
            return .hash(pairs, range)
        }
        var builder = ValueTable.Builder()
        for (key, value) in zip(keys, values) { builder[key] = value }
        return .literal(builder.value)
    }

    /// The values of parts that are all literals. Nested ones stay as they are, so that no value nests deeper than it may.
    private func literals(_ parts: [Node]) -> [Value]? {
        var values: [Value] = []
        for part in parts {
            guard case .literal(let value) = part, !value.isMade else { return nil }
            values.append(value)
        }
        return values
    }

    // Operators in a row become one node, so that a long sum doesn't nest.
    private func chain(_ syntax: Syntax) -> Node {
        var links: [ChainNode.Link] = []
        var current = syntax
        while case .binary(let operation, let left, let right) = current.kind {
            links.append(
                ChainNode.Link(
                    operation: operation, operand: node(for: right), left: Written(bytes, left.range),
                    right: Written(bytes, right.range),
                    range: current.range))
            current = left
        }
        let first = node(for: current)
        guard let link = links.popLast() else { return first }
        return .chain(ChainNode(first: first, link: link, others: links.reversed()))
    }

    private func call(_ call: SyntaxCall, _ syntax: Syntax) -> Node {
        guard let receiver = call.receiver else {
            return .function(
                CallNode(
                    receiver: nil, name: call.name, range: call.nameRange, subject: Written(""), group: nil,
                    function: FunctionLibrary.shared.function(call.name), arguments: call.arguments.map(node),
                    keywords: call.keywords.map { (node(for: $0.key), node(for: $0.value)) }, block: block(call.block),
                    isSafe: false, mayBeMember: false))
        }
        if let path = path(call) { return .path(path) }
        return .call(
            CallNode(
                receiver: node(for: receiver), name: call.name, range: call.nameRange,
                subject: Written(bytes, receiver.range),
                group: FunctionLibrary.shared.group(call.name), function: nil, arguments: call.arguments.map(node),
                keywords: call.keywords.map { (node(for: $0.key), node(for: $0.value)) }, block: block(call.block),
                isSafe: call.isSafe, mayBeMember: !call.isSurelyMethod))
    }

    /// Calls that may all be members, from a pill or a block's parameter on; nil when something else is among them.
    private func path(_ last: SyntaxCall) -> PathNode? {
        var (keys, steps): ([String], [CallNode]) = ([], [])
        var call = last
        while let receiver = call.receiver, !call.isSurelyMethod {
            keys.append(call.name)
            steps.append(
                CallNode(
                    receiver: nil, name: call.name, range: call.nameRange, subject: Written(bytes, receiver.range),
                    group: FunctionLibrary.shared.group(call.name), function: nil, isSafe: call.isSafe,
                    mayBeMember: true))
            switch receiver.kind {
            case .call(let inner): call = inner
            case .name(let name):
                return PathNode(.slot(slots[name] ?? -1), keys: keys.reversed(), steps: steps.reversed())
            case .local(let place): return PathNode(.local(place), keys: keys.reversed(), steps: steps.reversed())
            default: return nil
            }
        }
        return nil
    }

    private func block(_ block: SyntaxBlock?) -> BoundBlock? {
        block.map { BoundBlock($0.parameters, node(for: $0.body)) }
    }
}
