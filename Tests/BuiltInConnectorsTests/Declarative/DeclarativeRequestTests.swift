// Requests made from templates: what values can and can't change in them.

import ConnectorKit
import JSONCore
import Testing

struct DeclarativeRequestTests {
    @Test func `sends the input with credentials, headers and the idempotency key`() async throws {
        let input = try JSON(parsing: #"{"email":"ada@acme.example","score":10.00}"#)
        let (output, requests) = try await Acme.call(
            "create", input, answers: [.json(["lead": ["id": "L1", "email": "ada@acme.example"]], status: 201)])
        #expect(output == ["id": "L1", "email": "ada@acme.example"])
        let request = try #require(requests.first)
        #expect(request.method == "POST")
        #expect(request.url == "https://north.acme.example/v3/leads")
        #expect(String(decoding: request.body, as: UTF8.self) == #"{"email":"ada@acme.example","score":10.00}"#)
        #expect(request.header("x-api-key") == "s3cret-key")
        #expect(request.header("idempotency-key") == "job-1/step/1")
        #expect(request.header("content-type") == "application/json")
        #expect(request.header("accept") == "application/json")
        #expect(request.header("x-version") == "3")
        #expect(request.isRepeatable)
    }

    @Test func `encodes values in a path so that they stay in their segment`() async throws {
        let input: JSON = ["id": "a/b ?#%ü{{", "part": "../.."]
        let (_, requests) = try await Acme.call("get", input, answers: [.json([:])])
        #expect(
            requests.first?.url == "https://north.acme.example/v3/leads/a%2Fb%20%3F%23%25%C3%BC%7B%7B/x-..%2F..")
    }

    @Test(
        arguments: [
            (["id": "..", "part": "x"], "a value in the request's path is \".\" or \"..\""),
            (["id": ".", "part": "x"], "a value in the request's path is \".\" or \"..\""),
            (["id": "", "part": "x"], "input.id is empty, and the request's path needs it"),
            (["part": "x"], "input.id is empty, and the request's path needs it"),
        ] as [(JSON, String)])
    func `refuses values that would change the path`(input: JSON, says: String) async throws {
        let error = try await Acme.failure("get", input, answers: [])
        #expect(error.type == "bad_input")
        #expect(error.message == says)
        #expect(error.outcome == .refused)
    }

    @Test func `leaves nil values out of a query and repeats a name for a list`() async throws {
        let (output, requests) = try await Acme.call(
            "search", ["q": "a&b=c d", "tags": ["x", 2]], answers: [.text("hello")])
        #expect(requests.first?.url == "https://north.acme.example/v3/search?q=a%26b%3Dc%20d&tag=x&tag=2&fixed=1")
        #expect(output == ["status": 200, "type": "text/plain", "body": "hello"])
    }

    @Test func `sends forms, texts and XML with their values escaped`() async throws {
        let form = try await Acme.call("form", ["a": "1&2", "b": ["x", "y z"]], answers: [.json([:])]).requests[0]
        #expect(String(decoding: form.body, as: UTF8.self) == "a=1%262&b=x&b=y+z&c=x+y")
        #expect(form.header("content-type") == "application/x-www-form-urlencoded")
        let xml = try await Acme.call("xml", ["name": "A&B <\"x\">"], answers: [.json([:])]).requests[0]
        #expect(
            String(decoding: xml.body, as: UTF8.self)
                == "<lead a=\"A&amp;B &lt;&quot;x&quot;&gt;\">A&amp;B &lt;&quot;x&quot;&gt;</lead>")
        let text = try await Acme.call("note", ["text": "hi", "trace": "t1"], answers: [.json([:])]).requests[0]
        #expect(String(decoding: text.body, as: UTF8.self) == "hi!")
        #expect(text.header("x-trace") == "t1")
    }

    @Test func `refuses a line break in a header and leaves out one without a value`() async throws {
        let error = try await Acme.failure("note", ["text": "hi", "trace": "a\r\nX-Evil: 1"], answers: [])
        #expect(error.message == "the header X-Trace has a line break or a control character in it")
        let request = try await Acme.call("note", ["text": "hi"], answers: [.json([:])]).requests[0]
        #expect(request.header("x-trace") == nil)
    }

    @Test(arguments: ["evil.example/", "a@b", "a:b", "x y", "", "a?b", "a#b"])
    func `refuses settings that would lead to another host`(site: String) async throws {
        let connection = Connection(
            name: "bad", connector: "acme", settings: ["site": .string(site)], credentials: ["key": "k"])
        let error = try await Acme.failure("get", ["id": "1", "part": "2"], answers: [], connection: connection)
        #expect(error.type == "bad_input")
        #expect(error.message.contains("settings.site"), "\(error.message)")
    }

    @Test func `needs its connection`() async throws {
        let error = try await Acme.failure("get", ["id": "1", "part": "2"], answers: [], connection: nil)
        #expect(error.message.hasPrefix("Acme CRM needs a connection"))
    }

    @Test func `sends the test request`() async throws {
        var trial = try Trial()
        trial.http = StubClient { request, _ in
            #expect(request.url == "https://north.acme.example/v3/me")
            return .json(["user": "ada"])
        }
        trial.connection = Acme.connection
        #expect(try await Acme.connector().test(in: trial.context) == ["user": "ada"])
    }
}
