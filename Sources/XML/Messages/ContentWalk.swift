// Reading a content model in order: which part of it each child of an element is, where names alone don't tell.

/// A content model, made ready to be walked. The next child decides each step, as XML Schema asks of every content model
/// (part 1 §3.8.6, unique particle attribution); nothing is tried twice.
struct ContentWalk: Sendable {
    /// What a walk meets, in order.
    enum Event: Sendable {
        /// An occurrence of a repeated group begins; `key` is the member that lists them.
        case begin(key: String)
        case end
        /// A child of an element's use, by the places of both.
        case element(use: Int, child: Int)
        /// A child in a place that the schema leaves open.
        case open(child: Int)
    }

    /// A child's name as the content model has it.
    struct Child {
        let name: QName
        /// Whether an element of the content model is called so.
        let isKnown: Bool
    }

    private indirect enum Step: Sendable {
        case element(use: Int, QName, Occurs)
        case wildcard(Occurs, namespace: String?)
        case group(Group)
    }

    private struct Group: Sendable {
        let order: Particle.Order
        let occurs: Occurs
        let key: String?
        let steps: [Step]
        /// The step that an element can begin with, and those that can begin with elements that the schema leaves open.
        var starts: [QName: Int] = [:]
        var openStarts: [Int] = []
        /// Whether one occurrence can hold nothing.
        let canBeEmpty: Bool
    }

    /// The elements of the content model, and whether each one's member is a list.
    private(set) var uses: [(use: ElementUse, isList: Bool)] = []
    private var root: Step?

    /// - Parameter isList: whether the member of an element in the groups with these keys is a list.
    init(_ particle: Particle, isList: (_ groups: [String], ElementUse) -> Bool) {
        root = step(particle, [], isList)
    }

    private mutating func step(
        _ particle: Particle, _ groups: [String], _ isList: ([String], ElementUse) -> Bool
    ) -> Step {
        switch particle {
        case .wildcard(let occurs, let namespace): return .wildcard(occurs, namespace: namespace)
        case .element(let use):
            uses.append((use, isList(groups, use)))
            return .element(use: uses.count - 1, use.name, use.occurs)
        case .group(let order, let occurs, let parts, let key):
            let inner = key.map { groups + [$0] } ?? groups
            let steps = parts.map { step($0, inner, isList) }
            var group = Group(
                order: order, occurs: occurs, key: key, steps: steps,
                canBeEmpty: order == .choice
                    ? steps.contains(where: Self.canBeEmpty) : steps.allSatisfy(Self.canBeEmpty))
            for (place, step) in steps.enumerated() {
                switch step {
                case .element(_, let name, _): if group.starts[name] == nil { group.starts[name] = place }
                case .wildcard: group.openStarts.append(place)
                case .group(let inner):
                    for name in inner.starts.keys where group.starts[name] == nil { group.starts[name] = place }
                    if !inner.openStarts.isEmpty { group.openStarts.append(place) }
                }
                // What comes later in a sequence can be first only where all before it can be missing.
                if order == .sequence, !Self.canBeEmpty(step) { break }
            }
            return .group(group)
        }
    }

    private static func canBeEmpty(_ step: Step) -> Bool {
        switch step {
        case .element(_, _, let occurs), .wildcard(let occurs, _): occurs.least == 0
        case .group(let group): group.occurs.least == 0 || group.canBeEmpty
        }
    }

    /// nil for children that don't follow the content model.
    func events(_ children: [Child]) -> [Event]? {
        guard let root else { return nil }
        var walker = Walker(children: children)
        return walker.take(root) && walker.place == children.count ? walker.events : nil
    }

    private struct Walker {
        let children: [Child]
        var place = 0
        var events: [Event] = []

        /// Takes all children that belong to a step; false where one is missing.
        mutating func take(_ step: Step) -> Bool {
            var count = 0
            switch step {
            case .element(let use, let name, let occurs):
                while place < children.count, occurs.allows(count + 1), children[place].name == name {
                    events.append(.element(use: use, child: place))
                    (place, count) = (place + 1, count + 1)
                }
                return count >= occurs.least
            case .wildcard(let occurs, let namespace):
                while place < children.count, occurs.allows(count + 1), isOpen(children[place], namespace) {
                    events.append(.open(child: place))
                    (place, count) = (place + 1, count + 1)
                }
                return count >= occurs.least
            case .group(let group):
                while place < children.count, group.occurs.allows(count + 1), start(group) != nil {
                    let before = place
                    if let key = group.key { events.append(.begin(key: key)) }
                    guard once(group), place > before else { return false }
                    if group.key != nil { events.append(.end) }
                    count += 1
                }
                return count >= group.occurs.least || group.canBeEmpty
            }
        }

        private mutating func once(_ group: Group) -> Bool {
            switch group.order {
            case .sequence: return group.steps.allSatisfy { take($0) }
            case .choice: return start(group).map { take(group.steps[$0]) } ?? group.canBeEmpty
            case .all:
                var taken: Set<Int> = []
                while place < children.count, let next = start(group), taken.insert(next).inserted {
                    guard take(group.steps[next]) else { return false }
                }
                return group.steps.indices.allSatisfy {
                    taken.contains($0) || ContentWalk.canBeEmpty(group.steps[$0])
                }
            }
        }

        /// The step of a group that the next child begins.
        private func start(_ group: Group) -> Int? {
            guard place < children.count else { return nil }
            let child = children[place]
            if child.isKnown { return group.starts[child.name] }
            return group.openStarts.first { place in
                switch group.steps[place] {
                case .element: false
                case .wildcard(_, let namespace): isOpen(child, namespace)
                case .group(let inner): start(inner) != nil
                }
            }
        }

        /// Elements that the content model knows stand in their own places.
        private func isOpen(_ child: Child, _ namespace: String?) -> Bool {
            !child.isKnown && (namespace == nil || namespace == child.name.namespace)
        }
    }
}

extension Occurs {
    fileprivate func allows(_ count: Int) -> Bool { most.map { count <= $0 } ?? true }
}
