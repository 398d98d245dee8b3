// One row of the table of routes: what it answers, where, and for whom.

import HTTPTypes
import Hummingbird
import JobHistory

/// A route says who may use it; there is no default.
struct Route: Sendable {
    /// nil: any method. A GET also answers HEAD.
    let method: HTTPRequest.Method?
    let pattern: RoutePattern
    let access: RouteAccess
    /// How the API's own description shows it; nil for pages.
    let operation: APIOperation?
    /// It takes a form of a page of ours, so it comes from that page even where nobody has signed in.
    let isForm: Bool
    let handler: @Sendable (RouteRequest) async throws -> Response

    /// - Parameter pattern: as `RoutePattern` reads it.
    init(
        _ method: HTTPRequest.Method?, _ pattern: RoutePattern, _ access: RouteAccess, operation: APIOperation? = nil,
        isForm: Bool = false, _ handler: @escaping @Sendable (RouteRequest) async throws -> Response
    ) {
        (self.method, self.pattern, self.access, self.operation) = (method, pattern, access, operation)
        (self.isForm, self.handler) = (isForm, handler)
    }
}

/// Who may use a route.
enum RouteAccess: Sendable, Hashable {
    /// Anybody; the route checks what it needs itself.
    case open
    /// People and tokens with this role or a higher one.
    case signedIn(Role)
    /// Clients of recipes that are APIs.
    case client
}

/// Where a route is: `/jobs/{id}/steps`, `/hooks/{path...}`.
struct RoutePattern: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    enum Part: Sendable, Hashable {
        case literal(String)
        /// One segment, any.
        case parameter(String)
        /// All that follow, at least one; the last part only.
        case rest(String)
    }

    let parts: [Part]

    init(stringLiteral text: String) {
        parts = text.split(separator: "/").map { part in
            guard part.hasPrefix("{"), part.hasSuffix("}") else { return .literal(String(part)) }
            let name = part.dropFirst().dropLast()
            return name.hasSuffix("...") ? .rest(String(name.dropLast(3))) : .parameter(String(name))
        }
    }

    var description: String {
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
    func match(_ segments: [String]) -> [String: String]? {
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

    /// Whether it is to be asked before another one that fits too: what is written out goes before what is left open.
    func precedes(_ other: RoutePattern) -> Bool {
        for (mine, theirs) in zip(parts, other.parts) where mine.openness != theirs.openness {
            return mine.openness < theirs.openness
        }
        return false
    }
}

extension RoutePattern.Part {
    fileprivate var openness: Int {
        switch self {
        case .literal: 0
        case .parameter: 1
        case .rest: 2
        }
    }
}
