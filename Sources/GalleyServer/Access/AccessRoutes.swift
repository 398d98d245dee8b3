// Signing in and out, and the first start.

import Engine
import Hummingbird
import JSONCore

enum AccessRoutes {
    static func list(_ access: ServerAccess) -> [Route] {
        [
            Route(.get, "/sign-in", .open) { asked in
                let hasUsers = try await !access.control.store.users().isEmpty
                return .html(AccessPages.signIn(next: next(asked.address.query), hasUsers: hasUsers))
            },
            Route(.post, "/sign-in", .open, isForm: true) { try await signIn($0, access) },
            Route(.post, "/sign-out", .signedIn(.viewer), isForm: true) { asked in
                if let session = ServerAccess.session(in: asked.request, asked.peer) {
                    try await access.control.signOut(session)
                }
                var response = Response.seeOther("/sign-in")
                response.headers[.setCookie] = ServerAccess.cookie(nil, asked.peer)
                return response
            },
            Route(.get, "/setup", .open) { asked in
                let secret = asked.address.query["token"]?.string ?? ""
                guard access.control.isSetup(secret) else {
                    return .html(AccessPages.notice("\(AccessError.setupOver)"), .forbidden)
                }
                return .html(AccessPages.setup(token: secret))
            },
            Route(.post, "/setup", .open, isForm: true) { try await setUp($0, access) },
            Route(.get, invitationPath, .open) { asked in
                let secret = asked.address.query["token"]?.string ?? ""
                guard let (name, _) = try await access.control.invited(secret) else {
                    return .html(AccessPages.notice("\(AccessError.invitationOver)"), .forbidden)
                }
                return .html(AccessPages.invitation(name: name, token: secret))
            },
            Route(.post, invitationPath, .open, isForm: true) { try await join($0, access) },
        ]
    }

    private static let invitationPath: RoutePattern = "/invitation"

    /// The address of an invitation on this server.
    static func invitation(_ secret: String) -> String { "\(invitationPath)?token=\(secret)" }

    private static func join(_ asked: RouteRequest, _ access: ServerAccess) async throws -> Response {
        let form = try await asked.form()
        let (secret, password) = (form["token"]?.string ?? "", form["password"]?.string ?? "")
        guard let (name, _) = try await access.control.invited(secret) else {
            return .html(AccessPages.notice("\(AccessError.invitationOver)"), .forbidden)
        }
        do {
            guard password == form["again"]?.string else {
                throw AccessError.refused("the two passwords are not the same")
            }
            return signedIn(
                try await access.control.accept(secret, password: password, from: asked.peer.address), "/", asked.peer)
        } catch AccessError.refused(let sentence) {
            return .html(
                AccessPages.invitation(name: name, token: secret, mistake: sentence), .unprocessableContent)
        }
    }

    private static func signIn(_ asked: RouteRequest, _ access: ServerAccess) async throws -> Response {
        let form = try await asked.form()
        let next = next(form)
        do {
            let session = try await access.control.signIn(
                form["name"]?.string ?? "", form["password"]?.string ?? "", from: asked.peer.address,
                replacing: ServerAccess.session(in: asked.request, asked.peer))
            return signedIn(session, next, asked.peer)
        } catch let error as AccessError {
            let problem = Problem(error)
            let status = problem?.status == .tooManyRequests ? HTTPResponse.Status.tooManyRequests : .unauthorized
            var response = Response.html(AccessPages.signIn(next: next, hasUsers: true, mistake: "\(error)"), status)
            if let problem { for field in problem.headers { response.headers.append(field) } }
            return response
        }
    }

    private static func setUp(_ asked: RouteRequest, _ access: ServerAccess) async throws -> Response {
        let form = try await asked.form()
        let (secret, password) = (form["token"]?.string ?? "", form["password"]?.string ?? "")
        do {
            guard password == form["again"]?.string else {
                throw AccessError.refused("the two passwords are not the same")
            }
            let session = try await access.control.setUp(
                secret, name: form["name"]?.string ?? "", password: password, from: asked.peer.address)
            return signedIn(session, "/", asked.peer)
        } catch AccessError.refused(let sentence) {
            guard access.control.isSetup(secret) else {
                return .html(AccessPages.notice("\(AccessError.setupOver)"), .forbidden)
            }
            return .html(AccessPages.setup(token: secret, mistake: sentence), .unprocessableContent)
        } catch let error as AccessError {
            return .html(AccessPages.notice("\(error)"), .forbidden)
        }
    }

    private static func signedIn(_ session: String, _ next: String, _ peer: Peer) -> Response {
        var response = Response.seeOther(next)
        response.headers[.setCookie] = ServerAccess.cookie(session, peer)
        return response
    }

    /// Where to go on; only within this server.
    private static func next(_ form: JSONObject) -> String {
        guard let next = form["next"]?.string, next.hasPrefix("/"), !next.hasPrefix("//"),
            next.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") })
        else { return "/" }
        return next
    }
}
