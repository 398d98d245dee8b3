// Who a request comes from, and whether it may do what it asks for.

import Engine
import HTTPTypes
import Hummingbird
import JobHistory

struct ServerAccess: Sendable {
    let control: AccessControl
    /// Nobody has to sign in: whoever reaches the server is the admin.
    let isOpen: Bool

    /// Who is asking; nil: nobody that is known.
    /// - Parameter isUse: whether this counts as use of a session.
    /// - Throws: `Problem` 401 for a token that is not good.
    func principal(of request: Request, _ peer: Peer, isUse: Bool = true) async throws -> Principal? {
        let headers = request.headers[values: .authorization]
        if let header = headers.first {
            guard headers.count == 1, header.lowercased().hasPrefix("bearer "),
                let principal = try await control.token(header.dropFirst(7).filter { $0 != " " })
            else { throw Self.unknown("this token is wrong or has expired") }
            return principal
        }
        if isOpen { return .local }
        guard let secret = Self.session(in: request, peer) else { return nil }
        return try await control.session(secret, isUse: isUse)
    }

    static func unknown(_ sentence: String) -> Problem {
        var problem = Problem(.unauthorized, sentence)
        problem.headers[.wwwAuthenticate] = "Bearer"
        return problem
    }

    /// - Throws: `Problem` 403.
    func check(_ principal: Principal, _ route: Route) throws(Problem) {
        switch route.access {
        case .open, .known: return
        case .client:
            guard [.client, .local].contains(principal.kind) else {
                throw Problem(.forbidden, "this is for API clients: `galley tokens add NAME --client` makes a token")
            }
        case .signedIn(let role):
            guard principal.kind != .client else {
                throw Problem(.forbidden, "the token of an API client is for /apis/ only")
            }
            guard principal.role >= role else {
                throw Problem(
                    .forbidden,
                    "this needs the role \(role.name); \(principal.name) has the role \(principal.role.name)")
            }
            guard
                principal.scopes.isEmpty
                    || route.operation.map({ principal.scopes.contains($0.scope.rawValue) }) ?? false
            else {
                throw Problem(
                    .forbidden, "this token is for \(principal.scopes.sorted().joined(separator: ", ")) only")
            }
        }
    }

    /// A page elsewhere can make a browser send a request here, with the session's cookie or to a server without login.
    /// - Throws: `Problem` 403 when one may be behind the request.
    func checkOrigin(_ request: Request, _ peer: Peer, _ principal: Principal?, _ route: Route) throws(Problem) {
        guard ![.get, .head].contains(request.method), route.isForm || [.session, .local].contains(principal?.kind)
        else { return }
        let site = HTTPField.Name("Sec-Fetch-Site").flatMap { request.headers[$0] }
        let origin = request.headers[.origin]
        // A program that is no browser says neither; on a server without login there is no cookie to misuse.
        if site == nil, origin == nil, principal?.kind == .local { return }
        guard site ?? "same-origin" == "same-origin", origin ?? peer.origin == peer.origin, site != nil || origin != nil
        else { throw Problem(.forbidden, "this request does not come from a page of this server") }
    }

    // MARK: The session's cookie

    /// `__Host-` keeps other servers of the same domain from setting it.
    private static func cookieName(_ peer: Peer) -> String { peer.isSecure ? "__Host-galley" : "galley" }

    /// What the browser shows; nil when it shows nothing, or several.
    static func session(in request: Request, _ peer: Peer) -> String? {
        let name = cookieName(peer) + "="
        let values = request.headers[values: .cookie].flatMap { $0.split(separator: ";") }
            .map { $0.drop { $0 == " " } }.filter { $0.hasPrefix(name) }
        return values.count == 1 ? String(values[0].dropFirst(name.count)) : nil
    }

    /// - Parameter secret: nil takes the cookie away.
    static func cookie(_ secret: String?, _ peer: Peer) -> String {
        let life = secret == nil ? 0 : AccessControl.sessionLife / 1_000
        return "\(cookieName(peer))=\(secret ?? ""); Path=/; Max-Age=\(life); HttpOnly; SameSite=Strict"
            + (peer.isSecure ? "; Secure" : "")
    }
}
