// Validation by XML Schema, canonical form, variables of XPath.

import Testing
import XML

struct SchemaValidationTests {
    private let schema = """
        <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:o" elementFormDefault="qualified">
        <xs:element name="order"><xs:complexType><xs:sequence><xs:element name="qty" type="xs:int" maxOccurs="9"/>
        </xs:sequence><xs:attribute name="id" type="xs:int" use="required"/></xs:complexType></xs:element></xs:schema>
        """

    private func findings(_ text: String) throws -> [XMLSchema.Finding] {
        try XMLSchema(Array(schema.utf8)).findings(in: Array(text.utf8))
    }

    @Test func `a valid document has no findings`() throws {
        #expect(try findings("<order xmlns=\"urn:o\" id=\"1\"><qty>2</qty></order>") == [])
    }

    @Test func `every finding names the element and the line`() throws {
        let found = try findings("<order xmlns=\"urn:o\">\n<qty>2</qty>\n<qty>x</qty>\n<other/></order>")
        #expect(found.map(\.element) == ["order", "qty", "other"], "\(found)")
        #expect(found.map(\.line) == [1, 3, 4], "\(found)")
        #expect(found.allSatisfy { !$0.message.isEmpty })
    }

    @Test(arguments: ["include", "import", "redefine"])
    func `a schema that leads elsewhere is refused with its line`(construct: String) {
        let text = """
            <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
            <xs:\(construct) schemaLocation="http://127.0.0.1:1/x.xsd"/></xs:schema>
            """
        do {
            _ = try XMLSchema(Array(text.utf8))
            Issue.record("it was taken")
        } catch {
            #expect(error.kind == .forbidden && error.line == 2 && error.message.contains(construct))
        }
    }

    @Test func `a mistake in a schema is told with its line`() {
        let text = """
            <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
            <xs:element name="a" type="xs:nothing"/></xs:schema>
            """
        #expect(throws: XMLError.self) { try XMLSchema(Array(text.utf8)) }
    }

    @Test func `variables are values and no part of the expression`() throws {
        let path = try XPath("count(//line[@sku=$sku])", variables: ["sku": .text("x' or '1'='1")])
        let text = "<o><line sku=\"a\"/><line sku=\"x' or '1'='1\"/></o>"
        #expect(try path.evaluate(in: Array(text.utf8)) == .number(1))
    }

    @Test func `canonical forms: attributes and declarations in order, empty elements in two tags`() throws {
        let root = try XMLElement.parse(
            "<a:r xmlns:a=\"urn:a\" xmlns:b=\"urn:b\" z=\"1\" b:y='2' x=\"3\"><a:c/><!-- c --></a:r>")
        let inclusive = String(decoding: try root.canonical(.inclusive), as: UTF8.self)
        #expect(
            inclusive
                == "<a:r xmlns:a=\"urn:a\" xmlns:b=\"urn:b\" x=\"3\" z=\"1\" b:y=\"2\"><a:c></a:c></a:r>")
        let inner = try #require(root.first("c"))
        let exclusive = String(decoding: try inner.canonical(.exclusive()), as: UTF8.self)
        #expect(exclusive == "<a:c xmlns:a=\"urn:a\"></a:c>")
    }
}
