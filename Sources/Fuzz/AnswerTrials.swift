// What other systems' answers begin with, and what their sign-in says: through the parser that reads heads of HTTP, then ours.

#if DEBUG || LIBFUZZER
    @testable import BuiltInConnectors
    @testable import ConnectorKit
    import JSONCore
    import NIOCore
    import NIOEmbedded
    import NIOHTTP1

    enum AnswerTrials {
        static let targets: [FuzzTarget] = [
            FuzzTarget(
                name: "heads",
                seeds: [
                    """
                    HTTP/1.1 429 Too Many\r\nRetry-After: Sun, 06 Nov 1994 08:49:37 GMT\r\nDate: Sun Nov  6 08:49:30 1994\r\nContent-Length: 0\r\n\r\n
                    """,
                    """
                    HTTP/1.1 200 OK\r\nSet-Cookie: a=b; Path=/x; Max-Age=7\r\nRateLimit: "d";r=0;t=30\r\nContent-Type: text/plain; \
                    charset="iso-8859-1"\r\nContent-Length: 3\r\n\r\na=b
                    """,
                    "POST /hooks/a?b=c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
                ],
                words: [
                    "HTTP/1.1 ", "\r\n", "Content-Length: ", "Transfer-Encoding: chunked", "Retry-After: ",
                    "X-RateLimit-Reset: ", "X-RateLimit-Remaining: 0", "Set-Cookie: ", "; Expires=", "; Path=/",
                    "Content-Type: multipart/related; boundary=", "; charset=",
                ], take: take),
            FuzzTarget(
                name: "oauth",
                seeds: [
                    "200 application/json\n{\"access_token\": \"t\", \"expires_in\": 3600, \"refresh_token\": \"r\", \"scope\": \"a b\"}",
                    "400 application/json\n{\"error\": \"invalid_grant\", \"error_description\": \"gone\"}",
                    "200 application/x-www-form-urlencoded\naccess_token=t&expires_in=5",
                ],
                words: [
                    "\"access_token\":", "\"expires_in\":", "\"error\":", "invalid_client", "access_token=", "1e400",
                    "{\"code\": ", "\"errorCode\":", "%00", "503 text/html\n",
                ], take: signIn),
        ]

        // MARK: - Heads

        private static func take(_ bytes: [UInt8]) {
            // A request reads as far as it can; there is nothing of ours behind it but the server.
            parts(bytes, ByteToMessageHandler(HTTPRequestDecoder())) { (_: HTTPServerRequestPart) in }
            var (status, headers, body): (Int, [(name: String, value: String)], [UInt8]) = (0, [], [])
            parts(bytes, ByteToMessageHandler(HTTPResponseDecoder())) { (part: HTTPClientResponsePart) in
                switch part {
                case .head(let head):
                    status = Int(head.status.code)
                    headers = head.headers.map { ($0.name.lowercased(), $0.value) }
                case .body(let buffer): body += buffer.readableBytesView
                case .end: break
                }
            }
            guard status > 0 else { return }
            let answer = HTTPAnswer(status: status, headers: headers, body: body, url: "https://h/a/b")
            for wait in [RateLimitHeaders.wait(answer), answer.retryAfter].compactMap(\.self) {
                precondition((0...RetryAfter.longest).contains(wait), "a wait of \(wait) s")
            }
            let cookies = JobCookies()
            cookies.keep(answer, connection: "c")
            var request = HTTPRequest("GET", "https://h/a/b", isRepeatable: true)
            cookies.add(to: &request, connection: "c")
            precondition(
                request.header("cookie")?.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } ?? true,
                "a cookie that is a header")
            let type = answer.header("content-type") ?? ""
            _ = ContentTypeHeader.parameter("boundary", of: type)
            _ = HTTPText.decode(body, contentType: type)
            _ = answer.error(isRepeatable: true)
            _ = FormText.object(String(decoding: body, as: UTF8.self))
        }

        private static func parts<Part>(_ bytes: [UInt8], _ decoder: some ChannelHandler, _ each: (Part) -> Void) {
            let channel = EmbeddedChannel()
            defer { _ = try? channel.finish(acceptAlreadyClosed: true) }
            do {
                try channel.pipeline.syncOperations.addHandler(decoder)
                try channel.writeInbound(ByteBuffer(bytes: bytes))
            } catch {}  // what isn't HTTP; the parts before it count
            while let part = try? channel.readInbound(as: Part.self) { each(part) }
        }

        // MARK: - Sign-in

        /// Answers every request alike.
        private struct OneAnswer: HTTPClient {
            let answer: HTTPAnswer
            func send(_ request: HTTPRequest) async throws -> HTTPAnswer { answer }
        }

        private static let settings = try? OAuthSettings(
            Connection(
                name: "c", connector: "c", settings: [:],
                credentials: [
                    "type": "oauth2", "grant": "client_credentials", "token_url": "https://id.example/token",
                    "client_id": "i", "client_secret": "shown to nobody",
                ]), scheme: [:])

        /// The first line is the status and the media type.
        private static func signIn(_ bytes: [UInt8]) {
            guard let end = bytes.firstIndex(of: 0x0A) else { return }
            let line = String(decoding: bytes[..<end], as: UTF8.self).split(separator: " ", maxSplits: 1)
            guard let status = line.first.flatMap({ Int($0) }), (200..<600).contains(status) else { return }
            let type = line.count > 1 ? String(line[1]) : "application/json"
            let answer = HTTPAnswer(
                status: status, headers: [("content-type", type)], body: Array(bytes[(end + 1)...]),
                url: "https://id.example/token")
            OutsideTrials.waiting {
                let storage = TokensInMemory()
                guard let settings else { preconditionFailure("the settings are wrong") }
                let request = TokenRequest(settings: settings, storage: storage, now: 1_700_000_000_000)
                do {
                    let record = try await request.send(.client, old: nil, through: OneAnswer(answer: answer))
                    precondition(TokenRecord(record.json) == record, "a token that isn't kept as it came")
                } catch let failure as TokenFailure {
                    precondition(!failure.error.message.contains("\n"), "an error of several lines")
                } catch { preconditionFailure("an untyped error: \(error)") }
            }
        }
    }
#endif
