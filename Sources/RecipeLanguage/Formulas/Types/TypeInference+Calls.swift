// Calls: members of objects, methods of everything, functions.

import JSONCore

extension TypeInference {
    func type(of call: SyntaxCall) -> FormulaType {
        guard let receiver = call.receiver else { return function(call) }
        let type = type(of: receiver)
        if type.isNever {
            inferParts(of: call)
            return .never
        }
        if call.isSafe, type.kinds == .null {
            inferParts(of: call)
            return .null
        }
        let value = call.isSafe ? type.subtracting(.null) : type
        let result = call.isSurelyMethod ? method(call, on: value) : member(call, of: value)
        return call.isSafe && type.kinds.contains(.null) ? result.joined(.null) : result
    }

    /// Looks into the arguments and the block of a call of which nothing more can be said.
    private func inferParts(of call: SyntaxCall, element: FormulaType = .unknown) {
        for argument in call.arguments { _ = type(of: argument) }
        for pair in call.keywords { _ = type(of: pair.value) }
        if let block = call.block {
            bind(block.parameters, to: element)
            _ = type(of: block.body)
        }
    }

    private func function(_ call: SyntaxCall) -> FormulaType {
        guard let function = FunctionLibrary.shared.function(call.name) else {
            inferParts(of: call)
            return .unknown
        }
        let given = GivenArguments(call, self)
        if let block = call.block { _ = type(of: block.body) }
        check(given, of: [function], call)
        switch call.name {
        case "Array", "Array.wrap":
            let one = given.positional.first ?? .unknown
            let kept = one.only(.list)
            return kept.isNever ? FormulaType(.list) : one.kinds == .list ? one : FormulaType(.list)
        default: return result(function.spec.gives)
        }
    }

    // MARK: - Members

    /// `value.name`: a member of an object, else a method (see `PathNode`).
    private func member(_ call: SyntaxCall, of value: FormulaType) -> FormulaType {
        guard value.kinds.contains(.object) else { return method(call, on: value) }
        let group = FunctionLibrary.shared.group(call.name)
        let isMethod = group?.byKind[Int(ValueKind.object.rawValue)] != nil
        let others = value.subtracting(.object)
        guard let shape = value.object else { return .unknown }
        let rest =
            supported(call.name, others.kinds).isEmpty ? FormulaType.never : quietly { method(call, on: others) }
        switch shape.member(call.name) {
        case .type(let type):
            if case .uniform = shape, isMethod {
                return quietly { method(call, on: value.only(.object)) }.joined(type).joined(rest)
            }
            return type.joined(rest)
        case .unlikely, .missing:
            if isMethod {
                guard case .missing = shape.member(call.name) else { return .unknown }
                let own = value.only(.object)
                return rest.isNever ? method(call, on: own) : quietly { method(call, on: own) }.joined(rest)
            }
            guard rest.isNever else { return .unknown }
            if group != nil {
                // A method, but none of objects: what is there is nil.
                guard case .missing = shape.member(call.name) else { return .unknown }
                return refuse(call, value)
            }
            return missing(call.name, shape, owner: owner(call.receiver), call.nameRange)
        }
    }

    /// Reports a member that is not there.
    private func missing(
        _ name: String, _ shape: ObjectShape, owner: String, _ range: Range<Int>
    ) -> FormulaType {
        switch shape.member(name) {
        case .type(let type): return type
        case .unlikely(let near): report(.unlikelyPillField(name, of: owner, near: near), range)
        case .missing(let known): report(.unknownPillField(name, of: owner, known: known), range)
        }
        return .unknown
    }

    /// A value as messages call it: `lead.body.lines[]`; else as it is written.
    private func owner(_ syntax: Syntax?) -> String {
        guard let syntax else { return "" }
        var (parts, current) = ([String](), syntax)
        while true {
            switch current.kind {
            case .name(let name): return name + parts.reversed().joined()
            case .call(let call) where !call.isSurelyMethod && call.receiver != nil:
                parts.append("." + call.name)
                current = call.receiver ?? current
            case .index(let receiver, let arguments, _):
                guard arguments.count == 1, case .literal(let key) = arguments[0].kind else {
                    return "\(written(syntax))"
                }
                if case .string(let name) = key { parts.append("." + name) } else { parts.append("[]") }
                current = receiver
            default: return "\(written(syntax))"
            }
        }
    }

    /// Reads the member `name`, given in quotes, of each value; reports it when none can have it.
    /// - Parameter owner: what messages call the value.
    func field(_ name: String, of value: FormulaType, owner: @autoclosure () -> String, at range: Range<Int>)
        -> FormulaType
    {
        guard value.kinds.subtracting(.null) == .object, let shape = value.object else { return .unknown }
        let found = missing(name, shape, owner: owner(), range)
        return value.kinds.contains(.null) ? found.joined(.null) : found
    }

    // MARK: - Methods

    /// The kinds among `kinds` that have a method.
    private func supported(_ name: String, _ kinds: KindSet) -> KindSet {
        guard let group = FunctionLibrary.shared.group(name) else { return [] }
        return KindSet(kinds.kinds.filter { group.method(on: $0) != nil }.map(KindSet.init))
    }

    private func method(_ call: SyntaxCall, on value: FormulaType) -> FormulaType {
        if value.isNever { return .never }
        let able = supported(call.name, value.kinds)
        guard !able.isEmpty, let group = FunctionLibrary.shared.group(call.name) else { return refuse(call, value) }
        let receiver = value.only(able)
        var methods: [(method: Method, kinds: KindSet)] = []
        for kind in able.kinds {
            guard let method = group.method(on: kind) else { continue }
            if let place = methods.firstIndex(where: { $0.method === method }) {
                methods[place].kinds.formUnion(KindSet(kind))
            } else {
                methods.append((method, KindSet(kind)))
            }
        }
        let given = GivenArguments(call, self)
        let body = call.block.map { block in
            bind(block.parameters, for: call.name, receiver, given)
            return type(of: block.body)
        }
        check(given, of: methods.map(\.method), call)
        var made = FormulaType.never
        for (method, kinds) in methods {
            let use = MethodUse(call: call, receiver: receiver.only(kinds), given: given, body: body)
            made = made.joined(result(of: method, use))
        }
        return made
    }

    /// Reports a method that the value can't have.
    private func refuse(_ call: SyntaxCall, _ value: FormulaType) -> FormulaType {
        inferParts(of: call)
        guard let receiver = call.receiver else { return .never }
        let subject = written(receiver)
        if !call.isSurelyMethod, value.kinds != .null, FunctionLibrary.shared.group(call.name) == nil {
            let name = call.name
            let elements = value.kinds.contains(.list) ? value.list?.element.object : nil
            var isOfElements = false
            if case .type? = elements?.member(name) { isOfElements = elements.map { !$0.isOpen(for: name) } ?? false }
            report(
                .noMembers(owner(receiver), kind: value.words, field: name, isOfElements: isOfElements),
                call.nameRange)
            return .never
        }
        let refusal = MethodRefusal(call.name, on: subject, kinds: value.kinds, words: value.words)
        report(.refused(refusal.code, refusal.message, refusal.hint), call.nameRange)
        return .never
    }

    // MARK: - Indexes

    /// `value[…]` (see `IndexNode`).
    func index(_ receiver: Syntax, _ arguments: [Syntax], _ range: Range<Int>) -> FormulaType {
        let value = type(of: receiver)
        let keys = arguments.map { type(of: $0) }
        guard !value.isNever, let key = keys.first, !key.isNever else { return .never }
        if case .literal(.string(let name)) = arguments[0].kind, arguments.count == 1 {
            let nameRange = arguments[0].range
            if value.kinds.subtracting(.null) == .object {
                return field(name, of: value.subtracting(.null), owner: owner(receiver), at: nameRange)
            }
            if value.kinds.subtracting(.null) == .list {
                var isOfElements = false
                if let elements = value.list?.element.object, case .type = elements.member(name) {
                    isOfElements = !elements.isOpen(for: name)
                }
                report(
                    .noMembers(owner(receiver), kind: "a list", field: name, isOfElements: isOfElements), nameRange)
                return .never
            }
        }
        var made = FormulaType.never
        for kind in value.kinds.kinds {
            if kind == .pending { return .unknown }  // a match has its groups, a chain its elements
            made = made.joined(part(of: value, kind, key, keys.dropFirst().first, arguments))
        }
        guard made.isNever else { return made }
        let wrongKey = key.words
        report(.badIndex("\(written(receiver))", value.words, key: wrongKey, isIndexable: value.isIndexable), range)
        return .never
    }

    /// What an index gives on values of one kind; never when it fails.
    private func part(
        of value: FormulaType, _ kind: ValueKind, _ key: FormulaType, _ second: FormulaType?, _ arguments: [Syntax]
    ) -> FormulaType {
        switch kind {
        case .object:
            guard second == nil else { return .never }
            guard let shape = value.object else { return .unknown }
            if case .literal(.string(let name)) = arguments[0].kind {
                if case .type(let type) = shape.member(name) { return type }
                return .unknown
            }
            if case .described = shape, key.kinds.contains(.string) { return shape.values.joined(.null) }
            return shape.values.joined(.null)
        case .list:
            let element = value.list?.element ?? .unknown
            let part = FormulaType(.list, list: value.list.map { ListShape($0.element) }).joined(.null)
            if let second {
                return key.kinds.contains(.integer) && second.kinds.contains(.integer) ? part : .never
            }
            var made = key.kinds.contains(.range) ? part : .never
            if !key.kinds.isDisjoint(with: .real) {
                if case .literal(.integer(let place)) = arguments[0].kind, let list = value.list {
                    made = made.joined(list.element(at: place))
                } else {
                    made = made.joined(element).joined(.null)
                }
            }
            return made
        case .string:
            let able: KindSet = [.regex, .string, .integer, .range]
            return key.kinds.isDisjoint(with: able) ? .never : FormulaType([.string, .null])
        case .bytes:
            let able: KindSet = [.regex, .string, .bytes, .integer, .range, .decimal, .rational]
            return key.kinds.isDisjoint(with: able) ? .never : FormulaType([.bytes, .string, .null])
        case .integer: return key.kinds.contains(.integer) && second == nil ? FormulaType(.integer) : .never
        default: return .never
        }
    }
}

extension FormulaType {
    /// Whether `[ ]` can be used on some of its kinds.
    fileprivate var isIndexable: Bool { !kinds.isDisjoint(with: [.object, .list, .text, .integer]) }
}

extension ObjectShape {
    /// Whether a member of this name is only possible, not described.
    func isOpen(for name: String) -> Bool {
        switch self {
        case .described(let schema): schema.value.property(name) == nil
        case .written(let members): members.types[name] == nil
        case .uniform: true
        }
    }
}
