// Answers: outputs, failures by rule and by status, and pages.

import ConnectorKit
import JSONCore
import Testing

@testable import BuiltInConnectors

struct DeclarativeAnswerTests {
    @Test func `rules say which answer is which failure, also behind a 200`() async throws {
        let conflict = try await Acme.failure(
            "create", ["email": "a"], answers: [.json(["error": "ada@acme.example"], status: 409)])
        #expect(conflict.type == "conflict")
        #expect(conflict.message == "there already: ada@acme.example")
        #expect(conflict.status == 409)
        #expect(!conflict.isTransient)
        let hidden = try await Acme.failure(
            "create", ["email": "a"], answers: [.json(["ok": false, "why": "closed on Sundays", "wait": 30])])
        #expect(hidden.type == "refused_by_acme")
        #expect(hidden.message == "closed on Sundays")
        #expect(hidden.isTransient)
        #expect(hidden.retryAfter == 30)
        // Nobody knows whether the system acted: the next try of a keyed call has the same key.
        #expect(hidden.outcome == .unknown && conflict.outcome == .refused)
    }

    @Test(arguments: [
        (401, "auth", false, ConnectorError.Outcome.refused), (404, "not_found", false, .refused),
        (429, "rate_limited", true, .refused), (422, "refused", false, .refused), (500, "server", true, .refused),
        (502, "server", true, .unknown),
    ])
    func `the status decides where no rule holds`(
        status: Int, type: String, transient: Bool, outcome: ConnectorError.Outcome
    ) async throws {
        let answer = HTTPAnswer.text("<html>oops</html>", status: status, type: "text/html")
        let error = try await Acme.failure("form", ["a": 1], answers: [answer])
        #expect(error.type == type)
        #expect(error.isTransient == transient)
        #expect(error.outcome == outcome)
    }

    @Test(arguments: [
        (500, ConnectorError.Outcome.unknown), (503, .unknown), (504, .unknown), (501, .refused), (409, .refused),
    ])
    func `a keyed call that failed inside the server keeps its key`(
        status: Int, outcome: ConnectorError.Outcome
    ) async throws {
        let answer = HTTPAnswer.text("", status: status, type: "text/plain")
        #expect(try await Acme.failure("create", ["email": "a"], answers: [answer]).outcome == outcome)
    }

    @Test(arguments: [(302, "and doesn't say where"), (304, "which sends to another place")])
    func `an answer that sends elsewhere without an address is no success`(status: Int, words: String) async throws {
        let answer = HTTPAnswer.text("", status: status, type: "text/plain")
        let error = try await Acme.failure("form", ["a": 1], answers: [answer])
        #expect(error.type == "bad_answer" && error.message.contains(words), "\(error)")
    }

    @Test func `an answer that can't be read after a keyed call leaves the outcome unknown`() async throws {
        let broken = HTTPAnswer.text("{\"a\":", type: "application/json")
        #expect(try await Acme.failure("create", ["email": "a"], answers: [broken]).outcome == .unknown)
    }

    @Test func `an answer that can't be read after an unsafe call leaves the outcome unknown`() async throws {
        let broken = HTTPAnswer.text("{\"a\":", type: "application/json")
        let unsafe = try await Acme.failure("form", ["a": 1], answers: [broken])
        #expect(unsafe.type == "bad_answer")
        #expect(unsafe.outcome == .unknown)
        let read = try await Acme.failure("get", ["id": "1", "part": "2"], answers: [broken])
        #expect(read.outcome == .refused)
    }

    @Test func `gives text, JSON without a media type, nothing and bytes as they are`() async throws {
        func body(_ answer: HTTPAnswer) async throws -> JSON {
            try await Acme.call("get", ["id": "1", "part": "2"], answers: [answer]).output
        }
        #expect(try await body(.text("plain")) == "plain")
        #expect(
            try await body(HTTPAnswer(status: 200, headers: [], body: Array("{\"a\":1}".utf8), url: "")) == ["a": 1])
        #expect(try await body(HTTPAnswer(status: 204, headers: [], body: [], url: "")) == .null)
        #expect(try await body(HTTPAnswer(status: 200, headers: [], body: [0xFF, 0xFE], url: "")) == .null)
    }

    @Test func `gathers pages by cursor`() async throws {
        let (output, requests) = try await Acme.call(
            "list", ["since": "2024"],
            answers: [
                .json(["leads": [["id": 1], ["id": 2]], "next": "c2"]), .json(["leads": [["id": 3]], "next": "c3"]),
                .json(["leads": [["id": 4]], "next": nil]),
            ])
        #expect(output == ["items": [["id": 1], ["id": 2], ["id": 3], ["id": 4]], "count": 4, "more": false])
        #expect(
            requests.map(\.url) == [
                "https://north.acme.example/v3/leads?since=2024",
                "https://north.acme.example/v3/leads?since=2024&cursor=c2",
                "https://north.acme.example/v3/leads?since=2024&cursor=c3",
            ])
        #expect(requests.allSatisfy { $0.header("x-api-key") == "s3cret-key" })
    }

    @Test func `stops at the limit and says that there is more`() async throws {
        let (output, requests) = try await Acme.call(
            "list", ["limit": 3],
            answers: [.json(["leads": [1, 2], "next": "c2"]), .json(["leads": [3, 4], "next": "c3"])])
        #expect(output == ["items": [1, 2, 3], "count": 3, "more": true])
        #expect(requests.count == 2)
    }

    @Test func `a page without records is the last`() async throws {
        let (output, _) = try await Acme.call("list", [:], answers: [.json(["leads": [], "next": "c2"])])
        #expect(output == ["items": [], "count": 0, "more": false])
    }

    @Test func `follows addresses on the same host only`() async throws {
        let (output, requests) = try await Acme.call(
            "list_urls", [:],
            answers: [
                .json(["leads": [1], "next": "https://north.acme.example:443/v3/urls?p=2"]),
                .json(["leads": [2], "next": "/v3/urls?p=3"]), .json(["leads": [3], "next": ""]),
            ])
        #expect(output["items"] == [1, 2, 3])
        #expect(requests.last?.url == "https://north.acme.example/v3/urls?p=3")
        for other in [
            "https://evil.example/v3", "http://north.acme.example/v3", "//evil.example/",
            "https://north.acme.example@evil.example/",
        ] {
            let error = try await Acme.failure(
                "list_urls", [:], answers: [.json(["leads": [1], "next": .string(other)])])
            #expect(error.type == "bad_answer")
            #expect(error.message.contains("on another host"), "\(error.message)")
        }
    }

    @Test func `never goes in circles or on for ever`() async throws {
        let same = HTTPAnswer.json(["leads": [1], "next": "c"])
        let circle = try await Acme.failure("list", [:], answers: [same, same, same])
        #expect(circle.message.contains("gave the same next page twice"))
        let pages = (1...9).map { HTTPAnswer.json(["leads": [1], "next": .string("/v3/urls?p=\($0)")]) }
        let endless = try await Acme.failure("list_urls", [:], answers: pages)
        #expect(endless.type == "too_large")
        #expect(endless.message.contains("more than 5 pages"))
    }

    @Test func `counts pages in a body and shapes the output`() async throws {
        let (output, requests) = try await Acme.call(
            "list_body", [:],
            answers: [.json(["leads": [["id": "a"], ["id": "b"]]]), .json(["leads": [["id": "c"]]])])
        #expect(output == ["leads": [["id": "a"], ["id": "b"], ["id": "c"]], "first": "a", "pages": 2])
        #expect(requests.map { String(decoding: $0.body, as: UTF8.self) } == [#"{"size":2}"#, #"{"size":2,"page":2}"#])
    }

    @Test func `says when an answer has no list where one should be`() async throws {
        let error = try await Acme.failure("list", [:], answers: [.json(["leads": "none"])])
        #expect(error.type == "bad_answer")
        #expect(
            error.message.contains("should give a list of records (response.body.leads), it gave a text"),
            "\(error.message)")
    }

    @Test(arguments: [
        ("application/json", [0xEF, 0xBB, 0xBF] + Array(#"{"a":"é"}"#.utf8), #"{"a":"é"}"#),
        ("application/json; charset=iso-8859-1", Array(#"{"a":""#.utf8) + [0xE9] + Array(#""}"#.utf8), #"{"a":"é"}"#),
        ("application/json; charset=iso-8859-1", Array(#"{"a":"é"}"#.utf8), #"{"a":"é"}"#),
        ("text/csv; charset=windows-1252", [0x80, 0x35], #""€5""#),
        ("text/plain", [0xEF, 0xBB, 0xBF, 0x41], #""A""#), ("text/plain", [0xE9], "null"),
    ])
    func `a body is read in the character set that it names`(type: String, body: [UInt8], read: String) throws {
        let answer = HTTPAnswer(status: 200, headers: [("content-type", type)], body: body, url: "")
        let value = try answer.formulaValue(outcome: .unknown)
        #expect(value["body"]?.compact == read)
        #expect((value["base64"] != nil) == (read == "null"))
    }

    @Test(arguments: [
        ("?page=2", "https://acme.example/v1/leads?page=2"), ("leads?page=2", "https://acme.example/v1/leads?page=2"),
        ("/v1/x", "/v1/x"), ("//other.example/x", "https://other.example/x"), ("", ""),
        ("https://b.example/", "https://b.example/"), ("file:///etc/passwd", "file:///etc/passwd"), ("../x", "../x"),
    ])
    func `a relative address is one beside the answer's own`(reference: String, resolved: String) {
        let answer = HTTPAnswer(status: 200, headers: [], body: [], url: "https://acme.example/v1/leads?a=b/c")
        #expect(answer.resolved(reference) == resolved)
    }
}
