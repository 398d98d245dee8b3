// Addresses with open parts, of the server's routes and of recipes that are APIs.

/// An address with parts left open: `/jobs/{id}/steps`, `/hooks/{path...}`.
public struct RoutePattern: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    public enum Part: Sendable, Hashable {
        case literal(String)
        /// One segment, any.
        case parameter(String)
        /// All that follow, at least one; the last part only.
        case rest(String)
    }

    public let parts: [Part]

    public init(stringLiteral text: String) { self.init(text) }

    public init(_ text: String) {
        parts = text.split(separator: "/").map { part in
            guard part.hasPrefix("{"), part.hasSuffix("}") else { return .literal(String(part)) }
            let name = part.dropFirst().dropLast()
            return name.hasSuffix("...") ? .rest(String(name.dropLast(3))) : .parameter(String(name))
        }
    }

    public var description: String {
        "/"
            + parts.map { part in
                switch part {
                case .literal(let text): text
                case .parameter(let name): "{\(name)}"
                case .rest(let name): "{\(name)...}"
                }
            }.joined(separator: "/")
    }

    /// The parameters, when a path fits; the rest with slashes between its segments.
    public func match(_ segments: [String]) -> [String: String]? {
        var parameters: [String: String] = [:]
        for (index, part) in parts.enumerated() {
            guard index < segments.count else { return nil }
            switch part {
            case .literal(let text): guard segments[index] == text else { return nil }
            case .parameter(let name): parameters[name] = segments[index]
            case .rest(let name):
                parameters[name] = segments[index...].joined(separator: "/")
                return parameters
            }
        }
        return parts.count == segments.count ? parameters : nil
    }

    /// Whether it is to be asked before another one that fits too: segment by segment, what is written out goes before what
    /// is left open. Patterns that fit no path both are in an order too, so that no third one changes who goes first.
    public func precedes(_ other: RoutePattern) -> Bool {
        for (mine, theirs) in zip(parts, other.parts) where mine.rank != theirs.rank { return mine.rank < theirs.rank }
        return parts.count == other.parts.count ? description < other.description : parts.count < other.parts.count
    }
}

extension RoutePattern.Part {
    fileprivate var rank: (openness: Int, text: String) {
        switch self {
        case .literal(let text): (0, text)
        case .parameter: (1, "")
        case .rest: (2, "")
        }
    }
}
