// Finds names that an object of a document has twice.

struct RepeatedNames {
    private(set) var found: [(pointer: JSONPointer, range: Range<Int>)] = []
    private var path: [Part] = []

    /// A part of the way to a value; made into a text only when something is found.
    private enum Part {
        case name(String), index(Int)
        var token: String {
            switch self {
            case .name(let name): name
            case .index(let index): String(index)
            }
        }
    }

    /// Looks at `node` and all within it; its depth is bounded by the reader's limits.
    mutating func collect(in node: JSONNode) {
        switch node.content {
        case .array(let nodes):
            for (index, node) in nodes.enumerated() where node.isContainer {
                path.append(.index(index))
                collect(in: node)
                path.removeLast()
            }
        case .object(let members):
            // A set of names only where there are too many to compare each with all.
            var seen = members.count > JSONObject.indexedAbove ? Set<ExactName>() : nil
            for (place, member) in members.enumerated() {
                let isRepeat =
                    seen.map { $0.contains(ExactName(member.key)) }
                    ?? members[..<place].contains { $0.key.hasSameBytes(as: member.key) }
                seen?.insert(ExactName(member.key))
                if isRepeat { found.append((JSONPointer(path.map(\.token) + [member.key]), member.keyRange)) }
                guard member.value.isContainer else { continue }
                path.append(.name(member.key))
                collect(in: member.value)
                path.removeLast()
            }
        default: break
        }
    }
}

extension JSONNode {
    fileprivate var isContainer: Bool {
        switch content {
        case .array, .object: true
        default: false
        }
    }
}
