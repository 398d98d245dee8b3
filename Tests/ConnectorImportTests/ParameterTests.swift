// Parameters in every style (OpenAPI 3.1 §4.8.12.2) and every collection format of Swagger 2.0.

import ConnectorKit
import JSONCore
import Testing

struct ParameterTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let parameter: String
        let value: JSON
        /// After `https://api.trial.example/v1`.
        let target: String
        var path = "/things"
        var testDescription: String { parameter }
    }

    private static let list: JSON = ["blue", "black, brown"]
    private static let object: JSON = ["R": 100, "G": "a b"]
    private static let schemas = [
        "list": #""schema": { "type": "array", "items": { "type": "string" } }"#,
        "object": #""schema": { "type": "object" }"#, "text": #""schema": { "type": "string" }"#,
    ]

    private static func query(_ kind: String, _ more: String, _ value: JSON, _ target: String) -> Case {
        Case(
            parameter: "{ \"name\": \"color\", \"in\": \"query\", \(more) \(schemas[kind] ?? "") }", value: value,
            target: "/things" + target)
    }

    private static func path(_ kind: String, _ more: String, _ value: JSON, _ target: String) -> Case {
        Case(
            parameter:
                "{ \"name\": \"color\", \"in\": \"path\", \"required\": true, \(more) \(schemas[kind] ?? "") }",
            value: value, target: "/things/" + target, path: "/things/{color}")
    }

    static let cases = [
        query("text", "", "a b&c=d", "?color=a%20b%26c%3Dd"),
        query("text", #""allowReserved": true,"#, "a/b:c&d", "?color=a/b:c%26d"),
        query("list", "", list, "?color=blue&color=black%2C%20brown"),
        query("list", #""explode": false,"#, list, "?color=blue,black%2C%20brown"),
        query("list", #""style": "spaceDelimited", "explode": false,"#, ["a", "b"], "?color=a%20b"),
        query("list", #""style": "pipeDelimited", "explode": false,"#, ["a", "b"], "?color=a%7Cb"),
        query("list", #""style": "pipeDelimited", "explode": true,"#, ["a", "b"], "?color=a&color=b"),
        query("list", "", [], ""),
        query("object", "", object, "?R=100&G=a%20b"),
        query("object", #""explode": false,"#, object, "?color=R,100,G,a%20b"),
        query("object", #""style": "deepObject","#, object, "?color%5BR%5D=100&color%5BG%5D=a%20b"),
        query(
            "object", #""style": "deepObject","#, ["a": ["b": [1, 2]]],
            "?color%5Ba%5D%5Bb%5D%5B0%5D=1&color%5Ba%5D%5Bb%5D%5B1%5D=2"),
        path("text", "", "a/../b", "a%2F..%2Fb"),
        path("list", "", ["a", "b"], "a,b"),
        path("object", "", ["x": 1, "y": 2], "x,1,y,2"),
        path("object", #""explode": true,"#, ["x": 1, "y": 2], "x=1,y=2"),
        path("list", #""style": "label","#, ["a", "b"], ".a,b"),
        path("list", #""style": "label", "explode": true,"#, ["a", "b"], ".a.b"),
        path("object", #""style": "label", "explode": true,"#, ["x": 1, "y": 2], ".x=1.y=2"),
        path("text", #""style": "matrix","#, "blue", ";color=blue"),
        path("list", #""style": "matrix","#, ["a", "b"], ";color=a,b"),
        path("list", #""style": "matrix", "explode": true,"#, ["a", "b"], ";color=a;color=b"),
        path("object", #""style": "matrix", "explode": true,"#, ["x": 1, "y": 2], ";x=1;y=2"),
        Case(
            parameter:
                #"{ "name": "filter", "in": "query", "content": { "application/json": { "schema": { "type": "object" } } } }"#,
            value: ["a": [1]], target: "/things?filter=%7B%22a%22%3A%5B1%5D%7D"),
    ]

    @Test(arguments: cases) func `a parameter looks as its style says`(_ trial: Case) async throws {
        let imported = try await ImportTrial(
            ImportTrial.one("\"parameters\": [ \(trial.parameter) ]", path: trial.path))
        let name = try JSON(parsing: trial.parameter)["name"]?.string ?? ""
        let request = try await imported.requests("do_it", .object([name: trial.value])).first
        #expect(request?.url == "https://api.trial.example/v1" + trial.target)
    }

    @Test(arguments: [
        ("csv", "?ids=1,2"), ("ssv", "?ids=1%202"), ("pipes", "?ids=1%7C2"), ("multi", "?ids=1&ids=2"),
    ])
    func `a list of Swagger 2 is joined as its collectionFormat says`(format: String, query: String) async throws {
        let trial = try await ImportTrial(
            ImportTrial.two(
                """
                "parameters": [ { "name": "ids", "in": "query", "type": "array", "items": { "type": "integer" },
                  "collectionFormat": "\(format)" } ]
                """))
        let request = try await trial.requests("do_it", ["ids": [1, 2]]).first
        #expect(request?.url == "https://api.trial.example/v1/things" + query)
    }

    @Test func `headers and cookies are sent, and those that the client makes are no input`() async throws {
        let trial = try await ImportTrial(
            ImportTrial.one(
                """
                "parameters": [
                  { "name": "X-Ids", "in": "header", "schema": { "type": "array", "items": { "type": "string" } } },
                  { "name": "session", "in": "cookie", "schema": { "type": "string" } },
                  { "name": "tags", "in": "cookie", "explode": false, "schema": { "type": "array", "items": { "type": "string" } } },
                  { "name": "Accept", "in": "header", "schema": { "type": "string" } },
                  { "name": "Authorization", "in": "header", "required": true, "schema": { "type": "string" } } ]
                """))
        let input: JSON = ["X-Ids": ["a", "b"], "session": "s 1", "tags": ["x", "y"]]
        let request = try await trial.requests("do_it", input).first
        #expect(request?.header("x-ids") == "a,b")
        #expect(request?.header("cookie") == "session=s%201; tags=x,y")
        #expect(trial.connector.spec.action("do_it")?.input.properties.map(\.name) == ["X-Ids", "session", "tags"])
        await #expect(throws: (any Error).self) { try await trial.requests("do_it", ["X-Ids": ["a\r\nX: b"]]) }
    }

    @Test func `an empty value of a path is an error, not another address`() async throws {
        let trial = try await ImportTrial(
            ImportTrial.one(
                #""parameters": [ { "name": "id", "in": "path", "required": true, "schema": { "type": "string" } } ]"#,
                path: "/things/{id}"))
        for value in ["", ".", ".."] {
            await #expect(throws: ConnectorError.self) {
                _ = try await trial.call(
                    "do_it", ["id": .string(value)], client: AnsweringClient([ImportTrial.answer("{}")]))
            }
        }
    }

    @Test func `parameters of a path are those of its operations, and the same name in two places is two members`()
        async throws
    {
        let trial = try await ImportTrial(
            """
            { "openapi": "3.0.0", "info": { "title": "T", "version": "1" }, "servers": [ { "url": "https://a.example" } ],
              "paths": { "/a/{id}": { "parameters": [ { "$ref": "#/components/parameters/Id" },
                  { "name": "v", "in": "query", "schema": { "type": "integer", "default": 1 }, "required": true } ],
                "get": { "operationId": "getThing", "parameters": [ { "name": "id", "in": "query", "schema": { "type": "string" } } ],
                  "responses": {} } } },
              "components": { "parameters": { "Id": { "name": "id", "in": "path", "required": true, "schema": { "type": "string" } } } } }
            """)
        let request = try await trial.requests("get_thing", ["id": "7", "id_query": "q"]).first
        #expect(request?.url == "https://a.example/a/7?id=q&v=1")
    }

    @Test func `a parameter of the path that the path doesn't have is told of`() async throws {
        let imported = try await ImportTrial.imports(
            ImportTrial.one(
                #""parameters": [ { "name": "id", "in": "path", "required": true, "schema": { "type": "string" } } ]"#))
        #expect(
            imported.report.notes.map(\.reason) == ["the parameter id has no place in its path, so it is left out"])
    }
}
