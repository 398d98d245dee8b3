// Fixtures: what passes, and how precisely differences are named.

import ConnectorKit
import Foundation
import JSONCore
import Testing

@testable import BuiltInConnectors

struct FixtureTests {
    private static let good = #"""
        { "action": "create", "connection": { "settings": { "site": "north" }, "credentials": { "key": "test-key" } },
          "input": { "email": "ada@acme.example" },
          "exchanges": [ { "request": { "method": "POST", "url": "https://north.acme.example/v3/leads", "headers": { "X-Api-Key": "test-key", "Idempotency-Key": "fixture-key" }, "json": { "email": "ada@acme.example" } },
            "response": { "status": 201, "json": { "lead": { "id": "L1", "email": "ada@acme.example" } } } } ],
          "output": { "id": "L1", "email": "ada@acme.example" } }
        """#

    @Test func `passes when everything is as it says`() async throws {
        let result = try await FixtureRun(Acme.connector()).run(Array(Self.good.utf8), file: "create.json")
        #expect(result == FixtureResult(file: "create.json", action: "create", differences: []))
        #expect(result.passed)
    }

    @Test(
        arguments: [
            (
                #""method": "POST""#, #""method": "PUT""#,
                ["exchanges[0].request: the method is POST, the fixture has PUT"]
            ),
            (
                "/v3/leads", "/v3/lead",
                [
                    "exchanges[0].request: the address is https://north.acme.example/v3/leads, the fixture has https://north.acme.example/v3/lead"
                ]
            ),
            ("/v3/leads", "/v3/leads?a=1", ["exchanges[0].request: the query lacks a=1"]),
            (
                #""X-Api-Key": "test-key""#, #""X-Api-Key": "other""#,
                ["exchanges[0].request: the header X-Api-Key is \"test-key\", the fixture has \"other\""]
            ),
            (
                #""Idempotency-Key": "fixture-key""#, #""Idempotency-Key": null"#,
                ["exchanges[0].request: the header Idempotency-Key is \"fixture-key\", the fixture has none"]
            ),
            (
                #""json": { "email": "ada@acme.example" } }"#, #""json": { "email": "eve@acme.example", "x": 1 } }"#,
                [
                    "exchanges[0].request: the body: /email is \"ada@acme.example\"; it should be \"eve@acme.example\"",
                    "exchanges[0].request: the body: /x is missing; it should be 1",
                ]
            ),
            (
                #", "json": { "email": "ada@acme.example" } }"#, "}",
                [#"exchanges[0].request: there is a body ({"email":"ada@acme.example"}), the fixture has none"#]
            ),
            (
                #""output": { "id": "L1", "#, #""output": { "id": "L2", "#,
                ["the output: /id is \"L1\"; it should be \"L2\""]
            ),
            (#""status": 201"#, #""status": 409"#, [#"the call failed (conflict): there already: "#]),
            (
                #""exchanges": ["#, #""exchanges": [], "note": ["#,
                [
                    "one request more than the fixture has: POST https://north.acme.example/v3/leads",
                    "the call failed (fixture): the fixture has no answer for POST https://north.acme.example/v3/leads",
                ]
            ),
            (
                #""input": { "email""#, #""input": { "emial""#,
                [
                    "the input: /emial is not a field here; did you mean \"email\"?",
                    "the input: /email is required but missing",
                ]
            ),
            (
                #""action": "create""#, #""action": "creat""#,
                ["the connector has no action \"creat\"; did you mean \"create\"?"]
            ),
            (#""input": {"#, #""inputs": {"#, ["a fixture has no \"inputs\": did you mean \"input\"?"]),
            (
                #""id": "L1", "email": "ada@acme.example" } }"#, #""id": "L1" }, "error": {} }"#,
                ["a fixture needs either \"output\" or \"error\": what the call has to end with"]
            ),
        ] as [(String, String, [String])])
    func `names each difference`(old: String, new: String, differences: [String]) async throws {
        try #require(Self.good.contains(old))
        let text: String
        // The last example changes the output, whose text also stands in the answer.
        if let last = Self.good.ranges(of: old).last, old.hasPrefix(#""id""#) {
            text = Self.good.replacingCharacters(in: last, with: new)
        } else {
            text = Self.good.replacing(old, with: new, maxReplacements: 1)
        }
        let result = try await FixtureRun(Acme.connector()).run(Array(text.utf8), file: "f.json")
        #expect(result.differences.sorted() == differences.sorted())
    }

    @Test func `compares the listed members of an error`() async throws {
        let failing = Self.good.replacing("\"status\": 201", with: "\"status\": 409")
            .replacing(
                #""output": { "id": "L1", "email": "ada@acme.example" }"#,
                with: #""error": { "type": "conflict", "status": 409, "transient": false }"#)
        #expect(try await FixtureRun(Acme.connector()).run(Array(failing.utf8), file: "f").differences == [])
        let wrong = failing.replacing("\"type\": \"conflict\"", with: "\"type\": \"server\"")
        #expect(
            try await FixtureRun(Acme.connector()).run(Array(wrong.utf8), file: "f").differences
                == ["the error: /type is \"conflict\"; it should be \"server\""])
    }

    @Test func `notices a credential that comes out again`() async throws {
        let leaking = Self.good.replacing(#""id": "L1""#, with: #""id": "test-key""#)
        let result = try await FixtureRun(Acme.connector()).run(Array(leaking.utf8), file: "f")
        #expect(result.differences == ["the output holds the credential \"key\""])
    }

    @Test func `XML is compared as a tree, and every difference is named`() {
        let sent = Array(#"<p:a xmlns:p="urn:a" x="1"><p:b>1</p:b><p:c/></p:a>"#.utf8)
        let same = Array("<a xmlns=\"urn:a\" x=\"1\">\n  <b>1</b>\n  <c></c>\n</a>".utf8)
        #expect(XMLDifference.all(sent, expected: same) == [])
        let other = Array(#"<a xmlns="urn:a" x="2" y="1"><b>2</b></a>"#.utf8)
        #expect(
            XMLDifference.all(sent, expected: other) == [
                "the body: /a/@x is \"1\"; it should be \"2\"", "the body: /a/@y is missing; it should be \"1\"",
                "the body: /a/b is \"1\"; it should be \"2\"", "the body: /a has <c> of urn:a, but should not",
            ])
        let typed = { (prefix: String) in
            Array(
                #"<a xmlns:i="http://www.w3.org/2001/XMLSchema-instance" xmlns:\#(prefix)="urn:t" i:type="\#(prefix):T"/>"#
                    .utf8)
        }
        #expect(XMLDifference.all(typed("p"), expected: typed("q")) == [])
        #expect(XMLDifference.all([], expected: same) == ["there is no body, the fixture has one"])
    }

    /// The folders of this repository, wherever it lies.
    private static var repositoryConnectors: [String: String] {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Connectors")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []
        return Dictionary(uniqueKeysWithValues: names.map { ($0, root.appendingPathComponent($0).path) })
    }

    @Test(arguments: repositoryConnectors.keys.sorted())
    func `connectors of this repository are right and pass their fixtures`(name: String) async throws {
        let library = ConnectorLibrary(folders: Self.repositoryConnectors)
        #expect(library.diagnostics(of: name) == [])
        let results = await library.runFixtures(of: name)
        #expect(!results.isEmpty)
        for result in results { #expect(result.differences == [], "\(name) \(result.file)") }
        for result in await library.conformance(of: name, redact: { _ in { $0 } }) where result.rule != .secrets {
            #expect(result.problems == [], "\(name) \(result.rule)")
        }
    }

    @Test func `the library reads folders when they are asked for, once`() throws {
        let workspace = try TemporaryWorkspace()
        try workspace.write("acme/connector.json", Acme.source)
        try workspace.write("broken/connector.json", "{}")
        try workspace.write("logger/connector.json", Acme.source)
        let folders = ["acme", "broken", "logger", "gone"].reduce(into: [:]) { $0[$1] = workspace.root + "/" + $1 }
        let library = ConnectorLibrary(folders: folders)
        #expect(library["acme"]?.spec.title == "Acme CRM")
        try workspace.write("acme/connector.json", "{}")
        #expect(library["acme"]?.spec.title == "Acme CRM")
        #expect(library["broken"] == nil)
        #expect(library["nothing"] == nil)
        #expect(library["logger"]?.spec.title == "Logger")
        #expect(library.diagnostics(of: "logger").map(\.code).contains("name_clash"))
        #expect(
            library.diagnostics(of: "gone").map(\.message) == [
                "there is no \"Connectors/gone/connector.json\" in the workspace"
            ])
        #expect(library.names.suffix(3) == ["acme", "broken", "gone"])
        #expect(library.specs.map(\.name).contains("acme"))
    }
}
