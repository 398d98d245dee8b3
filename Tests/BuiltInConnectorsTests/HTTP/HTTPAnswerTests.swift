// What `http` makes of answers: bodies by type, statuses as errors.

import BuiltInConnectors
import ConnectorKit
import JSONCore
import RecipeLanguage
import Testing

struct HTTPAnswerTests {
    private func trial(
        _ body: [UInt8], status: Int = 200, headers: [(name: String, value: String)] = []
    ) throws -> Trial {
        var trial = try Trial()
        trial.http = StubClient { request, _ in
            HTTPAnswer(status: status, headers: headers, body: body, url: request.url + "#final")
        }
        return trial
    }

    static let url = "https://api.example.com/x"

    static let readings: [(String, String, String, JSON)] = [
        ("auto", "application/json; charset=utf-8", #"{"a": 10.00}"#, ["a": JSON(number: "10.00") ?? .null]),
        ("auto", "application/problem+json", "[1]", [1]), ("auto", "application/json", "", nil),
        ("auto", "text/plain", "grüße", "grüße"),
        ("auto", "", "plain", "plain"), ("auto", "text/xml", "<a/>", "<a/>"),
        ("auto", "image/png", "\u{0}\u{1}", "AAE="),
        ("json", "text/html", "[true]", [true]), ("text", "application/json", "[true]", "[true]"),
        ("binary", "text/plain", "hello", "aGVsbG8="), ("text", "text/plain", "\u{FEFF}bom", "bom"),
    ]

    @Test(arguments: readings)
    func `a body is read by its type or as told`(reading: String, type: String, body: String, result: JSON) async throws
    {
        let trial = try trial(Array(body.utf8), headers: type.isEmpty ? [] : [("content-type", type)])
        let output = try await trial.call("http.get", ["url": .string(Self.url), "response": .string(reading)])
        #expect(output["body"] == result)
        #expect(output["status"] == 200 && output["url"] == .string(Self.url + "#final"))
    }

    @Test func `texts in Latin-1 and Windows-1252 are decoded`() async throws {
        let trial = try trial([0x80, 0xE4, 0x41], headers: [("content-type", "text/plain; charset=\"ISO-8859-1\"")])
        #expect(try await trial.call("http.get", ["url": .string(Self.url)])["body"] == "€äA")
    }

    @Test(arguments: [
        ("auto", "application/json", "{\"a\": "), ("json", "text/html", "<html>"),
        ("text", "text/plain; charset=utf-16", "ab"),
    ])
    func `a body that is not what it says is an error with an unknown outcome`(
        reading: String, type: String, body: String
    ) async throws {
        let trial = try trial(Array(body.utf8), headers: [("content-type", type)])
        let error = try await trial.failure("http.post", ["url": .string(Self.url), "response": .string(reading)])
        #expect(error.type == "bad_answer" && error.outcome == .unknown && error.status == 200)
    }

    @Test func `bytes that are no text are base64 where the type is open, and an error where text was asked for`()
        async throws
    {
        let trial = try trial([0xFF, 0xFE, 0x41])
        #expect(try await trial.call("http.get", ["url": .string(Self.url)])["body"] == "//5B")
        #expect(
            try await trial.failure("http.get", ["url": .string(Self.url), "response": "text"]).type == "bad_answer")
    }

    @Test func `headers that repeat are joined, cookies are a list`() async throws {
        let trial = try trial([], headers: [("via", "a"), ("set-cookie", "x=1"), ("via", "b"), ("set-cookie", "y=2")])
        #expect(
            try await trial.call("http.get", ["url": .string(Self.url)])["headers"]
                == ["via": "a, b", "set-cookie": ["x=1", "y=2"]])
    }

    @Test(arguments: [
        (400, "refused", false), (401, "auth", false), (403, "auth", false), (404, "not_found", false),
        (408, "timeout", true),
        (409, "conflict", false), (410, "not_found", false), (413, "too_large", false), (418, "refused", false),
        (422, "refused", false),
        (425, "rate_limited", true), (429, "rate_limited", true), (500, "server", true), (501, "server", false),
        (502, "server", true),
        (503, "server", true), (504, "server", true), (599, "server", true),
    ])
    func `a status is an error of its type`(status: Int, type: String, isTransient: Bool) async throws {
        let body = #"{"error": {"message": "not\nso"}}"#
        let trial = try trial(Array(body.utf8), status: status, headers: [("content-type", "application/json")])
        for use in ["http.get", "http.post"] {
            let error = try await trial.failure(use, ["url": .string(Self.url)])
            #expect(error.type == type && error.isTransient == isTransient && error.status == status)
            // A gateway can't know what happened behind it; what is repeatable is repeated under the same key.
            let isUnknown = use == "http.post" ? status == 502 || status == 504 : status >= 500 && status != 501
            #expect(error.outcome == (isUnknown ? .unknown : .refused))
            #expect(error.message.hasSuffix(": not so"))
            #expect(error.details == ["body": ["error": ["message": "not\nso"]]])
        }
        let ok = try await trial.call("http.get", ["url": .string(Self.url), "ok_statuses": [.integer(status)]])
        #expect(ok["status"] == .integer(status))
        let ignored = try await trial.call("http.get", ["url": .string(Self.url), "ignore_errors": true])
        #expect(ignored["body"]?["error"]?["message"] == "not\nso")
        let other = try await trial.failure("http.get", ["url": .string(Self.url), "ok_statuses": [499]])
        #expect(other.status == status)
    }

    @Test(arguments: [
        ("120", 120.0), (" 7 ", 7), ("0", 0), ("999999999999999999999", 86_400), ("Sun, 06 Nov 1994 08:50:37 GMT", 60),
        ("Sunday, 06-Nov-94 08:50:07 GMT", 30), ("Sun Nov  6 08:49:47 1994", 10), ("Sun, 06 Nov 1994 08:00:00 GMT", 0),
        ("Thu, 29 Feb 1996 00:00:00 GMT", 86_400),
    ])
    func `Retry-After is read as seconds or as a date against the server's own`(text: String, seconds: Double) {
        #expect(RetryAfter.seconds(text, serverDate: "Sun, 06 Nov 1994 08:49:37 GMT") == seconds)
    }

    @Test(arguments: [
        "", "soon", "-5", "1.5", "1e3", "Sun, 06 Nov 1994 25:00:00 GMT", "Sun, 00 Nov 1994 08:49:37 GMT", "06 Nov 1994",
    ])
    func `another Retry-After is none`(text: String) {
        #expect(RetryAfter.seconds(text, serverDate: "Sun, 06 Nov 1994 08:49:37 GMT") == nil)
    }

    @Test func `the wait a server asks for is in its error`() async throws {
        let trial = try trial([], status: 429, headers: [("retry-after", "17")])
        #expect(try await trial.failure("http.get", ["url": .string(Self.url)]).retryAfter == 17)
    }

    @Test(arguments: ["", "f", "fo", "foo", "foob", "fooba", "foobar", "\u{0}\u{FF}ÿ>>>???"])
    func `base64 goes there and back`(text: String) {
        let bytes = Array(text.utf8)
        #expect(Base64Text.decode(Base64Text.encode(bytes)) == bytes)
    }

    @Test(arguments: ["a", "ab=c", "a===", "====", "ab?=", "abcd="])
    func `what is not base64 is refused`(text: String) { #expect(Base64Text.decode(text) == nil) }
}
