// A recipe as a graph: which step can come after which. For drawings, on the command line and over the API. Pure.

import JSONCore
import RecipeLanguage

/// Nodes in reading order, the trigger first and the end last; edges with the words on them.
public struct RecipeGraph: Sendable, Hashable {
    public struct Node: Sendable, Hashable {
        /// A step's name; `(start)` and `(end)`.
        public let id: String
        /// The key of its kind; `trigger`, `end`.
        public let kind: String
        public let words: String
    }

    public struct Edge: Sendable, Hashable {
        public let from: String
        public let to: String
        /// `then`, `else`, `each`, `catch`; nil: it just goes on.
        public let label: String?
    }

    public private(set) var nodes: [Node] = []
    public private(set) var edges: [Edge] = []

    private static let (start, end) = ("(start)", "(end)")
    private typealias Exit = (node: String, label: String?)

    public init(_ recipe: Recipe) {
        let when = recipe.trigger.when.map { " when \($0.source)" } ?? ""
        nodes.append(Node(id: Self.start, kind: "trigger", words: recipe.trigger.use + when))
        let exits = add(recipe.outline, after: [(Self.start, nil)])
        nodes.append(Node(id: Self.end, kind: "end", words: "end"))
        join(exits, to: Self.end)
    }

    private mutating func join(_ exits: [Exit], to node: String) {
        for exit in exits {
            let edge = Edge(from: exit.node, to: node, label: exit.label)
            if !edges.contains(edge) { edges.append(edge) }
        }
    }

    private mutating func add(_ steps: [RecipeOutline], after entries: [Exit]) -> [Exit] {
        var exits = entries
        for step in steps {
            nodes.append(Node(id: step.name, kind: step.kind, words: step.words))
            join(exits, to: step.name)
            exits = addParts(of: step)
        }
        return exits
    }

    private mutating func addParts(of step: RecipeOutline) -> [Exit] {
        guard !step.skip else { return [(step.name, nil)] }
        switch step.kind {
        case "return", "stop":
            join([(step.name, nil)], to: Self.end)
            return []
        case "if":
            var exits: [Exit] = []
            for part in step.parts { exits += add(part.steps, after: [(step.name, part.title ?? "then")]) }
            return step.parts.contains { $0.title == "else" } ? exits : exits + [(step.name, "else")]
        case "for_each", "repeat":
            let isRepeat = step.kind == "repeat"
            for part in step.parts {
                let last = add(part.steps, after: [(step.name, isRepeat ? nil : "each")])
                join(last.map { ($0.node, $0.label ?? (isRepeat ? "again" : "next")) }, to: step.name)
            }
            return [(step.name, "done")]
        case "try":
            return step.parts.flatMap { add($0.steps, after: [(step.name, $0.title)]) }
        case "parallel":
            return step.parts.flatMap { add($0.steps, after: [(step.name, $0.title)]) }
        default: return [(step.name, nil)]
        }
    }

    // MARK: As JSON

    public var json: JSON {
        [
            "nodes": .array(
                nodes.map { ["id": .string($0.id), "kind": .string($0.kind), "words": .string($0.words)] }),
            "edges": .array(
                edges.map {
                    ["from": .string($0.from), "to": .string($0.to), "label": $0.label.map { .string($0) } ?? .null]
                }),
        ]
    }

    /// Reads what `json` makes; what it doesn't make is left out.
    public init(_ json: JSON) {
        nodes = (json["nodes"]?.array ?? []).compactMap { node in
            guard let id = node["id"]?.string else { return nil }
            return Node(id: id, kind: node["kind"]?.string ?? "", words: node["words"]?.string ?? "")
        }
        edges = (json["edges"]?.array ?? []).compactMap { edge in
            guard let from = edge["from"]?.string, let to = edge["to"]?.string else { return nil }
            return Edge(from: from, to: to, label: edge["label"]?.string)
        }
    }

    // MARK: As a drawing

    /// A Mermaid flowchart, as Markdown pages show it.
    public var mermaid: String {
        let names = Dictionary(nodes.enumerated().map { ($1.id, "n\($0)") }) { first, _ in first }
        var lines = ["flowchart TD"]
        for node in nodes {
            let (open, close) =
                switch node.kind {
                case "trigger", "end": ("([", "])")
                case "if": ("{", "}")
                case "for_each", "repeat": ("[[", "]]")
                default: ("[", "]")
                }
            lines.append("    \(names[node.id] ?? "")\(open)\"\(Self.mermaidText(Self.label(node)))\"\(close)")
        }
        for edge in edges {
            let label = edge.label.map { "|\"\(Self.mermaidText($0))\"|" } ?? ""
            lines.append("    \(names[edge.from] ?? "") -->\(label) \(names[edge.to] ?? "")")
        }
        return lines.joined(separator: "\n")
    }

    /// For Graphviz.
    public var dot: String {
        var lines = ["digraph recipe {", "    node [shape=box];"]
        for node in nodes {
            let shape = ["trigger": "oval", "end": "oval", "if": "diamond"][node.kind].map { ", shape=\($0)" } ?? ""
            lines.append("    \(Self.dotText(node.id)) [label=\(Self.dotText(Self.label(node)))\(shape)];")
        }
        for edge in edges {
            let label = edge.label.map { " [label=\(Self.dotText($0))]" } ?? ""
            lines.append("    \(Self.dotText(edge.from)) -> \(Self.dotText(edge.to))\(label);")
        }
        return (lines + ["}"]).joined(separator: "\n")
    }

    private static func label(_ node: Node) -> String {
        ["trigger", "end"].contains(node.kind) ? node.words : "\(node.id): \(node.words)"
    }

    /// Within quotation marks Mermaid reads HTML, and `#…;` as a character.
    private static func mermaidText(_ text: String) -> String {
        text.unicodeScalars.map { scalar in
            switch scalar {
            case "\"", "&", "<", ">", "#", "`", "\\": "#\(scalar.value);"
            case _ where scalar.value < 0x20: " "
            default: String(scalar)
            }
        }.joined()
    }

    private static func dotText(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: " ") + "\""
    }
}
