// `http`: the requests it makes and what it makes of answers.

import BuiltInConnectors
import ConnectorKit
import JSONCore
import RecipeLanguage
import Testing

struct HTTPConnectorTests {
    /// A trial whose server answers everything with `body`.
    private func trial(
        _ body: String = "", status: Int = 200, headers: [(name: String, value: String)] = [],
        connection: Connection? = nil
    ) throws -> (Trial, StubClient) {
        let client = StubClient { request, _ in
            HTTPAnswer(status: status, headers: headers, body: Array(body.utf8), url: request.url)
        }
        var trial = try Trial()
        (trial.http, trial.connection) = (client, connection)
        return (trial, client)
    }

    private func connection(_ credentials: JSONObject = [:], base: String = "https://api.example.com/v1/") -> Connection
    {
        var network = NetworkPermissions()
        network.privateAddresses = true
        return Connection(
            name: "acme", connector: "http", settings: ["base_url": .string(base), "headers": ["X-App": "galley"]],
            credentials: credentials, network: network)
    }

    // MARK: Requests

    @Test func `query, headers and method go out as given`() async throws {
        let (trial, client) = try trial("{}", headers: [("content-type", "application/json")])
        _ = try await trial.call(
            "http.request",
            [
                "method": "options", "url": "https://api.example.com/a?x=1#top",
                "query": ["q": "a b&c", "n": 5, "list": [1, "two", nil], "none": nil, "flag": true],
                "headers": ["X-One": 1, "X-None": nil, "X-Many": ["a", "b"]], "redirects": 2, "timeout": 7,
            ])
        let request = try #require(client.requests.first)
        #expect(request.method == "OPTIONS")
        #expect(request.url == "https://api.example.com/a?x=1&q=a%20b%26c&n=5&list=1&list=two&flag=true#top")
        #expect(request.headers.map { "\($0.name): \($0.value)" } == ["X-One: 1", "X-Many: a", "X-Many: b"])
        #expect(request.redirects == 2 && request.timeout == 7 && request.isRepeatable)
        #expect(request.body.isEmpty && !request.permissions.privateAddresses)
    }

    static let bodies: [(JSON, String, String)] = [
        (["json": ["a": 1, "b": [nil]]], #"{"a":1,"b":[null]}"#, "application/json"),
        (["json": nil], "null", "application/json"),
        (["form": ["a": "x y&z", "b": [1, 2]]], "a=x+y%26z&b=1&b=2", "application/x-www-form-urlencoded"),
        (["text": "grüße"], "grüße", "text/plain; charset=utf-8"),
        (["xml": "<a/>"], "<a/>", "application/xml; charset=utf-8"),
        (["base64": "aGVsbG8="], "hello", "application/octet-stream"),
        (["base64": "aGVsbG8=", "content_type": "image/png"], "hello", "image/png"),
        (["json": [], "headers": ["content-type": "application/vnd.api+json"]], "[]", "application/vnd.api+json"),
    ]

    @Test(arguments: bodies)
    func `a body is sent as the member says`(members: JSON, body: String, type: String) async throws {
        let (trial, client) = try trial()
        var input = try #require(members.object)
        input["url"] = "https://api.example.com/"
        _ = try await trial.call("http.post", .object(input))
        let request = try #require(client.requests.first)
        #expect(String(decoding: request.body, as: UTF8.self) == body)
        #expect(request.headers.filter { $0.name.lowercased() == "content-type" }.map(\.value) == [type])
        #expect(!request.isRepeatable)
    }

    @Test func `a multipart body has fields and files, the same in every attempt`() async throws {
        let (trial, client) = try trial()
        try trial.workspace.write("out/report.csv", "a,b\r\n")
        let input: JSON = [
            "url": "https://api.example.com/",
            "multipart": [
                ["name": "title", "value": "Q3 \"final\""], ["name": "rows", "value": ["n": 3]],
                ["name": "report", "file": "out/report.csv", "content_type": "text/csv"],
                ["name": "note\r\nX: y", "text": "hi", "filename": "n\"ote.txt"],
                ["name": "raw", "base64": "AAEC", "filename": "raw.bin"],
            ],
        ]
        _ = try await trial.call("http.post", input)
        _ = try await trial.call("http.post", input)
        let request = try #require(client.requests.first)
        #expect(client.requests.last?.body == request.body)
        let type = try #require(request.header("content-type"))
        let boundary = try #require(type.split(separator: "=").last)
        #expect(type.hasPrefix("multipart/form-data; boundary=galley-"))
        let expected = """
            --\(boundary)
            Content-Disposition: form-data; name="title"

            Q3 "final"
            --\(boundary)
            Content-Disposition: form-data; name="rows"
            Content-Type: application/json

            {"n":3}
            --\(boundary)
            Content-Disposition: form-data; name="report"; filename="report.csv"
            Content-Type: text/csv

            a,b

            --\(boundary)
            Content-Disposition: form-data; name="note%0D%0AX: y"; filename="n%22ote.txt"
            Content-Type: text/plain; charset=utf-8

            hi
            --\(boundary)
            Content-Disposition: form-data; name="raw"; filename="raw.bin"
            Content-Type: application/octet-stream

            \u{0}\u{1}\u{2}
            --\(boundary)--

            """.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n")
        #expect(String(decoding: request.body, as: UTF8.self) == expected)
    }

    static let badInputs: [(String, JSON, String)] = [
        ("http.post", ["json": 1, "text": "x"], "one body"),
        ("http.request", ["method": "GET", "json": 1], "no body"),
        ("http.post", ["base64": "a?b"], "base64"), ("http.post", ["multipart": []], "at least one part"),
        ("http.post", ["multipart": [["name": "a"]]], "part 1"),
        ("http.post", ["multipart": [["name": "a", "value": 1, "file": "x"]]], "part 1"),
        ("http.post", ["multipart": [["name": "a", "file": "../x"]]], "workspace"),
        ("http.post", ["form": ["a": ["b": 1]]], "\"a\""),
        ("http.get", ["query": ["a": ["b": 1]]], "\"a\""), ("http.get", ["redirects": 6], "redirects"),
        ("http.get", ["timeout": 0], "timeout"), ("http.get", ["ok_statuses": [4]], "ok_statuses"),
        ("http.get", ["response": "yaml"], "response"), ("http.request", ["method": ""], "method"),
        ("http.get", ["path": "/x"], "path"),
    ]

    @Test(arguments: badInputs)
    func `an input that can't be sent is refused before anything is`(use: String, members: JSON, says: String)
        async throws
    {
        let (trial, client) = try trial()
        var input = try #require(members.object)
        input["url"] = "https://api.example.com/"
        let error = try await trial.failure(use, .object(input))
        #expect(error.type == "bad_input" || error.type == "file")
        #expect(error.message.contains(says), "\(error.message)")
        #expect(client.requests.isEmpty)
    }

    // MARK: Connections

    @Test(arguments: [
        ("leads", "https://api.example.com/v1/leads"),
        ("/leads/17?full=1", "https://api.example.com/v1/leads/17?full=1"),
        ("", "https://api.example.com/v1"), ("?q=1", "https://api.example.com/v1?q=1"),
        ("a/..b/c", "https://api.example.com/v1/a/..b/c"),
    ])
    func `a path goes behind the connection's base URL`(path: String, url: String) async throws {
        let (trial, client) = try trial(connection: connection(["type": "bearer", "token": "tok"]))
        _ = try await trial.call("http.get", ["path": .string(path)])
        let request = try #require(client.requests.first)
        #expect(request.url == url)
        #expect(request.header("authorization") == "Bearer tok" && request.header("x-app") == "galley")
        #expect(request.permissions.privateAddresses)
    }

    @Test(arguments: ["../admin", "a/../../b", "a/%2e%2E/b", "a/./b", "..\\x", "a/..", "%2e./x"])
    func `a path can't climb out of the base URL`(path: String) async throws {
        let (trial, client) = try trial(connection: connection())
        #expect(try await trial.failure("http.get", ["path": .string(path)]).type == "bad_input")
        #expect(client.requests.isEmpty)
    }

    @Test(arguments: [
        "https://evil.example/", "http://api.example.com/", "https://api.example.com:444/",
        "https://api.example.com.evil.example/",
        "https://api.example.com@evil.example/", "https://evil.example\\@api.example.com/", "//api.example.com/",
        "https:api.example.com", "https://api.example.com%2eevil.example/",
    ])
    func `credentials go to the connection's own system only`(url: String) async throws {
        let (trial, client) = try trial(connection: connection(["type": "bearer", "token": "tok"]))
        let error = try await trial.failure("http.get", ["url": .string(url)])
        #expect(error.type == "bad_input" && error.message.contains("acme"))
        #expect(client.requests.isEmpty)
    }

    @Test(arguments: ["https://api.example.com/other", "HTTPS://API.example.com:443/", "https://api.example.com"])
    func `a whole URL of the same system is fine`(url: String) async throws {
        let (trial, client) = try trial(connection: connection(["type": "bearer", "token": "tok"]))
        _ = try await trial.call("http.get", ["url": .string(url)])
        #expect(client.requests.first?.header("authorization") == "Bearer tok")
    }

    static let credentials: [(JSONObject, String, String)] = [
        (
            ["type": "basic", "username": "Aladdin", "password": "open sesame"], "Authorization",
            "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
        ),
        (["type": "basic", "username": "key"], "Authorization", "Basic a2V5Og=="),
        (["type": "bearer", "token": "abc"], "Authorization", "Bearer abc"),
        (["type": "api_key", "name": "X-Api-Key", "key": "k1"], "X-Api-Key", "k1"),
        (
            ["type": "api_key", "in": "header", "name": "Authorization", "prefix": "Token ", "key": 17],
            "Authorization", "Token 17"
        ),
    ]

    @Test(arguments: credentials)
    func `credentials become a header`(credentials: JSONObject, name: String, value: String) async throws {
        let (trial, client) = try trial(connection: connection(credentials))
        _ = try await trial.call("http.get", ["path": "x", "headers": ["Authorization": "mine"]])
        #expect(client.requests.first?.header(name) == value)
    }

    @Test func `an API key can go into the query`() async throws {
        let (trial, client) = try trial(
            connection: connection(["type": "api_key", "in": "query", "name": "key", "key": "a&b"]))
        let output = try await trial.call("http.get", ["path": "x", "query": ["a": 1]])
        #expect(output["url"] == "https://api.example.com/v1/x?a=1")
        #expect(client.requests.first?.url == "https://api.example.com/v1/x?a=1&key=a%26b")
    }

    static let badCredentials: [JSONObject] = [
        ["type": "bearer"], ["type": "bearer", "token": "a\r\nX: y"], ["type": "basic", "password": "x"],
        ["type": "basic", "username": "a:b", "password": "x"], ["type": "api_key", "key": "k"], ["type": "hmac"],
        ["token": "x"],
        ["type": "api_key", "in": "body", "name": "k", "key": "k"],
    ]

    @Test(arguments: badCredentials)
    func `credentials that can't be used are an auth error that shows none of them`(credentials: JSONObject)
        async throws
    {
        let (trial, client) = try trial(connection: connection(credentials))
        let error = try await trial.failure("http.get", ["path": "x"])
        #expect(error.type == "auth" && error.message.contains("acme") && !error.message.contains("a:b"))
        #expect(client.requests.isEmpty)
    }

    // MARK: Effects

    static let effects: [(String, JSON, Effect)] = [
        ("get", [:], Effect.read), ("post", [:], .unsafe), ("put", [:], .idempotent),
        ("delete", [:], .idempotent),
        ("patch", [:], .unsafe), ("request", ["method": "get"], .read), ("request", ["method": "HEAD"], .read),
        ("request", ["method": "PUT"], .idempotent), ("request", ["method": "POST"], .unsafe),
        ("request", ["method": "{{ how }}"], .unsafe), ("post", ["idempotency_header": "Idempotency-Key"], .keyed),
        ("request", ["method": "GET", "idempotency_header": "K"], .keyed),
        ("post", ["idempotency_header": ""], .unsafe),
        ("post", ["effect": "read"], .read), ("put", ["effect": "unsafe"], .unsafe),
        ("post", ["effect": "idempotent", "idempotency_header": "K"], .idempotent),
        ("request", ["method": "POST", "effect": "keyed"], .keyed),
    ]

    @Test(arguments: effects)
    func `the effect follows from the input`(action: String, input: JSON, effect: Effect) throws {
        let spec = try #require(NativeConnector.http.spec.action(action))
        #expect(spec.effect(of: input) == effect)
    }

    static let keyed: [(JSON, String?)] = [
        (["idempotency_header": "X-Request-Key"], "X-Request-Key"),
        (["effect": "keyed"], "Idempotency-Key"),
        (["effect": "unsafe", "idempotency_header": "K"], nil), ([:], nil),
    ]

    @Test(arguments: keyed)
    func `a keyed call carries our key`(members: JSON, header: String?) async throws {
        let (trial, client) = try trial()
        var input = try #require(members.object)
        input["url"] = "https://api.example.com/"
        _ = try await trial.call("http.post", .object(input))
        let request = try #require(client.requests.first)
        #expect(request.headers.map(\.name) == (header.map { [$0] } ?? []))
        #expect(request.isRepeatable == (header != nil))
        if let header { #expect(request.header(header) == trial.key) }
    }
}
