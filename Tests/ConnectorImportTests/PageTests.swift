// Lists that come in pages are gathered, in each of the ways that documents describe.

import ConnectorKit
import JSONCore
import Testing

struct PageTests {
    private static func list(parameters: [String], schema: String, headers: String = "") -> String {
        let written = parameters.map {
            "{ \"name\": \"\($0)\", \"in\": \"query\", \"schema\": { \"type\": \"\(type(of: $0))\" } }"
        }
        return """
            { "openapi": "3.0.0", "info": { "title": "T", "version": "1" }, "servers": [ { "url": "https://a.example" } ],
              "paths": { "/pets": { "get": { "operationId": "listPets", "parameters": [ \(written.joined(separator: ", ")) ],
                "responses": { "200": { "description": "", \(headers) "content": { "application/json": { "schema": \(schema) } } } } } } } }
            """
    }

    private static func type(of name: String) -> String {
        ["cursor", "starting_after"].contains(name) ? "string" : "integer"
    }

    private static func object(_ more: String) -> String {
        "{ \"type\": \"object\", \"properties\": { \"data\": { \"type\": \"array\", \"items\": { \"type\": \"object\", \"properties\": { \"id\": { \"type\": \"integer\" } } } }, \(more) } }"
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let document: String
        let answers: [HTTPAnswer]
        let second: String
        var testDescription: String { name }
    }

    static let cases = [
        Case(
            name: "Link header",
            document: list(
                parameters: ["page"], schema: #"{ "type": "array", "items": { "type": "object" } }"#,
                headers: #""headers": { "Link": { "schema": { "type": "string" } } },"#),
            answers: [
                ImportTrial.answer(
                    #"[{"id":1}]"#,
                    [("link", "<https://a.example/pets?page=2>; rel=\"next\", <https://a.example/>; rel=\"last\"")]),
                ImportTrial.answer(#"[{"id":2}]"#),
            ], second: "https://a.example/pets?page=2"),
        Case(
            name: "Link header with other words",
            document: list(
                parameters: ["page"], schema: #"{ "type": "array", "items": { "type": "object" } }"#,
                headers: #""headers": { "Link": { "schema": { "type": "string" } } },"#),
            answers: [
                ImportTrial.answer(
                    #"[{"id":1}]"#,
                    [
                        (
                            "link",
                            #"<https://a.example/old>; rel=next-archive, <https://a.example/pets?page=2,x>; title="a, <b>; rel=no"; REL="last next""#
                        )
                    ]),
                ImportTrial.answer(#"[{"id":2}]"#),
            ], second: "https://a.example/pets?page=2,x"),
        Case(
            name: "next address",
            document: list(
                parameters: [],
                schema: object(
                    #""links": { "type": "object", "properties": { "next": { "type": "string", "nullable": true } } }"#)
            ),
            answers: [
                ImportTrial.answer(#"{"data":[{"id":1}],"links":{"next":"/pets?after=x"}}"#),
                ImportTrial.answer(#"{"data":[{"id":2}],"links":{"next":null}}"#),
            ], second: "https://a.example/pets?after=x"),
        Case(
            name: "cursor",
            document: list(
                parameters: ["cursor"],
                schema: object(#""meta": { "type": "object", "properties": { "next_cursor": { "type": "string" } } }"#)),
            answers: [
                ImportTrial.answer(#"{"data":[{"id":1}],"meta":{"next_cursor":"c 2"}}"#),
                ImportTrial.answer(#"{"data":[{"id":2}],"meta":{}}"#),
            ], second: "https://a.example/pets?cursor=c%202"),
        Case(
            name: "last record",
            document: list(parameters: ["starting_after"], schema: object(#""has_more": { "type": "boolean" }"#)),
            answers: [
                ImportTrial.answer(#"{"data":[{"id":1}],"has_more":true}"#),
                ImportTrial.answer(#"{"data":[{"id":2}],"has_more":false}"#),
            ], second: "https://a.example/pets?starting_after=1"),
        Case(
            name: "page number",
            document: list(parameters: ["page"], schema: object(#""total": { "type": "integer" }"#)),
            answers: [
                ImportTrial.answer(#"{"data":[{"id":1}]}"#), ImportTrial.answer(#"{"data":[{"id":2}]}"#),
                ImportTrial.answer(#"{"data":[]}"#),
            ], second: "https://a.example/pets?page=2"),
        Case(
            name: "offset", document: list(parameters: ["offset"], schema: object(#""total": { "type": "integer" }"#)),
            answers: [
                ImportTrial.answer(#"{"data":[{"id":1}]}"#), ImportTrial.answer(#"{"data":[{"id":2}]}"#),
                ImportTrial.answer(#"{"data":[]}"#),
            ], second: "https://a.example/pets?offset=1"),
        Case(
            name: "the next offset of the answer",
            document: list(
                parameters: ["from", "limit"],
                schema: object(#""from": { "type": "integer" }, "next": { "type": "integer", "nullable": true }"#)),
            answers: [
                ImportTrial.answer(#"{"data":[{"id":1}],"from":90,"next":70}"#),
                ImportTrial.answer(#"{"data":[{"id":2}],"from":70,"next":null}"#),
            ], second: "https://a.example/pets?from=70"),
        Case(
            name: "offset, where there are page numbers too",
            document: list(parameters: ["page", "hitsPerPage", "offset", "limit"], schema: object(#""total": {}"#)),
            answers: [
                ImportTrial.answer(#"{"data":[{"id":1}]}"#), ImportTrial.answer(#"{"data":[{"id":2}]}"#),
                ImportTrial.answer(#"{"data":[]}"#),
            ], second: "https://a.example/pets?offset=1"),
        Case(
            name: "a word that there is more",
            document: list(parameters: ["offset", "limit"], schema: object(#""more": { "type": "boolean" }"#)),
            answers: [
                ImportTrial.answer(#"{"data":[{"id":1}],"more":true}"#),
                ImportTrial.answer(#"{"data":[{"id":2}],"more":false}"#),
            ], second: "https://a.example/pets?offset=1"),
    ]

    @Test func `a system that gives less at once than it was asked for is asked again`() async throws {
        let document = Self.list(parameters: ["page"], schema: Self.object(#""total": { "type": "integer" }"#))
            .replacing(
                "\"parameters\": [",
                with:
                    #""parameters": [ { "name": "limit", "in": "query", "schema": { "type": "integer", "default": 1 } }, "#
            )
        let client = AnsweringClient([
            ImportTrial.answer(#"{"data":[{"id":1}]}"#), ImportTrial.answer(#"{"data":[{"id":2}]}"#),
            ImportTrial.answer(#"{"data":[]}"#),
        ])
        let output = try await ImportTrial(document).call("list_pets", ["limit": 5], client: client)
        #expect(output["items"] == [["id": 1], ["id": 2]] && output["more"] == false)
    }

    @Test func `a parameter that may be a time is no offset`() async throws {
        let document = Self.list(parameters: ["from"], schema: Self.object(#""total": {}"#))
        let trial = try await ImportTrial(document.replacing("\"integer\" } } ]", with: "\"string\" } } ]"))
        #expect(try trial.file("actions/list_pets.json")["paginate"] == nil)
    }

    @Test(arguments: cases) func `all pages are one list`(_ trial: Case) async throws {
        let imported = try await ImportTrial(trial.document)
        let client = AnsweringClient(trial.answers)
        let output = try await imported.call("list_pets", [:], client: client)
        #expect(output["items"] == [["id": 1], ["id": 2]])
        #expect(client.requests.dropFirst().first?.url == trial.second)
    }

    @Test func `a page that is not full is the last`() async throws {
        let imported = try await ImportTrial(
            Self.list(parameters: ["page", "per_page"], schema: Self.object(#""total": { "type": "integer" }"#)))
        let client = AnsweringClient([ImportTrial.answer(#"{"data":[{"id":1}]}"#)])
        _ = try await imported.call("list_pets", ["per_page": 2, "page": 3], client: client)
        #expect(client.requests.map(\.url) == ["https://a.example/pets?page=3&per_page=2"])
    }

    @Test func `a server that gives the same page again and again is an error`() async throws {
        let imported = try await ImportTrial(
            Self.list(parameters: ["page"], schema: Self.object(#""total": { "type": "integer" }"#)))
        let client = AnsweringClient([ImportTrial.answer(#"{"data":[{"id":1}]}"#)])
        await #expect(throws: ConnectorError.self) { _ = try await imported.call("list_pets", [:], client: client) }
        #expect(client.requests.count == 2)
    }

    @Test func `the number of records can be bounded`() async throws {
        let imported = try await ImportTrial(
            Self.list(parameters: ["cursor"], schema: Self.object(#""next_cursor": { "type": "string" }"#)))
        let client = AnsweringClient([ImportTrial.answer(#"{"data":[{"id":1},{"id":2}],"next_cursor":"n"}"#)])
        let output = try await imported.call("list_pets", ["max_records": 1], client: client)
        #expect(output == ["items": [["id": 1]], "count": 1, "more": true])
    }
}
