// What methods give: for most what their table says, for those that keep or build lists and objects something better.

import JSONCore

/// One method used on the part of a value that has it.
struct MethodUse {
    let call: SyntaxCall
    /// Only the kinds that reach this method.
    let receiver: FormulaType
    let given: GivenArguments
    /// What the block gives; nil without a block.
    let body: FormulaType?

    /// What the receiver holds; unknown rather than never, as an empty list may be filled elsewhere.
    var element: FormulaType { receiver.elements }
    /// The receiver's elements as a list.
    var sameList: FormulaType { .list(of: element) }
    /// The first argument.
    var first: FormulaType? { given.positional.first }
}

extension TypeInference {
    /// What a method's table entry says it gives. A list may also be an unfinished call.
    func result(_ gives: KindSet) -> FormulaType {
        if gives.isSuperset(of: .any) { return .unknown }
        return FormulaType(gives.contains(.list) ? gives.union(.pending) : gives)
    }

    func result(of method: Method, _ use: MethodUse) -> FormulaType {
        let kinds = use.receiver.kinds
        if let known = general(use) { return known }
        if kinds.isSubset(of: .enumerable) {
            if let known = kept(use) ?? picked(use) ?? mapped(use) ?? grouped(use) ?? rows(use) { return known }
        }
        if kinds == .object, let known = objectResult(use) { return known }
        if kinds.isSubset(of: .text), let known = textParts(use) { return known }
        let mayStayBinary = method.keepsBytes && kinds.contains(.bytes) && method.spec.gives.contains(.string)
        return result(mayStayBinary ? method.spec.gives.union(.bytes) : method.spec.gives)
    }

    private func general(_ use: MethodUse) -> FormulaType? {
        switch use.call.name {
        case "presence": use.receiver.joined(.null)
        case "itself": use.receiver
        case "clamp":
            use.given.positional.contains { $0.kinds.contains(.range) }
                ? .unknown : FormulaType.joined(use.given.positional).joined(use.receiver)
        default: nil
        }
    }

    private func textParts(_ use: MethodUse) -> FormulaType? {
        switch use.call.name {
        case "split", "lines", "chars", "partition", "rpartition":
            .list(of: FormulaType(use.receiver.kinds.union(.string)))
        case "scan": .list(of: FormulaType(use.receiver.kinds.union([.string, .list])))
        case "bytes": .list(of: FormulaType(.integer))
        case "each_char": FormulaType(.pending, list: ListShape(FormulaType(.string)))
        default: nil
        }
    }

    // MARK: - Lists that stay lists of the same elements

    private func kept(_ use: MethodUse) -> FormulaType? {
        // Without their block some of these wait for more: `list.select.with_index { … }`.
        let kept =
            use.body == nil ? use.sameList.joined(FormulaType(.pending, list: ListShape(use.element))) : use.sameList
        switch use.call.name {
        case "take", "drop", "find_all", "uniq", "sort", "sort_by", "take_while", "drop_while", "to_set", "to_a",
            "entries", "to_ary":
            return kept
        case "each", "each_entry":
            return use.body == nil ? FormulaType(.pending, list: ListShape(use.element)) : use.receiver
        default: break
        }
        // Objects have methods of their own under these names.
        guard !use.receiver.kinds.contains(.object) else { return nil }
        switch use.call.name {
        case "rotate", "reverse", "excluding", "without", "from", "only", "ignored", "select", "filter", "reject",
            "compact_blank", "difference", "intersection":
            return kept
        case "compact": return .list(of: use.element.subtracting(.null))
        case "values_at": return .list(of: use.element.joined(.null))
        case "to": return use.sameList.joined(.null)
        case "concat", "union", "including", "append", "push", "prepend", "unshift", "insert": return added(use)
        default: return nil
        }
    }

    /// A list with more put in.
    private func added(_ use: MethodUse) -> FormulaType {
        var element = use.element
        let joinsLists = ["concat", "union"].contains(use.call.name)
        let more = use.call.name == "insert" ? use.given.positional.dropFirst() : use.given.positional[...]
        for argument in more {
            if joinsLists || use.call.name == "including" {
                element = element.joined(argument.elements)
                if use.call.name == "including" { element = element.joined(argument.subtracting(.list)) }
            } else {
                element = element.joined(argument)
            }
        }
        return .list(of: use.call.name == "insert" ? element.joined(.null) : element)
    }

    // MARK: - One element, or a few

    private func picked(_ use: MethodUse) -> FormulaType? {
        switch use.call.name {
        case "first", "last", "min", "max", "min_by", "max_by":
            guard use.given.positional.isEmpty else { return use.sameList }
            if use.call.name == "first", let first = use.receiver.list?.positions?.first, use.receiver.kinds == .list {
                return first
            }
            return use.element.joined(.null)
        case "second", "third", "fourth", "fifth", "forty_two", "find", "detect": return use.element.joined(.null)
        case "at" where use.receiver.kinds == .list:
            let one = use.element.joined(.null)
            return use.first?.kinds.contains(.range) == true ? one.joined(use.sameList) : one
        case "fetch" where use.receiver.kinds == .list:
            return use.given.positional.count > 1
                ? use.element.joined(use.given.positional[1]) : use.element
        case "slice" where use.receiver.kinds == .list:
            guard use.given.positional.count < 2, use.first?.kinds.contains(.range) != true else {
                return use.sameList.joined(use.element).joined(.null)
            }
            return use.element.joined(.null)
        case "begin", "end": return use.element.joined(.null)
        case "minmax": return .list(of: use.element.joined(.null))
        case "dig": return dug(use)
        case "pick" where use.receiver.kinds == .list:
            let fields = use.call.arguments.map { picked(from: use, $0) }
            return fields.count == 1 ? fields[0].joined(.null) : .unknown
        case "sum": return sum(use)
        case "inject", "reduce":
            guard let body = use.body, use.given.positional.count < 2 else { return .unknown }
            return body.joined(use.first ?? use.element).joined(.null)
        default: return nil
        }
    }

    private func dug(_ use: MethodUse) -> FormulaType {
        var value = use.receiver
        for key in use.call.arguments {
            switch key.kind {
            case .literal(.string(let name)) where value.kinds.subtracting(.null) == .object:
                value = field(name, of: value, owner: "\(written(use.call.receiver ?? key))", at: key.range).joined(
                    .null)
            case .literal(.integer) where value.kinds.subtracting(.null) == .list:
                value = value.elements.joined(.null)
            default: return .unknown
            }
        }
        return value
    }

    private func sum(_ use: MethodUse) -> FormulaType {
        let part = use.body ?? use.element
        if part.isNever { return use.first ?? FormulaType(.integer) }
        let summable: KindSet = [.number, .duration, .list, .string]
        guard use.given.positional.isEmpty else {
            let first = use.given.positional[0]
            return first.kinds.isSubset(of: .number) && part.kinds.isSubset(of: .number)
                ? FormulaType(.number) : .unknown
        }
        if part.kinds.isDisjoint(with: summable) {
            let written = "\(written(use.call.receiver ?? Syntax(kind: .literal(.null), range: use.call.nameRange)))"
            let fields = part.object?.summable ?? []
            report(
                .notSummable(written, part.words, fields: fields, hasBlock: use.body != nil), use.call.nameRange)
            return .unknown
        }
        if part.kinds.subtracting(.null).isSubset(of: .number) {
            let kinds = part.kinds.subtracting(.null).union(.integer)
            return FormulaType(kinds.contains(.rational) ? .number : kinds)
        }
        if part.kinds.subtracting(.null) == .string { return FormulaType([.string, .integer]) }
        return .unknown
    }

    // MARK: - What a block makes

    private func mapped(_ use: MethodUse) -> FormulaType? {
        let body = use.body ?? .unknown
        switch use.call.name {
        case "map", "collect":
            if use.body == nil { return FormulaType(.pending, list: ListShape(use.element)) }
            return use.receiver.kinds.contains(.pending) ? .list(of: body.joined(use.element)) : .list(of: body)
        case "flat_map", "collect_concat":
            let inner = body.kinds.contains(.list) ? body.list?.element ?? .unknown : .never
            return .list(of: body.subtracting(.list).joined(inner))
        case "filter_map": return .list(of: body.subtracting(.null))
        case "each_with_index":
            if use.body != nil { return use.receiver }
            return FormulaType(.pending, list: ListShape(.tuple([use.element, FormulaType(.integer)])))
        case "zip":
            let others = use.given.positional.map { $0.elements.joined(.null) }
            return .list(of: .tuple([use.element] + others))
        case "to_h" where use.receiver.kinds != .object || use.body != nil:
            let pair = use.body ?? use.element
            if pair.isNever { return FormulaType(.object) }
            guard pair.kinds.contains(.list) else {
                if use.body != nil { report(.notPairs(pair.words), use.call.nameRange) }
                return FormulaType(.object)
            }
            guard let list = pair.list else { return FormulaType(.object) }
            return .object(key: list.element(at: 0), value: list.element(at: 1))
        default: return nil
        }
    }

    private func grouped(_ use: MethodUse) -> FormulaType? {
        let body = use.body ?? .unknown
        switch use.call.name {
        case "group_by": return .object(key: body, value: use.sameList)
        case "index_by": return .object(key: body, value: use.element)
        case "index_with": return .object(key: use.element, value: use.body ?? use.first ?? .null)
        case "tally" where use.body == nil: return .object(key: use.element, value: FormulaType(.integer))
        case "partition": return .tuple([use.sameList, use.sameList])
        case "each_slice", "each_cons":
            return use.body == nil ? FormulaType(.pending, list: ListShape(use.sameList)) : use.receiver
        case "in_groups_of", "in_groups":
            let filler = use.given.positional.count > 1 ? use.given.positional[1] : .null
            return .list(of: .list(of: use.element.joined(filler)))
        default: return nil
        }
    }
}

extension ObjectShape {
    /// The names of its members that are numbers.
    fileprivate var summable: [String] {
        (known ?? []).filter { !$0.type.kinds.isDisjoint(with: .number) && $0.type.kinds != .every }.map(\.name)
    }
}
