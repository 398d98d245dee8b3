// Documents that mean harm, and documents that are merely broken: refused with a sentence, or made safe.

import ConnectorKit
import JSONCore
import Synchronization
import Testing

@testable import ConnectorImport

struct HostileTests {
    private static func refusal(_ document: String, name: String = "api.yaml") -> String {
        do throws(ImportError) {
            _ = try DocumentText.read(Array(document.utf8), name: name)
            return ""
        } catch { return error.message }
    }

    @Test func `aliases that multiply are refused before they take memory`() {
        var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1...12 {
            bomb += "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", "))]\n"
        }
        #expect(Self.refusal(bomb).contains("aliases make more than"))
    }

    @Test(arguments: [
        (String(repeating: "[", count: 5_000), "nest"),
        (String(repeating: "{\"a\":", count: 5_000), "nested"),
        (String(repeating: "- ", count: 5_000) + "x", "nested"),
        ("a: &x [*x]", "*x has no value"), ("? [a]\n: b", "where a name should be"), ("a: *nowhere", "has no value"),
        ("\"unclosed", "line"), ("", "is empty"), ("a: b: c", "not YAML"),
    ])
    func `a broken text is refused with a sentence`(text: String, reason: String) {
        let refusal = Self.refusal(text)
        #expect(
            refusal.contains(reason) || reason == "line" && refusal.contains("api.yaml:1"), "\(refusal.prefix(300))")
    }

    @Test(arguments: [
        ("plain", #""plain""#), ("1", "1"), ("1.50", "1.50"), ("007", "7"), ("+1", "1"), (".5", "0.5"), ("0x1F", "31"),
        ("true", "true"), ("yes", #""yes""#), ("~", "null"), ("", "null"), ("\"1\"", #""1""#),
        ("2020-01-01", #""2020-01-01""#),
        ("1.2.3", #""1.2.3""#), ("!!str 5", #""5""#), (".inf", #"".inf""#), ("- a\n- b", #"["a","b"]"#),
        ("200: ok\non: x", #"{"200":"ok","on":"x"}"#),
        ("a: &b {c: 1}\nd: {<<: *b, e: 2}", #"{"a":{"c":1},"d":{"e":2,"c":1}}"#),
    ])
    func `YAML is read by the core schema of 1.2`(text: String, json: String) throws {
        #expect(
            try DocumentText.read(
                Array(("k: " + text).utf8.dropFirst(text.contains(": ") || text.hasPrefix("- ") ? 3 : 0)),
                name: "a.yaml"
            ).json.compact == (text.contains(": ") || text.hasPrefix("- ") ? json : "{\"k\":\(json)}"))
    }

    @Test(arguments: [
        ("paths: {}\na: 1\nb:\n  get: 1\n  get: 2\na: 3\n", [("get", 5), ("a", 6)]),
        ("x: &n a\n*n : 1\na: 2\n", [("a", 3)]),
        ("- {a: 1}\n- {a: 2}\n- &b {c: 1}\n- {<<: *b, c: 2}\n", []),
        ("{\n \"a\": 1,\n \"a\": 2 }", [("a", 3)]),
    ])
    func `a name that an object has twice is told with its line`(
        text: String, found: [(name: String, line: Int)]
    ) throws {
        let repeated = try DocumentText.read(Array(text.utf8), name: "api.yaml").repeated
        #expect(repeated == found.map { RepeatedName(name: $0.name, line: $0.line) })
    }

    @Test func `an operation whose description is too large to be read is left out with the reason`() async throws {
        let choices = (0..<1_000_000).map { "\($0)" }.joined(separator: ",")
        let document = #"""
            { "openapi": "3.0.3", "info": { "title": "T", "version": "1" }, "paths": {
              "/a": { "get": { "responses": {} } },
              "/b": { "get": { "responses": {}, "parameters": [ { "name": "p", "in": "query", "schema": { "enum": [\#(choices)] } } ] } } } }
            """#
        let report = try await ImportTrial.imports(document).report
        #expect(report.actions == 1 && report.dropped.map(\.reason) == ["its description is larger than 16 MiB"])
    }

    @Test func `the report names a path that is there twice`() async throws {
        let document = #"""
            { "openapi": "3.0.3", "info": { "title": "T", "version": "1" }, "paths": {
              "/a": { "get": { "responses": {} } },
              "/a": { "post": { "responses": {} } } } }
            """#
        let report = try await ImportTrial.imports(document).report
        #expect(
            report.general.contains("/docs/api.json:3: \"/a\" is there twice in one object; the last is taken"),
            "\(report.general)")
    }

    /// 8 or 10 to the power of 15, when each is followed wherever it stands.
    @Test(
        .timeLimit(.minutes(5)), arguments: ["allOf", "anyOf", "oneOf"],
        [
            "application/json", "application/x-www-form-urlencoded", "multipart/form-data", "application/xml",
        ])
    func `schemas that refer to the next many times end`(keyword: String, mediaType: String) async throws {
        for width in [8, 10] {
            var schemas = (0..<15).map { level in
                let next = Array(
                    repeating: "{ \"$ref\": \"#/components/schemas/S\(level + 1)\" }", count: width)
                return "\"S\(level)\": { \"\(keyword)\": [\(next.joined(separator: ", "))] }"
            }
            schemas.append(
                "\"S15\": { \"properties\": { \"a\": { \"type\": \"string\", \"readOnly\": true }, \"next\": {} } }")
            let content = "{ \"\(mediaType)\": { \"schema\": { \"$ref\": \"#/components/schemas/S0\" } } }"
            let member =
                "{ \"\(mediaType)\": { \"schema\": { \"properties\": { \"s\": { \"$ref\": \"#/components/schemas/S0\" } } } } }"
            for body in [content, member] {
                let trial = try await ImportTrial(
                    """
                    { "openapi": "3.0.0", "info": { "title": "T", "version": "1" }, "servers": [ { "url": "https://a.example" } ],
                      "paths": { "/a": { "post": { "requestBody": { "content": \(body) }, "responses": { "200": { "description": "",
                        "content": \(body) } } }, "get": { "parameters": [ { "name": "cursor", "in": "query", "schema": { "type": "string" } } ],
                        "responses": { "200": { "description": "", "content": \(body) } } } } },
                      "components": { "schemas": { \(schemas.joined(separator: ", ")) } } }
                    """)
                #expect(trial.imported.report.actions == 2)
            }
        }
    }

    @Test(arguments: [
        "../secrets.json", "/etc/passwd", "file:///etc/passwd", "ftp://example.org/x", "http://169.254.169.254/latest",
        "//evil.example/x.json", "a/../../x.json", "a\\..\\x", "x\u{0}.json", "%2e%2e/secrets.json",
    ])
    func `a reference out of the folder is not followed`(reference: String) async throws {
        let written = JSON.string(reference + "#/x").compact
        let asked = Asked()
        let document = ImportTrial.one(
            "\"requestBody\": { \"content\": { \"application/json\": { \"schema\": { \"type\": \"array\", \"items\": { \"$ref\": \(written) } } } } }",
            method: "post")
        let rules = DocumentPlace.Rules(folder: "/docs", allowsRemote: false)
        let documents = try await DocumentSet(.file("/docs/api.json"), rules: rules) { place in
            asked.places.withLock { $0.append(place.description) }
            return Array(document.utf8)
        }
        let imported = try OpenAPIImport(documents, OpenAPIImport.Options())
        #expect(asked.places.withLock { $0 } == ["/docs/api.json"])
        #expect(imported.report.notes.first?.reason.contains("taken as anything") == true)
        #expect(imported.report.actions == 1)
    }

    @Test func `files beside the document are read, also those that refer back`() async throws {
        let trial = try await ImportTrial(
            ImportTrial.one(
                #""parameters": [ { "$ref": "parts/params.yaml#/Limit" } ], "requestBody": { "content": { "application/json": { "schema": { "$ref": "./parts/pet.yaml" } } } }"#,
                method: "post"),
            others: [
                "parts/params.yaml": "Limit: { name: limit, in: query, schema: { type: integer } }",
                "parts/pet.yaml":
                    "type: object\nproperties:\n  name: { type: string }\n  friend: { $ref: '../parts/pet.yaml' }\n  api: { $ref: '../api.json#/info/title' }",
            ])
        let request = try await trial.requests("do_it", ["limit": 3, "name": "Rex", "friend": ["name": "Rob"]]).first
        #expect(request?.url.hasSuffix("?limit=3") == true)
        #expect(request?.text == #"{"name":"Rex","friend":{"name":"Rob"}}"#)
    }

    @Test func `references that go in circles are named`() async throws {
        let document = """
            { "openapi": "3.0.0", "info": { "title": "T", "version": "1" }, "servers": [ { "url": "https://a.example" } ],
              "paths": { "/a": { "get": { "operationId": "getA", "parameters": [ { "$ref": "#/components/parameters/A" } ], "responses": {} } },
                "/b": { "$ref": "#/paths/~1b" },
                "/c": { "post": { "operationId": "postC", "requestBody": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/X" } } } }, "responses": {} } } },
              "components": { "parameters": { "A": { "$ref": "#/components/parameters/B" }, "B": { "$ref": "#/components/parameters/A" } },
                "schemas": { "X": { "$ref": "#/components/schemas/Y" }, "Y": { "allOf": [ { "$ref": "#/components/schemas/X" } ] } } } }
            """
        let trial = try await ImportTrial(document)
        #expect(trial.connector.spec.actions.map(\.name) == ["post_c"])
        #expect(trial.imported.report.dropped.map(\.operation) == ["/b", "GET /a"])
        #expect(trial.imported.report.dropped.allSatisfy { $0.reason.contains("circles") })
    }

    @Test func `no text of a document becomes a formula, a path or a terminal's command`() async throws {
        let evil = "{{ settings.server }}'\\u001b[31m\\r\\n../../x"
        let document = """
            { "openapi": "3.0.0", "info": { "title": "\(evil)", "version": "\(evil)", "description": "\(evil)" },
              "servers": [ { "url": "https://{v}.a.example", "variables": { "v": { "default": "eu", "description": "\(evil)" }, "w": { "default": "\(evil)" } } } ],
              "paths": { "/a/{{ now }}/{b}": { "get": { "operationId": "\(evil)", "summary": "\(evil)", "tags": ["\(evil)"],
                  "parameters": [ { "name": "q{{ now }}", "in": "query", "description": "\(evil)", "schema": { "type": "string", "default": "{{ now }}" }, "required": true } ],
                  "responses": { "200": { "description": "", "content": { "application/json{{ now }}": { "schema": {} } } } } } } },
              "components": { "schemas": { "../../\(evil)": { "type": "string" } } } }
            """
        let trial = try await ImportTrial(document) { $0.name = nil }
        #expect(
            trial.imported.files.allSatisfy { file in
                !file.name.contains("..")
                    && file.name.utf8.allSatisfy {
                        (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || "_./".utf8.contains($0)
                    }
            })
        let action = try #require(trial.connector.spec.actions.first)
        #expect(action.title.unicodeScalars.allSatisfy { $0.value >= 0x20 })
        let connection = ImportTrial.connection(settings: ["v": "eu", "server": ""])
        let request = try await trial.requests(action.name, ["b": "1", " now ": "2"], connection: connection).first
        #expect(request?.url.hasPrefix("https://eu.a.example/a/") == true)
        #expect(request?.url.contains("q%7B%7B%20now%20%7D%7D=%7B%7B%20now%20%7D%7D") == true)
    }

    @Test(arguments: [
        ("{}", "neither \"openapi\" nor \"swagger\""), (#"{ "swagger": "1.2" }"#, "version 1.2"),
        (#"{ "openapi": "4.0.0" }"#, "version 4.0.0"), ("[1]", "a list"),
        (#"{ "openapi": "3.0.0", "info": {}, "paths": {} }"#, "no operations"),
        (#"{ "openapi": "3.0.0", "paths": { "/a": { "trace": {} } } }"#, "TRACE"),
    ])
    func `what is no OpenAPI document is refused`(document: String, reason: String) async throws {
        let error = await #expect(throws: ImportError.self) { _ = try await ImportTrial.imports(document) }
        #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
    }

    @Test func `a long chain of schemas takes no more than its length`() async throws {
        let count = 5_000
        let schemas = (0..<count).map {
            "\"S\($0)\": { \"type\": \"object\", \"properties\": { \"n\": { \"$ref\": \"#/components/schemas/S\($0 + 1)\" } } }"
        }
        let top =
            "\"components\": { \"schemas\": { \(schemas.joined(separator: ",")), \"S\(count)\": { \"type\": \"string\", \"readOnly\": true } } },"
        let imported = try await ImportTrial.imports(
            ImportTrial.one(
                ##""requestBody": { "content": { "application/json": { "schema": { "type": "array", "items": { "$ref": "#/components/schemas/S0" } } } } }"##,
                method: "post", top: top))
        #expect(imported.files.count == count + 3)
    }

    @Test func `a document of wrong kinds everywhere ends without a crash`() async throws {
        for filler in ["null", "7", "\"x\"", "[[]]", "{\"a\": [1]}", "true"] {
            let document = """
                { "openapi": "3.0.0", "info": \(filler), "servers": \(filler), "security": \(filler), "tags": \(filler), "components": \(filler),
                  "paths": { "/a": { "parameters": \(filler), "get": { "operationId": \(filler), "parameters": \(filler), "requestBody": \(filler),
                    "responses": \(filler), "security": \(filler), "servers": \(filler), "tags": \(filler), "summary": \(filler) },
                    "post": { "parameters": [ { "name": "p", "in": "query", "schema": { "type": \(filler), "enum": \(filler), "properties": \(filler),
                      "items": \(filler), "allOf": \(filler), "required": \(filler), "default": \(filler), "discriminator": \(filler), "minimum": \(filler), "title": \(filler) } } ] } }, "/b": \(filler) } }
                """
            _ = try await ImportTrial(document)
        }
    }
}

/// Which documents were asked for.
private final class Asked: Sendable {
    let places = Mutex<[String]>([])
}
