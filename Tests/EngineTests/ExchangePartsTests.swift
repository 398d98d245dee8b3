// What is kept of messages in parts: the envelope as a text, and of each attachment its type, id and length.

import ConnectorKit
import JSONCore
import Testing

@testable import Engine

struct ExchangePartsTests {
    private struct Echo: HTTPClient {
        let answer: HTTPAnswer
        func send(_ request: HTTPRequest) async throws -> HTTPAnswer { answer }
    }

    private static let type = "multipart/related; boundary=b; type=\"text/xml\""
    private static let body =
        Array(
            "--b\r\nContent-ID: <r>\r\n\r\n<a>1</a>\r\n--b\r\nContent-ID: <f>\r\nContent-Type: image/png\r\n\r\n".utf8)
        + [0, 1, 2, 0xFF] + Array("\r\n--b--\r\n".utf8)
    private static let attachment: JSON = [["id": "f", "type": "image/png", "size_bytes": 4]]

    private func record(_ request: HTTPRequest, _ answer: HTTPAnswer) async throws -> JSON {
        let recorder = ExchangeRecorder(Echo(answer: answer))
        _ = try await recorder.send(request)
        return try #require(ExchangeRecord(redact: { $0 }).json(recorder)?[0])
    }

    @Test func `bodies in memory are shown by their parts`() async throws {
        var request = HTTPRequest("POST", "https://a.example", body: Self.body, isRepeatable: false)
        request.setHeader("Content-Type", Self.type)
        let shown = try await record(
            request, HTTPAnswer(status: 200, headers: [("content-type", Self.type)], body: Self.body, url: ""))
        for part in ["request", "response"] {
            #expect(
                shown[part]?["body"] == "<a>1</a>" && shown[part]?["attachments"] == Self.attachment, "\(shown.compact)"
            )
        }
    }

    @Test func `bodies that were never in memory are shown as far as they are known`() async throws {
        let parts = MessageParts(
            root: Array("<a>1</a>".utf8),
            attachments: [.init(contentID: "f", contentType: "image/png", sizeBytes: 4)])
        var request = HTTPRequest("POST", "https://a.example", isRepeatable: false)
        request.upload = HTTPUpload(sizeBytes: 4, shown: parts) { _ in [] }
        request.download = HTTPDownload(takes: { _ in true }, write: { _ in }, shown: { parts })
        let shown = try await record(request, HTTPAnswer(status: 200, headers: [], body: [], url: ""))
        for part in ["request", "response"] {
            #expect(
                shown[part]?["body"] == "<a>1</a>" && shown[part]?["attachments"] == Self.attachment, "\(shown.compact)"
            )
        }
    }

    @Test func `a request for a token is shown without its parts`() async throws {
        var request = HTTPRequest("POST", "https://a.example", body: Self.body, isRepeatable: false)
        request.setHeader("Content-Type", Self.type)
        request.isConfidential = true
        let shown = try await record(request, HTTPAnswer(status: 200, headers: [], body: [], url: ""))
        #expect(shown["request"]?["attachments"] == nil && shown["request"]?["body"]?.string?.contains("<a>") == false)
    }
}
