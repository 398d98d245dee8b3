// `/hooks/…`: reads a delivery within its bounds, hands it to intake, and says 429 before memory or disk suffer.

import Engine
import HTTPTypes
import Hummingbird
import JSONCore
import NIOCore
import Synchronization

struct HookRoute: Sendable {
    private let intake: WebhookIntake
    private let limits: ServerLimits
    private let load = DeliveryLoad()

    init(intake: WebhookIntake, limits: ServerLimits) { (self.intake, self.limits) = (intake, limits) }

    func respond(to request: Request, at address: RequestAddress, _ context: ServerContext) async -> Response {
        let declared = request.headers[.contentLength].flatMap { Int($0) }
        guard declared ?? 0 <= limits.bodyBytes else { return tooLong }
        // What is not declared is counted as the most it can be.
        let size = declared ?? (request.headers[.transferEncoding] == nil ? 0 : limits.bodyBytes)
        guard load.begin(size, limits) else {
            return answer(429, ["error": "too many deliveries at once; send it again"], retryAfterSeconds: 1)
        }
        defer { load.end(size) }
        let body: [UInt8]
        do {
            body = try await read(request)
        } catch is NIOTooManyBytesError {
            return tooLong
        } catch is BodyTimeout {
            return answer(408, ["error": .string("the body did not arrive within \(limits.bodyTime)")])
        } catch {
            return answer(400, ["error": "the body could not be read"])
        }
        let result = await intake.answer(
            WebhookRequest(
                method: request.method.rawValue, path: address.segments.dropFirst().joined(separator: "/"),
                query: address.query,
                headers: request.headers.map { ($0.name.canonicalName, $0.value) }, body: body,
                sender: context.sender))
        return answer(result.status, result.body, retryAfterSeconds: result.retryAfterSeconds)
    }

    private struct BodyTimeout: Error {}

    /// The whole body; each part of it may be slow, but not all of them together.
    private func read(_ request: Request) async throws -> [UInt8] {
        let (limits, source) = (limits, request.body)
        return try await withThrowingTaskGroup(of: [UInt8].self) { group in
            group.addTask {
                let buffer = try await source.collect(upTo: limits.bodyBytes)
                return Array(buffer.readableBytesView)
            }
            group.addTask {
                try await Task.sleep(for: limits.bodyTime)
                throw BodyTimeout()
            }
            defer { group.cancelAll() }
            return try await group.next() ?? []
        }
    }

    private var tooLong: Response {
        var response = answer(413, ["error": .string("the body is longer than \(limits.bodyBytes) bytes")])
        response.headers[.connection] = "close"
        return response
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
