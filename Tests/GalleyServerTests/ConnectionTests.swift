// Who is connected and asks nothing, when there are more of them than the server takes.

import GalleyServer
import JSONCore
import Testing

@Suite(.timeLimit(.minutes(2)))
struct ConnectionTests {
    private static func crowded(_ body: @escaping @Sendable (ServerBed) async throws -> Void) async throws {
        var limits = ServerLimits()
        limits.connections = 8
        limits.idleTime = .seconds(3_600)  // who waits for that hangs
        try await ServerBed.use(["any": ServerBed.hook(#""path": "any""#)], limits: limits, body)
    }

    @Test(arguments: ["", "GET /heal", "GET /health HTTP/1.1\r\nHost: test\r\nX-Slow: "])
    func `connections that ask nothing hold nobody up`(said: String) async throws {
        try await Self.crowded { (bed: ServerBed) async throws -> Void in
            let port = bed.port
            let silent = try await RawConnection.onThread {
                try (0..<40).map { _ in
                    let connection = try RawConnection(port: port)
                    connection.say(said)
                    return connection
                }
            }
            for _ in 0..<20 { #expect(try await bed.get("/health").status == 200) }
            for connection in silent { connection.hangUp() }
        }
    }

    @Test func `a request that is on its way is not closed for others`() async throws {
        try await Self.crowded { (bed: ServerBed) async throws -> Void in
            let port = bed.port
            let half = try await RawConnection.onThread {
                let connection = try RawConnection(port: port)
                connection.say(
                    "POST /hooks/any HTTP/1.1\r\nHost: test\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{")
                return connection
            }
            #expect(try await bed.get("/health").status == 200, "the server has seen the first one")
            let silent = try await RawConnection.onThread { try (0..<40).map { _ in try RawConnection(port: port) } }
            #expect(try await bed.get("/health").status == 200)
            let answer = try await RawConnection.onThread { Answer(try half.exchange("}")) }
            #expect(answer.status == 202)
            for connection in silent { connection.hangUp() }
        }
    }
}
