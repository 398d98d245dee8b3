// Multipart bodies of declarative connectors: reading, sending, fixtures.

import ConnectorKit
import JSONCore
import Testing

@testable import BuiltInConnectors

struct DeclarativeMultipartTests {
    private static func source(_ parts: String) -> String {
        #"""
        { "galley_connector": 1, "name": "box", "title": "Box", "docs": "https://box.example",
          "connection": { "base_url": "https://box.example/v1" },
          "actions": { "upload": { "title": "Upload", "effect": "unsafe",
            "input": { "type": "object", "properties": { "note": { "type": "string" }, "file": { "type": "string" }, "parts": { "type": "array" } } },
            "request": { "method": "POST", "path": "/files", "multipart": \#(parts) } } } }
        """#
    }

    private static let parts = #"""
        [ { "name": "note", "value": "{{ input.note }}" },
          { "name": "meta", "value": { "by": "galley" } },
          { "name": "scan", "file": "{{ input.file }}", "content_type": "application/pdf" } ]
        """#

    private static func connector(_ parts: String) throws -> DeclarativeConnector {
        let (connector, diagnostics) = DeclarativeConnector.read(
            Array(source(parts).utf8), name: "box", file: "connector.json")
        try #require(diagnostics.isEmpty, "\(diagnostics)")
        return try #require(connector)
    }

    private static func send(_ input: JSON, parts: String = parts) async throws -> HTTPRequest {
        let client = StubClient { request, _ in
            HTTPAnswer(
                status: 200, headers: [("content-type", "application/json")], body: Array("{}".utf8), url: request.url)
        }
        var trial = try Trial()
        trial.http = client
        trial.connection = Connection(name: "box", connector: "box", settings: [:], credentials: [:])
        try trial.workspace.write("inbox/scan.pdf", "%PDF")
        _ = try await connector(parts).execute("upload", input, in: trial.context)
        return try #require(client.requests.first)
    }

    @Test func `sends fields and files of the workspace`() async throws {
        let request = try await Self.send(["note": "für Ada", "file": "inbox/scan.pdf"])
        let type = try #require(request.header("content-type"))
        let boundary = try #require(type.split(separator: "boundary=").last)
        #expect(type.hasPrefix("multipart/form-data; boundary="))
        #expect(
            String(decoding: request.body, as: UTF8.self) == """
                --\(boundary)\r
                Content-Disposition: form-data; name="note"\r
                \r
                für Ada\r
                --\(boundary)\r
                Content-Disposition: form-data; name="meta"\r
                Content-Type: application/json\r
                \r
                {"by":"galley"}\r
                --\(boundary)\r
                Content-Disposition: form-data; name="scan"; filename="scan.pdf"\r
                Content-Type: application/pdf\r
                \r
                %PDF\r
                --\(boundary)--\r

                """)
        #expect(try await Self.send(["note": "für Ada", "file": "inbox/scan.pdf"]).body == request.body)
    }

    @Test func `parts without content are left out, and a pill may give them all`() async throws {
        let without = String(decoding: try await Self.send(["file": "inbox/scan.pdf"]).body, as: UTF8.self)
        #expect(!without.contains("note") && without.contains("meta"))
        let given = try await Self.send(
            ["parts": [["name": "a", "value": 1], ["name": "b", "text": "two"]]], parts: #""{{ input.parts }}""#)
        #expect(String(decoding: given.body, as: UTF8.self).contains("name=\"b\"; filename=\"b\""))
    }

    @Test(
        arguments: [
            (["file": "inbox/none.pdf"], "not_found"), (["file": "../secret"], "file"),
        ] as [(JSON, String)])
    func `files that can't be read fail before anything is sent`(input: JSON, type: String) async throws {
        let error = await #expect(throws: ConnectorError.self) { try await Self.send(input) }
        #expect(error?.type == type)
    }

    @Test(arguments: [
        (#"{}"#, "wrong_type"), (#""text""#, "wrong_type"), (#"[]"#, "empty"), (#"[5]"#, "wrong_type"),
        (#"[{ "value": 1 }]"#, "missing_key"), (#"[{ "name": "a" }]"#, "bad_part"),
        (#"[{ "name": "a", "value": 1, "text": "b" }]"#, "bad_part"),
        (#"[{ "name": "a", "file": "Tables/prices.csv" }]"#, "bad_part"),
        (#"[{ "name": "a", "valeu": 1, "text": "" }]"#, "unknown_key"),
        (#"[{ "name": "a", "value": "{{ inptu.note }}" }]"#, "unknown_name"),
    ])
    func `mistakes are found when the connector is read`(parts: String, code: String) {
        let diagnostics = DeclarativeConnector.read(
            Array(Self.source(parts).utf8), name: "box", file: "connector.json"
        ).diagnostics
        #expect(diagnostics.map(\.code) == [code])
        #expect(diagnostics.first?.pointer.hasPrefix("/actions/upload/request/multipart") == true)
    }

    @Test func `fixtures list the parts and bring the files`() async throws {
        func fixture(_ note: String) -> String {
            #"""
            { "action": "upload", "input": { "note": "hi", "file": "inbox/scan.pdf" }, "files": { "inbox/scan.pdf": "%PDF" },
              "exchanges": [ { "request": { "method": "POST", "url": "https://box.example/v1/files",
                "multipart": [ { "name": "note", "value": "\#(note)" }, { "name": "meta", "value": { "by": "galley" } },
                  { "name": "scan", "file": "inbox/scan.pdf", "content_type": "application/pdf" } ] },
                "response": { "status": 200, "json": { "id": 1 } } } ],
              "output": { "id": 1 } }
            """#
        }
        let connector = try Self.connector(Self.parts)
        #expect(await FixtureRun(connector).run(Array(fixture("hi").utf8), file: "a.json").differences == [])
        let other = await FixtureRun(connector).run(Array(fixture("ho").utf8), file: "a.json").differences
        #expect(other.count == 1)
        #expect(other.first?.hasPrefix("exchanges[0].request: the parts are ") == true, "\(other)")
    }
}
