// Calls of methods and functions.

import JSONCore

/// A call whose method has been found.
final class CallNode: Sendable {
    let receiver: Node?
    let name: String
    let range: Range<Int>
    /// The receiver as it is written.
    let subject: Written
    let group: MethodGroup?
    let function: Method?
    let arguments: [Node]
    let keywords: [(key: Node, value: Node)]
    let block: BoundBlock?
    let isSafe: Bool
    let mayBeMember: Bool
    /// The values of arguments that are all written out.
    private let fixed: [Value]?

    init(
        receiver: Node?, name: String, range: Range<Int>, subject: Written, group: MethodGroup?, function: Method?,
        arguments: [Node] = [], keywords: [(key: Node, value: Node)] = [], block: BoundBlock? = nil, isSafe: Bool,
        mayBeMember: Bool
    ) {
        (self.receiver, self.name, self.range, self.subject) = (receiver, name, range, subject)
        (self.group, self.function, self.arguments, self.keywords) = (group, function, arguments, keywords)
        (self.block, self.isSafe, self.mayBeMember) = (block, isSafe, mayBeMember)
        var fixed: [Value] = []
        for argument in arguments { if case .literal(let value) = argument { fixed.append(value) } }
        self.fixed = fixed.count == arguments.count ? fixed : nil
    }

    func evaluate(_ slots: [Value], _ run: Evaluation) throws(FormulaError) -> Value {
        guard let receiver else { return try evaluateFunction(slots, run) }
        return try apply(to: try receiver.evaluate(slots, run), slots, run)
    }

    func evaluateFunction(_ slots: [Value], _ run: Evaluation) throws(FormulaError) -> Value {
        guard let function else { return .null }
        return try call(function, .null, slots, run)
    }

    /// The call on a receiver that has been evaluated.
    func apply(to value: Value, _ slots: [Value], _ run: Evaluation) throws(FormulaError) -> Value {
        if mayBeMember {
            switch value {
            case .jsonObject(let object):
                if let member = object[name] { return Value(member) }
                if group?.byKind[Int(ValueKind.object.rawValue)] == nil { return .null }
            case .table(let table):
                if let member = table[.string(name)] { return member }
                if group?.byKind[Int(ValueKind.object.rawValue)] == nil { return .null }
            default: break
            }
        }
        if isSafe, case .null = value { return .null }
        if let method = group?.byKind[Int(value.kind.rawValue)] { return try call(method, value, slots, run) }
        if case .duration(let duration) = value {
            // Durations answer as their seconds do.
            let seconds = Value(duration.length)
            if let method = group?.byKind[Int(seconds.kind.rawValue)] { return try call(method, seconds, slots, run) }
        }
        throw refusal(value)
    }

    private func call(
        _ method: Method, _ value: Value, _ slots: [Value], _ run: Evaluation
    ) throws(FormulaError) -> Value {
        // Work on long texts and lists counts for more.
        switch value {
        case .string(let text): try run.tick(1 + text.utf8.count >> 10, range)
        case .list(let list): try run.tick(1 + list.count >> 6, range)
        case .jsonList(let list): try run.tick(1 + list.count >> 6, range)
        default: try run.tick(range)
        }
        if keywords.isEmpty {
            return try call(method, value, try argumentValues(slots, run), [], slots, run)
        }
        var values = try argumentValues(slots, run)
        var named: [(key: Value, value: Value)] = []
        for keyword in keywords {
            named.append((try keyword.key.evaluate(slots, run), try keyword.value.evaluate(slots, run)))
        }
        if method.takesObject {
            var builder = ValueTable.Builder()
            for entry in named { builder[entry.key] = entry.value }
            values.append(builder.value)
            named = []
        } else if let unknown = named.first(where: { !method.keywords.contains($0.key.text) }) {
            throw bad(.unknownOption(unknown.key.text, of: method))
        }
        return try call(method, value, values, named, slots, run)
    }

    @inline(__always)
    private func argumentValues(_ slots: [Value], _ run: Evaluation) throws(FormulaError) -> [Value] {
        if let fixed { return fixed }
        var values: [Value] = []
        values.reserveCapacity(arguments.count)
        for argument in arguments { values.append(try argument.evaluate(slots, run)) }
        return values
    }

    @inline(__always)
    private func call(
        _ method: Method, _ value: Value, _ values: [Value], _ named: [(key: Value, value: Value)], _ slots: [Value],
        _ run: Evaluation
    ) throws(FormulaError) -> Value {
        guard values.count >= method.fewest, values.count <= method.most else {
            throw bad(.wrongCount(values.count, of: method))
        }
        if block == nil, method.needsBlock { throw bad(.needsBlock(method)) }
        if block != nil, !method.takesBlock { throw bad(.takesNoBlock(method)) }
        do {
            let result = try method.body(
                Call(receiver: value, arguments: values, keywords: named, node: self, slots: slots, run: run))
            if case .bytes(let bytes) = value, method.keepsBytes { return Encodings.binary(result, of: bytes) }
            return result
        } catch let error as FormulaError {
            guard error.range.isEmpty || error.range == range else { throw error }  // from within its block
            throw error.told(of: method, receiver: value, arguments: values).at(range)
        } catch {
            throw FormulaError(code: "bad_argument", "\(name) failed: \(error)", range: range)
        }
    }

    // MARK: Refusals

    private func bad(_ refusal: CallRefusal) -> FormulaError {
        FormulaError(code: "bad_argument", refusal.message, suggestion: refusal.hint, range: range)
    }

    private func refusal(_ value: Value) -> FormulaError {
        let refusal = MethodRefusal(name, on: subject, kinds: KindSet(value.kind), words: value.kind.phrase)
        return FormulaError(code: refusal.code, refusal.message, suggestion: refusal.hint, range: range)
    }
}
