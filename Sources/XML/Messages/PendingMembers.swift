// What is still to be written of an object, and what a content model knows of it.

import JSONCore

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
