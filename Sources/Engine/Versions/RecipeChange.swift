// What changed between two versions of a recipe, in steps: added, removed, moved, changed. Pure.

import JSONCore

/// One difference: of a step, or of the trigger and the settings.
public struct RecipeChange: Sendable, Hashable {
    public enum Kind: String, Sendable, CaseIterable { case added, removed, moved, changed }

    public let kind: Kind
    /// The step's name in an address: its id, else kind and number; nil: the trigger or a setting of the recipe.
    public let step: String?
    /// Of a step that came, went or moved: where it stands (or stood), like "after `notify`".
    public let place: String?
    /// Of a change: the fields.
    public let fields: [JSONDifference]
    /// Steps inside it that came or went with it.
    public let inside: Int

    /// Fields of one step that are told.
    private static let mostFields = 50

    /// - Parameters: the sources of the two versions.
    public static func between(_ one: JSON, _ other: JSON) -> [RecipeChange] {
        var found: [RecipeChange] = []
        let settings = JSONDifference.between(head(one), head(other), limit: mostFields)
        if !settings.isEmpty {
            found.append(RecipeChange(kind: .changed, step: nil, place: nil, fields: settings, inside: 0))
        }
        let comparison = StepComparison(StepTree(one), StepTree(other))
        let (before, after) = (comparison.before, comparison.after)
        for number in after.items.indices {
            let item = after.items[number]
            guard let old = comparison.old[number] else {
                if let parent = item.parent, comparison.old[parent] == nil { continue }
                let inside = after.items.indices.count { comparison.old[$0] == nil && after.contains(number, $0) }
                found.append(
                    RecipeChange(
                        kind: .added, step: item.name, place: after.place(of: number), fields: [], inside: inside))
                continue
            }
            if comparison.moved.contains(number) {
                found.append(
                    RecipeChange(
                        kind: .moved, step: item.name, place: after.place(of: number), fields: [], inside: 0))
            }
            let fields = JSONDifference.between(
                .object(before.items[old].own), .object(item.own), limit: mostFields)
            if !fields.isEmpty {
                found.append(
                    RecipeChange(kind: .changed, step: before.items[old].name, place: nil, fields: fields, inside: 0))
            }
        }
        for number in before.items.indices where comparison.new[number] == nil {
            let item = before.items[number]
            if let parent = item.parent, comparison.new[parent] == nil { continue }
            let inside = before.items.indices.count { comparison.new[$0] == nil && before.contains(number, $0) }
            found.append(
                RecipeChange(
                    kind: .removed, step: item.name, place: before.place(of: number), fields: [], inside: inside))
        }
        return found
    }

    private static func head(_ source: JSON) -> JSON {
        .object(JSONObject(uniqueEntries: (source.object?.entries ?? []).filter { $0.key != "steps" }))
    }

    /// One line each: "step `notify`: input.text changed from …", "step `audit` added after `notify`".
    public var sentences: [String] {
        let name = step.map { "step `\($0)`" } ?? ""
        let with = inside == 0 ? "" : ", with the \(inside == 1 ? "step" : "\(inside) steps") inside it"
        return switch kind {
        case .added: ["\(name) added \(place ?? "")\(with)"]
        case .removed: ["\(name) removed, it was \(place ?? "")\(with)"]
        case .moved: ["\(name) moved, now \(place ?? "")"]
        case .changed: fields.map { (step == nil ? "" : "\(name): ") + $0.sentence }
        }
    }

    /// One object for each sentence.
    public var json: [JSON] {
        zip(sentences, kind == .changed ? fields.map { Optional($0) } : [nil]).map { sentence, field in
            var object: JSONObject = [
                "kind": .string(kind.rawValue), "step": step.map { .string($0) } ?? .null, "words": .string(sentence),
            ]
            if let place { object["place"] = .string(place) }
            if let field {
                object["field"] = .string(field.field)
                (object["from"], object["to"]) = (field.one, field.other)
            }
            return .object(object)
        }
    }
}

/// Which step of one version is which of the other.
private struct StepComparison {
    let before: StepTree
    let after: StepTree
    /// From a step of the newer version to the same one of the older.
    private(set) var old: [Int: Int] = [:]
    private(set) var new: [Int: Int] = [:]
    /// Steps of the newer version that stood elsewhere.
    private(set) var moved: Set<Int> = []

    init(_ before: StepTree, _ after: StepTree) {
        (self.before, self.after) = (before, after)
        pair { $0.id.map { JSON.string($0) } }
        // A renamed step, and one without an id, is the same when it says the same.
        pair { .array([.string($0.part), .object($0.ownWithoutID)]) }
        pair { .object($0.ownWithoutID) }
        pairNeighbours()
        moved = findMoved()
    }

    private mutating func pair(by key: (StepTree.Item) -> JSON?) {
        var open: [JSON: [Int]] = [:]
        for number in before.items.indices.reversed() where new[number] == nil {
            if let key = key(before.items[number]) { open[key, default: []].append(number) }
        }
        for number in after.items.indices where old[number] == nil {
            guard let key = key(after.items[number]), let match = open[key]?.popLast() else { continue }
            join(match, number)
        }
    }

    /// What is left: the next step of the same kind in the same list, when one of the two has no id.
    private mutating func pairNeighbours() {
        for number in after.items.indices where old[number] == nil {
            let item = after.items[number]
            let match = before.items.indices.first { candidate in
                let other = before.items[candidate]
                return new[candidate] == nil && other.kind == item.kind && other.part == item.part
                    && (other.id == nil || item.id == nil) && other.parent.map { new[$0] } == item.parent.map { $0 }
            }
            if let match { join(match, number) }
        }
    }

    private mutating func join(_ one: Int, _ other: Int) { (new[one], old[other]) = (other, one) }

    /// Steps in another list than before, and those that left the order of their list: the fewest that explain it.
    private func findMoved() -> Set<Int> {
        var (moved, lists) = (Set<Int>(), [String: [(new: Int, old: Int)]]())
        for number in after.items.indices {
            guard let match = old[number] else { continue }
            let (item, was) = (after.items[number], before.items[match])
            guard was.part == item.part, was.parent.map({ new[$0] }) == item.parent.map({ $0 }) else {
                moved.insert(number)
                continue
            }
            lists["\(item.parent ?? -1) \(item.part)", default: []].append((number, match))
        }
        for list in lists.values {
            let kept = Self.longestRise(list.map(\.old))
            for (place, entry) in list.enumerated() where !kept.contains(place) { moved.insert(entry.new) }
        }
        return moved
    }

    /// The places of a longest rising subsequence.
    private static func longestRise(_ numbers: [Int]) -> Set<Int> {
        var (lengths, before) = ([Int](), [Int?]())
        for place in numbers.indices {
            let best = (0..<place).filter { numbers[$0] < numbers[place] }.max { lengths[$0] < lengths[$1] }
            lengths.append((best.map { lengths[$0] } ?? 0) + 1)
            before.append(best)
        }
        var (kept, place) = (Set<Int>(), lengths.indices.max { lengths[$0] < lengths[$1] })
        while let here = place {
            kept.insert(here)
            place = before[here]
        }
        return kept
    }
}
