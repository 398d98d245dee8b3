// Where a value stands while a recipe is read: its node and the way to it.

import JSONCore

/// The way from the root to a value, shared between neighbours; the pointer's text is made only when asked for.
indirect enum PointerPath {
    case root
    case member(PointerPath, String)

    /// As an RFC 6901 pointer.
    var pointer: JSONPointer {
        var tokens: [String] = []
        var path = self
        while case .member(let parent, let token) = path {
            tokens.append(token)
            path = parent
        }
        return JSONPointer(tokens.reversed())
    }

    func appending(_ token: String) -> PointerPath { .member(self, token) }
}

/// A value in the file.
struct Place {
    let node: JSONNode
    let path: PointerPath

    /// The text, when it is one.
    var text: String? { if case .string(let text) = node.content { text } else { nil } }

    /// The elements, when it is a list.
    var elements: [Place]? {
        guard case .array(let nodes) = node.content else { return nil }
        return nodes.enumerated().map { Place(node: $1, path: path.appending(String($0))) }
    }

    /// The members, when it is an object; of repeated names the last.
    var members: [Member]? {
        guard case .object(let members) = node.content else { return nil }
        let all = members.map {
            Member(key: $0.key, keyRange: $0.keyRange, value: Place(node: $0.value, path: path.appending($0.key)))
        }
        var places: [String: Int] = [:]
        for (place, member) in all.enumerated() { places[member.key] = place }
        return places.count == all.count ? all : all.enumerated().filter { places[$1.key] == $0 }.map(\.element)
    }

    /// The value in a few words, for messages.
    var words: String {
        switch node.content {
        case .array: "a list"
        case .object: "an object"
        default: SchemaMismatch.words(for: node.json)
        }
    }

    /// The value at `tokens` below this one; where the way ends early, the last value on it and the rest of the way.
    func descendant(_ tokens: ArraySlice<String>) -> (place: Place, keyRange: Range<Int>?, rest: ArraySlice<String>) {
        var (place, keyRange, rest) = (self, Range<Int>?.none, tokens)
        while let token = rest.first {
            if let member = place.members?.first(where: { $0.key == token }) {
                (place, keyRange) = (member.value, member.keyRange)
            } else if case .array(let nodes) = place.node.content, let index = Int(token), nodes.indices.contains(index)
            {
                (place, keyRange) = (Place(node: nodes[index], path: place.path.appending(token)), nil)
            } else {
                break
            }
            rest = rest.dropFirst()
        }
        return (place, keyRange, rest)
    }
}

/// One member of an object in the file.
struct Member {
    let key: String
    let keyRange: Range<Int>
    let value: Place
}

/// The members of an object by name.
struct Fields {
    let place: Place
    let members: [Member]
    private let byKey: [String: Member]

    init(_ place: Place, _ members: [Member]) {
        (self.place, self.members) = (place, members)
        byKey = Dictionary(members.map { ($0.key, $0) }, uniquingKeysWith: { _, last in last })
    }

    subscript(_ key: String) -> Place? { byKey[key]?.value }
    func member(_ key: String) -> Member? { byKey[key] }
    var keys: [String] { members.map(\.key) }
}
