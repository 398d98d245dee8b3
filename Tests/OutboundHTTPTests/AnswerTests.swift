// Answers, good and bad, from a server that says exactly what the test wants.

import ConnectorKit
import Testing

@testable import OutboundHTTP

struct AnswerTests {
    @Test func `a whole answer arrives with its status, headers and body`() async throws {
        try await RawServer.run { _ in
            [.send("HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\nX-One: a\r\nx-one: b\r\n\r\nnope")]
        } body: { server in
            try await withClient { client in
                let answer = try await client.send(
                    HTTPRequest("GET", "http://127.0.0.1:\(server.port)/a?b=%2F&c=d+e", isRepeatable: true))
                #expect(answer.status == 404)
                #expect(answer.body == Array("nope".utf8))
                #expect(answer.headers.filter { $0.name == "x-one" }.map(\.value) == ["a", "b"])
                #expect(answer.url == "http://127.0.0.1:\(server.port)/a?b=%2F&c=d+e")
                #expect(server.requests.first?.target == "/a?b=%2F&c=d+e")
                #expect(server.requests.first?.header("host") == "127.0.0.1:\(server.port)")
            }
        }
    }

    @Test func `a chunked answer is put together`() async throws {
        try await expectBody("Hello, world") {
            [
                .send(Answer.head("Transfer-Encoding: chunked\r\n")), .send("7\r\nHello, \r\n"),
                .send("5;x=y\r\nworld\r\n0\r\nX-Trailer: 1\r\n\r\n"),
            ]
        }
    }

    @Test(arguments: ["gzip", "x-gzip", "deflate", "raw deflate", "two members"])
    func `compressed answers are decoded`(kind: String) async throws {
        let text = String(repeating: "galley ", count: 5000)
        let (bytes, coding): ([UInt8], String) =
            switch kind {
            case "deflate": (Compression.deflate(text, windowBits: 15), "deflate")
            case "raw deflate": (Compression.deflate(text, windowBits: -15), "deflate")
            case "two members": (Compression.gzip(text) + Compression.gzip("more"), "gzip")
            default: (Compression.gzip(text), kind)
            }
        try await expectBody(kind == "two members" ? text + "more" : text) {
            [
                .send(Answer.head("Content-Length: \(bytes.count)\r\nContent-Encoding: \(coding)\r\n")),
                .bytes(Array(bytes.prefix(7))), .bytes(Array(bytes.dropFirst(7))),
            ]
        }
    }

    /// What must never pass as success: the name of the case, the acts, and a word of the message.
    struct BadAnswer: Sendable, CustomTestStringConvertible {
        let name: String
        let acts: [Act]
        let type: String
        var says = ""
        var testDescription: String { name }
    }

    static let gzipped = Compression.gzip(String(repeating: "galley ", count: 5000))

    static let badAnswers: [BadAnswer] = [
        BadAnswer(
            name: "shorter than its length", acts: [.send(Answer.head("Content-Length: 10\r\n") + "short"), .close],
            type: "bad_answer", says: "cut short"),
        BadAnswer(
            name: "chunks without an end",
            acts: [.send(Answer.head("Transfer-Encoding: chunked\r\n") + "5\r\nhello\r\n"), .close], type: "bad_answer",
            says: "cut short"),
        BadAnswer(
            name: "a chunk with a bad size",
            acts: [.send(Answer.head("Transfer-Encoding: chunked\r\n") + "zz\r\nhello")],
            type: "bad_answer"),
        BadAnswer(
            name: "another protocol", acts: [.send(Answer.head("Upgrade: x\r\nConnection: upgrade\r\n", status: 101))],
            type: "bad_answer"),
        BadAnswer(
            name: "no length over plain http",
            acts: [.send(Answer.head("Content-Type: text/plain\r\n") + "all?"), .close],
            type: "bad_answer", says: "bodies_without_length"),
        BadAnswer(
            name: "truncated gzip",
            acts: [
                .send(Answer.head("Content-Length: 50\r\nContent-Encoding: gzip\r\n")),
                .bytes(Array(gzipped.prefix(50))),
            ], type: "bad_answer", says: "cut short"),
        BadAnswer(
            name: "damaged gzip",
            acts: [
                .send(Answer.head("Content-Length: 40\r\nContent-Encoding: gzip\r\n")),
                .bytes(Array(gzipped.prefix(12)) + [UInt8](repeating: 0xFF, count: 28)),
            ], type: "bad_answer", says: "damaged"),
        BadAnswer(
            name: "bytes behind gzip",
            acts: [
                .send(Answer.head("Content-Length: \(gzipped.count + 3)\r\nContent-Encoding: gzip\r\n")),
                .bytes(gzipped + [1, 2, 3]),
            ], type: "bad_answer", says: "behind the end"),
        BadAnswer(
            name: "a coding not asked for",
            acts: [.send(Answer.ok("xxxx", "Content-Encoding: br\r\n"))], type: "bad_answer", says: "content coding"),
        BadAnswer(
            name: "two codings", acts: [.send(Answer.ok("xxxx", "Content-Encoding: gzip, deflate\r\n"))],
            type: "bad_answer", says: "content coding"),
        BadAnswer(
            name: "two lengths",
            acts: [.send(Answer.head("Content-Length: 4\r\nContent-Length: 5\r\n") + "xxxxx")], type: "bad_answer"),
        BadAnswer(
            name: "a length and chunks",
            acts: [
                .send(Answer.head("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n") + "5\r\nhello\r\n0\r\n\r\n")
            ], type: "bad_answer"),
        BadAnswer(
            name: "a negative length", acts: [.send(Answer.head("Content-Length: -4\r\n") + "xxxx")], type: "bad_answer"
        ),
        BadAnswer(name: "not HTTP", acts: [.send("SSH-2.0-OpenSSH_9.2\r\n\r\n"), .close], type: "bad_answer"),
        BadAnswer(
            name: "one header too long",
            acts: [.send(Answer.ok("x", "X-Long: \(String(repeating: "a", count: 20_000))\r\n"))], type: "bad_answer",
            says: "headers"),
        BadAnswer(
            name: "too many headers",
            acts: [
                .send(
                    Answer.ok(
                        "x",
                        (0..<100).map { "X-\($0): \(String(repeating: "a", count: 900))\r\n" }.joined()))
            ], type: "bad_answer", says: "headers"),
        BadAnswer(
            name: "a length above the limit", acts: [.send(Answer.head("Content-Length: 99999999\r\n"))],
            type: "too_large", says: "answer_bytes"),
        BadAnswer(
            name: "a body without end",
            acts: [.send(Answer.head("Transfer-Encoding: chunked\r\n") + "7fffffff\r\n"), .flood],
            type: "too_large", says: "answer_bytes"),
        BadAnswer(name: "headers without end", acts: [.send("HTTP/1.1 200 OK\r\nX: "), .flood], type: "bad_answer"),
        BadAnswer(name: "closed before the head", acts: [.close], type: "connection", says: "closed"),
        BadAnswer(name: "reset before the head", acts: [.reset], type: "connection"),
        BadAnswer(
            name: "reset in the body", acts: [.send(Answer.head("Content-Length: 10\r\n") + "short"), .reset],
            type: "", says: ""),
    ]

    @Test(arguments: badAnswers)
    func `a bad answer is an error with an unknown outcome`(bad: BadAnswer) async throws {
        try await RawServer.run { _ in
            bad.acts
        } body: { server in
            try await withClient(limits: shortLimits { $0.answerBytes = 1 << 20 }) { client in
                let error = try await connectorError {
                    _ = try await client.send(
                        HTTPRequest("POST", "http://api.test:\(server.port)/secret?key=hidden", isRepeatable: false))
                }
                let failure = try #require(error)
                if !bad.type.isEmpty { #expect(failure.type == bad.type, "\(failure.message)") }
                #expect(bad.says.isEmpty || failure.message.contains(bad.says), "\(failure.message)")
                #expect(failure.outcome == .unknown)
                #expect(!failure.message.contains("hidden") && !failure.message.contains("secret"))
                #expect(server.requests.count == 1)
            }
        }
    }

    @Test func `a gzip bomb is refused by its ratio and by its size`() async throws {
        let bomb = Compression.gzip([UInt8](repeating: 0, count: 8 << 20))
        for (limit, says) in [(1 << 30, "times its size"), (64 << 10, "answer_bytes")] {
            try await RawServer.run { _ in
                [.send(Answer.head("Content-Length: \(bomb.count)\r\nContent-Encoding: gzip\r\n")), .bytes(bomb)]
            } body: { server in
                try await withClient(limits: shortLimits { $0.answerBytes = limit }) { client in
                    let error = try await connectorError {
                        _ = try await client.send(
                            HTTPRequest("GET", "http://127.0.0.1:\(server.port)/", isRepeatable: true))
                    }
                    #expect(error?.type == "too_large")
                    #expect(error?.message.contains(says) == true)
                }
            }
        }
    }

    @Test func `a body that ends with the connection counts as whole where the connection allows it`() async throws {
        try await RawServer.run { _ in
            [.send(Answer.head("") + "all"), .close]
        } body: { server in
            try await withClient { client in
                var request = HTTPRequest("GET", "http://127.0.0.1:\(server.port)/", isRepeatable: true)
                request.permissions.bodiesWithoutLength = true
                let answer = try await client.send(request)
                #expect(answer.body == Array("all".utf8))
            }
        }
    }

    @Test(arguments: [("HEAD", 200), ("GET", 204), ("GET", 304)])
    func `answers without a body need no length`(method: String, status: Int) async throws {
        try await RawServer.run { _ in
            [
                .send(
                    Answer.head(
                        method == "HEAD" ? "Content-Length: 99999999\r\nContent-Encoding: gzip\r\n" : "", status: status
                    ))
            ]
        } body: { server in
            try await withClient { client in
                let answer = try await client.send(
                    HTTPRequest(method, "http://127.0.0.1:\(server.port)/", isRepeatable: true))
                #expect(answer.status == status && answer.body.isEmpty)
            }
        }
    }

    @Test func `interim answers are skipped`() async throws {
        try await expectBody("ok") {
            [.send("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n" + Answer.ok("ok"))]
        }
    }

    @Test func `an answer that nobody asked for is not given to the next call`() async throws {
        try await RawServer.run { request in
            request.target == "/1" ? [.send(Answer.ok("one") + Answer.ok("smuggled"))] : [.send(Answer.ok("two"))]
        } body: { server in
            try await withClient { client in
                for (path, body) in [("/1", "one"), ("/2", "two"), ("/3", "two")] {
                    let answer = try await client.send(
                        HTTPRequest("GET", "http://127.0.0.1:\(server.port)\(path)", isRepeatable: true))
                    #expect(String(decoding: answer.body, as: UTF8.self) == body)
                }
            }
        }
    }

    @Test func `damaged compressed bodies never crash and never pass`() throws {
        var random = SystemRandomNumberGenerator()
        let text = Array(String(repeating: "some text ", count: 300).utf8)
        let whole = Compression.gzip(text)
        for _ in 0..<500 {
            var bytes = whole
            bytes[Int.random(in: 10..<bytes.count, using: &random)] ^= UInt8.random(in: 1...255, using: &random)
            let cut = Int.random(in: 0...bytes.count, using: &random)
            // Bits that fill up the last byte mean nothing; all others must be noticed.
            if let output = try? inflated([bytes[..<cut], bytes[cut...]]) { #expect(output == text) }
            let part = Int.random(in: 1..<whole.count, using: &random)
            #expect(throws: InflationError.self) { try inflated([whole[..<part]]) }
        }
    }

    private func inflated(_ parts: [ArraySlice<UInt8>]) throws -> [UInt8] {
        var inflater = Inflater(.gzip, limit: 1 << 20, ratio: 250)
        var output: [UInt8] = []
        for part in parts { try Array(part).withUnsafeBytes { try inflater.inflate($0, onto: &output) } }
        try inflater.finish()
        return output
    }

    private func expectBody(_ body: String, _ acts: @escaping @Sendable () -> [Act]) async throws {
        try await RawServer.run { _ in
            acts()
        } body: { server in
            try await withClient { client in
                let answer = try await client.send(
                    HTTPRequest("GET", "http://127.0.0.1:\(server.port)/", isRepeatable: true))
                #expect(answer.body == Array(body.utf8))
                #expect(server.requests.first?.header("accept-encoding") == "gzip, deflate")
            }
        }
    }
}
