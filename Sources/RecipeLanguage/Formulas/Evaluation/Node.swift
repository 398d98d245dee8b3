// A formula ready to run: names are slots, methods are code.

/// One part of a bound formula. Only rare parts are boxed.
enum Node: Sendable {
    case literal(Value)
    case slot(Int)
    case local(Int)
    case path(PathNode)
    case call(CallNode)
    case function(CallNode)
    case index(IndexNode)
    case interpolation([Node], Range<Int>)
    indirect case regex([Node], flags: String, Range<Int>)
    case array([Node], Range<Int>)
    case hash([(key: Node, value: Node)], Range<Int>)
    indirect case range(Node?, Node?, excludesLast: Bool, Range<Int>)
    indirect case not(Node)
    indirect case negative(Node, Range<Int>)
    case chain(ChainNode)
    case all([Node])
    case anyOf([Node])
    indirect case conditional(Node, Node, Node?)
    case choice(ChoiceNode)

    /// The parts that most operands are, without a call; all others through `evaluateRest`.
    @inline(__always)
    func evaluate(_ slots: [Value], _ run: Evaluation) throws(FormulaError) -> Value {
        switch self {
        case .literal(let value): return value
        case .path(let path): return try path.evaluate(slots, run)
        default: return try evaluateRest(slots, run)
        }
    }

    @inline(never)
    private func evaluateRest(_ slots: [Value], _ run: Evaluation) throws(FormulaError) -> Value {
        switch self {
        case .slot(let slot): return slot >= 0 && slot < slots.count ? slots[slot] : .null
        case .local(let place): return run.locals[place]
        case .call(let call): return try call.evaluate(slots, run)
        case .function(let call): return try call.evaluateFunction(slots, run)
        case .index(let index): return try index.evaluate(slots, run)
        case .chain(let chain): return try chain.evaluate(slots, run)
        case .not(let inner): return .bool(!(try inner.evaluate(slots, run).isTrue))
        case .negative(let inner, let range): return try Arithmetic.negate(try inner.evaluate(slots, run), range)
        case .all(let parts):
            var value = Value.null
            for part in parts {
                value = try part.evaluate(slots, run)
                if !value.isTrue { return value }
            }
            return value
        case .anyOf(let parts):
            var value = Value.null
            for part in parts {
                value = try part.evaluate(slots, run)
                if value.isTrue { return value }
            }
            return value
        case .conditional(let condition, let yes, let no):
            if try condition.evaluate(slots, run).isTrue { return try yes.evaluate(slots, run) }
            return try no?.evaluate(slots, run) ?? .null
        default: return try make(slots, run)
        }
    }

    // The parts that build something.
    @inline(never)
    private func make(_ slots: [Value], _ run: Evaluation) throws(FormulaError) -> Value {
        switch self {
        case .interpolation(let parts, let range):
            var text = ""
            for part in parts { text += try part.evaluate(slots, run).text }
            try run.charge(text.utf8.count, range)
            return .string(text)
        case .regex(let parts, let flags, let range):
            var source = ""
            for part in parts { source += try part.evaluate(slots, run).text }
            do { return .regex(try FormulaRegex.cached(source, flags: flags)) } catch {
                throw FormulaError(code: "bad_argument", "the regex is not valid: \(error.message)", range: range)
            }
        case .array(let parts, let range):
            var values: [Value] = []
            values.reserveCapacity(parts.count)
            for part in parts { values.append(try part.evaluate(slots, run)) }
            try run.charge(values.count * 8, range)
            return .list(values)
        case .hash(let pairs, let range):
            var builder = ValueTable.Builder()
            for pair in pairs {
                let key = try pair.key.evaluate(slots, run)
                builder[key] = try pair.value.evaluate(slots, run)
            }
            try run.charge(builder.count * 16, range)
            return builder.value
        case .range(let first, let last, let excludes, let range):
            let low = try first?.evaluate(slots, run) ?? .null
            let high = try last?.evaluate(slots, run) ?? .null
            guard low.isNull || high.isNull || low.compare(high) != nil else {
                throw FormulaError(
                    code: "bad_argument", "a range can't go from \(low.kind.phrase) to \(high.kind.phrase)",
                    range: range)
            }
            return .range(ValueRange(low, high, excludesLast: excludes))
        case .choice(let choice): return try choice.evaluate(slots, run)
        default: return .null
        }
    }
}

/// `case … when …`.
final class ChoiceNode: Sendable {
    let subject: Node?
    let cases: [(patterns: [Node], result: Node)]
    let fallback: Node?
    let range: Range<Int>

    init(_ subject: Node?, _ cases: [(patterns: [Node], result: Node)], _ fallback: Node?, _ range: Range<Int>) {
        (self.subject, self.cases, self.fallback, self.range) = (subject, cases, fallback, range)
    }

    func evaluate(_ slots: [Value], _ run: Evaluation) throws(FormulaError) -> Value {
        let value = try subject?.evaluate(slots, run)
        for entry in cases {
            for pattern in entry.patterns {
                let wanted = try pattern.evaluate(slots, run)
                let fits: Bool
                if let value {
                    fits = try Arithmetic.caseEqual(wanted, value, run, range)
                } else {
                    fits = wanted.isTrue
                }
                if fits { return try entry.result.evaluate(slots, run) }
            }
        }
        return try fallback?.evaluate(slots, run) ?? .null
    }
}

/// A block with its parameters.
final class BoundBlock: Sendable {
    let parameters: [BlockParameter]
    let body: Node
    /// The place of its only parameter, when there is just one plain one.
    private let single: Int?
    /// Whether its only parameter gets a value whole and takes it apart, as in `|*all|` and `|(a, b)|`.
    let takesWhole: Bool

    init(_ parameters: [BlockParameter], _ body: Node) {
        (self.parameters, self.body) = (parameters, body)
        if parameters.count == 1, case .local(let place) = parameters[0] { single = place } else { single = nil }
        takesWhole = parameters.count == 1 && single == nil
    }

    @inline(__always)
    func take(_ value: Value, _ run: Evaluation) {
        if let single {
            run.locals[single] = value
        } else {
            spread(value, run)
        }
    }

    private func spread(_ value: Value, _ run: Evaluation) {
        guard !parameters.isEmpty else { return }
        // A single parameter gets the value as it is: |*all| a list of it, |(a, b)| takes it apart itself.
        if parameters.count > 1, let list = value.list {
            assign(parameters, Array(list.prefix(10_000)), run)
        } else {
            assign(parameters, [value], run)
        }
    }

    func take(_ one: Value, _ two: Value, _ run: Evaluation) {
        if let single { run.locals[single] = one } else { assign(parameters, [one, two], run) }
    }

    private func assign(_ parameters: [BlockParameter], _ values: [Value], _ run: Evaluation) {
        for (index, parameter) in parameters.enumerated() {
            let value = index < values.count ? values[index] : .null
            switch parameter {
            case .rest(let place):
                // Those after it take the last ones.
                let after = parameters[(index + 1)...]
                let end = max(values.count - after.count, min(index, values.count))
                run.locals[place] = .list(Array(values[min(index, end)..<end]))
                return assign(Array(after), Array(values[end...]), run)
            case .local(let place): run.locals[place] = value
            case .list(let inner): assign(inner, value.list.map(Array.init) ?? [value], run)
            }
        }
    }
}
