// The one table of addresses: which request goes where. What is not in it does not exist.

import Engine
import HTTPTypes
import Hummingbird
import JSONCore
import Logging
import NIOCore

struct ServerResponder: HTTPResponder {
    typealias Context = ServerContext

    private let engine: Engine
    private let hooks: HookRoute
    private let logger: Logger

    init(engine: Engine, limits: ServerLimits, logger: Logger) {
        (self.engine, self.logger) = (engine, logger)
        hooks = HookRoute(intake: WebhookIntake(engine), limits: limits)
    }

    func respond(to request: Request, context: Context) async throws -> Response {
        // RFC 9112 §3.2: without one Host a request could be meant for somebody else.
        guard request.head.authority?.isEmpty == false,
            !request.headers.contains(where: { $0.name.canonicalName == "host" })
        else {
            return .problem(.badRequest, "a request needs one Host header")
        }
        guard let address = RequestAddress(request.head.path ?? "") else {
            return .problem(.notFound, "there is nothing at this address")
        }
        do {
            switch address.segments.first {
            case "health"? where address.segments.count == 1: return try await health(request)
            case "hooks"? where address.segments.count > 1:
                return await hooks.respond(to: request, at: address, context)
            default: return .problem(.notFound, "there is nothing at this address")
            }
        } catch {
            logger.error("a request failed", metadata: ["path": "\(address.path)", "error": "\(error)"])
            return .problem(.internalServerError, "the request failed; the server's log says why")
        }
    }

    /// `{"ready": true, "open": N}`; N: jobs neither finished nor parked. 503 while events can't be taken.
    private func health(_ request: Request) async throws -> Response {
        guard [.get, .head].contains(request.method) else { return .methodNotAllowed("GET, HEAD") }
        let counts = try await engine.store.counts()
        let open = counts.filter { !$0.key.isFinished && !$0.key.isParked }.values.reduce(0, +)
        let isReady = engine.store.health == .ok && !engine.isStopping
        return .json(["ready": .bool(isReady), "open": .integer(open)], isReady ? .ok : .serviceUnavailable)
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

/// A request's path and query, decoded once.
struct RequestAddress {
    /// Percent-decoded. None is empty, `.` or `..`, and none has a slash or a control character in it.
    let segments: [String]
    let query: JSONObject
    /// As a line in a log.
    var path: String { "/" + segments.joined(separator: "/") }

    /// nil for a path that can be read in more than one way.
    init?(_ target: String) {
        let halves = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard let path = halves.first, path.hasPrefix("/") else { return nil }
        var segments: [String] = []
        for part in path.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard let segment = String(part).removingPercentEncoding, !segment.isEmpty, segment != ".", segment != "..",
                segment.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F && $0 != "/" && $0 != "\\" })
            else { return nil }
            segments.append(segment)
        }
        self.segments = segments
        query = halves.count > 1 ? FormText.object(String(halves[1])) : [:]
    }
}

extension Response {
    /// JSON that no cache keeps.
    static func json(_ json: JSON, _ status: HTTPResponse.Status = .ok, type: String = "application/json") -> Response {
        var headers = HTTPFields()
        headers[.contentType] = type
        headers[.cacheControl] = "no-store"
        headers[.xContentTypeOptions] = "nosniff"
        return Response(
            status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: json.compactBytes)))
    }

    /// An error as RFC 9457 has it.
    static func problem(_ status: HTTPResponse.Status, _ detail: String) -> Response {
        .json(
            ["title": .string(status.reasonPhrase), "status": .integer(status.code), "detail": .string(detail)],
            status, type: "application/problem+json")
    }

    static func methodNotAllowed(_ allowed: String) -> Response {
        var response = Response.problem(.methodNotAllowed, "this address takes \(allowed)")
        response.headers[.allow] = allowed
        return response
    }
}
