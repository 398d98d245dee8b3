// Schemas: what OpenAPI writes in its own way comes out as JSON Schema.

import JSONCore
import RecipeLanguage
import Testing

@testable import ConnectorImport

struct SchemaTests {
    private func schema(_ text: String, top: String = "", version: String = "3.0.3") async throws -> JSON {
        let trial = try await ImportTrial(
            ImportTrial.one(
                "\"requestBody\": { \"content\": { \"application/json\": { \"schema\": \(text) } } }", method: "post",
                top: top, version: version))
        let input = try trial.file("actions/do_it.json")["input"]
        return input?["properties"]?["body"] ?? input ?? .null
    }

    @Test(arguments: [
        (
            #"{ "type": "string", "nullable": true, "enum": ["a"] }"#,
            #"{ "type": ["string", "null"], "enum": ["a", null] }"#
        ),
        (
            #"{ "type": "integer", "minimum": 1, "exclusiveMinimum": true }"#,
            #"{ "type": "integer", "exclusiveMinimum": 1 }"#
        ),
        (#"{ "type": "integer", "exclusiveMaximum": 9 }"#, #"{ "type": "integer", "exclusiveMaximum": 9 }"#),
        (#"{ "type": "string", "enum": [1, true, "x"] }"#, #"{ "type": "string", "enum": ["1", "true", "x"] }"#),
        (#"{ "type": "number", "minimum": "1.5", "maxLength": -1 }"#, #"{ "type": "number", "minimum": 1.5 }"#),
        (
            #"{ "type": "String", "required": true, "x-more": 1, "example": "e" }"#,
            #"{ "type": "string", "examples": ["e"] }"#
        ),
        (#"{ "type": ["integer", "null"] }"#, #"{ "type": ["integer", "null"] }"#),
        (
            #"{ "type": "array", "items": [ { "type": "string" } ] }"#,
            #"{ "type": "array", "prefixItems": [ { "type": "string" } ] }"#
        ),
        (
            #"{ "anyOf": [ { "type": "string" }, { "not": { "const": 1 } } ] }"#,
            #"{ "anyOf": [ { "type": "string" }, { "not": { "const": 1 } } ] }"#
        ),
        (
            #"{ "type": "object", "additionalProperties": { "type": "integer" } }"#,
            #"{ "type": "object", "additionalProperties": { "type": "integer" } }"#
        ),
    ])
    func `a schema of any version is JSON Schema`(written: String, expected: String) async throws {
        #expect(try await schema(written) == JSON(parsing: expected))
    }

    @Test func `a member that only the system sets is no input, and one that it only takes no output`() async throws {
        let trial = try await ImportTrial(
            """
            { "openapi": "3.0.0", "info": { "title": "T", "version": "1" }, "servers": [ { "url": "https://a.example" } ],
              "paths": { "/users": { "post": { "operationId": "addUser",
                "requestBody": { "required": true, "content": { "application/json": { "schema": { "type": "array", "items": { "$ref": "#/components/schemas/User" } } } } },
                "responses": { "201": { "description": "", "content": { "application/json": { "schema": { "$ref": "#/components/schemas/User" } } } } } } } },
              "components": { "schemas": { "User": { "type": "object", "required": ["id", "name", "password"], "properties": {
                "id": { "type": "string", "readOnly": true }, "name": { "type": "string" }, "password": { "type": "string", "writeOnly": true },
                "boss": { "$ref": "#/components/schemas/User" } } } } } }
            """)
        let input = try trial.file("schemas/user_input.json")
        #expect(input["required"] == ["name", "password"])
        #expect(input["properties"]?["id"] == nil)
        #expect(input["properties"]?["boss"]?["$ref"] == "../schemas/user_input.json")
        let output = try trial.file("schemas/user.json")
        #expect(output["properties"]?["password"] == nil)
        #expect(output["required"] == ["id", "name"])
        #expect(trial.connector.spec.action("add_user")?.output.property("boss")?.schema.isAny == true)
    }

    @Test func `what one part of a schema says the system sets is left out of all its parts`() async throws {
        let trial = try await ImportTrial(
            ImportTrial.one(
                """
                "requestBody": { "content": { "application/json": { "schema": { "type": "array", "items": { "allOf": [
                  { "$ref": "#/components/schemas/Named" }, { "$ref": "#/components/schemas/Other" },
                  { "properties": { "id": { "readOnly": true }, "note": { "type": "string" } }, "required": ["note", "id"] } ],
                  "required": ["id", "name"] } } } } }
                """, method: "post",
                top: """
                    "components": { "schemas": { "Named": { "required": ["id", "name"], "properties": { "id": { "type": "string" },
                      "name": { "type": "string" } } }, "Other": { "properties": { "age": { "type": "integer" } } } } },
                    """))
        let items = try trial.file("actions/do_it.json")["input"]?["properties"]?["body"]?["items"]
        #expect(
            items == [
                "required": ["name"],
                "allOf": [
                    ["required": ["name"], "properties": ["name": ["type": "string"]]],
                    ["$ref": "../schemas/other.json"],
                    ["required": ["note"], "properties": ["note": ["type": "string"]]],
                ],
            ], "\(items?.compact ?? "none")")
    }

    @Test func `members of a body that the system sets are left out however often they are described`() async throws {
        let trial = try await ImportTrial(
            ImportTrial.one(
                """
                "requestBody": { "required": true, "content": { "application/json": { "schema": { "allOf": [
                  { "properties": { "id": { "type": "string", "readOnly": true }, "name": { "type": "string" } } },
                  { "properties": { "id": { "type": "string" } }, "required": ["id", "name"] } ] } } } }
                """, method: "post"))
        let input = try trial.file("actions/do_it.json")["input"]
        #expect(
            input?["required"] == ["name"] && input?["properties"]?.object?.map(\.key) == ["name"],
            "\(input?.compact ?? "")")
    }

    @Test func `a discriminator says which value each alternative has`() async throws {
        let top = """
            "components": { "schemas": {
              "Cat": { "type": "object", "required": ["kind"], "properties": { "kind": { "type": "string" }, "lives": { "type": "integer" } } },
              "Dog": { "type": "object", "required": ["kind"], "properties": { "kind": { "type": "string" } } } } },
            """
        let one = ##"{ "$ref": "#/components/schemas/Cat" }, { "$ref": "#/components/schemas/Dog" }"##
        let mapped = try await schema(
            ##"{ "oneOf": [ \##(one) ], "discriminator": { "propertyName": "kind", "mapping": { "cat": "#/components/schemas/Cat", "dog": "Dog" } } }"##,
            top: top)
        #expect(mapped["oneOf"]?[0]?["properties"]?["kind"]?["enum"] == ["cat"])
        #expect(mapped["oneOf"]?[1]?["properties"]?["kind"]?["enum"] == ["dog"])
        let implied = try await schema(
            "{ \"oneOf\": [ \(one) ], \"discriminator\": { \"propertyName\": \"kind\" } }", top: top)
        #expect(implied["oneOf"]?[0]?["properties"]?["kind"]?["enum"] == ["Cat"])
    }

    @Test func `schemas that hold themselves end, and definitions in definitions are found`() async throws {
        let top = """
            "components": { "schemas": { "Node": { "type": "object", "properties": { "children": { "type": "array", "items": { "$ref": "#/components/schemas/Node" } },
              "leaf": { "$ref": "#/components/schemas/Node/$defs/leaf" }, "named": { "$ref": "#leafy" } },
              "$defs": { "leaf": { "$anchor": "leafy", "type": "string" } } } } },
            """
        let trial = try await ImportTrial(
            ImportTrial.one(
                ##""requestBody": { "content": { "application/json": { "schema": { "type": "array", "items": { "$ref": "#/components/schemas/Node" } } } } }"##,
                method: "post", top: top, version: "3.1.0"))
        #expect(try trial.file("schemas/leaf.json")["type"] == "string")
        #expect(try trial.file("schemas/node.json")["properties"]?["named"]?["$ref"] == "../schemas/leaf.json")
        let whole = try #require(trial.connector.schemas(of: "do_it"))
        #expect(whole.input["$defs"]?["node"]?["properties"]?["children"]?["items"]?["$ref"] == "#/$defs/node")
        let read = Schema.read(whole.input)
        #expect(read.problems.isEmpty)
    }

    @Test func `of a schema that leads far the upper levels are known and the rest is anything`() async throws {
        let schemas = (0..<30).map { level in
            let members = (0..<8).map { "\"m\($0)\": { \"$ref\": \"#/components/schemas/S\(level + 1)\" }" }
            return "\"S\(level)\": { \"type\": \"object\", \"properties\": { \(members.joined(separator: ", ")) } }"
        }
        let top =
            "\"components\": { \"schemas\": { \(schemas.joined(separator: ", ")), \"S30\": { \"type\": \"string\" } } },"
        let trial = try await ImportTrial(
            ImportTrial.one(
                ##""requestBody": { "content": { "application/json": { "schema": { "type": "array", "items": { "$ref": "#/components/schemas/S0" } } } } }"##,
                method: "post", top: top))
        let items = trial.connector.spec.action("do_it")?.input.property("body")?.schema.items?.value
        #expect(items?.properties.count == 8)
        #expect(items?.property("m7")?.schema.kinds == [.object])
    }
}
