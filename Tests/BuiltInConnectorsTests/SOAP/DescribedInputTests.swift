// Inputs in other forms than their types are written in, and what can't be sent at all.

import BuiltInConnectors
import ConnectorKit
import JSONCore
import Testing
import XML

struct DescribedInputTests {
    private static let schema = """
        <xs:element name="Do"><xs:complexType><xs:sequence><xs:element name="list" type="t:L" minOccurs="0"/>\
        <xs:element name="words" type="xs:NMTOKENS" minOccurs="0"/><xs:element name="code" type="t:Code" minOccurs="0"/>\
        <xs:element name="short" type="t:Short" minOccurs="0"/></xs:sequence><xs:attribute name="more" type="t:L"/>\
        </xs:complexType></xs:element><xs:element name="Done"><xs:complexType/></xs:element>\
        <xs:simpleType name="L"><xs:list itemType="xs:int"/></xs:simpleType>\
        <xs:simpleType name="Code"><xs:restriction base="xs:int"><xs:enumeration value="01"/></xs:restriction></xs:simpleType>\
        <xs:simpleType name="Short"><xs:restriction base="xs:token"><xs:maxLength value="3"/></xs:restriction></xs:simpleType>
        """

    @Test(arguments: [
        (#"{"list":"1 2"}"#, "<list>1 2</list>"), (#"{"list":[1,2]}"#, "<list>1 2</list>"),
        (#"{"words":"a b"}"#, "<words>a b</words>"), (#"{"words":["a","b"]}"#, "<words>a b</words>"),
        (#"{"@more":"1 2"}"#, " more=\"1 2\""), (#"{"code":1}"#, "<code>01</code>"),
        (#"{"code":"1"}"#, "<code>01</code>"),
        (#"{"short":" a  b "}"#, "<short> a  b </short>"),
    ])
    func `values may be given in the forms that mean the same`(json: String, xml: String) async throws {
        let service = try ImportedService(OneOperation.wsdl(schema: Self.schema))
        let client = StubClient { _, _ in OneOperation.answer("<t:Done/>") }
        _ = try await service.call("do", try JSON(parsing: json), service.trial(client))
        let text = String(decoding: try #require(client.requests.first).body, as: UTF8.self)
        #expect(text.contains(xml), "\(text)")
    }

    @Test(arguments: ["http://schemas.xmlsoap.org/wsdl/soap/", "http://schemas.xmlsoap.org/wsdl/soap12/"])
    func `an action that no header can hold is not sent as another one`(soap: String) async throws {
        let wsdl = String(decoding: OneOperation.wsdl(schema: Self.schema, soap: soap), as: UTF8.self)
            .replacing("soapAction=\"urn:t/Do\"", with: "soapAction=\"urn:&quot;t&quot;/Do\"")
        let service = try ImportedService(Array(wsdl.utf8))
        let client = StubClient { _, _ in OneOperation.answer("<t:Done/>") }
        let error = try await service.failure("do", [:], service.trial(client))
        #expect(error.type == "connector" && error.message.contains("has quotes"), "\(error)")
        #expect(client.requests.isEmpty)
    }
}
