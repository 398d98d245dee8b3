// Content models: the members of an object as elements in their order.

import JSONCore

extension MessageWriter {
    func children(
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
