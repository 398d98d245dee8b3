// Bodies in every media type.

import ConnectorKit
import JSONCore
import Testing

struct BodyTests {
    private static func post(_ type: String, _ schema: String, _ more: String = "", top: String = "") -> String {
        ImportTrial.one(
            """
            "requestBody": { "required": true, "content": { "\(type)": { "schema": \(schema) \(more) } } }
            """, method: "post", top: top)
    }

    private func sent(_ document: String, _ input: JSON) async throws -> HTTPRequest {
        let requests = try await ImportTrial(document).requests("do_it", input)
        return try #require(requests.first)
    }

    @Test func `the members of a plain object are members of the input`() async throws {
        let schema =
            #"{ "type": "object", "required": ["a"], "properties": { "a": { "type": "number" }, "b": { "type": "string" } } }"#
        let trial = try await ImportTrial(Self.post("application/json", schema))
        let request = try await trial.requests("do_it", ["a": 1]).first
        #expect(request?.text == #"{"a":1}"#)
        #expect(request?.header("content-type") == "application/json")
        #expect(trial.connector.spec.action("do_it")?.input.property("a")?.required == true)
    }

    @Test(arguments: [
        #"{ "type": "array", "items": { "type": "integer" } }"#,
        #"{ "oneOf": [ { "type": "array" }, { "type": "object" } ] }"#,
        "{}",
    ])
    func `what is no plain object is the member body`(schema: String) async throws {
        let request = try await sent(Self.post("application/vnd.api+json", schema), ["body": [1, 2]])
        #expect(request.text == "[1,2]")
        #expect(request.header("content-type") == "application/vnd.api+json")
    }

    @Test func `an object with a member that a parameter has is the member body`() async throws {
        let document = ImportTrial.one(
            """
            "parameters": [ { "name": "id", "in": "query", "schema": { "type": "string" } } ],
            "requestBody": { "content": { "application/json": { "schema": { "type": "object", "properties": { "id": { "type": "string" } } } } } }
            """, method: "post")
        let request = try await sent(document, ["id": "1", "body": ["id": "2"]])
        #expect(request.url.hasSuffix("?id=1"))
        #expect(request.text == #"{"id":"2"}"#)
    }

    @Test func `a body that is not required and not given is not sent`() async throws {
        let document = ImportTrial.one(
            #""requestBody": { "content": { "application/json": { "schema": { "type": "object", "properties": { "a": { "type": "string" } } } } } }"#,
            method: "post")
        let request = try await sent(document, [:])
        #expect(request.body.isEmpty)
        #expect(request.header("content-type") == nil)
    }

    @Test(arguments: [
        ("{}", []), (#"{"a":1,"b":"x"}"#, []), (#"{"a":1}"#, []),
        (#"{"b":"x"}"#, [#"/a is required beside "b", but missing"#]),
    ])
    func `a body that is not required asks for its members once there is one`(
        input: String, messages: [String]
    ) async throws {
        let document = ImportTrial.one(
            #""requestBody": { "content": { "application/json": { "schema": { "type": "object", "required": ["a"], "properties": { "a": { "type": "number" }, "b": { "type": "string" } } } } } }"#,
            method: "post")
        let trial = try await ImportTrial(document)
        let schema = try #require(trial.connector.spec.action("do_it")).input
        let given = try JSON(parsing: input)
        #expect(schema.typed(given).mismatches.map(\.message) == messages)
        guard messages.isEmpty else { return }
        let request = try await trial.requests("do_it", given).first
        #expect(request?.text == (given == [:] ? "" : input))
    }

    @Test func `a form is encoded as its encoding says`() async throws {
        let request = try await sent(
            Self.post(
                "application/x-www-form-urlencoded",
                #"{ "type": "object", "properties": { "a": { "type": "string" }, "list": { "type": "array", "items": { "type": "string" } }, "csv": { "type": "array", "items": { "type": "string" } }, "card": { "type": "object" }, "plain": { "type": "object" } } }"#,
                #", "encoding": { "csv": { "explode": false }, "card": { "style": "deepObject", "explode": true } }"#),
            [
                "a": "x y", "list": ["1", "2"], "csv": ["1", "2"], "card": ["n": 1, "of": ["a": true]],
                "plain": ["k": 1],
            ])
        #expect(
            request.text
                == "a=x%20y&list=1&list=2&csv=1,2&card%5Bn%5D=1&card%5Bof%5D%5Ba%5D=true&plain=%7B%22k%22%3A1%7D")
        #expect(request.header("content-type") == "application/x-www-form-urlencoded")
    }

    @Test func `files and fields are parts, each of its own type`() async throws {
        let request = try await sent(
            Self.post(
                "multipart/form-data",
                #"{ "type": "object", "required": ["photo"], "properties": { "note": { "type": "string" }, "tags": { "type": "array", "items": { "type": "string" } }, "meta": { "type": "object" }, "photo": { "type": "string", "format": "binary" } } }"#,
                #", "encoding": { "photo": { "contentType": "image/png, image/jpeg" } }"#),
            [
                "note": "hi", "tags": ["a", "b"], "meta": ["k": 1],
                "photo": ["base64": "UE5H", "filename": "p.png"],
            ])
        let text = request.text
        #expect(request.header("content-type")?.hasPrefix("multipart/form-data; boundary=") == true)
        #expect(text.contains("name=\"note\"\r\n\r\nhi\r\n"))
        #expect(text.contains("name=\"tags\"\r\n\r\na\r\n") && text.contains("name=\"tags\"\r\n\r\nb\r\n"))
        #expect(text.contains("name=\"meta\"\r\nContent-Type: application/json\r\n\r\n{\"k\":1}"))
        #expect(text.contains("name=\"photo\"; filename=\"p.png\"\r\nContent-Type: image/png\r\n\r\nPNG\r\n"))
    }

    @Test(arguments: [
        (#"{ "anyOf": [ { "type": "string", "format": "binary" }, { "type": "null" } ] }"#, #"{ "text": "x" }"#),
        (##"{ "allOf": [ { "$ref": "#/components/schemas/Bin" } ] }"##, #"{ "text": "x" }"#),
        (
            ##"{ "oneOf": [ { "type": "array", "items": { "$ref": "#/components/schemas/Bin" } }, { "$ref": "#/components/schemas/Bin" } ] }"##,
            #"[ { "text": "x" } ]"#
        ),
        (
            ##"{ "oneOf": [ { "type": "array", "items": { "$ref": "#/components/schemas/Bin" } }, { "$ref": "#/components/schemas/Bin" } ] }"##,
            #"{ "text": "x" }"#
        ),
    ])
    func `a file is a file in whatever way its schema says so, and then the body has parts`(
        schema: String, value: String
    )
        async throws
    {
        let content = { (type: String) in
            "\"\(type)\": { \"schema\": { \"type\": \"object\", \"properties\": { \"f\": \(schema) } } }"
        }
        let trial = try await ImportTrial(
            ImportTrial.one(
                "\"requestBody\": { \"content\": { \(content("application/json")), \(content("multipart/form-data")) } }",
                method: "post",
                top: ##""components": { "schemas": { "Bin": { "type": "string", "format": "binary" } } },"##))
        let request = try #require(try await trial.requests("do_it", ["f": JSON(parsing: value)]).first)
        #expect(request.header("content-type")?.hasPrefix("multipart/form-data") == true)
        #expect(request.text.contains("name=\"f\"; filename=") && request.text.contains("\r\nx\r\n"))
    }

    @Test func `a media type that is left out is in the report`() async throws {
        let trial = try await ImportTrial(
            ImportTrial.one(
                """
                "requestBody": { "content": { "application/json": { "schema": { "type": "object" } },
                  "application/octet-stream": { "schema": { "type": "string", "format": "binary" } } } }
                """, method: "post"))
        #expect(
            trial.imported.report.notes.map(\.reason).contains {
                $0.contains("the document also has application/octet-stream")
            })
    }

    @Test func `XML follows the names, attributes, namespaces and wrappers of the schema`() async throws {
        let top = """
            "components": { "schemas": {
              "Order": { "type": "object", "xml": { "namespace": "urn:o", "prefix": "o" }, "properties": {
                "id": { "type": "integer", "xml": { "attribute": true } }, "note": { "type": "string" },
                "lines": { "type": "array", "xml": { "wrapped": true, "name": "rows" }, "items": { "$ref": "#/components/schemas/Line" } },
                "tag": { "type": "array", "items": { "type": "string", "xml": { "name": "t" } } } } },
              "Line": { "type": "object", "xml": { "name": "row" }, "properties": { "sku": { "type": "string" } } } } },
            """
        let request = try await sent(
            Self.post("application/xml", ##"{ "$ref": "#/components/schemas/Order" }"##, top: top),
            ["body": ["id": 7, "note": "a<b & \"c\"", "lines": [["sku": "x"], ["sku": "y"]], "tag": ["1", "2"]]])
        #expect(
            request.text == """
                <?xml version="1.0" encoding="UTF-8"?><o:Order xmlns:o="urn:o" id="7"><note>a&lt;b &amp; &quot;c&quot;</note>\
                <rows><row><sku>x</sku></row><row><sku>y</sku></row></rows><t>1</t><t>2</t></o:Order>
                """)
        #expect(request.header("content-type") == "application/xml")
    }

    @Test func `markup in the name of a member is refused`() async throws {
        let trial = try await ImportTrial(Self.post("application/xml", #"{ "type": "object" }"#))
        await #expect(throws: ConnectorError.self) {
            _ = try await trial.call(
                "do_it", ["body": ["a><b": 1]], client: AnsweringClient([ImportTrial.answer("{}")]))
        }
    }

    @Test func `texts and files are sent as they are`() async throws {
        let text = try await sent(Self.post("text/plain", #"{ "type": "string" }"#), ["body": "päge"])
        #expect(text.text == "päge")
        #expect(text.header("content-type") == "text/plain")
        let file = try await sent(
            Self.post("application/octet-stream", #"{ "type": "string", "format": "binary" }"#),
            ["body": ["base64": "AAEC"]])
        #expect(file.body == [0, 1, 2])
        #expect(file.header("content-type") == "application/octet-stream")
    }

    @Test func `a form of Swagger 2 with a file has parts`() async throws {
        let document = ImportTrial.two(
            """
            "consumes": ["multipart/form-data"], "parameters": [
              { "name": "name", "in": "formData", "type": "string", "required": true },
              { "name": "file", "in": "formData", "type": "file" } ]
            """, method: "post")
        let request = try await sent(document, ["name": "n", "file": ["text": "body", "filename": "a.txt"]])
        #expect(request.text.contains("name=\"name\"\r\n\r\nn\r\n"))
        #expect(request.text.contains("name=\"file\"; filename=\"a.txt\""))
        let form = try await sent(
            ImportTrial.two(
                #""parameters": [ { "name": "l", "in": "formData", "type": "array", "items": { "type": "string" }, "collectionFormat": "multi" } ]"#,
                method: "post"), ["l": ["a", "b"]])
        #expect(form.text == "l=a&l=b")
    }

    @Test func `a body of Swagger 2 is JSON`() async throws {
        let document = ImportTrial.two(
            ##""parameters": [ { "name": "pet", "in": "body", "required": true, "schema": { "$ref": "#/definitions/Pet" } } ]"##,
            method: "post",
            top:
                #""definitions": { "Pet": { "allOf": [ { "type": "object", "properties": { "name": { "type": "string" } } }, { "type": "object", "required": ["age"], "properties": { "age": { "type": "integer" } } } ] } },"#
        )
        #expect(try await sent(document, ["name": "Rex", "age": 3]).text == #"{"name":"Rex","age":3}"#)
    }

    @Test func `a header for an idempotency key is filled by the engine`() async throws {
        let trial = try await ImportTrial(
            ImportTrial.one(
                #""parameters": [ { "name": "Idempotency-Key", "in": "header", "schema": { "type": "string" } } ]"#,
                method: "post"))
        #expect(trial.connector.spec.action("do_it")?.effect == .keyed)
        #expect(try await trial.requests().first?.header("idempotency-key") == "key-1")
    }
}
