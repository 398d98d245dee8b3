// The way of every request: host, address, table, who is asking, role, origin, handler; and the headers of every answer.

import Engine
import HTTPTypes
import Hummingbird
import JSONCore
import Logging
import NIOCore

struct ServerResponder: HTTPResponder {
    typealias Context = ServerContext

    let table: RouteTable
    private let hosts: HostRules
    private let access: ServerAccess
    private let body: BodyReader
    private let requests = RequestCounts()
    private let logger: Logger

    init(engine: Engine, configuration: ServerConfiguration, logger: Logger) throws {
        self.logger = logger
        hosts = HostRules(configuration)
        access = ServerAccess(control: engine.access, isOpen: configuration.isOpen)
        let limits = configuration.limits
        body = BodyReader(mostBytes: limits.bodyBytes, time: limits.bodyTime)
        table = try RouteTable(
            HealthRoutes.list(engine)
                + MetricsRoute(engine: engine, version: configuration.version, requests: requests).list
                + HookRoutes(intake: WebhookIntake(engine), limits: limits).list
                + AccessRoutes.list(access)
                + ApprovalLinkRoutes(engine: engine, workspace: configuration.workspace.name).list
                + APIRoutes.list(engine, access, limits)
                + RecipeAPIRoutes(engine: engine, limits: limits).list
                + DashboardRoutes.list(engine, configuration.workspace))
    }

    func respond(to request: Request, context: Context) async throws -> Response {
        var response: Response
        var route: Route?
        let start = ContinuousClock.now
        do {
            response = try await answer(request, context, &route)
        } catch {
            response = problem(error, request)
        }
        requests.add(route, status: response.status.code, ContinuousClock.now - start)
        SecurityHeaders.add(to: &response)
        if request.head.path?.hasPrefix("/api/v1/") == true, let name = HTTPField.Name(APIRoutes.versionHeader) {
            response.headers[name] = APIRoutes.version
        }
        return request.method == .head ? response.createHeadResponse() : response
    }

    /// - Parameter found: the route, as soon as it is known.
    private func answer(_ request: Request, _ context: Context, _ found: inout Route?) async throws -> Response {
        // RFC 9112 §3.2: without one Host a request could be meant for somebody else.
        guard request.head.authority?.isEmpty == false,
            !request.headers.contains(where: { $0.name.canonicalName == "host" })
        else {
            throw Problem(.badRequest, "a request needs one Host header")
        }
        guard let peer = hosts.peer(of: request, sender: context.sender) else {
            throw Problem(
                .misdirectedRequest, "this server does not go by that name; `galley serve --allow-host NAME` adds it")
        }
        guard let address = RequestAddress(request.head.path ?? "") else { throw Problem.notFound }
        let (route, parameters) = try find(request.method, address)
        found = route
        // An open route checks what it needs itself: a webhook's Authorization header is no token of ours.
        let principal = route.access == .open ? nil : try await access.principal(of: request, peer)
        if route.access != .open {
            guard let principal else { return try refuse(request, address) }
            try access.check(principal, route)
        }
        try access.checkOrigin(request, peer, principal, route)
        let asked = RouteRequest(
            request: request, address: address, parameters: parameters, principal: principal, peer: peer, body: body)
        let response = try await route.handler(asked)
        if case .signedIn = route.access, let principal, ![.get, .head].contains(request.method),
            !asked.subject.isNoted
        {
            let words = route.auditWords(parameters, address.path)
            await access.control.note(
                words.action, asked.subject.text ?? words.subject, by: principal, from: peer.address)
        }
        return response
    }

    private func find(
        _ method: HTTPRequest.Method, _ address: RequestAddress
    ) throws(Problem) -> (Route, [String: String]) {
        switch table.match(method, address.segments) {
        case .found(let route, let parameters): return (route, parameters)
        case .none: throw .notFound
        case .otherMethod(let allowed):
            var problem = Problem(.methodNotAllowed, "this address takes \(allowed)")
            problem.headers[.allow] = allowed
            throw problem
        }
    }

    /// Nobody that is known: a person is led to the sign-in page, a program gets 401.
    private func refuse(_ request: Request, _ address: RequestAddress) throws(Problem) -> Response {
        if request.isPerson, [.get, .head].contains(request.method) {
            return .seeOther("/sign-in?next=" + FormEncoding.encoded(address.target))
        }
        throw ServerAccess.unknown("sign in, or send a token: `Authorization: Bearer galley_…`")
    }

    private func problem(_ error: any Error, _ request: Request) -> Response {
        let problem: Problem
        if let known = Problem(error) {
            problem = known
        } else {
            // What follows /approve/ lets in.
            let path = request.uri.path.hasPrefix("/approve/") ? "/approve/…" : request.uri.path
            logger.error("a request failed", metadata: ["path": "\(path)", "error": "\(error)"])
            problem = Problem(.internalServerError, "the request failed; the server's log says why")
        }
        guard request.isPerson else { return problem.response }
        var page = Response.html(
            AccessPages.notice(problem.detail, title: problem.status.reasonPhrase), problem.status)
        for field in problem.headers { page.headers.append(field) }
        return page
    }
}

extension Request {
    /// Whether a page is wanted and not data.
    var isPerson: Bool {
        headers[.accept]?.contains("text/html") == true
            && !["/api/", "/apis/", "/hooks/"].contains { head.path?.hasPrefix($0) ?? false }
    }
}

/// Text within an address.
enum FormEncoding {
    /// Everything but letters, digits and `-._~` as `%XX`.
    static func encoded(_ text: String) -> String {
        text.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                String(UnicodeScalar(byte))
            default: (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
            }
        }.joined()
    }
}

/// What is known of a request besides what it says.
struct ServerContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The address of the other end of the connection.
    let sender: String

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        sender = source.channel.remoteAddress?.ipAddress ?? ""
    }
}
