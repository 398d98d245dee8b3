// Redirects: followed by ourselves, under rules.

import ConnectorKit
import Testing

@testable import OutboundHTTP

struct RedirectTests {
    @Test(arguments: [
        (301, "POST", "GET"), (302, "POST", "GET"), (303, "POST", "GET"), (307, "POST", "POST"), (308, "POST", "POST"),
        (301, "PUT", "PUT"), (303, "PUT", "GET"), (302, "DELETE", "DELETE"), (303, "HEAD", "HEAD"), (302, "GET", "GET"),
    ])
    func `the method after a redirect follows from the status`(status: Int, method: String, after: String) async throws
    {
        try await RawServer.run { request in
            request.target == "/a"
                ? [.send(Answer.redirect(status, to: "/b?c=1"))]
                : [.send(request.method == "HEAD" ? Answer.head("Content-Length: 2\r\n") : Answer.ok("ok"))]
        } body: { server in
            try await withClient { client in
                let hasBody = method == "POST" || method == "PUT"
                let answer = try await client.send(
                    HTTPRequest(
                        method, "http://127.0.0.1:\(server.port)/a", headers: [("Content-Type", "text/plain")],
                        body: hasBody ? Array("data".utf8) : [], isRepeatable: true))
                #expect(answer.url == "http://127.0.0.1:\(server.port)/b?c=1")
                let last = try #require(server.requests.last)
                #expect(server.requests.count == 2)
                #expect(last.method == after)
                #expect(last.body == (hasBody && after == method ? "data" : ""))
                #expect((last.header("content-type") != nil) == (after == method))
            }
        }
    }

    @Test func `another origin gets neither credentials nor custom headers`() async throws {
        try await RawServer.run { _ in
            [.send(Answer.ok("elsewhere"))]
        } body: { other in
            try await RawServer.run { _ in
                [.send(Answer.redirect(307, to: "http://other.test:\(other.port)/in"))]
            } body: { server in
                try await withClient { client in
                    let answer = try await client.send(
                        HTTPRequest(
                            "POST", "http://api.test:\(server.port)/",
                            headers: [
                                ("Authorization", "Bearer abcdef"), ("Cookie", "a=b"), ("X-Api-Key", "k"),
                                ("Accept", "application/json"), ("Content-Type", "text/plain"),
                            ], body: Array("data".utf8), isRepeatable: false))
                    #expect(answer.body == Array("elsewhere".utf8))
                    let first = try #require(server.requests.first)
                    #expect(first.header("authorization") == "Bearer abcdef" && first.header("x-api-key") == "k")
                    let second = try #require(other.requests.first)
                    #expect(second.header("authorization") == nil && second.header("cookie") == nil)
                    #expect(second.header("x-api-key") == nil)
                    #expect(second.header("accept") == "application/json" && second.body == "data")
                    #expect(second.header("content-type") == "text/plain")
                    #expect(second.header("host") == "other.test:\(other.port)")
                }
            }
        }
    }

    @Test func `what a connection may do does not hold for the origin it redirects to`() async throws {
        try await RawServer.run { _ in
            [.send(Answer.ok("inside"))]
        } body: { inside in
            try await RawServer.run { _ in
                [.send(Answer.redirect(302, to: "http://127.0.0.1:\(inside.port)/admin"))]
            } body: { server in
                try await withClient(permitted: false) { client in
                    var request = HTTPRequest("GET", "http://127.0.0.1:\(server.port)/", isRepeatable: true)
                    request.permissions.privateAddresses = true
                    let request2 = request
                    let error = try await connectorError { _ = try await client.send(request2) }
                    #expect(error?.type == "refused")
                    #expect(error?.message.contains("in \"network\" of galley.json") == true)
                    #expect(inside.requests.isEmpty)
                }
            }
        }
    }

    @Test func `a loop ends after five redirects`() async throws {
        try await RawServer.run { _ in
            [.send(Answer.redirect(302, to: "/"))]
        } body: { server in
            try await withClient { client in
                let error = try await connectorError {
                    _ = try await client.send(
                        HTTPRequest("GET", "http://127.0.0.1:\(server.port)/", isRepeatable: true))
                }
                #expect(error?.type == "bad_answer")
                #expect(error?.message.contains("limit redirects") == true)
                #expect(server.requests.count == 6)
            }
        }
    }

    @Test func `an answer that redirects to two places is no answer`() async throws {
        try await RawServer.run { _ in
            [.send(Answer.head("Content-Length: 0\r\nLocation: /a\r\nLocation: /b\r\n", status: 302))]
        } body: { server in
            try await withClient { client in
                let error = try await connectorError {
                    _ = try await client.send(
                        HTTPRequest("GET", "http://127.0.0.1:\(server.port)/", isRepeatable: true))
                }
                #expect(error?.type == "bad_answer" && error?.message.contains("two places") == true)
                #expect(server.requests.count == 1)
            }
        }
    }

    @Test func `with no redirects the answer is the caller's`() async throws {
        try await RawServer.run { _ in
            [.send(Answer.redirect(302, to: "/next"))]
        } body: { server in
            try await withClient { client in
                var request = HTTPRequest("GET", "http://127.0.0.1:\(server.port)/", isRepeatable: true)
                request.redirects = 0
                let answer = try await client.send(request)
                #expect(answer.status == 302 && answer.header("Location") == "/next")
            }
        }
    }

    @Test(arguments: [
        "file:///etc/passwd", "ftp://127.0.0.1/x", "javascript:alert(1)", "gopher://127.0.0.1:70/", "http://",
        "unix:/run/x",
        "http://user:pass@127.0.0.1/",
    ])
    func `other schemes and odd addresses are not followed`(location: String) async throws {
        try await RawServer.run { _ in
            [.send(Answer.redirect(302, to: location))]
        } body: { server in
            try await withClient { client in
                let error = try await connectorError {
                    _ = try await client.send(
                        HTTPRequest("GET", "http://127.0.0.1:\(server.port)/", isRepeatable: true))
                }
                #expect(error?.type == "bad_answer")
                #expect(error?.message.contains("pass") == false)
                #expect(server.requests.count == 1)
            }
        }
    }

    @Test(arguments: [
        ("http://h.test/a/b?q", "c", "http://h.test/a/c"), ("http://h.test/a/b", "../c", "http://h.test/c"),
        ("http://h.test/a/b", "../../../c", "http://h.test/c"), ("http://h.test/a/b", "?x=1", "http://h.test/a/b?x=1"),
        ("http://h.test/a/b", "//o.test/c", "http://o.test/c"),
        ("https://h.test/a", "//o.test:8443", "https://o.test:8443/"),
        ("http://h.test/a/b", "./c/./d", "http://h.test/a/c/d"), ("http://h.test", "c d", "http://h.test/c%20d"),
        ("http://h.test/a", "#top", "http://h.test/a"), ("http://h.test/a/", "..", "http://h.test/"),
        ("http://h.test/a", "HTTPS://O.test/B", "https://o.test/B"),
    ])
    func `relative references are resolved as RFC 3986 has it`(base: String, reference: String, result: String) throws {
        #expect(try TargetURL(base).resolving(reference).text == result)
    }
}
