// A system on loopback that calls addresses: it takes subscriptions, lists them, and signs what it sends.

import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import JSONCore
import Logging
import Synchronization

/// What it was asked and what it calls now.
final class CallingServer: Sendable {
    struct Hook: Sendable {
        let id: Int
        let url: String
        let secret: String
    }

    struct State {
        var hooks: [Hook] = []
        var lastID = 0
        var requests: [String] = []
        /// The next subscription is made, and its answer held back until the client has gone.
        var holdsNext = false
        /// Requests to end one are refused.
        var refusesEnd = false
    }

    let state = Mutex(State())
    var now: State { state.withLock { $0 } }
    func change(_ change: (inout State) -> Void) { state.withLock { change(&$0) } }

    /// Serves while `body` runs.
    func run(_ body: @escaping @Sendable (_ address: String) async throws -> Void) async throws {
        let router = Router()
        router.post("/hooks") { request, _ in try await self.subscribe(request) }
        router.get("/hooks") { _, _ in self.list() }
        router.delete("/hooks/:id") { request, context in
            self.end(context.parameters.get("id").flatMap { Int($0) } ?? 0)
        }
        let (ports, port) = AsyncStream<Int>.makeStream()
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in port.yield(channel.localAddress?.port ?? 0) },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            for await port in ports {
                try await body("http://127.0.0.1:\(port)")
                break
            }
            group.cancelAll()
        }
    }

    private func subscribe(_ request: Request) async throws -> Response {
        let body = try JSON(parsing: Array(buffer: try await request.body.collect(upTo: 1 << 16)))
        let (id, holds) = state.withLock { state in
            state.requests.append("subscribe")
            state.lastID += 1
            state.hooks.append(
                Hook(id: state.lastID, url: body["url"]?.string ?? "", secret: body["secret"]?.string ?? ""))
            defer { state.holdsNext = false }
            return (state.lastID, state.holdsNext)
        }
        // Longer than anybody waits; cut when the server ends.
        if holds { try await Task.sleep(for: .seconds(300)) }
        return Self.json(201, ["id": .integer(id), "secret": body["secret"] ?? .null])
    }

    private func list() -> Response {
        let hooks = state.withLock { state in
            state.requests.append("list")
            return state.hooks
        }
        return Self.json(200, .array(hooks.map { ["id": .integer($0.id), "url": .string($0.url)] }))
    }

    private func end(_ id: Int) -> Response {
        state.withLock { state in
            state.requests.append("end")
            guard !state.refusesEnd else { return Self.json(500, ["error": "not today"]) }
            state.hooks.removeAll { $0.id == id }
            return Self.json(200, [:])
        }
    }

    private static func json(_ status: Int, _ json: JSON) -> Response {
        Response(
            status: .init(code: status), headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(bytes: json.compactBytes)))
    }

    /// The hex signature of a body.
    static func signature(_ body: String, _ secret: String) -> String {
        HMAC<SHA256>.authenticationCode(for: Array(body.utf8), using: SymmetricKey(data: Array(secret.utf8)))
            .map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
