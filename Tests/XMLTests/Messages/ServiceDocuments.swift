// Small descriptions of services for the tests: one schema, one operation around it.

import JSONCore
import Testing
import XML

/// A WSDL with one operation `Do`, whose messages are made of `body` and of the element or parts given.
struct ServiceDocument {
    enum Style: String { case document, rpc }

    var schema: String
    var schemaAttributes = "elementFormDefault=\"qualified\""
    var style = Style.document
    var use = "literal"
    /// `wsdl:part`s of the request and the answer.
    var input = "<wsdl:part name=\"parameters\" element=\"t:Do\"/>"
    var output = "<wsdl:part name=\"parameters\" element=\"t:Done\"/>"
    var soap = "http://schemas.xmlsoap.org/wsdl/soap/"

    var text: String {
        """
        <wsdl:definitions targetNamespace="urn:t" xmlns:t="urn:t" xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" \
        xmlns:soap="\(soap)" xmlns:xs="http://www.w3.org/2001/XMLSchema" \
        xmlns:enc="http://schemas.xmlsoap.org/soap/encoding/">
        <wsdl:types><xs:schema targetNamespace="urn:t" \(schemaAttributes)>\(schema)</xs:schema></wsdl:types>
        <wsdl:message name="In">\(input)</wsdl:message><wsdl:message name="Out">\(output)</wsdl:message>
        <wsdl:portType name="P"><wsdl:operation name="Do"><wsdl:input message="t:In"/><wsdl:output message="t:Out"/>\
        </wsdl:operation></wsdl:portType>
        <wsdl:binding name="B" type="t:P"><soap:binding style="\(style.rawValue)" \
        transport="http://schemas.xmlsoap.org/soap/http"/><wsdl:operation name="Do"><soap:operation soapAction="urn:t/Do"/>\
        <wsdl:input><soap:body use="\(use)"\(style == .rpc ? " namespace=\"urn:t\"" : "")/></wsdl:input>\
        <wsdl:output><soap:body use="\(use)"/></wsdl:output></wsdl:operation></wsdl:binding>
        <wsdl:service name="S"><wsdl:port name="Port" binding="t:B"><soap:address location="http://localhost/s"/>\
        </wsdl:port></wsdl:service></wsdl:definitions>
        """
    }

    /// One element `Do` that holds `content`; the answer `Done` is of the same type.
    static func holding(_ content: String, further: String = "", form: String = "qualified") -> ServiceDocument {
        ServiceDocument(
            schema: """
                <xs:element name="Do" type="t:Content"/><xs:element name="Done" type="t:Content"/>\
                <xs:complexType name="Content">\(content)</xs:complexType>\(further)
                """, schemaAttributes: "elementFormDefault=\"\(form)\"")
    }
}

/// A description that was read, with its types.
struct ReadService {
    let description: ServiceDescription
    let catalog: MessageCatalog

    init(_ text: String, files: [String: String] = [:]) throws {
        let loader = DescriptionLoader { (location, _) throws(DescriptionLoader.Refusal) in
            guard let text = files[location] else { throw DescriptionLoader.Refusal("there is no such file") }
            return DescriptionLoader.Found(name: location, bytes: Array(text.utf8))
        }
        description = try ServiceDescription.read(
            DescriptionLoader.Found(name: "s.wsdl", bytes: Array(text.utf8)), loader)
        catalog = try MessageCatalog(description.catalog)
    }

    init(_ document: ServiceDocument) throws { try self.init(document.text) }

    /// As it comes back from disk.
    var operation: SOAPOperation {
        get throws { try #require(SOAPOperations(description.operations.text).all.first) }
    }

    /// The element that a value becomes, without white space around.
    func written(_ json: JSON) throws -> String {
        let message = try operation.input
        let writer = MessageWriter(catalog, isEncoded: message.isEncoded)
        let part = try #require(message.parts.first)
        return try writer.root(part, json)[0].string()
    }

    func mistake(_ json: JSON) throws -> String {
        do {
            let text = try written(json)
            return "no mistake: \(text)"
        } catch let mistake as MessageMistake {
            return mistake.description
        }
    }

    /// The value of an answer's element.
    func read(_ text: String) throws -> JSON {
        var reader = MessageReader(catalog)
        return try reader.value(try XMLElement.parse(text), try #require(operation.output?.parts.first).type)
    }
}
