// Limits of time, cancellation and the reuse of connections.

import ConnectorKit
import Testing

@testable import OutboundHTTP

struct TimeTests {
    @Test func `a server that hangs ends with the limit on the first byte`() async throws {
        try await expectTimeout("first_byte_seconds", [], shortLimits { $0.firstByte = .milliseconds(80) })
    }

    @Test func `a head that drips ends with the limit on the first byte`() async throws {
        try await expectTimeout(
            "first_byte_seconds", [.send("HTTP/1.1 200 OK\r\nX: "), .drip],
            shortLimits { $0.firstByte = .milliseconds(80) })
    }

    @Test func `a body that drips ends with the limit of the call`() async throws {
        try await expectTimeout(
            "call_seconds", [.send(Answer.head("Content-Length: 100000\r\n")), .drip],
            shortLimits { $0.whole = .milliseconds(900) })
    }

    @Test func `the limit of the call covers all redirects`() async throws {
        try await RawServer.run { request in
            request.target == "/5"
                ? [] : [.send(Answer.redirect(302, to: "/\((Int(request.target.dropFirst()) ?? 0) + 1)"))]
        } body: { server in
            try await withClient(limits: shortLimits { $0.whole = .milliseconds(400) }) { client in
                let error = try await connectorError {
                    _ = try await client.send(
                        HTTPRequest("GET", "http://127.0.0.1:\(server.port)/1", isRepeatable: true))
                }
                #expect(error?.type == "timeout" && error?.message.contains("call_seconds") == true)
            }
        }
    }

    @Test func `a request's own time-out wins over both limits`() async throws {
        try await RawServer.run { _ in
            []
        } body: { server in
            try await withClient { client in
                let start = ContinuousClock.now
                let error = try await connectorError {
                    _ = try await client.send(
                        HTTPRequest("POST", "http://127.0.0.1:\(server.port)/", timeout: 0.1, isRepeatable: false))
                }
                #expect(error?.type == "timeout" && error?.message.contains("100 ms") == true)
                // It is not the workspace's limit that ended it.
                #expect(error?.message.contains("the \"timeout\" of the call") == true, "\(String(describing: error))")
                #expect(error?.message.contains("call_seconds") == false)
                #expect(ContinuousClock.now - start < .seconds(120))
            }
        }
    }

    @Test func `a TLS handshake that hangs ends with the limit on connecting`() async throws {
        // A plain server that never says anything to the client's hello.
        try await RawServer.run { _ in
            []
        } body: { server in
            try await withClient(limits: shortLimits { $0.connect = .milliseconds(100) }) { client in
                let error = try await connectorError {
                    _ = try await client.send(
                        HTTPRequest("POST", "https://api.test:\(server.port)/", isRepeatable: false))
                }
                #expect(error?.type == "timeout" && error?.outcome == .refused)
                #expect(error?.message.contains("connect_seconds") == true)
            }
        }
    }

    @Test func `a canceled call ends at once`() async throws {
        try await RawServer.run { _ in
            []
        } body: { server in
            try await withClient { client in
                let port = server.port
                let task = Task {
                    try await client.send(HTTPRequest("GET", "http://127.0.0.1:\(port)/", isRepeatable: true))
                }
                while server.requests.isEmpty { await Task.yield() }
                task.cancel()
                await #expect(throws: CancellationError.self) { _ = try await task.value }
            }
        }
    }

    @Test func `one connection serves calls one after the other`() async throws {
        try await RawServer.run { _ in
            [.send(Answer.ok("ok"))]
        } body: { server in
            try await withClient { client in
                for _ in 0..<20 {
                    _ = try await client.send(HTTPRequest("GET", "http://api.test:\(server.port)/", isRepeatable: true))
                }
                // A connection is back in the pool a moment after its answer: now and then the next call is faster.
                #expect(server.connectionCount < 5)
            }
        }
    }

    @Test func `many calls at once all succeed`() async throws {
        try await RawServer.run { _ in
            [.send(Answer.ok("ok"))]
        } body: { server in
            try await withClient { client in
                let port = server.port
                let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                    for _ in 0..<300 {
                        group.addTask {
                            try await client.send(
                                HTTPRequest("GET", "http://127.0.0.1:\(port)/", isRepeatable: true)
                            ).status
                        }
                    }
                    return try await group.reduce(into: [Int]()) { $0.append($1) }
                }
                #expect(statuses == [Int](repeating: 200, count: 300))
            }
        }
    }

    @Test(arguments: [true, false])
    func `a kept connection that was closed is replaced only where that is harmless`(isRepeatable: Bool) async throws {
        // Every second request finds its connection closed without an answer.
        try await RawServer.run { request in
            request.target == "/first" || request.target == "/again" ? [.send(Answer.ok("ok"))] : [.close]
        } body: { server in
            try await withClient { client in
                _ = try await client.send(
                    HTTPRequest("GET", "http://127.0.0.1:\(server.port)/first", isRepeatable: true))
                let error = try await connectorError {
                    _ = try await client.send(
                        HTTPRequest("POST", "http://127.0.0.1:\(server.port)/x", isRepeatable: isRepeatable))
                }
                #expect(error?.type == "connection" && error?.outcome == .unknown)
                #expect(server.requests.count == (isRepeatable ? 3 : 2))
            }
        }
    }

    @Test func `a server that closes each connection without saying so is called all the same`() async throws {
        try await RawServer.run { _ in
            [.send(Answer.ok("ok")), .close]
        } body: { server in
            try await withClient { client in
                for _ in 0..<100 {
                    let answer = try await client.send(
                        HTTPRequest("GET", "http://127.0.0.1:\(server.port)/", isRepeatable: true))
                    #expect(answer.status == 200)
                }
            }
        }
    }

    @Test func `clients that are no longer used are closed`() async throws {
        try await RawServer.run { _ in
            [.send(Answer.ok("ok"))]
        } body: { server in
            try await withClient(limits: shortLimits { $0.clients = 2 }) { client in
                for host in ["a", "b", "c", "a", "d", "b"] {
                    let answer = try await client.send(
                        HTTPRequest("GET", "http://\(host).test:\(server.port)/", isRepeatable: true))
                    #expect(answer.status == 200)
                }
                #expect(server.connectionCount == 6)
            }
        }
    }

    @Test func `after shutting down calls are refused`() async throws {
        try await withClient { client in
            await client.shutdown()
            let error = try await connectorError {
                _ = try await client.send(HTTPRequest("GET", "http://127.0.0.1:1/", isRepeatable: true))
            }
            #expect(error?.type == "connection" && error?.outcome == .refused)
        }
    }

    private func expectTimeout(_ name: String, _ acts: [Act], _ limits: OutboundLimits) async throws {
        try await RawServer.run { _ in
            acts
        } body: { server in
            try await withClient(limits: limits) { client in
                let error = try await connectorError {
                    _ = try await client.send(
                        HTTPRequest("POST", "http://127.0.0.1:\(server.port)/", isRepeatable: false))
                }
                #expect(error?.type == "timeout" && error?.isTransient == true && error?.outcome == .unknown)
                #expect(error?.message.contains(name) == true, "\(error?.message ?? "no error")")
            }
        }
    }
}
