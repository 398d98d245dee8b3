// Descriptions of services: documents in several files, choices of ports, and what is refused with its line.

import JSONCore
import Testing
import XML

struct WSDLReadingTests {
    private func failure(_ text: String, files: [String: String] = [:]) -> DescriptionFinding? {
        do {
            _ = try ReadService(text, files: files)
            return nil
        } catch {
            return error as? DescriptionFinding
        }
    }

    struct Refused: Sendable, CustomTestStringConvertible {
        let text: String
        let words: String
        let line: Int?
        var testDescription: String { words }
    }

    private static let head =
        "<definitions xmlns=\"http://schemas.xmlsoap.org/wsdl/\" xmlns:x=\"http://www.w3.org/2001/XMLSchema\" xmlns:s=\"http://schemas.xmlsoap.org/wsdl/soap/\" xmlns:t=\"urn:t\" targetNamespace=\"urn:t\">\n"

    static let refusals: [Refused] = [
        Refused(text: "\r\n \n<?xml version=\"1.0\"?><a><b></a>", words: "</a> stands where <b>", line: 3),
        Refused(text: "<description xmlns=\"http://www.w3.org/ns/wsdl\"/>", words: "WSDL 2.0", line: 1),
        Refused(text: "<html/>", words: "a web page", line: 1),
        Refused(text: "<a><b></a>", words: "</a> stands where <b> of line 1 must end", line: 1),
        Refused(text: "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>", words: "DOCTYPE", line: 1),
        Refused(text: head + "</definitions>", words: "neither <port> nor <binding>", line: nil),
        Refused(
            text: head + "<import namespace=\"urn:x\"\n location=\"other.wsdl\"/></definitions>",
            words: "the import of \"other.wsdl\" can't be followed", line: 3),
        Refused(
            text: head + "<types><x:schema>\n<x:include schemaLocation=\"../a.xsd\"/></x:schema></types></definitions>",
            words: "the include of \"../a.xsd\" can't be followed", line: 3),
        Refused(
            text: head + "<service name=\"S\">\n<port name=\"P\" binding=\"t:None\"/></service></definitions>",
            words: "the port \"P\" is of the binding None (in urn:t), which is not described", line: 3),
        Refused(
            text: head
                + "\n<binding name=\"B\" type=\"t:None\"><s:binding/></binding><service name=\"S\"><port name=\"P\" binding=\"t:B\"/></service></definitions>",
            words: "the binding \"B\" is of a port type that is not described", line: 3),
    ]

    @Test(arguments: refusals)
    func `what can't be imported is refused with its construct and line`(_ test: Refused) throws {
        let finding = try #require(failure(test.text))
        #expect(finding.message.contains(test.words), "\(finding)")
        #expect(finding.line == test.line, "\(finding)")
    }

    @Test func `schemas beside the document are read: imports, includes, and ones without a namespace`() throws {
        let text = ServiceDocument(
            schema: """
                <xs:import namespace="urn:b" schemaLocation="b.xsd"/><xs:include schemaLocation="c.xsd"/>\
                <xs:element name="Do"><xs:complexType><xs:sequence><xs:element ref="b:b" xmlns:b="urn:b"/>\
                <xs:element name="c" type="t:C"/></xs:sequence></xs:complexType></xs:element>\
                <xs:element name="Done" type="xs:string"/>
                """
        ).text
        let service = try ReadService(
            text,
            files: [
                "b.xsd":
                    "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" targetNamespace=\"urn:b\"><xs:element name=\"b\" type=\"xs:int\"/></xs:schema>",
                "c.xsd":
                    "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" elementFormDefault=\"qualified\"><xs:complexType name=\"C\"><xs:sequence><xs:element name=\"d\" type=\"D\"/></xs:sequence></xs:complexType><xs:simpleType name=\"D\"><xs:restriction base=\"xs:string\"/></xs:simpleType></xs:schema>",
            ])
        #expect(service.description.findings == [])
        let text2 = try service.written(["b": 1, "c": ["d": "x"]])
        let wanted = "<Do xmlns=\"urn:t\"><b xmlns=\"urn:b\">1</b><c><d>x</d></c></Do>"
        #expect(try XMLElement.parse(text2) == XMLElement.parse(wanted), "\(text2)")
    }

    @Test func `what is redefined holds what it held, and what the redefinition says`() throws {
        let schema = """
            <xs:redefine schemaLocation="mine.xsd"><xs:complexType name="R"><xs:complexContent><xs:extension base="t:R">\
            <xs:sequence><xs:element name="c" type="xs:int"/></xs:sequence></xs:extension></xs:complexContent></xs:complexType>\
            </xs:redefine><xs:element name="Do" type="t:R"/><xs:element name="Done" type="t:R"/>
            """
        let middle = """
            <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified" xmlns="urn:t" targetNamespace="urn:t">
            <xs:redefine schemaLocation="base.xsd"><xs:complexType name="R"><xs:complexContent><xs:extension base="R">
            <xs:sequence><xs:element name="b" type="Size"/></xs:sequence><xs:attributeGroup ref="A"/></xs:extension></xs:complexContent>
            </xs:complexType><xs:simpleType name="Size"><xs:restriction base="Size"><xs:maxInclusive value="5"/></xs:restriction>
            </xs:simpleType><xs:group name="G"><xs:sequence><xs:group ref="G"/><xs:element name="h" type="xs:int"/></xs:sequence>
            </xs:group><xs:attributeGroup name="A"><xs:attributeGroup ref="A"/><xs:attribute name="y"/></xs:attributeGroup>
            </xs:redefine></xs:schema>
            """
        let base = """
            <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified">
            <xs:complexType name="R"><xs:sequence><xs:element name="a" type="xs:int"/><xs:group ref="G"/></xs:sequence></xs:complexType>
            <xs:simpleType name="Size"><xs:restriction base="xs:int"><xs:minInclusive value="1"/></xs:restriction></xs:simpleType>
            <xs:group name="G"><xs:sequence><xs:element name="g" type="xs:int"/></xs:sequence></xs:group>
            <xs:attributeGroup name="A"><xs:attribute name="x"/></xs:attributeGroup></xs:schema>
            """
        let service = try ReadService(
            ServiceDocument(schema: schema).text, files: ["mine.xsd": middle, "base.xsd": base])
        #expect(service.description.findings == [])
        let value: JSON = ["@x": "1", "@y": "2", "a": 1, "g": 2, "h": 3, "b": 4, "c": 5]
        let text = try service.written(value)
        #expect(text.contains("<a>1</a><g>2</g><h>3</h><b>4</b><c>5</c>"), "\(text)")
        #expect(try service.read(text.replacing("Do", with: "Done")) == value)
        for size in [0, 6] {
            let words = try service.mistake(["a": 1, "g": 2, "h": 3, "b": .integer(size), "c": 5])
            #expect(words.hasPrefix("b: must be at"), "\(words)")
        }
    }

    @Test func `a notification is left out, and told`() throws {
        let text = ServiceDocument.holding("<xs:sequence/>").text
            .replacing(
                "<wsdl:portType name=\"P\">",
                with:
                    "<wsdl:portType name=\"P\"><wsdl:operation name=\"Note\"><wsdl:output message=\"t:Out\"/></wsdl:operation>"
            )
            .replacing(
                "http\"/><wsdl:operation",
                with:
                    "http\"/><wsdl:operation name=\"Note\"><wsdl:output><soap:body use=\"literal\"/></wsdl:output></wsdl:operation><wsdl:operation"
            )
        let service = try ReadService(text)
        #expect(service.description.operations.all.map(\.name) == ["Do"])
        let finding = try #require(service.description.findings.first).description
        #expect(finding.contains("\"Note\" is left out: it is a notification"), "\(finding)")
    }

    @Test func `an operation without its messages is left out, and told`() throws {
        let text = ServiceDocument.holding("<xs:sequence/>").text
            .replacing(
                "</wsdl:portType>",
                with: "<wsdl:operation name=\"Lost\"><wsdl:input message=\"t:Nope\"/></wsdl:operation></wsdl:portType>"
            )
            .replacing("</wsdl:binding>", with: "<wsdl:operation name=\"Lost\"/></wsdl:binding>")
        let service = try ReadService(text)
        #expect(service.description.operations.all.map(\.name) == ["Do"])
        #expect(
            service.description.findings.map(\.message) == [
                "the operation \"Lost\" is left out: there is no message Nope (in urn:t)"
            ])
    }

    @Test func `overloaded operations are told apart by their messages`() throws {
        let document = ServiceDocument(
            schema: "", style: .rpc, input: "<wsdl:part name=\"a\" type=\"xs:int\"/>",
            output: "<wsdl:part name=\"r\" type=\"xs:int\"/>")
        let text = document.text
            .replacing(
                "<wsdl:portType",
                with:
                    "<wsdl:message name=\"In2\"><wsdl:part name=\"b\" type=\"xs:string\"/></wsdl:message><wsdl:portType"
            )
            .replacing(
                "</wsdl:portType>",
                with:
                    "<wsdl:operation name=\"Do\"><wsdl:input name=\"two\" message=\"t:In2\"/></wsdl:operation></wsdl:portType>"
            )
            .replacing(
                "</wsdl:binding>",
                with:
                    "<wsdl:operation name=\"Do\"><wsdl:input name=\"two\"><soap:body use=\"literal\"/></wsdl:input></wsdl:operation></wsdl:binding>"
            )
        let all = try ReadService(text).description.operations.all
        #expect(all.map(\.key) == ["Do", "Do_2"])
        #expect(all.map { $0.input.parts.map(\.key) } == [["a"], ["b"]])
        #expect(all.last?.output == nil)
    }

    @Test(arguments: [
        (
            "<xs:sequence><xs:element name=\"a\" type=\"t:Nope\"/></xs:sequence>",
            "there is no type Nope (in urn:t); it is taken as any"
        ),
        (
            "<xs:sequence><xs:element ref=\"t:nope\"/></xs:sequence>",
            "there is no element nope (in urn:t); anything may stand there"
        ),
        (
            "<xs:sequence><xs:group ref=\"t:G\"/></xs:sequence>",
            "there is no group G (in urn:t); its elements are left out"
        ),
        (
            "<xs:complexContent><xs:extension base=\"t:Content\"/></xs:complexContent>",
            "the type Content is derived from itself"
        ),
    ])
    func `what a schema lacks is told, and the rest is imported`(content: String, words: String) throws {
        let service = try ReadService(.holding(content))
        let found = service.description.findings
        #expect(found.map(\.message).contains(words), "\(found)")
        #expect(found.allSatisfy { $0.line == 2 && $0.file == "s.wsdl" }, "\(found)")
    }

    @Test(arguments: [
        // Types that derive from each other, groups that hold each other, substitutes of each other.
        "<xs:complexType name=\"A\"><xs:complexContent><xs:extension base=\"t:B\"/></xs:complexContent></xs:complexType><xs:complexType name=\"B\"><xs:complexContent><xs:extension base=\"t:A\"/></xs:complexContent></xs:complexType>",
        "<xs:group name=\"G\"><xs:sequence><xs:group ref=\"t:H\"/></xs:sequence></xs:group><xs:group name=\"H\"><xs:sequence><xs:group ref=\"t:G\"/></xs:sequence></xs:group><xs:complexType name=\"A\"><xs:group ref=\"t:G\"/></xs:complexType>",
        "<xs:element name=\"a\" substitutionGroup=\"t:b\"/><xs:element name=\"b\" substitutionGroup=\"t:a\"/><xs:complexType name=\"A\"><xs:sequence><xs:element ref=\"t:a\"/></xs:sequence></xs:complexType>",
        "<xs:attributeGroup name=\"A\"><xs:attributeGroup ref=\"t:A\"/></xs:attributeGroup><xs:complexType name=\"A\"><xs:attributeGroup ref=\"t:A\"/></xs:complexType>",
        "<xs:simpleType name=\"S\"><xs:restriction base=\"t:S\"/></xs:simpleType><xs:complexType name=\"A\"><xs:sequence><xs:element name=\"s\" type=\"t:S\"/></xs:sequence></xs:complexType>",
    ])
    func `definitions that go in circles end`(schema: String) throws {
        let service = try ReadService(
            .holding(
                "<xs:sequence><xs:element name=\"a\" type=\"t:A\" minOccurs=\"0\"/></xs:sequence>", further: schema))
        #expect(service.catalog.count > 0)
    }

    @Test func `references in an encoded answer that hold themselves are refused`() throws {
        let body = try XMLElement.parse("<b><r href=\"#1\"/><m id=\"1\"><x href=\"#1\"/></m></b>").elements
        #expect(throws: XMLError.self) { try MultiReferences.resolved(body) }
        let lost = try XMLElement.parse("<b><r href=\"#2\"/></b>").elements
        #expect(throws: XMLError.self) { try MultiReferences.resolved(lost) }
    }

    @Test func `names without a prefix are of the document's own namespace where they mean nothing else`() throws {
        var text = ServiceDocument.holding("<xs:sequence/>").text
        for name in ["In", "Out", "P", "B"] {
            for member in ["message", "type", "binding"] {
                text = text.replacing("\(member)=\"t:\(name)\"", with: "\(member)=\"\(name)\"")
            }
        }
        let service = try ReadService(text)
        #expect(service.description.findings == [])
        #expect(try service.operation.input.parts.map(\.name.name) == ["Do"])
    }
}
