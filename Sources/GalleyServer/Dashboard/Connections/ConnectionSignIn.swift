// Signing a connection in from its page: to the other system's page and back (OAuth 2.0, authorization code with PKCE).

import ConnectorKit
import Engine
import HTTPTypes
import Hummingbird
import JSONCore
import Synchronization

/// The sign-ins that were begun here. Each is for one person, for one use and for some minutes.
final class PendingSignIns: Sendable {
    private static let most = 100

    private struct Pending {
        let request: AuthorizationRequest
        let person: String
        let end: ContinuousClock.Instant
    }
    private let pending = Mutex<[String: Pending]>([:])

    func add(_ request: AuthorizationRequest, by person: String) {
        pending.withLock { pending in
            let now = ContinuousClock.now
            pending = pending.filter { $0.value.end > now }
            if pending.count >= Self.most, let oldest = pending.min(by: { $0.value.end < $1.value.end })?.key {
                pending[oldest] = nil
            }
            pending[request.state] = Pending(
                request: request, person: person, end: now + .seconds(AuthorizationRequest.seconds))
        }
    }

    /// The sign-in that an answer belongs to; it can't be taken twice, and not by another person.
    func take(_ state: String, by person: String) -> AuthorizationRequest? {
        pending.withLock { pending in
            guard let found = pending[state], found.person == person else { return nil }
            pending[state] = nil
            return found.end > .now ? found.request : nil
        }
    }
}

extension Dashboard {
    static let callbackPath: RoutePattern = "/oauth/callback"
    static let finishPath: RoutePattern = "/oauth/finish"

    /// Where the other system sends the browser back to.
    static func redirect(_ peer: Peer) -> String { peer.origin + "\(callbackPath)" }

    /// Shows the way to the other system. A page of its own, as a form may only lead to pages of this server.
    func connect(_ request: RouteRequest) async throws -> Response {
        let name = request["name"]
        guard workspace.connections().contains(where: { $0.name == name }) else { throw Problem.notFound }
        do {
            let begun = try workspace.beginSignIn(name, Self.redirect(request.peer))
            signIns.add(begun, by: request.principal?.name ?? "")
            let host = HTTPOrigin(of: begun.url)?.host ?? "the other system"
            return .html(
                AccessPages.onward(
                    to: begun.url, title: "Sign \(name) in",
                    "On to \(host), where access is allowed for this connection. It comes back here by itself."))
        } catch let error as ConnectorError {
            return try await failed(name, error.message, request)
        }
    }

    /// What the other system sends the browser to. The session's cookie doesn't come along from another site, so this page
    /// goes on to one that gets it.
    static func callback(_ request: RouteRequest) -> Response {
        let query = request.address.query
        let known = ["code", "state", "error", "error_description"].compactMap { name in
            query[name]?.string.map { (name, String($0.prefix(4_096))) }
        }
        guard query["state"]?.string != nil else {
            return .html(
                AccessPages.notice("Nobody waits for this. Begin again with Connect on the page of the connection."),
                .badRequest)
        }
        return .html(
            AccessPages.onward(
                to: "\(finishPath)?" + PercentEncoding.query(known), title: "Signing in", "Back to Galley…"))
    }

    func finishSignIn(_ request: RouteRequest) async throws -> Response {
        let query = request.address.query
        guard let begun = signIns.take(query["state"]?.string ?? "", by: request.principal?.name ?? "") else {
            return respond(
                problem(
                    .badRequest, "This sign-in is over",
                    "It was used already, took too long, or was begun by somebody else. Begin again with Connect on the page of the connection.",
                    back: .connections), to: request)
        }
        let name = begun.settings.connection
        request.subject.set(name)
        do {
            try await workspace.finishSignIn(begun, query)
        } catch let error as ConnectorError {
            return try await failed(name, error.message, request)
        }
        return .seeOther(path("connections", name) + "?notice=\(Notice.connected.rawValue)")
    }

    private func failed(_ name: String, _ reason: String, _ request: RouteRequest) async throws -> Response {
        var page = try await connectionPage(request, of: name, failure: "The sign-in failed: " + reason)
        page.status = .unprocessableContent
        return respond(page, to: request)
    }
}
