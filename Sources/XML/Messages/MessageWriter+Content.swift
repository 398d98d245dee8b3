// Complex values: attributes, content models, simple texts, open places.

import JSONCore

extension MessageWriter {
    /// Fills an element by its complex type.
    func fill(
        _ element: inout XMLElement, _ json: JSON, _ content: ComplexContent, fixed: String? = nil, depth: Int
    ) throws(MessageMistake) {
        if let text = content.text {
            // A text with attributes may be given without them, and so may a file.
            let isFile = json[Self.fileMember] != nil && json[JSONMapping.textMember] == nil
            let object = isFile ? [JSONMapping.textMember: json] : json.object ?? [JSONMapping.textMember: json]
            try fillAttributes(&element, object, content)
            try refuseUnknown(object, known: [JSONMapping.textMember], content)
            if let value = object[JSONMapping.textMember], !value.isNull {
                element.children = try simple(value, text, fixed: fixed)
                names.declare(on: &element)
            }
            return
        }
        var object: JSONObject
        switch json {
        case .object(let members): object = members
        case .string(let text) where text.isEmpty: object = [:]
        // A list for an element that only holds one list: what an array looks like to everybody else.
        case .array(let items):
            guard let only = onlyList(content) else { throw MessageMistake("must be an object, but it is a list") }
            object = [only: .array(items)]
        default:
            if content.isMixed {
                object = [JSONMapping.textMember: json]
            } else if content.particle == nil, content.hasAnyAttribute {
                object = [JSONMapping.textMember: json]
            } else {
                throw MessageMistake("must be an object, but it is \(Self.shown(json))")
            }
        }
        try fillAttributes(&element, object, content)
        var members = PendingMembers(object, shared: content.index.shared)
        if let particle = content.particle {
            element.children += try children(particle, &members, depth: depth + 1).map { .element($0) }
        }
        if let text = object[JSONMapping.textMember], !text.isNull, content.isMixed || content.particle == nil {
            guard let written = LexicalForm.text(text, .string) else {
                throw MessageMistake("must be a text").inside(JSONMapping.textMember)
            }
            members.take(JSONMapping.textMember)
            element.children.insert(.text(written), at: 0)
        }
        try refuseUnknown(members.rest, known: [Self.typeMember], content)
    }

    private func onlyList(_ content: ComplexContent) -> String? {
        guard case .element(let use)? = content.particle, use.occurs.isRepeated else { return nil }
        return use.key
    }

    private func fillAttributes(
        _ element: inout XMLElement, _ object: JSONObject, _ content: ComplexContent
    ) throws(MessageMistake) {
        for attribute in content.attributes {
            guard let value = object[attribute.key], !value.isNull else {
                if let fixed = attribute.fixed, attribute.isRequired {
                    element.attributes.append(self.attribute(attribute.name, fixed))
                } else if attribute.isRequired {
                    throw MessageMistake("is missing").inside(attribute.key)
                }
                continue
            }
            do throws(MessageMistake) {
                element.attributes.append(
                    self.attribute(
                        attribute.name, try text(value, attribute.type, fixed: attribute.fixed)))
            } catch {
                throw error.inside(attribute.key)
            }
        }
        names.declare(on: &element)
        guard content.hasAnyAttribute else { return }
        for (key, value) in object where key.hasPrefix("@") && key != Self.typeMember {
            let name = String(key.dropFirst())
            guard !content.attributes.contains(where: { $0.key == key }), XMLName.isName(name) else { continue }
            guard let text = LexicalForm.text(value, .string) else { continue }
            element.attributes.append(XMLAttribute(name, text))
        }
    }

    private func attribute(_ name: QName, _ value: String) -> XMLAttribute {
        XMLAttribute(name.name, value, namespace: name.namespace)
    }

    private func refuseUnknown(
        _ object: JSONObject, known: [String], _ content: ComplexContent
    ) throws(MessageMistake) {
        for key in object.keys where !known.contains(key) && key != Self.typeMember {
            if key.hasPrefix("@"), content.hasAnyAttribute || content.attributes.contains(where: { $0.key == key }) {
                continue
            }
            let names = content.attributes.map(\.key) + ContentModelNames.keys(content.particle)
            throw MessageMistake(
                "there is no such member; there are: "
                    + (names.isEmpty ? "none" : names.prefix(40).joined(separator: ", "))
            ).inside(key)
        }
    }

    // MARK: - Content models

    private func children(
        _ particle: Particle, _ members: inout PendingMembers, depth: Int
    ) throws(MessageMistake) -> [XMLElement] {
        switch particle {
        case .element(let use):
            let value = members.next(use.key, most: use.occurs.most)
            return try elements(use, value, depth: depth)
        case .wildcard(let occurs, let namespace):
            let made = try openElements(
                members.next(Self.anyMember, most: occurs.most), namespace: namespace, depth: depth)
            if !made.isEmpty {
                members.hasOpen = true
            } else if occurs.least > 0, !members.hasOpen {
                throw MessageMistake("is missing").inside(Self.anyMember)
            }
            return made
        case .group(let order, let occurs, let parts, let key):
            if let key, occurs.isRepeated {
                return try repeated(order, occurs, parts, key, &members, depth: depth)
            }
            let isThere = parts.contains { ContentModelNames.isNamed($0, in: members) }
            if !isThere, occurs.least == 0 { return [] }
            if order == .choice { return try choice(parts, &members, depth: depth) }
            var made: [XMLElement] = []
            for part in parts { made += try children(part, &members, depth: depth) }
            return made
        }
    }

    private func choice(
        _ parts: [Particle], _ members: inout PendingMembers, depth: Int
    ) throws(MessageMistake) -> [XMLElement] {
        let given = parts.filter { ContentModelNames.isNamed($0, in: members) }
        if given.count > 1 {
            // One alternative may hold all the members that the others share with it.
            let all = Set(given.flatMap { ContentModelNames.keys($0) }.filter { members.has($0) })
            let whole = given.filter { all.isSubset(of: ContentModelNames.keys($0)) }
            if whole.count == 1 { return try children(whole[0], &members, depth: depth) }
            for part in whole {
                var trial = members
                if let made = try? children(part, &trial, depth: depth),
                    !given.contains(where: { ContentModelNames.isNamed($0, in: trial) })
                {
                    members = trial
                    return made
                }
            }
            if whole.isEmpty { throw Self.contradiction(given, members) }
            let others = whole.compactMap { ContentModelNames.keys($0).first { !members.has($0) } }
            if others.isEmpty { return try children(whole[0], &members, depth: depth) }
            throw MessageMistake("has to have one of these beside it: \(others.joined(separator: ", "))")
                .inside(all.sorted().first ?? "")
        }
        if let part = given.first { return try children(part, &members, depth: depth) }
        // An alternative that may be empty needs nothing.
        if parts.contains(where: ContentModelNames.canBeEmpty) { return [] }
        let names = parts.flatMap { ContentModelNames.keys($0).prefix(1) }
        throw MessageMistake("one of these has to be given: \(names.prefix(40).joined(separator: ", "))")
    }

    /// Members of which an object can't have more than one.
    private static func contradiction(_ parts: [Particle], _ members: PendingMembers) -> MessageMistake {
        var names: [String] = []
        for part in parts {
            let given = ContentModelNames.keys(part).filter { members.has($0) }
            // What no other alternative has says most.
            let own = given.first { key in parts.count { ContentModelNames.keys($0).contains(key) } == 1 }
            if let name = own ?? given.first, !names.contains(name) { names.append(name) }
        }
        return MessageMistake("only one of these can be given: \(names.joined(separator: ", "))")
    }

    /// A group that repeats: the list under its own member, or members that are lists, taken in turn.
    private func repeated(
        _ order: Particle.Order, _ occurs: Occurs, _ parts: [Particle], _ key: String, _ members: inout PendingMembers,
        depth: Int
    ) throws(MessageMistake) -> [XMLElement] {
        let once = Particle.group(order, .once, parts, key: nil)
        var made: [XMLElement] = []
        if let list = members.takeAll(key) {
            let items = list.array ?? [list]
            for (place, item) in items.enumerated() {
                guard case .object(let object) = item else {
                    throw MessageMistake("must be an object").inside("[\(place)]").inside(key)
                }
                var inner = PendingMembers(object, shared: members.shared)
                do throws(MessageMistake) {
                    made += try children(once, &inner, depth: depth)
                    if let unknown = inner.rest.keys.first {
                        throw MessageMistake("there is no such member").inside(unknown)
                    }
                } catch {
                    throw error.inside("[\(place)]").inside(key)
                }
            }
            return made
        }
        var round = 0
        while parts.contains(where: { ContentModelNames.isNamed($0, in: members) }) {
            guard round < 1_000_000 else { break }
            round += 1
            var one = members.round(ContentModelNames.keys(once))
            if order == .choice {
                for part in parts where ContentModelNames.isNamed(part, in: one) {
                    made += try children(part, &one, depth: depth)
                }
            } else {
                made += try children(once, &one, depth: depth)
            }
        }
        if round < occurs.least, !parts.allSatisfy(ContentModelNames.canBeEmpty) {
            throw MessageMistake(
                "is missing: it lists objects with \(ContentModelNames.keys(once).prefix(20).joined(separator: ", "))"
            )
            .inside(key)
        }
        return made
    }
}

/// The members of an object that are still to be written.
struct PendingMembers {
    private(set) var rest: JSONObject
    /// Whether something stands in an open place: of one object that may be at several of them.
    var hasOpen = false

    /// Members that stand at several places of a content model.
    let shared: Set<String>

    init(_ object: JSONObject, shared: Set<String> = []) {
        self.shared = shared
        rest = JSONObject(uniqueEntries: object.entries.filter { !$0.key.hasPrefix("@") })
    }

    func has(_ key: String) -> Bool { rest[key] != nil }

    mutating func take(_ key: String) { rest[key] = nil }

    mutating func takeAll(_ key: String) -> JSON? {
        let value = rest[key]
        rest[key] = nil
        return value
    }

    /// The value of a member, or as much of a list as may stand at one place; the rest stays for a later place.
    mutating func next(_ key: String, most: Int?) -> JSON? {
        guard let value = rest[key] else { return nil }
        if case .array(let items) = value, let most, items.count > most, most > 0, shared.contains(key) {
            rest[key] = .array(Array(items[most...]))
            return .array(Array(items[..<most]))
        }
        rest[key] = nil
        return value
    }

    /// The first value of each of the members, taken away.
    mutating func round(_ keys: [String]) -> PendingMembers {
        var one = JSONObject()
        for key in keys {
            guard let value = rest[key], one[key] == nil else { continue }
            if case .array(let items) = value {
                one[key] = items.first
                rest[key] = items.count > 1 ? .array(Array(items.dropFirst())) : nil
            } else {
                one[key] = value
                rest[key] = nil
            }
        }
        return PendingMembers(one, shared: shared)
    }
}

/// The members that a content model knows.
enum ContentModelNames {
    static func keys(_ particle: Particle?) -> [String] {
        switch particle {
        case nil: []
        case .element(let use)?: [use.key]
        case .wildcard?: [MessageWriter.anyMember]
        case .group(_, _, let parts, let key)?: (key.map { [$0] } ?? []) + parts.flatMap { keys($0) }
        }
    }

    /// Whether a member of the particle is there.
    static func isNamed(_ particle: Particle, in members: PendingMembers) -> Bool {
        switch particle {
        case .element(let use): members.has(use.key)
        case .wildcard: members.has(MessageWriter.anyMember)
        case .group(_, _, let parts, let key):
            (key.map { members.has($0) } ?? false) || parts.contains { isNamed($0, in: members) }
        }
    }

    static func canBeEmpty(_ particle: Particle) -> Bool {
        switch particle {
        case .element(let use): use.occurs.least == 0
        case .wildcard(let occurs, _): occurs.least == 0
        case .group(let order, let occurs, let parts, _):
            occurs.least == 0
                || (order == .choice ? parts.contains(where: canBeEmpty) : parts.allSatisfy(canBeEmpty))
        }
    }
}
