// Which requests are in parts, where a WSDL describes bytes that travel beside the envelope.

import BuiltInConnectors
import ConnectorKit
import JSONCore
import Testing
import XML

struct RequestPartsTests {
    /// Bytes as the schemas of cameras have them: an element around nothing but a reference to a part.
    private static let schema = """
        <xs:import namespace="http://www.w3.org/2004/08/xop/include"/><xs:element name="Do"><xs:complexType><xs:sequence>\
        <xs:element name="file" minOccurs="0"><xs:complexType><xs:sequence>\
        <xs:element xmlns:x="http://www.w3.org/2004/08/xop/include" ref="x:Include"/></xs:sequence></xs:complexType>\
        </xs:element></xs:sequence></xs:complexType></xs:element><xs:element name="Done"><xs:complexType/></xs:element>
        """

    private static func client() -> StubClient {
        StubClient { request, _ in
            let answer = OneOperation.answer("<t:Done/>")
            return HTTPAnswer(status: 200, headers: answer.headers, body: answer.body, url: request.url)
        }
    }

    @Test func `only requests with bytes are in parts, where nothing but the types speaks of them`() async throws {
        let service = try ImportedService(OneOperation.wsdl(schema: Self.schema))
        let file = try #require(service.imported.files.first { $0.name == "connector.json" })
        #expect(try JSON(parsing: file.bytes)["soap"]?["mtom"] == "where_needed")
        let client = Self.client()
        _ = try await service.call("do", [:], service.trial(client))
        _ = try await service.call("do", ["file": "AQID"], service.trial(client))
        let types = client.requests.map { $0.header("Content-Type") ?? "" }
        #expect(types.first?.hasPrefix("text/xml") == true, "\(types)")
        #expect(types.last?.hasPrefix("multipart/related; type=\"application/xop+xml\"") == true, "\(types)")
    }

    @Test func `all are where connector.json says so`() async throws {
        let service = try ImportedService(OneOperation.wsdl(schema: Self.schema)) { connector in
            var soap = connector["soap"]?.object ?? [:]
            soap["mtom"] = true
            connector["soap"] = .object(soap)
        }
        let client = Self.client()
        _ = try await service.call("do", [:], service.trial(client))
        #expect(client.requests.first?.header("Content-Type")?.hasPrefix("multipart/related") == true)
    }

    @Test func `another word than where_needed is told`() throws {
        let service = try ImportedService(OneOperation.wsdl(schema: Self.schema)) { connector in
            var soap = connector["soap"]?.object ?? [:]
            soap["mtom"] = "sometimes"
            connector["soap"] = .object(soap)
        }
        let words = "\"mtom\" must be true, false or \"where_needed\""
        let found = service.library.diagnostics.map(\.message)
        #expect(found.contains { $0.contains(words) }, "\(found)")
    }
}
