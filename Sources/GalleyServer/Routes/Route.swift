// One row of the table of routes: what it answers, where, and for whom.

import Engine
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
    /// Clients, people and tokens, with any role.
    case known
}
