// The schemas that actions share: each a file of the connector's folder, named after its place in the document.

import JSONCore

/// Which way a value goes: what only the system sets is no part of an input, what it only takes is no part of an output.
enum Direction: Hashable, Sendable { case input, output }

/// Names referred-to schemas and converts each once. Loops end here: a reference is a name, not a copy.
final class SchemaShelf {
    private struct Key: Hashable {
        let target: Target
        let direction: Direction
    }

    let documents: DocumentSet
    private var names: [Key: String] = [:]
    private var taken: Set<String> = []
    private var waiting: [(name: String, node: Node, direction: Direction)] = []
    /// Whether what a schema leads to differs between input and output.
    private var differs: [Target: Bool] = [:]
    private var links: [Target: (isOwn: Bool, to: [Target])] = [:]

    init(documents: DocumentSet) { self.documents = documents }

    /// The reference to the schema at `target`.
    func reference(to target: Target, _ node: Node, _ direction: Direction) -> String {
        // Where there is no difference, one file serves both.
        let direction = differs(target) ? direction : .output
        let key = Key(target: target, direction: direction)
        if let known = names[key] { return "../schemas/\(known).json" }
        let name = unique(Self.name(of: target) + (direction == .input ? "_input" : ""), target)
        names[key] = name
        waiting.append((name, node, direction))
        return "../schemas/\(name).json"
    }

    /// The next schema that has been referred to and not been converted.
    func next() -> (name: String, node: Node, direction: Direction)? { waiting.popLast() }

    // MARK: - Names

    /// `#/components/schemas/PetOwner` is `pet_owner`, a place elsewhere the end of its way.
    private static func name(of target: Target) -> String {
        let tokens = target.pointer.tokens
        let named = tokens.lastIndex { ["schemas", "definitions", "$defs"].contains($0) }
        let words = named.map { tokens[($0 + 1)...] }.flatMap { $0.isEmpty ? nil : $0 } ?? tokens.suffix(2)
        let name = SnakeCase.words(words.joined(separator: "_"), most: 80)
        return name.isEmpty ? "schema" : name
    }

    /// The same whatever order schemas come in: a name that is taken gets a part of its place's hash.
    private func unique(_ name: String, _ target: Target) -> String {
        if taken.insert(name).inserted { return name }
        var text = "\(target.document)\(target.pointer)"
        while true {
            let other = "\(name)_\(SnakeCase.hash(text))"
            if taken.insert(other).inserted { return other }
            text += "+"
        }
    }

    // MARK: - Directions

    /// Whether a member somewhere below is for one direction only. Everything that is looked at on the way is known after.
    private func differs(_ target: Target) -> Bool {
        if let known = differs[target] { return known }
        var (seen, waiting) = (Set([target]), [target])
        var referrers: [Target: [Target]] = [:]
        var telling: [Target] = []
        while let next = waiting.popLast() {
            let (isOwn, to) = links(of: next)
            if isOwn || to.contains(where: { differs[$0] == true }) { telling.append(next) }
            for target in to where differs[target] == nil {
                referrers[target, default: []].append(next)
                if seen.insert(target).inserted { waiting.append(target) }
            }
        }
        for target in seen { differs[target] = false }
        // What refers to a schema that differs does so too.
        while let next = telling.popLast() {
            guard differs[next] == false else { continue }
            differs[next] = true
            telling += referrers[next] ?? []
        }
        return differs[target] == true
    }

    private func links(of target: Target) -> (isOwn: Bool, to: [Target]) {
        if let known = links[target] { return known }
        var (isOwn, to) = (false, [Target]())
        var waiting = [Node]()
        if let json = documents.documents[target.document][pointer: target.pointer] {
            waiting.append(Node(json: json, document: target.document))
        }
        while let node = waiting.popLast() {
            switch node.json {
            case .array: waiting += node.array
            case .object(let object):
                if object["readOnly"] == true || object["writeOnly"] == true { isOwn = true }
                for entry in object {
                    if entry.key == "$ref", let text = entry.value.string {
                        if let (target, _) = try? documents.target(text, from: node.document) { to.append(target) }
                    } else {
                        waiting.append(Node(json: entry.value, document: node.document))
                    }
                }
            default: break
            }
        }
        links[target] = (isOwn, to)
        return (isOwn, to)
    }
}
