// Actions whose work goes on after the first answer.

import ConnectorKit
import Foundation
import JSONCore
import Testing

@testable import BuiltInConnectors

struct LongOperationTests {
    private static func connector(_ operation: String) throws -> (DeclarativeConnector?, [String]) {
        let source = """
            { "galley_connector": 1, "name": "jobs", "title": "Jobs",
              "connection": { "base_url": "https://a.example/v1" },
              "actions": { "export": { "title": "Export", "effect": "unsafe",
                "request": { "method": "POST", "path": "/exports" },
                "poll_until": \(operation),
                "output": { "file": "{{ response.body.file }}", "id": "{{ started.body.id }}" } } } }
            """
        let (connector, diagnostics) = DeclarativeConnector.read(
            Array(source.utf8), name: "jobs", file: "connector.json")
        return (connector, diagnostics.map { "\($0.code) \($0.pointer)" })
    }

    private static let asking =
        #"{ "request": { "path": "/exports/{{ started.body.id }}" }, "done": "response.body.state == 'done'", "failed": "response.body.state == 'error'", "message": "{{ response.body.why }}", "every": "100ms", "timeout": "5m" }"#

    private static func run(_ operation: String, _ answers: [HTTPAnswer]) async throws -> (JSON, [String]) {
        let (connector, mistakes) = try connector(operation)
        #expect(mistakes.isEmpty)
        let client = StubClient { _, number in answers[min(number, answers.count) - 1] }
        var trial = try Trial()
        trial.http = client
        let output = try await #require(connector).execute("export", [:], in: trial.context)
        return (output, client.requests.map { "\($0.method) \($0.url)" })
    }

    @Test func `is asked about until it is done`() async throws {
        let (output, requests) = try await Self.run(
            Self.asking,
            [
                .json(["id": 7], status: 202), .json(["state": "busy"], headers: [("retry-after", "0")]),
                .json(["error": "busy"], status: 503), .json(["state": "done", "file": "f.csv"]),
            ])
        #expect(output == ["file": "f.csv", "id": 7])
        #expect(
            requests == ["POST https://a.example/v1/exports"]
                + Array(repeating: "GET https://a.example/v1/exports/7", count: 3))
    }

    @Test func `an address that the answer gives is asked, on its own host only`() async throws {
        let operation =
            #"{ "url": "{{ started.headers.location }}", "done": "response.body.file.present?", "every": "100ms" }"#
        let (_, requests) = try await Self.run(
            operation,
            [.json([:], status: 202, headers: [("location", "/v1/state/9")]), .json(["file": "a"])])
        #expect(requests.last == "GET https://a.example/v1/state/9")
        let error = await #expect(throws: ConnectorError.self) {
            _ = try await Self.run(
                operation,
                [.json([:], status: 202, headers: [("location", "https://evil.example/9")]), .json(["file": "a"])])
        }
        #expect(error?.type == "bad_answer")
    }

    @Test func `work that failed, and work without end, are told`() async throws {
        let failed = await #expect(throws: ConnectorError.self) {
            _ = try await Self.run(Self.asking, [.json(["id": 7]), .json(["state": "error", "why": "no space"])])
        }
        #expect(failed?.type == "operation_failed" && failed?.message == "no space")
        let endless = await #expect(throws: ConnectorError.self) {
            let short = Self.asking.replacingOccurrences(of: "5m", with: "1s")
            _ = try await Self.run(short, [.json(["id": 7]), .json(["state": "busy"])])
        }
        #expect(endless?.type == "timeout" && endless?.outcome == .unknown)
    }

    @Test(arguments: [
        (#"{ "done": "true" }"#, "bad_poll_until /actions/export/poll_until"),
        (#"{ "url": "{{ response.headers.location }}" }"#, "missing_key /actions/export/poll_until"),
        (#"{ "url": "/x", "done": "true", "every": "soon" }"#, "bad_duration /actions/export/poll_until/every"),
        (#"{ "url": "/x", "done": "true", "evry": "1s" }"#, "unknown_key /actions/export/poll_until/evry"),
        (#"{ "url": "/x", "done": "true", "message": "a" }"#, "unused_key /actions/export/poll_until/message"),
        (#"{ "url": "/x", "done": "stated.body" }"#, "unknown_name /actions/export/poll_until/done"),
    ])
    func `mistakes are placed`(operation: String, mistake: String) throws {
        let (connector, mistakes) = try Self.connector(operation)
        #expect(connector == nil)
        #expect(mistakes == [mistake])
    }
}
