// Requests that are ambiguous, malformed or name odd paths: refused, never guessed at.

import Engine
import GalleyServer
import JobHistory
import Testing

@Suite(.timeLimit(.minutes(2)))
struct FramingTests {
    private static let head = "POST /hooks/any HTTP/1.1\r\nHost: test\r\n"

    @Test(arguments: [
        head + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
        head + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} ",
        head + "Content-Length: +2\r\n\r\n{}", head + "Content-Length: -1\r\n\r\n",
        head + "Content-Length: 0x2\r\n\r\n{}", head + "Content-Length: 2 2\r\n\r\n{}",
        head + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        head + "Transfer-Encoding: xchunked\r\n\r\n{}",
        head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
        head + "Bad Header: 1\r\nContent-Length: 2\r\n\r\n{}", head + "X: a\u{0}b\r\nContent-Length: 2\r\n\r\n{}",
        head + " folded: 1\r\nContent-Length: 2\r\n\r\n{}", "POST /hooks/any HTTP/9.9\r\nHost: test\r\n\r\n",
        "POST /hooks/any HTTP/1.1\r\n\r\n", head + "Host: other\r\nContent-Length: 2\r\n\r\n{}",
        "\u{1}\u{2}\u{3}\r\n\r\n",
        head + "X-Long: " + String(repeating: "a", count: 20_000) + "\r\nContent-Length: 2\r\n\r\n{}",
        head + (0..<1_100).map { "X-\($0): a\r\n" }.joined() + "Content-Length: 2\r\n\r\n{}",
        "POST /hooks/" + String(repeating: "a", count: 90_000) + " HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n\r\n",
    ])
    func `a request with a doubtful frame makes no job`(request: String) async throws {
        var limits = ServerLimits()
        limits.idleTime = .milliseconds(500)  // some of these connections stay open
        try await ServerBed.use(["any": ServerBed.hook(#""path": "any""#)], limits: limits) {
            (bed: ServerBed) async throws -> Void in
            let answer = try await bed.send(request)
            #expect([0, 400, 413, 414, 431, 501, 505].contains(answer.status), "\(answer.head)")
            #expect(try await bed.engine.store.jobs(JobFilter()).isEmpty)
            #expect(try await bed.get("/health").status == 200, "and the server lives")
        }
    }

    @Test(arguments: [
        "/hooks/../health", "/hooks/%2e%2e/health", "/hooks//any", "/hooks/any/", "/hooks/a%2fb", "/hooks/any%00",
        "/hooks/..%5chealth", "//hooks/any", "/hooks", "/hooks/", "/Hooks/any", "/health/x", "/%68ealth/..",
        "/hooks/%ff", "/hooks/%zz", "/.galley/history.db",
    ])
    func `a path is what it says or not there`(path: String) async throws {
        try await ServerBed.use(["any": ServerBed.hook(#""path": "any""#)]) {
            (bed: ServerBed) async throws -> Void in
            #expect(try await bed.post(path, "{}").status == 404)
        }
    }

    @Test(arguments: [
        (2, true, "HTTP/1.1 100 "), (2, false, ""), (6_000_000, true, "HTTP/1.1 413 "),
    ])
    func `a client that waits with its body is told to send it, unless it is too long`(
        length: Int, expects: Bool, first: String
    ) async throws {
        try await ServerBed.use(["any": ServerBed.hook(#""path": "any""#)]) {
            (bed: ServerBed) async throws -> Void in
            let expectation = expects ? "Expect: 100-continue\r\n" : ""
            let head = Self.head + "Connection: close\r\n\(expectation)Content-Length: \(length)\r\n\r\n"
            guard first.isEmpty else {
                let port = bed.port
                let heard = try await RawConnection.onThread {
                    try RawConnection(port: port).exchange(head) { $0.count > 12 }
                }
                #expect(String(decoding: heard, as: UTF8.self).hasPrefix(first))
                let whole = try await bed.send(head + "{}")
                if length == 2 { #expect(whole.body.hasPrefix("HTTP/1.1 202 ")) }
                return
            }
            #expect(try await bed.send(head + "{}").status == 202)
        }
    }

    @Test func `a client of HTTP 1.0 is answered to the end of its connection, without chunks`() async throws {
        try await ServerBed.use(["any": ServerBed.hook(#""path": "any""#)]) {
            (bed: ServerBed) async throws -> Void in
            for more in ["", "Connection: keep-alive\r\n", "Expect: 100-continue\r\n"] {
                let answer = try await bed.send(
                    "POST /hooks/any HTTP/1.0\r\nHost: test\r\n\(more)Content-Length: 2\r\n\r\n{}")
                #expect(answer.head.hasPrefix("HTTP/1.0 202 "), "\(answer.head)")
            }
            let streamed = try await bed.send(
                "GET /api/v1/openapi.json HTTP/1.0\r\nHost: test\r\nAuthorization: Bearer no\r\n\r\n")
            #expect(!streamed.head.lowercased().contains("chunked"), "\(streamed.head)")
            let faulty = try await bed.send(
                "POST /hooks/any HTTP/1.0\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n")
            #expect([0, 400].contains(faulty.status), "its length can't be known (RFC 9112 §6.1)")
            #expect(try await bed.engine.store.jobs(JobFilter()).count == 3)
        }
    }

    @Test(arguments: [
        ("http://localhost/health", 200), ("http://evil.example/health", 421),

        ("http://localhost@evil.example/health", 421),
        ("http://evil.example", 421),
    ])
    func `an address with a host in the request line is for that host`(target: String, status: Int) async throws {
        try await ServerBed.use([:]) { (bed: ServerBed) async throws -> Void in
            let answer = try await bed.send("GET \(target) HTTP/1.1\r\nHost: localhost\r\nConnection: Close\r\n\r\n")
            #expect(answer.status == status)
        }
    }

    @Test func `health tells whether events are taken and how many jobs are open`() async throws {
        try await ServerBed.use([:]) {
            (bed: ServerBed) async throws -> Void in
            let answer = try await bed.get("/health")
            #expect(answer.json == ["ready": true, "open": 0])
            #expect(try await bed.post("/health", "{}").status == 405)
        }
    }
}
