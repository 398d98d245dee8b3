// Finding the element of a content model that a child of an answer is.

/// The elements of one content model by local name.
struct ParticleIndex: Sendable {
    /// Where an element belongs.
    struct Entry: Sendable {
        let use: ElementUse
        /// The repeated groups around it, outermost first, each with the place of the element's part inside it.
        let groups: [Group]
        /// Whether its member is a list.
        let isList: Bool
    }

    struct Group: Sendable {
        let key: String
        let order: Particle.Order
        let place: Int
    }

    private var entries: [String: [Entry]] = [:]

    /// Of a content model with groups that repeat: where an element stands tells which occurrence it belongs to.
    private(set) var walk: ContentWalk?
    /// Whether elements may be there that the content model doesn't name.
    private(set) var isOpen = false

    /// Members whose values stand at more than one place.
    private(set) var shared: Set<String> = []

    /// Of the elements that it leaves open, where it says that they are of just one.
    private(set) var openNamespace: String?

    init(_ particle: Particle?) {
        guard let particle else { return }
        let namespaces = Self.openNamespaces(particle)
        let open = Set(namespaces)
        openNamespace = open.count == 1 ? open.first ?? nil : nil
        isOpen = !open.isEmpty
        if namespaces.count > 1 { shared.insert(MessageWriter.anyMember) }
        let lists = Self.counts(particle).filter { $0.value > 1 }
        add(particle, [], lists: lists)
        if Self.repeats(particle) {
            walk = ContentWalk(particle) { groups, use in lists[Self.path(groups, use.key)] != nil }
        }
        for (_, found) in entries where found.count > 1 {
            for entry in found where found.count(where: { $0.use.key == entry.use.key }) > 1 {
                shared.insert(entry.use.key)
            }
        }
    }

    /// The element called so; in another namespace when there is none in this one, as servers get those wrong.
    func entry(_ name: String, _ namespace: String?) -> Entry? {
        guard let found = entries[name] else { return nil }
        return found.first { $0.use.name.namespace == namespace } ?? found.first
    }

    /// A child as a walk sees it, under the name that the content model has for it.
    func child(_ element: XMLElement) -> ContentWalk.Child {
        guard let entry = entry(element.name, element.namespace) else {
            return ContentWalk.Child(name: QName(element.namespace, element.name), isKnown: false)
        }
        // With several of one name and of no right namespace, the first counts.
        return ContentWalk.Child(name: entry.use.name, isKnown: true)
    }

    private mutating func add(_ particle: Particle, _ groups: [Group], lists: [String: Int]) {
        switch particle {
        case .wildcard: break
        case .element(let use):
            let path = Self.path(groups.map(\.key), use.key)
            entries[use.name.name, default: []].append(
                Entry(use: use, groups: groups, isList: lists[path] != nil))
        case .group(let order, _, let parts, let key):
            for (place, part) in parts.enumerated() {
                add(part, key.map { groups + [Group(key: $0, order: order, place: place)] } ?? groups, lists: lists)
            }
        }
    }

    private static func path(_ groups: [String], _ key: String) -> String {
        groups.isEmpty ? key : groups.map { $0 + "/" }.joined() + key
    }

    /// Whether there is a group whose occurrences are listed.
    private static func repeats(_ particle: Particle) -> Bool {
        guard case .group(_, _, let parts, let key) = particle else { return false }
        return key != nil || parts.contains(where: repeats)
    }

    private static func openNamespaces(_ particle: Particle) -> [String?] {
        switch particle {
        case .wildcard(_, let namespace): [namespace]
        case .element: []
        case .group(_, _, let parts, _): parts.flatMap { openNamespaces($0) }
        }
    }

    /// How often each member can occur, 2 standing for more: an element may stand at several places of a sequence.
    private static func counts(_ particle: Particle, _ path: String = "") -> [String: Int] {
        switch particle {
        case .wildcard: return [:]
        case .element(let use): return [path + use.key: min(use.occurs.most ?? 2, 2)]
        case .group(let order, _, let parts, let key):
            let inner = key.map { path + $0 + "/" } ?? path
            var counts: [String: Int] = [:]
            for part in parts {
                counts.merge(Self.counts(part, inner)) { order == .choice ? max($0, $1) : min($0 + $1, 2) }
            }
            return counts
        }
    }
}
