// `/hooks/…`: reads a delivery within its bounds, hands it to intake, and says 429 before memory or disk suffer.

import Engine
import HTTPTypes
import Hummingbird
import JSONCore
import Synchronization

struct HookRoutes: Sendable {
    private let intake: WebhookIntake
    private let limits: ServerLimits
    private let load = DeliveryLoad()

    init(intake: WebhookIntake, limits: ServerLimits) { (self.intake, self.limits) = (intake, limits) }

    /// Any method: a wrong one is answered like an address that nobody listens at.
    var list: [Route] { [Route(nil, "/hooks/{path...}", .open) { await respond(to: $0) }] }

    private func respond(to asked: RouteRequest) async -> Response {
        let request = asked.request
        let reader = BodyReader(mostBytes: limits.bodyBytes, time: limits.bodyTime)
        let declared = request.headers[.contentLength].flatMap { Int($0) }
        // What is not declared is counted as the most it can be; what is too long is not read.
        let size = min(declared ?? (request.headers[.transferEncoding] == nil ? 0 : limits.bodyBytes), limits.bodyBytes)
        guard load.begin(size, limits) else {
            return answer(429, ["error": "too many deliveries at once; send it again"], retryAfterSeconds: 1)
        }
        defer { load.end(size) }
        let body: [UInt8]
        do throws(Problem) {
            body = try await reader.read(request)
        } catch {
            var refused = answer(error.status.code, ["error": .string(error.detail)])
            for field in error.headers { refused.headers.append(field) }
            return refused
        }
        let result = await intake.answer(
            WebhookRequest(
                method: request.method.rawValue, path: asked["path"], query: asked.address.query,
                target: asked.address.target, headers: request.headers.map { ($0.name.canonicalName, $0.value) },
                body: body,
                sender: asked.peer.address))
        if let text = result.text { return Self.plain(text, result) }
        var answered = answer(result.status, result.body, retryAfterSeconds: result.retryAfterSeconds)
        for (name, value) in result.headers {
            if let field = HTTPField.Name(name) { answered.headers[field] = value }
        }
        return answered
    }

    /// What a system wants to hear back, which is nothing that a browser should take for a page.
    private static func plain(_ text: String, _ answer: WebhookAnswer) -> Response {
        var headers: HTTPFields = text.isEmpty ? [:] : [.contentType: "text/plain; charset=utf-8"]
        for (name, value) in answer.headers {
            if let field = HTTPField.Name(name) { headers[field] = value }
        }
        return Response(
            status: HTTPResponse.Status(code: answer.status), headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    private func answer(_ status: Int, _ body: JSON, retryAfterSeconds: Int? = nil) -> Response {
        var response = Response.json(body, HTTPResponse.Status(code: status))
        if let retryAfterSeconds { response.headers[.retryAfter] = String(retryAfterSeconds) }
        return response
    }
}

/// Deliveries in memory now.
private final class DeliveryLoad: Sendable {
    private let now = Mutex((count: 0, bytes: 0))

    func begin(_ bytes: Int, _ limits: ServerLimits) -> Bool {
        now.withLock { now in
            guard now.count < limits.deliveriesAtOnce, now.bytes + bytes <= limits.deliveryBytesAtOnce else {
                return false
            }
            now.count += 1
            now.bytes += bytes
            return true
        }
    }

    func end(_ bytes: Int) {
        now.withLock { now in
            now.count -= 1
            now.bytes -= bytes
        }
    }
}
