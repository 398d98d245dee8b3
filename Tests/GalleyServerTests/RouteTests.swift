// The table of routes: what is found, what is not, and what every answer carries.

import HTTPTypes
import Testing

@testable import GalleyServer

@Suite(.timeLimit(.minutes(2)))
struct RouteTests {
    private static let table = RouteTable(
        ["/jobs/{id}", "/jobs/counts", "/jobs/{id}/steps", "/files/{path...}", "/"].map { pattern in
            Route(.get, pattern, .open) { _ in .json(.string(pattern.description)) }
        } + [Route(.post, "/jobs/{id}", .open) { _ in .json(nil) }])

    @Test(arguments: [
        ("/jobs/7", "/jobs/{id} id=7"), ("/jobs/counts", "/jobs/counts"), ("/jobs/7/steps", "/jobs/{id}/steps id=7"),
        ("/files/a/b", "/files/{path...} path=a/b"), ("/", "/"), ("/jobs", ""), ("/files", ""), ("/jobs/7/x", ""),
        ("/jobs/7%2fsteps", ""), ("/JOBS/7", ""),
    ])
    func `what is written out goes before what is left open`(path: String, found: String) {
        guard let address = RequestAddress(path),
            case .found(let route, let parameters) = Self.table.match(.get, address.segments)
        else {
            #expect(found.isEmpty)
            return
        }
        let values = parameters.map { " \($0.key)=\($0.value)" }.joined()
        #expect(route.pattern.description + values == found)
    }

    @Test func `another method is told which ones there are, and HEAD is a GET`() {
        guard case .otherMethod(let allowed) = Self.table.match(.put, ["jobs", "7"]) else {
            Issue.record("found")
            return
        }
        #expect(allowed == "GET, POST, HEAD")
        guard case .found = Self.table.match(.head, ["jobs", "7"]) else {
            Issue.record("not found")
            return
        }
    }

    @Test(arguments: [
        ("http://0.0.0.0:80", "http://localhost:80"), ("https://[::]:1", "https://localhost:1"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"), ("http://10.0.0.0:8", "http://10.0.0.0:8"),
    ])
    func `a browser on this machine finds a server that listens everywhere`(url: String, local: String) {
        #expect(GalleyServer.Address(url: url, port: 0).localURL == local)
    }

    @Test(arguments: ["/health", "/nothing", "/hooks/any"])
    func `every answer has the headers that keep a browser safe`(path: String) async throws {
        try await ServerBed.use([:]) {
            (bed: ServerBed) async throws -> Void in
            let head = try await bed.get(path).head.lowercased()
            #expect(head.contains("content-security-policy: default-src 'none'; script-src 'self';"))
            #expect(head.contains("x-content-type-options: nosniff"))
            #expect(head.contains("cache-control: no-store"))
            #expect(!head.contains("access-control-allow"))
        }
    }

    @Test(arguments: [
        ("test", 200), ("TEST:99", 200), ("localhost", 200), ("127.0.0.1:8080", 200), ("[::1]:80", 200),
        ("10.1.2.3", 200), ("evil.example", 421), ("test.evil.example", 421), ("test:1:2", 421), ("[::1", 421),
        ("127.0.0.1.evil.example", 421), ("", 400),
    ])
    func `only known names and addresses are answered`(host: String, status: Int) async throws {
        try await ServerBed.use([:]) {
            (bed: ServerBed) async throws -> Void in
            let answer = try await bed.send("GET /health HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n")
            #expect(answer.status == status)
        }
    }
}
