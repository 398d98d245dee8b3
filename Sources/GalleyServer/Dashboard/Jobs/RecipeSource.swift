// The text of the recipe version that a job ran, and the lines in it.

import JSONCore

struct RecipeSource: Sendable {
    private let document: JSONDocument?

    init(_ bytes: [UInt8]?) { document = bytes.flatMap { try? JSONDocument(parsing: $0) } }

    /// The line, from 1, where the value at an RFC 6901 pointer begins.
    func line(of pointer: String) -> Int? {
        guard let document, let node = node(pointer) else { return nil }
        return document.lineAndColumn(at: node.range.lowerBound).line
    }

    private func node(_ pointer: String) -> JSONNode? {
        guard let tokens = JSONPointer(parsing: pointer)?.tokens else { return nil }
        var node = document?.root
        for token in tokens {
            switch node?.content {
            case .object(let members)?: node = members.first { $0.key == token }?.value
            case .array(let elements)?: node = Int(token).flatMap { elements.indices.contains($0) ? elements[$0] : nil }
            default: return nil
            }
        }
        return node
    }

    /// The lines of a value and one before it, numbered; at most `limit`.
    func excerpt(of pointer: String, limit: Int = 14) -> Markup? {
        guard let document, let node = node(pointer) else { return nil }
        let (first, column) = document.lineAndColumn(at: node.range.lowerBound)
        let last = document.lineAndColumn(at: max(node.range.lowerBound, node.range.upperBound - 1)).line
        var excerpt = Markup()
        for number in max(1, first - 1)...min(last, first + limit - 1) {
            let text =
                "\(String(repeating: " ", count: max(0, 4 - String(number).count)))\(number)  "
                + Self.part(of: document.line(number), from: number == first ? column : 1)
            excerpt += number == first ? .element("span", ["class": "mark"], text: text) : Markup(text: text)
            excerpt += Markup("\n")
        }
        return excerpt
    }

    private static let longestLine = 400

    /// Of a long line the part that matters.
    private static func part(of line: String, from column: Int) -> String {
        guard line.count > longestLine else { return line }
        let skipped = max(0, column - 20)
        return (skipped > 0 ? "…" : "") + line.dropFirst(skipped).prefix(longestLine) + "…"
    }
}
