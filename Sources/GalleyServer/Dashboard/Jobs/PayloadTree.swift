// A JSON value as a tree that people read and fold, within bounds: what a browser can show, not all there is.

import JSONCore

struct PayloadTree {
    private static let mostNodes = 1_500
    private static let mostDepth = 24
    private static let mostMembers = 200
    private static let mostCharacters = 4_000
    /// Deeper ones are folded at first.
    private static let openDepth = 3

    private var left = mostNodes

    /// `{"name": …}` as nested lists; a text, number or list of one line as it is.
    static func draw(_ json: JSON) -> Markup {
        var tree = PayloadTree()
        let content = tree.node(json, label: nil, depth: 0)
        return .element("div", ["class": "data"], .element("ul", [:], content))
    }

    private mutating func node(_ json: JSON, label: Markup?, depth: Int) -> Markup {
        left -= 1
        let head = label.map { $0 + Markup(": ") } ?? Markup()
        switch json {
        case .object(let object) where !object.isEmpty:
            let members = object.entries
            return container(head, "{ \(NumberWords.plural(members.count, "field")) }", members.count, depth) { tree in
                members.prefix(Self.mostMembers).map { key, value in
                    tree.left > 0
                        ? tree.node(value, label: .element("span", ["class": "k"], text: key), depth: depth + 1)
                        : Markup()
                }.joined()
            }
        case .array(let elements) where !elements.isEmpty:
            return container(head, "[ \(NumberWords.plural(elements.count, "item")) ]", elements.count, depth) { tree in
                elements.prefix(Self.mostMembers).enumerated().map { index, value in
                    tree.left > 0
                        ? tree.node(value, label: .element("span", ["class": "k"], text: "\(index)"), depth: depth + 1)
                        : Markup()
                }.joined()
            }
        default: return .element("li", [:], head + Self.leaf(json))
        }
    }

    private mutating func container(
        _ head: Markup, _ size: String, _ count: Int, _ depth: Int, _ content: (inout PayloadTree) -> Markup
    ) -> Markup {
        let sizeMark = Markup.element("span", ["class": "z"], text: size)
        guard depth < Self.mostDepth, left > 0 else {
            return .element("li", [:], head + sizeMark + Markup(text: " … not shown"))
        }
        var inside = content(&self)
        if left <= 0 || count > Self.mostMembers {
            inside += .element("li", ["class": "z"], text: "… there is more; `galley jobs show --full` prints it all")
        }
        let list = Markup.element("ul", [:], inside)
        if depth == 0 { return inside }
        let summary = Markup.element("summary", [:], head + sizeMark)
        let isOpen = depth < Self.openDepth && count <= 40
        return .element("li", [:], .element("details", ["open": isOpen ? "" : nil], summary + list))
    }

    private static func leaf(_ json: JSON) -> Markup {
        switch json {
        case .string(let text):
            let shown = text.count > mostCharacters ? String(text.prefix(mostCharacters)) + "…" : text
            let cut = text.count > mostCharacters ? " (\(NumberWords.count(text.count)) characters)" : ""
            return .element("span", ["class": "s"], text: shown.isEmpty ? "“”" : shown)
                + .element("span", ["class": "z"], text: cut)
        case .bool(let truth): return .element("span", ["class": "b"], text: truth ? "true" : "false")
        case .null: return .element("span", ["class": "z"], text: "nothing")
        case .array: return .element("span", ["class": "z"], text: "[ empty ]")
        case .object: return .element("span", ["class": "z"], text: "{ empty }")
        case .integer, .number: return .element("span", ["class": "n"], text: json.compact)
        }
    }
}
