// Content models made simple: needless groups taken away, members named.

/// From the groups of a schema to those that make a difference in a message.
enum ContentModel {
    /// One particle for all of a type's content, inherited parts first; nil for none.
    static func particle(_ particles: [Particle]) -> Particle? {
        guard !particles.isEmpty else { return nil }
        var simple = simplified(.group(.sequence, .once, particles, key: nil))
        if case .group(_, _, let parts, _) = simple, parts.isEmpty { return nil }
        var names = MemberNames()
        name(&simple, &names)
        return simple
    }

    /// Attributes of one name in different namespaces get different members; one without a namespace keeps the name.
    static func named(_ attributes: [AttributeUse]) -> [AttributeUse] {
        let plain = Set(attributes.compactMap { $0.name.namespace == nil ? $0.name.name : nil })
        var counts: [String: Int] = [:]
        return attributes.map { attribute in
            guard attribute.name.namespace != nil else { return attribute }
            let name = attribute.name.name
            let count = counts[name, default: plain.contains(name) ? 1 : 0] + 1
            counts[name] = count
            var attribute = attribute
            if count > 1 { attribute.key = "@\(name)_\(count)" }
            return attribute
        }
    }

    private static func simplified(_ particle: Particle) -> Particle {
        guard case .group(let order, let occurs, let parts, let key) = particle else { return particle }
        var made: [Particle] = []
        for part in parts.map(simplified) {
            // A sequence that occurs once, in a sequence, is a part of it; likewise a choice in a choice.
            if case .group(let inner, .once, let innerParts, _) = part,
                inner == order || (inner == .all && order == .sequence), order != .all
            {
                made += innerParts
            } else {
                made.append(part)
            }
        }
        // A group around one element repeats that element.
        if made.count == 1 {
            switch made[0] {
            case .element(let use): return .element(use.occurring(use.occurs * occurs))
            case .wildcard(let own, let namespace): return .wildcard(own * occurs, namespace: namespace)
            case .group(let inner, let own, let innerParts, _):
                return .group(inner, own * occurs, innerParts, key: key)
            }
        }
        return .group(order, occurs, made, key: key)
    }

    /// Members taken so far in one object.
    private struct MemberNames {
        /// The namespace of the element that has a member.
        var namespaces: [String: String] = [:]
        var groups = 0
    }

    private static func name(_ particle: inout Particle, _ names: inout MemberNames) {
        switch particle {
        case .wildcard: return
        case .element(var use):
            // Elements of one name in different namespaces need different members.
            let namespace = use.name.namespace ?? ""
            var (key, number) = (use.name.name, 1)
            while let taken = names.namespaces[key], taken != namespace {
                number += 1
                key = "\(use.name.name)_\(number)"
            }
            names.namespaces[key] = namespace
            use.key = key
            particle = .element(use)
        case .group(let order, let occurs, var parts, _):
            guard occurs.isRepeated else {
                for place in parts.indices { name(&parts[place], &names) }
                particle = .group(order, occurs, parts, key: nil)
                return
            }
            names.groups += 1
            var inner = MemberNames()
            for place in parts.indices { name(&parts[place], &inner) }
            particle = .group(order, occurs, parts, key: names.groups == 1 ? "group!" : "group\(names.groups)!")
        }
    }
}
