// `xml`: texts to values and back, queries, and what they say when they can't.

import JSONCore
import Testing

struct XMLConnectorTests {
    @Test(
        arguments: [
            (
                ["text": "<o:order xmlns:o='urn:o' id='7'><line>2 pens</line></o:order>"],
                ["root": "order", "namespace": "urn:o", "value": ["@id": "7", "line": "2 pens"]]
            ),
            (
                ["text": "<a><b>1</b></a>", "always_list": ["b"]],
                ["root": "a", "value": ["b": ["1"]]]
            ),
            (
                ["text": "<p:a xmlns:p='u'><p:b>1</p:b></p:a>", "lists": "always", "names": "written"],
                ["root": "p:a", "namespace": "u", "value": ["@xmlns:p": "u", "p:b": [["content!": "1"]]]]
            ),
        ] as [(JSON, JSON)])
    func `parse gives the root's content`(input: JSON, output: JSON) async throws {
        #expect(try await Trial().call("xml.parse", input) == output)
    }

    @Test func `parse tells a mistake with its line`() async throws {
        let error = try await Trial().failure("xml.parse", ["text": "<a>\n<b></a>"])
        #expect(error.type == "bad_input" && error.details == ["line": 2])
        #expect(error.message == "\"text\": line 2: </a> stands where <b> of line 2 must end")
        let forbidden = try await Trial().failure("xml.parse", ["text": "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>"])
        #expect(forbidden.message.contains("DOCTYPE"))
    }

    @Test func `a large text is read too`() async throws {
        let text = "<r>" + String(repeating: "<a>1</a>", count: 30_000) + "</r>"
        #expect(try await Trial().call("xml.parse", ["text": .string(text)])["value"]?["a"]?.array?.count == 30_000)
    }

    @Test(
        arguments: [
            (
                ["root": "order", "value": ["@id": 7, "line": ["2 pens", "1 < 2"]], "declaration": false],
                "<order id=\"7\"><line>2 pens</line><line>1 &lt; 2</line></order>"
            ),
            (
                [
                    "root": "o:order", "value": ["o:line": 1, "note": nil], "namespaces": ["o": "urn:o"],
                    "declaration": false,
                ],
                "<o:order xmlns:o=\"urn:o\"><o:line>1</o:line>"
                    + "<note xsi:nil=\"true\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"/></o:order>"
            ),
            (
                ["root": "a", "value": ["b": ["c": 1]], "namespace": "u", "layout": "indented"],
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a xmlns=\"u\">\n  <b>\n    <c>1</c>\n  </b>\n</a>\n"
            ),
        ] as [(JSON, String)])
    func `build writes a value`(input: JSON, text: String) async throws {
        #expect(try await Trial().call("xml.build", input) == ["text": .string(text)])
    }

    @Test(
        arguments: [
            (["root": "a b", "value": 1], "\"value\": a b: \"a b\" can't be the name of an XML element or attribute"),
            (
                ["root": "a", "value": ["b": "\u{1}"]],
                "\"value\": the text of <b> has a control character, which XML can't hold; remove it first"
            ),
            (
                ["root": "a", "value": 1, "namespaces": ["x y": "u"]],
                "\"namespaces\" must give the URI of each prefix, like {\"o\": \"urn:orders\"}; \"x y\" does not"
            ),
        ] as [(JSON, String)])
    func `build refuses what XML can't hold`(input: JSON, message: String) async throws {
        let error = try await Trial().failure("xml.build", input)
        #expect(error.type == "bad_input" && error.message == message)
    }

    @Test(
        arguments: [
            ("//o:line/@sku", ["values": ["a", "b"], "first": "a", "count": 2]),
            (
                "//o:line[@sku='b']",
                ["values": [["@sku": "b", "price": "2"]], "first": ["@sku": "b", "price": "2"], "count": 1]
            ),
            ("//o:price", ["values": ["1.5", "2"], "first": "1.5", "count": 2]),
            ("count(//o:line)", ["values": [2], "first": 2, "count": 1]),
            ("sum(//o:price) > 3", ["values": [true], "first": true, "count": 1]),
            ("//nothing", ["values": [], "first": nil, "count": 0]),
            ("0 div 0", ["values": [nil], "first": nil, "count": 1]),
        ] as [(String, JSON)])
    func `query gives what a path finds`(path: String, output: JSON) async throws {
        let text =
            "<order xmlns='urn:o'><line sku='a'><price>1.5</price></line><line sku='b'><price>2</price></line></order>"
        let found = try await Trial().call(
            "xml.query", ["text": .string(text), "path": .string(path), "namespaces": ["o": "urn:o"]])
        #expect(found == output)
    }

    @Test func `query tells a mistake in the path`() async throws {
        let error = try await Trial().failure("xml.query", ["text": "<a/>", "path": "//p:a"])
        #expect(error.type == "bad_input" && error.message.contains("a prefix that is not among the namespaces"))
    }

    @Test func `a text is held against a schema in several files`() async throws {
        let trial = try Trial()
        let xs = "xmlns:xs=\"http://www.w3.org/2001/XMLSchema\""
        try trial.workspace.write(
            "schemas/order.xsd",
            "<xs:schema \(xs)><xs:include schemaLocation=\"../common/size.xsd\"/><xs:element name=\"qty\" type=\"Size\"/></xs:schema>"
        )
        try trial.workspace.write(
            "common/size.xsd",
            "<xs:schema \(xs)><xs:simpleType name=\"Size\"><xs:restriction base=\"xs:int\"/></xs:simpleType></xs:schema>"
        )
        let good = try await trial.call("xml.validate", ["text": "<qty>1</qty>", "schema_file": "schemas/order.xsd"])
        #expect(good == ["valid": true, "mistakes": []])
        let bad = try await trial.call("xml.validate", ["text": "\n<qty>x</qty>", "schema_file": "schemas/order.xsd"])
        #expect(bad["valid"] == false && bad["mistakes"]?[0]?["element"] == "qty" && bad["mistakes"]?[0]?["line"] == 2)
        let text = try trial.workspace.text("common/size.xsd").replacing(
            "</xs:schema>", with: "<xs:element name=\"a\" type=\"Size\"/></xs:schema>")
        #expect(try await trial.call("xml.validate", ["text": "<a>1</a>", "schema": .string(text)])["valid"] == true)
    }

    @Test(
        arguments: [
            (["schema_file": "none.xsd"], "not_found", "none.xsd"),
            (["schema_file": "../a.xsd"], "file", "out of the workspace"),
            ([:], "bad_input", "either"),
            (["schema_file": "out.xsd"], "bad_input", "out.xsd: a schema for validation can't include"),
            (["schema_file": "broken.xsd"], "bad_input", "broken.xsd: "),
            (["schema": "<a/>"], "bad_input", "no XML Schema"),
            (["schema_file": "plain.xsd", "text": "<a"], "bad_input", "\"text\""),
        ] as [(JSON, String, String)])
    func `a schema that can't be used is told`(input: JSON, type: String, says: String) async throws {
        let trial = try Trial()
        let xs = "xmlns:xs=\"http://www.w3.org/2001/XMLSchema\""
        try trial.workspace.write(
            "out.xsd", "<xs:schema \(xs)><xs:include schemaLocation=\"../../etc/passwd\"/></xs:schema>")
        try trial.workspace.write("broken.xsd", "<xs:schema \(xs)>")
        try trial.workspace.write("plain.xsd", "<xs:schema \(xs)/>")
        var whole = input.object ?? [:]
        if whole["text"] == nil { whole["text"] = "<a/>" }
        let error = try await trial.failure("xml.validate", .object(whole))
        #expect(error.type == type && error.message.contains(says), "\(error.message)")
    }
}
