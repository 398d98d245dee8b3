// The steps of a recipe's source as a list, each with its place; read from the JSON alone, so that versions which don't
// compile any more can be compared too.

import JSONCore

struct StepTree {
    struct Item {
        /// Its part of an address: the id, else kind and number, like `if-3`.
        let name: String
        let id: String?
        let kind: String
        /// What it says itself, without the steps inside it.
        let own: JSONObject
        /// The step that it is in; nil at the top.
        let parent: Int?
        /// Which list of steps of its parent: `then`, `else_if[0]`, `catch`; empty at the top.
        let part: String
        /// The step before it in the same list.
        let previous: Int?

        /// What stays the same when it is renamed.
        var ownWithoutID: JSONObject {
            JSONObject(uniqueEntries: own.entries.filter { $0.key != "id" })
        }
    }

    private(set) var items: [Item] = []

    private static let kinds: Set<String> = [
        "use", "if", "for_each", "repeat", "try", "parallel", "call", "wait", "wait_until", "set", "append", "respond",
        "return", "stop",
    ]
    private static let deepest = 100

    init(_ source: JSON) { add(source["steps"]?.array ?? [], parent: nil, part: "", depth: 0) }

    private mutating func add(_ steps: [JSON], parent: Int?, part: String, depth: Int) {
        guard depth < Self.deepest else { return }
        var previous: Int?
        for step in steps {
            guard let object = step.object, let kind = object.keys.first(where: Self.kinds.contains) else { continue }
            let (number, id) = (items.count, object["id"]?.string)
            let parts = Self.parts(of: object, kind)
            items.append(
                Item(
                    name: id ?? "\(kind)-\(number)", id: id, kind: kind, own: Self.own(object), parent: parent,
                    part: part, previous: previous))
            for inner in parts { add(inner.steps, parent: number, part: inner.name, depth: depth + 1) }
            previous = number
        }
    }

    /// The lists of steps inside a step, in reading order.
    private static func parts(of step: JSONObject, _ kind: String) -> [(name: String, steps: [JSON])] {
        func list(_ key: String) -> (String, [JSON])? { step[key]?.array.map { (key, $0) } }
        return switch kind {
        case "if":
            [list("then")].compactMap { $0 }
                + (step["else_if"]?.array ?? []).enumerated().map { ("else_if[\($0)]", $1["then"]?.array ?? []) }
                + [list("else")].compactMap { $0 }
        case "for_each": [list("steps")].compactMap { $0 }
        case "repeat": [list("repeat")].compactMap { $0 }
        case "try": [list("try"), list("catch")].compactMap { $0 }
        case "parallel": (step["parallel"]?.object ?? [:]).map { ($0.key, $0.value.array ?? []) }
        default: []
        }
    }

    /// The step without the steps inside it. That there is a `catch` has a meaning of its own, also when it is empty.
    private static func own(_ step: JSONObject) -> JSONObject {
        JSONObject(
            uniqueEntries: step.entries.compactMap { key, value in
                switch key {
                case "then", "else", "steps", "try", "repeat": return value.array == nil ? (key, value) : nil
                case "catch": return (key, value.array == nil ? value : [])
                case "parallel":
                    return (key, .array((value.object ?? [:]).keys.map { .string($0) }))
                case "else_if":
                    return (key, .array((value.array ?? []).map { $0["if"] ?? .null }))
                default: return (key, value)
                }
            })
    }

    /// Whether a step is in another one, however deep.
    func contains(_ outer: Int, _ inner: Int) -> Bool {
        var above = items[inner].parent
        while let place = above {
            if place == outer { return true }
            above = items[place].parent
        }
        return false
    }

    /// Where a step stands: "after `notify`", "at the start of `then` of `if-3`".
    func place(of number: Int) -> String {
        let item = items[number]
        if let previous = item.previous { return "after `\(items[previous].name)`" }
        guard let parent = item.parent else { return "at the start" }
        let part = item.part == items[parent].kind || item.part == "steps" ? "" : "`\(item.part)` of "
        return "at the start of \(part)`\(items[parent].name)`"
    }
}
