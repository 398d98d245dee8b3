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

    private static func xsd(_ inner: String, namespace: String? = "urn:o", more: String = "") -> [UInt8] {
        let target = namespace.map { " targetNamespace=\"\($0)\" xmlns=\"\($0)\"" } ?? ""
        return Array(
            "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\"\(target) elementFormDefault=\"qualified\"\(more)>\n\(inner)</xs:schema>"
                .utf8)
    }

    /// An order, a chameleon that it includes, a namespace that it imports, which includes another document below.
    private static func order(_ files: [String: [UInt8]] = [:]) -> [SchemaFiles.File] {
        let all: [(String, [UInt8])] = [
            (
                "schemas/order.xsd",
                xsd(
                    """
                    <xs:include schemaLocation="../common/size.xsd"/><xs:import namespace="urn:p" schemaLocation="p/party.xsd"/>
                    <xs:element name="order"><xs:complexType><xs:sequence><xs:element name="qty" type="Size"/>
                    <xs:element ref="p:party" xmlns:p="urn:p"/></xs:sequence></xs:complexType></xs:element>
                    """)
            ),
            (
                "common/size.xsd",
                xsd(
                    "<xs:simpleType name=\"Size\"><xs:restriction base=\"xs:int\"><xs:maxInclusive value=\"9\"/></xs:restriction></xs:simpleType>",
                    namespace: nil)
            ),
            (
                "schemas/p/party.xsd",
                xsd(
                    "<xs:include schemaLocation=\"a%20name.xsd\"/><xs:element name=\"party\" type=\"Name\"/>",
                    namespace: "urn:p")
            ),
            (
                "schemas/p/a name.xsd",
                // Ä, as the declaration has it.
                Array("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n".utf8)
                    + xsd(
                        "<xs:simpleType name=\"Name\"><xs:restriction base=\"xs:string\"><xs:pattern value=\"[A-Z@]+\"/></xs:restriction></xs:simpleType>",
                        namespace: "urn:p"
                    ).map { $0 == UInt8(ascii: "@") ? 0xC4 : $0 }
            ),
        ]
        return all.map { SchemaFiles.File(name: $0.0, bytes: files[$0.0] ?? $0.1) }
    }

    @Test func `a schema in several documents`() throws {
        let schema = try XMLSchema(Self.order())
        func document(_ qty: Int, _ party: String) -> [UInt8] {
            Array("<order xmlns=\"urn:o\">\n<qty>\(qty)</qty>\n<party xmlns=\"urn:p\">\(party)</party></order>".utf8)
        }
        #expect(try schema.findings(in: document(9, "ÄCME")) == [])
        let found = try schema.findings(in: document(10, "acme"))
        #expect(Set(found.map(\.element)) == ["qty", "party"] && Set(found.map(\.line)) == [2, 3], "\(found)")
    }

    @Test func `a document that redefines another`() throws {
        let base = Self.xsd(
            "<xs:simpleType name=\"Size\"><xs:restriction base=\"xs:int\"/></xs:simpleType><xs:element name=\"size\" type=\"Size\"/>"
        )
        let root = Self.xsd(
            """
            <xs:redefine schemaLocation="base.xsd"><xs:simpleType name="Size"><xs:restriction base="Size">
            <xs:maxInclusive value="3"/></xs:restriction></xs:simpleType></xs:redefine>
            """)
        let schema = try XMLSchema([
            SchemaFiles.File(name: "root.xsd", bytes: root), SchemaFiles.File(name: "base.xsd", bytes: base),
        ])
        #expect(try schema.findings(in: Array("<size xmlns=\"urn:o\">3</size>".utf8)) == [])
        #expect(try schema.findings(in: Array("<size xmlns=\"urn:o\">4</size>".utf8)).isEmpty == false)
    }

    @Test(
        arguments: [
            (
                "common/size.xsd",
                "<xs:simpleType name=\"Size\">\n<xs:restriction base=\"xs:nothing\"/></xs:simpleType>",
                "common/size.xsd: ", 2
            ),
            (
                "schemas/p/party.xsd", "<xs:include schemaLocation=\"../../../etc/passwd\"/>",
                "schemas/p/party.xsd: a schema for validation can't include", 2
            ),
            (
                "schemas/p/party.xsd", "\n<xs:include schemaLocation=\"file:///etc/passwd\"/>",
                "it isn't among its documents", 3
            ),
            (
                "common/size.xsd", "<xs:import namespace=\"urn:z\" schemaLocation=\"http://127.0.0.1:1/z.xsd\"/>",
                "can't import", 2
            ),
            ("common/size.xsd", "<xs:element/>&x;", "common/size.xsd: ", 2),
        ])
    func `what is wrong in one of the documents is told with its name and line`(
        file: String, inner: String, says: String, line: Int
    ) {
        let isChameleon = file.hasPrefix("common")
        do {
            _ = try XMLSchema(Self.order([file: Self.xsd(inner, namespace: isChameleon ? nil : "urn:p")]))
            Issue.record("it was taken")
        } catch {
            #expect(error.message.contains(says) && error.line == line, "\(error.line ?? 0): \(error.message)")
        }
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
