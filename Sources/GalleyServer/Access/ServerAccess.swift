// Who a request comes from, and whether it may do what it asks for.

import HTTPTypes
import Hummingbird
import JobHistory

struct ServerAccess: Sendable {
    /// Nobody has to sign in: whoever reaches the server is the admin.
    let isOpen: Bool

    /// nil: nobody that is known.
    func principal(of request: Request, _ peer: Peer) async throws -> Principal? { isOpen ? .local : nil }

    /// - Throws: `Problem` 403 when a page of somebody else's may be behind the request.
    func checkOrigin(_ request: Request, _ peer: Peer, _ principal: Principal?, _ route: Route) throws(Problem) {
        guard ![.get, .head].contains(request.method), route.isForm || [.session, .local].contains(principal?.kind)
        else { return }
        let site = HTTPField.Name("Sec-Fetch-Site").flatMap { request.headers[$0] }
        let origin = request.headers[.origin]
        // A program without a browser says neither, and on a server without login it has no cookie to misuse.
        let isProgram = site == nil && origin == nil && principal?.kind == .local
        guard isProgram || site ?? "same-origin" == "same-origin", origin ?? peer.origin == peer.origin,
            isProgram || site != nil || origin != nil
        else { throw Problem(.forbidden, "this request does not come from a page of this server") }
    }
}
