// What methods of objects give, and those of lists of objects: where, pluck, format_map.

import JSONCore

extension TypeInference {
    func objectResult(_ use: MethodUse) -> FormulaType? {
        let (shape, receiver) = (use.receiver.object, use.receiver)
        switch use.call.name {
        case "keys": return .list(of: shape?.keys ?? .unknown)
        case "values": return .list(of: shape?.values ?? .unknown)
        case "values_at": return .list(of: (shape?.values ?? .unknown).joined(.null))
        case "fetch": return fetched(use)
        case "dig": return nil
        case "stringify_keys", "symbolize_keys", "with_indifferent_access", "deep_symbolize_keys",
            "deep_stringify_keys":
            return receiver
        case "each_pair":
            return use.body == nil ? FormulaType(.pending, list: ListShape(use.element)) : receiver
        case "to_h" where use.body == nil: return receiver
        case "slice", "only": return chosen(use)
        case "except":
            guard let known = shape?.known, let names = literals(use.call.arguments) else { return weakened(shape) }
            return .object(known.filter { !names.contains($0.name) })
        case "compact", "compact_blank", "select", "filter", "reject": return weakened(shape)
        case "merge", "update", "reverse_merge": return merged(use)
        case "transform_values": return .object(key: shape?.keys ?? .unknown, value: use.body ?? .unknown)
        case "invert": return .object(key: shape?.values ?? .unknown, value: shape?.keys ?? .unknown)
        default: return nil
        }
    }

    /// The same members, each of which may be gone.
    private func weakened(_ shape: ObjectShape?) -> FormulaType {
        guard let shape else { return FormulaType(.object) }
        guard let known = shape.known else { return FormulaType(.object, object: shape) }
        return .object(known.map { ($0.name, $0.type.joined(.null)) })
    }

    private func literals(_ arguments: [Syntax]) -> [String]? {
        var names: [String] = []
        for argument in arguments {
            guard case .literal(.string(let name)) = argument.kind else { return nil }
            names.append(name)
        }
        return names
    }

    private func chosen(_ use: MethodUse) -> FormulaType {
        guard let names = literals(use.call.arguments) else { return weakened(use.receiver.object) }
        let owner = "\(written(use.call.receiver ?? Syntax(kind: .literal(.null), range: use.call.nameRange)))"
        return .object(
            zip(names, use.call.arguments).map { name, argument in
                (name, field(name, of: use.receiver, owner: owner, at: argument.range).joined(.null))
            })
    }

    private func fetched(_ use: MethodUse) -> FormulaType {
        let fallback = use.body ?? (use.given.positional.count > 1 ? use.given.positional[1] : nil)
        guard case .literal(.string(let name))? = use.call.arguments.first?.kind, let shape = use.receiver.object else {
            let values = use.receiver.object?.values ?? .unknown
            return fallback.map { values.joined($0) } ?? values
        }
        if let fallback {
            guard case .type(let type) = shape.member(name) else { return .unknown }
            return type.joined(fallback)
        }
        let owner = "\(written(use.call.receiver ?? use.call.arguments[0]))"
        return field(name, of: use.receiver, owner: owner, at: use.call.arguments[0].range)
    }

    private func merged(_ use: MethodUse) -> FormulaType {
        var others = use.given.positional
        if !use.given.keywords.isEmpty {
            var members: [(name: String, type: FormulaType)] = []
            for pair in use.given.keywords {
                guard case .literal(.string(let name)) = pair.key.kind else { return FormulaType(.object) }
                members.append((name, pair.type))
            }
            others.append(.object(members))
        }
        guard use.body == nil, var known = use.receiver.object?.known else { return FormulaType(.object) }
        for other in others {
            guard other.kinds == .object, let more = other.object?.known,
                known.count + more.count <= FormulaType.mostWritten
            else { return FormulaType(.object) }
            for member in more {
                if let place = known.firstIndex(where: { $0.name == member.name }) {
                    known[place].type = known[place].type.joined(member.type)
                } else {
                    known.append(member)
                }
            }
        }
        return .object(known)
    }

    // MARK: - Lists of objects

    func rows(_ use: MethodUse) -> FormulaType? {
        guard use.receiver.kinds.isSubset(of: .listed) else { return nil }
        switch use.call.name {
        case "where", "not":
            for pair in use.call.keywords { condition(pair.key, use) }
            for argument in use.call.arguments {
                if case .hash(let pairs) = argument.kind { for pair in pairs { condition(pair.key, use) } }
            }
            return use.sameList
        case "pluck":
            let fields = use.call.arguments.map { picked(from: use, $0) }
            return .list(of: fields.count == 1 ? fields[0] : .tuple(fields))
        case "format_map":
            guard let place = use.call.arguments.first, case .literal(.string(let format)) = place.kind,
                !Blank.isBlank(.string(format))
            else { return .list(of: FormulaType(.string).joined(use.element)) }
            for name in Self.names(inFormat: format) {
                _ = field(name, of: use.element, owner: elements(of: use), at: place.range)
            }
            return .list(of: FormulaType(.string))
        default: return nil
        }
    }

    private func elements(of use: MethodUse) -> String {
        use.call.receiver.map { "an element of \(written($0))" } ?? "an element"
    }

    /// The field of each element that `pluck` and `pick` read.
    func picked(from use: MethodUse, _ key: Syntax) -> FormulaType {
        let path: [Syntax]
        switch key.kind {
        case .array(let parts): path = parts
        default: path = [key]
        }
        var value = use.element
        for part in path {
            guard case .literal(.string(let name)) = part.kind else { return .unknown }
            value = field(name, of: value, owner: elements(of: use), at: part.range)
        }
        return value.joined(.null)
    }

    /// A key of `where`: `id`, `'id >'`, `'address.city'`.
    private func condition(_ key: Syntax, _ use: MethodUse) {
        guard case .literal(.string(let text)) = key.kind else { return }
        let name = Rows.path(text).path
        var value = use.element
        for part in name { value = field(part, of: value, owner: elements(of: use), at: key.range) }
    }

    /// The names in `%{…}` and `%<…>`.
    private static func names(inFormat format: String) -> [String] {
        var names: [String] = []
        var rest = format.utf8[...]
        while let mark = rest.firstIndex(of: UInt8(ascii: "%")) {
            rest = rest[rest.index(after: mark)...]
            guard let open = rest.first else { break }
            if open == UInt8(ascii: "%") { rest = rest.dropFirst() }
            guard open == UInt8(ascii: "{") || open == UInt8(ascii: "<") else { continue }
            let close = open == UInt8(ascii: "{") ? UInt8(ascii: "}") : UInt8(ascii: ">")
            guard let end = rest.firstIndex(of: close) else { break }
            names.append(String(rest[..<end].dropFirst()) ?? "")
            rest = rest[rest.index(after: end)...]
        }
        return names
    }
}
