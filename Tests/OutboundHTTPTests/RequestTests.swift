// What is refused before anything is sent.

import ConnectorKit
import Testing

@testable import OutboundHTTP

struct RequestTests {
    @Test(arguments: [
        "", "example.com", "ftp://example.com/", "http://", "http:///x", "http://exa mple.com/",
        "http://user:pw@example.com/",
        "http://example.com:99999/", "http://example.com:0/", "http://example.com:x/", "http://exam\u{7}ple.com/",
        "http://example.com/\r\nX-Evil: 1", "http://example.com/\u{0}", "http://münchen.example/", "http://[::1/",
        "http://[fe80::1%25eth0]/", "http://a.test\\@b.test/", "https://a.test:80:80/", "http://a.test/%E4%20",
        "file:///etc/passwd",
    ])
    func `a URL that is not plain http or https is refused`(url: String) async throws {
        try await withClient { client in
            let error = try await connectorError {
                _ = try await client.send(HTTPRequest("GET", url, isRepeatable: true))
            }
            #expect(error?.type == "bad_input" && error?.outcome == .refused)
            #expect(error?.message.contains("pw") == false)
        }
    }

    @Test(arguments: [
        ("http://Example.COM", "http://example.com/"), ("https://a.test:443/x", "https://a.test/x"),
        ("http://a.test:443/x#frag", "http://a.test:443/x"),
        ("http://a.test?q=ä b\"", "http://a.test/?q=%C3%A4%20b%22"),
        ("http://a.test/50%", "http://a.test/50%25"), ("http://a.test/%41%2f", "http://a.test/%41%2f"),
        ("http://[2001:DB8::1]:8080/", "http://[2001:db8::1]:8080/"), ("HTTP://a.test:/x", "http://a.test/x"),
        ("http://a.test/a[0]={x}|y", "http://a.test/a%5B0%5D=%7Bx%7D%7Cy"),
    ])
    func `a URL is sent in one form`(url: String, sent: String) throws {
        #expect(try TargetURL(url).text == sent)
    }

    @Test(arguments: [
        "/", "/a%2Fb/", "/a//b", "//a", "/a/./b/../c", "/;x=1", "/a:b@c", "/%C3%A4%20%00", "/x?%E4", "/a?", "/?",
        "/a?b=c?d/e", "/a+b?c+d",
        "/a?x=%5B1%5D&y=%7B%7D", "/~a_b-c.d", "/a?b=1&b=2&c", "/100%25", "/a,b;c=1,2/d",
    ])
    func `the path and query reach the server byte for byte`(target: String) async throws {
        try await RawServer.run { _ in
            [.send(Answer.ok("ok"))]
        } body: { server in
            try await withClient { client in
                _ = try await client.send(
                    HTTPRequest("GET", "http://127.0.0.1:\(server.port)\(target)", isRepeatable: true))
                #expect(server.requests.first?.target == target)
            }
        }
    }

    @Test(arguments: [
        ("X-A\r\nX-B", "1"), ("X-A", "1\r\nX-B: 2"), ("X-A", "a\u{0}b"), ("", "1"), ("X A", "1"), ("X-Ä", "1"),
        ("X:A", "1"),
        ("X-A", "\u{1B}[2J"), ("Host", "evil.test"), ("content-length", "5"), ("Transfer-Encoding", "chunked"),
        ("Connection", "close"), ("Proxy-Authorization", "x"), ("Accept-Encoding", "br"),
        ("X-Long", String(repeating: "a", count: 20_000)),
    ])
    func `a header that could do more than be a header is refused`(name: String, value: String) async throws {
        try await RawServer.run { _ in
            [.send(Answer.ok("ok"))]
        } body: { server in
            try await withClient { client in
                let error = try await connectorError {
                    _ = try await client.send(
                        HTTPRequest(
                            "GET", "http://127.0.0.1:\(server.port)/", headers: [(name, value)], isRepeatable: true))
                }
                #expect(error?.type == "bad_input")
                #expect(error?.message.utf8.allSatisfy { $0 >= 0x20 } == true)
                #expect(server.connectionCount == 0)
            }
        }
    }

    @Test(arguments: ["", "GE T", "GET\r\n", "CONNECT", "TRACE", "GÉT", "GET /x HTTP/1.1\r\n\r\n"])
    func `a method that is no plain word is refused`(method: String) async throws {
        try await withClient { client in
            let error = try await connectorError {
                _ = try await client.send(HTTPRequest(method, "http://127.0.0.1:1/", isRepeatable: true))
            }
            #expect(error?.type == "bad_input")
        }
    }

    @Test(arguments: [0, -1, 86_401, Double.nan, Double.infinity])
    func `a time-out must be a sensible number`(seconds: Double) async throws {
        try await withClient { client in
            let error = try await connectorError {
                _ = try await client.send(
                    HTTPRequest("GET", "http://127.0.0.1:1/", timeout: seconds, isRepeatable: true))
            }
            #expect(error?.type == "bad_input")
        }
    }

    @Test func `headers and a large body arrive as given`() async throws {
        try await RawServer.run { _ in
            [.send(Answer.ok("ok"))]
        } body: { server in
            try await withClient { client in
                let body = String(repeating: "0123456789", count: 200_000)
                _ = try await client.send(
                    HTTPRequest(
                        "PATCH", "http://127.0.0.1:\(server.port)/",
                        headers: [("X-One", "ä\t1"), ("X-Many", "1"), ("X-Many", "2")],
                        body: Array(body.utf8), isRepeatable: true))
                let request = try #require(server.requests.first)
                #expect(request.method == "PATCH" && request.body == body)
                #expect(request.header("x-one") == "ä\t1")
                #expect(request.head.split(separator: "\r\n").filter { $0.hasPrefix("X-Many") }.count == 2)
                #expect(request.header("user-agent") == "galley")
            }
        }
    }

    /// What a server may say as soon as it has a request's head.
    static let earlyRefusals = [
        ("HTTP/1.1 413 Too Large\r\nContent-Length: 8\r\n\r\ntoo long", 413, "too long"),
        ("HTTP/1.1 401 Who\r\nContent-Length: 0\r\n\r\n", 401, ""),
        ("HTTP/1.1 503 Busy\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbusy\r\n0\r\n\r\n", 503, "busy"),
        ("HTTP/1.1 307 There\r\nContent-Length: 0\r\nLocation: /there\r\nConnection: close\r\n\r\n", 307, ""),
    ]

    @Test(arguments: earlyRefusals, [1_000, 100_000, 5_000_000])
    func `a refusal that comes before the body is sent is the answer`(
        refusal: (text: String, status: Int, body: String), size: Int
    ) async throws {
        try await RawServer.run(answersHeads: true) { _ in
            [.send(refusal.text)]
        } body: { server in
            try await withClient { client in
                for _ in 0..<10 {
                    var request = HTTPRequest(
                        "POST", "http://api.test:\(server.port)/", body: [UInt8](repeating: 0x61, count: size),
                        isRepeatable: false)
                    request.redirects = 0
                    let answer = try await client.send(request)
                    #expect(answer.status == refusal.status)
                    #expect(String(decoding: answer.body, as: UTF8.self) == refusal.body)
                }
            }
        }
    }
}
