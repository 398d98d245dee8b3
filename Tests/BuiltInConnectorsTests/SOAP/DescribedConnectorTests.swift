// Connectors from WSDLs: envelopes sent, answers and faults read, for each style.

import BuiltInConnectors
import ConnectorKit
import JSONCore
import RecipeLanguage
import Testing
import XML

struct DescribedConnectorTests {
    private let order = """
        <xs:element name="Do"><xs:complexType><xs:sequence><xs:element name="id" type="xs:int"/>\
        <xs:element name="lines" type="t:Line" maxOccurs="unbounded"/></xs:sequence></xs:complexType></xs:element>\
        <xs:element name="Done"><xs:complexType><xs:sequence><xs:element name="total" type="xs:decimal"/>\
        <xs:element name="at" type="xs:dateTime" minOccurs="0"/></xs:sequence></xs:complexType></xs:element>\
        <xs:complexType name="Line"><xs:sequence><xs:element name="sku" type="xs:string"/>\
        <xs:element name="qty" type="xs:int" default="1"/></xs:sequence></xs:complexType>\
        <xs:element name="Session" type="xs:string"/>\
        <xs:element name="OutOfStock"><xs:complexType><xs:sequence><xs:element name="left" type="xs:int"/>\
        </xs:sequence></xs:complexType></xs:element>
        """

    /// The body that was sent, as an element.
    private func sent(_ client: StubClient) throws -> XMLElement {
        let request = try #require(client.requests.first)
        let envelope = try XMLElement.parse(request.body)
        return try #require(envelope.at("Body"))
    }

    @Test func `document and literal: members are the wrapper's, the answer is typed`() async throws {
        let service = try ImportedService(OneOperation.wsdl(schema: order))
        let client = StubClient { _, _ in
            OneOperation.answer("<t:Done><t:total>12.50</t:total></t:Done>")
        }
        let output = try await service.call("do", ["id": "7", "lines": [["sku": "A"]]], service.trial(client))
        #expect(output == ["total": .number(JSONNumber(validated: "12.50"))])
        let wanted = try XMLElement.parse(
            #"<Do xmlns="urn:t"><id>7</id><lines><sku>A</sku><qty>1</qty></lines></Do>"#)
        #expect(try sent(client).elements == [wanted])
        let request = try #require(client.requests.first)
        #expect(request.url == "http://svc.example/soap" && request.header("SOAPAction") == "\"urn:t/Do\"")
    }

    @Test func `mistakes in the input are found before a run, with a suggestion`() throws {
        let service = try ImportedService(OneOperation.wsdl(schema: order))
        let input = try #require(service.connector.spec.action("do")).input
        let found = input.typed(["id": "x", "lines": [["skuu": "A"]]]).mismatches.map(\.message)
        #expect(found.count == 3, "\(found)")
    }

    /// Whether `attachments!`, `timeout!`, `save_to!` and `overwrite!` are required.
    private static let everywhere = [false, false, false, false]

    @Test func `limits of types and what may be nil are in the schema`() async throws {
        let schema = """
            <xs:element name="Do"><xs:complexType><xs:sequence><xs:element name="code" type="t:Code"/>\
            <xs:element name="age" type="t:Age"/><xs:element name="id" type="xs:string" nillable="true"/>\
            </xs:sequence></xs:complexType></xs:element><xs:element name="Done" type="xs:string"/>\
            <xs:simpleType name="Code"><xs:restriction base="xs:string"><xs:pattern value="[A-Z]{2}"/>\
            <xs:maxLength value="2"/></xs:restriction></xs:simpleType><xs:simpleType name="Age">\
            <xs:restriction base="xs:int"><xs:minExclusive value="0"/><xs:maxInclusive value="150"/></xs:restriction>\
            </xs:simpleType>
            """
        let service = try ImportedService(OneOperation.wsdl(schema: schema))
        let input = try #require(service.connector.spec.action("do")).input
        #expect(input.properties.map(\.required) == [true, true, false] + Self.everywhere)
        let (code, age) = (input.property("code")?.schema, input.property("age")?.schema)
        #expect(code?.pattern == "^(?:[A-Z]{2})$" && code?.maxLength == 2)
        #expect(age?.minimum == 1 && age?.maximum == 150)
        let client = StubClient { _, _ in OneOperation.answer("<t:Done>ok</t:Done>") }
        _ = try await service.call("do", ["code": "AB", "age": 7], service.trial(client))
        let nothing = try #require(try sent(client).elements.first?.elements.last)
        #expect(nothing.name == "id" && nothing.attribute("nil", namespace: XMLNamespace.schemaInstance) == "true")
        let error = try await service.failure("do", ["code": "ab", "age": 7], service.trial(client))
        #expect(error.message.contains("code: must match the pattern [A-Z]{2}, but it is \"ab\""), "\(error)")
    }

    @Test func `lists, unions and numbers that JSON has none for are typed and checked before a run`() async throws {
        let schema = """
            <xs:element name="Do" type="t:All"/><xs:element name="Done" type="t:All"/><xs:complexType name="All"><xs:sequence>\
            <xs:element name="sizes" minOccurs="0"><xs:simpleType><xs:restriction><xs:simpleType><xs:list itemType="xs:int"/>\
            </xs:simpleType><xs:maxLength value="2"/></xs:restriction></xs:simpleType></xs:element>\
            <xs:element name="mode" minOccurs="0" nillable="true"><xs:simpleType><xs:restriction><xs:simpleType>\
            <xs:union memberTypes="xs:int xs:string"/></xs:simpleType><xs:enumeration value="5"/><xs:enumeration value="all"/>\
            </xs:restriction></xs:simpleType></xs:element><xs:element name="rate" type="xs:double" minOccurs="0" maxOccurs="9"/>\
            <xs:element name="most" minOccurs="0"><xs:simpleType><xs:restriction base="xs:float"><xs:minInclusive value="0"/>\
            </xs:restriction></xs:simpleType></xs:element></xs:sequence></xs:complexType>
            """
        let service = try ImportedService(OneOperation.wsdl(schema: schema))
        let input = try #require(service.connector.spec.action("do")).input
        for (value, mistakes) in [
            (["sizes": [1, 2]], 0), (["sizes": [1, 2, 3]], 1), (["sizes": ["x"]], 1), (["mode": 5], 0),
            (["mode": "5"], 0),
            (["mode": "all"], 0), (["mode": nil], 0), (["mode": 6], 1), (["mode": "none"], 1),
            (["rate": [1, "2.5", "INF", "-INF", "NaN"]], 0), (["rate": ["inf"]], 1), (["most": "INF"], 0),
            (["most": -1], 1),
        ] as [(JSON, Int)] {
            let found = input.typed(value).mismatches
            #expect(found.count == mistakes, "\(value.compact): \(found.map(\.message))")
        }
        let sent: JSON = [
            "sizes": [1, 2], "mode": "all", "rate": [.written("1.50"), "INF", "-INF", "NaN"], "most": "INF",
        ]
        let client = StubClient { request, _ in
            let text = String(decoding: request.body, as: UTF8.self)
            return HTTPAnswer(
                status: 200, headers: [("content-type", "text/xml")],
                body: Array(text.replacing("<Do", with: "<Done").replacing("</Do>", with: "</Done>").utf8), url: "")
        }
        #expect(try await service.call("do", sent, service.trial(client)) == sent)
        #expect(
            String(decoding: client.requests[0].body, as: UTF8.self).contains(
                "<rate>1.50</rate><rate>INF</rate><rate>-INF</rate><rate>NaN</rate>"))
    }

    @Test func `a parameter of an rpc call has to be given, also where it may be null`() async throws {
        let service = try ImportedService(
            OneOperation.wsdl(
                schema: "", input: "<part name=\"a\" type=\"xs:string\"/>",
                output: "<part name=\"r\" type=\"xs:string\"/>",
                style: "rpc"))
        let input = try #require(service.connector.spec.action("do")).input
        #expect(input.properties.map(\.required) == [true] + Self.everywhere)
        let client = StubClient { _, _ in OneOperation.answer("<t:DoResponse><r>ok</r></t:DoResponse>") }
        let trial = try service.trial(client)
        await #expect(throws: ConnectorError.self) {
            try await service.connector.execute("do", [:], in: trial.context)
        }
        #expect(client.requests.isEmpty)
    }

    @Test func `a fault is an error with a typed detail and its name`() async throws {
        let fault = "<fault name=\"f\" message=\"t:F\"/>"
        let service = try ImportedService(
            OneOperation.wsdl(
                schema: order, messages: "<message name=\"F\"><part name=\"d\" element=\"t:OutOfStock\"/></message>",
                fault: fault))
        let client = StubClient { _, _ in
            OneOperation.answer(
                "<s:Fault><faultcode>s:Client</faultcode><faultstring>none left</faultstring><detail><t:OutOfStock>"
                    + "<t:left>0</t:left></t:OutOfStock></detail></s:Fault>", status: 500)
        }
        let error = try await service.failure("do", ["id": 1, "lines": [["sku": "A"]]], service.trial(client))
        #expect(error.type == "soap_fault" && error.status == 500)
        #expect(error.details?["fault"] == "OutOfStock")
        #expect(error.details?["detail"] == ["OutOfStock": ["left": 0]])
    }

    @Test func `rpc and literal: parts by name inside an element in the body's namespace`() async throws {
        let service = try ImportedService(
            OneOperation.wsdl(
                schema: order, input: "<part name=\"id\" type=\"xs:int\"/><part name=\"line\" type=\"t:Line\"/>",
                output: "<part name=\"total\" type=\"xs:decimal\"/>", style: "rpc"))
        let client = StubClient { _, _ in
            OneOperation.answer("<t:DoResponse><total>3</total></t:DoResponse>")
        }
        let output = try await service.call("do", ["line": ["sku": "A", "qty": 2], "id": 7], service.trial(client))
        #expect(output == ["total": 3])
        let wanted = try XMLElement.parse(
            #"<m:Do xmlns:m="urn:t"><id>7</id><line><m:sku>A</m:sku><m:qty>2</m:qty></line></m:Do>"#)
        #expect(try sent(client).elements == [wanted])
    }

    @Test func `rpc and encoded: values say their types, answers are put together from references`() async throws {
        let array = """
            <xs:complexType name="Lines"><xs:complexContent><xs:restriction base="enc:Array">\
            <xs:attribute ref="enc:arrayType" wsdl:arrayType="t:Line[]"/></xs:restriction></xs:complexContent></xs:complexType>
            """
        let service = try ImportedService(
            OneOperation.wsdl(
                schema: order + array,
                input: "<part name=\"id\" type=\"xs:int\"/><part name=\"lines\" type=\"t:Lines\"/>",
                output: "<part name=\"lines\" type=\"t:Lines\"/>", style: "rpc", use: "encoded"))
        let client = StubClient { _, _ in
            OneOperation.answer(
                """
                <t:DoResponse><lines href="#1"/></t:DoResponse>\
                <multiRef id="1" xsi:type="enc:Array" enc:arrayType="t:Line[2]"><i href="#2"/><i href="#2"/></multiRef>\
                <multiRef id="2" xsi:type="t:Line"><sku xsi:type="xsd:string">A</sku><qty xsi:type="xsd:int">4</qty></multiRef>
                """)
        }
        let output = try await service.call("do", ["id": 7, "lines": [["sku": "A", "qty": 2]]], service.trial(client))
        let line: JSON = ["sku": "A", "qty": 4]
        #expect(output["lines"]?.array?.map { $0["sku"] } == ["A", "A"], "\(output.compact)")
        #expect(output["lines"]?[0]?["qty"] == line["qty"])
        let body = try sent(client)
        let root = try #require(body.first("Do"))
        #expect(root.namespace == "urn:t")
        #expect(root.first("id")?.attribute("type", namespace: XMLNamespace.schemaInstance) == "xsd:int")
        let lines = try #require(root.first("lines"))
        #expect(lines.attribute("arrayType", namespace: QName.encodingNamespace) == "t:Line[1]")
        #expect(lines.elements.first?.first("qty")?.text == "2")
    }

    @Test(arguments: [200, 202])
    func `a one-way operation is done when the service took it`(status: Int) async throws {
        let text = String(decoding: OneOperation.wsdl(schema: order), as: UTF8.self)
            .replacing("<output message=\"t:Out\"/>", with: "")
        let service = try ImportedService(Array(text.utf8))
        let client = StubClient { request, _ in HTTPAnswer(status: status, headers: [], body: [], url: request.url) }
        #expect(try await service.call("do", ["id": 1, "lines": [["sku": "A"]]], service.trial(client)) == [:])
    }

    @Test func `a service that wants WS-Addressing gets its headers, the same in a repeat`() async throws {
        let service = try ImportedService(OneOperation.wsdl(schema: order)) { connector in
            var soap = connector["soap"]?.object ?? [:]
            soap["addressing"] = true
            connector["soap"] = .object(soap)
        }
        let client = StubClient { _, _ in OneOperation.answer("<t:Done><t:total>1</t:total></t:Done>") }
        let trial = try service.trial(client)
        let input: JSON = ["id": 1, "lines": [["sku": "A"]]]
        for _ in 0..<2 { _ = try await service.call("do", input, trial) }
        let headers = try client.requests.compactMap { try XMLElement.parse($0.body).first("Header") }
        try #require(headers.count == 2)
        #expect(headers[0].first("Action")?.text == "urn:t/Do")
        #expect(headers[0].first("To")?.text == "http://svc.example/soap")
        #expect(headers[0].first("MessageID")?.text == headers[1].first("MessageID")?.text)
    }

    @Test func `a folder that was changed by hand is told, by check and by the call`() async throws {
        let service = try ImportedService(OneOperation.wsdl(schema: order)) { connector in
            connector["actions"] = ["do": ["operation": "Gone", "effect": "readd", "colour": "red"]]
        }
        let codes = service.library.diagnostics(of: "svc").map(\.code)
        #expect(codes.sorted() == ["not_a_choice", "unknown_key"], "\(codes)")
        let other = try ImportedService(OneOperation.wsdl(schema: order)) { connector in
            connector["actions"] = ["do": ["operation": "Gone"]]
        }
        let error = try await other.failure("do", [:], other.trial(StubClient.refusing))
        #expect(error.type == "connector" && error.message.contains("\"Gone\""))
    }

    @Test func `headers are given and come by their names`() async throws {
        let service = try ImportedService(
            OneOperation.wsdl(
                schema: order, header: "<soap:header message=\"t:H\" part=\"s\" use=\"literal\"/>",
                messages: "<message name=\"H\"><part name=\"s\" element=\"t:Session\"/></message>"))
        let client = StubClient { _, _ in OneOperation.answer("<t:Done><t:total>1</t:total></t:Done>") }
        _ = try await service.call(
            "do", ["id": 1, "lines": [["sku": "A"]], "headers!": ["Session": "abc"]], service.trial(client))
        let envelope = try XMLElement.parse(try #require(client.requests.first).body)
        #expect(envelope.at("Header", "Session")?.text == "abc")
        #expect(envelope.at("Header", "Session")?.namespace == "urn:t")
    }

    @Test func `SOAP 1.2 carries the action in its content type`() async throws {
        let service = try ImportedService(
            OneOperation.wsdl(schema: order, soap: "http://schemas.xmlsoap.org/wsdl/soap12/"))
        let client = StubClient { _, _ in throw ConnectorError(type: "timeout", "no answer") }
        _ = try await service.failure("do", ["id": 1, "lines": [["sku": "A"]]], service.trial(client))
        let type = try #require(client.requests.first?.header("Content-Type"))
        #expect(type.hasPrefix("application/soap+xml") && type.hasSuffix("action=\"urn:t/Do\""))
    }

    @Test(arguments: ["text", "digest"])
    func `a user name goes into the header`(kind: String) async throws {
        let service = try ImportedService(OneOperation.wsdl(schema: order))
        let client = StubClient { _, _ in OneOperation.answer("<t:Done><t:total>1</t:total></t:Done>") }
        let auth: JSONObject = [
            "type": "ws_security", "username": "ann", "password": "s3cret", "password_type": .string(kind),
            "timestamp": true,
        ]
        _ = try await service.call("do", ["id": 1, "lines": [["sku": "A"]]], service.trial(client, auth: auth))
        let request = try #require(client.requests.first)
        let security = try #require(try XMLElement.parse(request.body).at("Header", "Security"))
        #expect(security.at("UsernameToken", "Username")?.text == "ann")
        #expect(security.at("Timestamp", "Expires") != nil && request.header("Authorization") == nil)
        let token = try #require(security.first("UsernameToken"))
        if kind == "text" {
            #expect(token.first("Password")?.text == "s3cret")
        } else {
            let text = try #require(token.first("Nonce")?.text)
            let nonce = try #require(Base64Text.decode(text))
            let created = try #require(token.first("Created")).text
            let digest = UsernameToken.digest(nonce: nonce, created: created, password: "s3cret")
            #expect(token.first("Password")?.text == digest)
        }
    }

    @Test func `the digest is SHA-1 over nonce, time and password`() {
        let digest = UsernameToken.digest(nonce: Array("abc".utf8), created: "2026-01-01T00:00:00Z", password: "pw")
        #expect(digest == "ZWMgpsf8HXK3Tg3pmzuIdhh1Db4=")  // computed with Python's hashlib
    }

    @Test func `binary values travel beside the envelope and come back from there`() async throws {
        let schema = """
            <xs:element name="Do"><xs:complexType><xs:sequence><xs:element name="file" type="xs:base64Binary"/>\
            </xs:sequence></xs:complexType></xs:element><xs:element name="Done"><xs:complexType><xs:sequence>\
            <xs:element name="file" type="xs:base64Binary"/></xs:sequence></xs:complexType></xs:element>
            """
        let service = try ImportedService(OneOperation.wsdl(schema: schema)) { connector in
            var soap = connector["soap"]?.object ?? [:]
            soap["mtom"] = true
            connector["soap"] = .object(soap)
        }
        let client = StubClient { request, _ in
            HTTPAnswer(
                status: 200,
                headers: [
                    ("content-type", "multipart/related; boundary=b; start=\"<r@x>\"; type=\"application/xop+xml\"")
                ],
                body: Array(
                    """
                    --b\r\nContent-Type: application/xop+xml\r\nContent-ID: <r@x>\r\n\r\n\
                    <s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><Done xmlns="urn:t"><file>\
                    <x:Include xmlns:x="http://www.w3.org/2004/08/xop/include" href="cid:f%40x"/></file></Done></s:Body>\
                    </s:Envelope>\r\n--b\r\nContent-ID: <f@x>\r\nContent-Transfer-Encoding: binary\r\n\r\nhello\r\n--b--\r\n
                    """.utf8), url: request.url)
        }
        let output = try await service.call("do", ["file": "AQID"], service.trial(client))
        #expect(output == ["file": "aGVsbG8="])
        let request = try #require(client.requests.first)
        #expect(request.header("Content-Type")?.contains("application/xop+xml") == true)
        let text = String(decoding: request.body, as: UTF8.self)
        #expect(text.contains("cid:part1@galley") && text.contains("Content-ID: <part1@galley>"))
        #expect(!text.contains("AQID"))
        // A value that looks like the end of a part doesn't become one.
        let sly = Base64Text.encode(Array("\r\n--galley-part-1--\r\n".utf8))
        _ = try await service.call("do", ["file": .string(sly)], service.trial(client))
        #expect(client.requests.last?.header("Content-Type")?.contains("boundary=\"galley-part-2\"") == true)
    }

    @Test func `where nothing is encoded, an href is a value like others`() async throws {
        let schema = """
            <xs:element name="Do"><xs:complexType/></xs:element><xs:element name="Done"><xs:complexType><xs:sequence>\
            <xs:element name="link" maxOccurs="unbounded"><xs:complexType><xs:attribute name="href" type="xs:anyURI"/>\
            <xs:attribute name="id" type="xs:string"/></xs:complexType></xs:element></xs:sequence></xs:complexType></xs:element>
            """
        let service = try ImportedService(OneOperation.wsdl(schema: schema))
        let client = StubClient { _, _ in
            OneOperation.answer("<t:Done><t:link href=\"#top\"/><t:link href=\"#b\" id=\"b\"/></t:Done>")
        }
        let output = try await service.call("do", [:], service.trial(client))
        #expect(output == ["link": [["@href": "#top"], ["@href": "#b", "@id": "b"]]], "\(output.compact)")
    }

    @Test func `attributes of one name in two namespaces are two members`() async throws {
        let schema = """
            <xs:element name="Do" type="t:Word"/><xs:element name="Done" type="t:Word"/><xs:complexType name="Word">\
            <xs:attribute ref="xml:lang"/><xs:attribute name="lang" type="xs:int"/></xs:complexType>
            """
        let service = try ImportedService(OneOperation.wsdl(schema: schema))
        let client = StubClient { _, _ in OneOperation.answer("<t:Done lang=\"1\" xml:lang=\"de\"/>") }
        let word: JSON = ["@lang": 1, "@lang_2": "de"]
        #expect(try await service.call("do", word, service.trial(client)) == word)
        let request = try #require(client.requests.first)
        let root = try #require(try XMLElement.parse(request.body).at("Body", "Do"))
        #expect(root.attribute("lang") == "1" && root.attribute("lang", namespace: XMLNamespace.xml) == "de")
    }

    @Test(arguments: ["urn:x/Refused", "http://x.example/refused"])
    func `a fault code that is no qualified name stays whole`(code: String) async throws {
        let service = try ImportedService(OneOperation.wsdl(schema: order))
        let client = StubClient { _, _ in
            OneOperation.answer("<s:Fault><faultcode>\(code)</faultcode><faultstring>x</faultstring></s:Fault>")
        }
        let error = try await service.failure("do", ["id": 1, "lines": [["sku": "A"]]], service.trial(client))
        #expect(error.details?["code"] == .string(code))
    }

    @Test func `a table of PHP or Apache is an object, whatever stands in open places has its type`() async throws {
        let service = try ImportedService(
            OneOperation.wsdl(
                schema: order, input: "<part name=\"id\" type=\"xs:int\"/>",
                output: "<part name=\"value\" type=\"xs:anyType\"/>", style: "rpc", use: "encoded"))
        let client = StubClient { _, number in
            let inner = """
                <item><key>n</key><value xsi:type="xsd:int">5</value></item><item><key xsi:type="xsd:string">list</key>\
                <value xsi:type="enc:Array" enc:arrayType="xsd:boolean[2]"><item>true</item><item>0</item></value></item>
                """
            let map = "<value xmlns:m=\"http://xml.apache.org/xml-soap\" xsi:type=\"m:Map\">\(inner)</value>"
            let plain = "<value><a xsi:type=\"xsd:int\">1</a><a xsi:type=\"xsd:string\">x</a><b xsi:nil=\"1\"/></value>"
            return OneOperation.answer("<t:DoResponse>\(number == 1 ? map : plain)</t:DoResponse>")
        }
        let trial = try service.trial(client)
        #expect(try await service.call("do", ["id": 1], trial) == ["value": ["n": 5, "list": [true, false]]])
        #expect(try await service.call("do", ["id": 1], trial) == ["value": ["a": [1, "x"], "b": nil]])
    }

    @Test func `a type that holds itself has a schema that ends`() throws {
        let schema = """
            <xs:element name="Do" type="t:Node"/><xs:element name="Done" type="t:Node"/><xs:complexType name="Node">\
            <xs:sequence><xs:element name="v" type="xs:int"/><xs:element name="next" type="t:Node" minOccurs="0" \
            maxOccurs="unbounded"/></xs:sequence></xs:complexType>
            """
        let service = try ImportedService(OneOperation.wsdl(schema: schema))
        let spec = try #require(service.connector.spec.action("do"))
        #expect(spec.input.json.compact.utf8.count < 10_000)
        let deep: JSON = ["v": 1, "next": [["v": 2, "next": [["v": "x"]]]]]
        #expect(spec.input.typed(deep).mismatches.count == 1)
        #expect(spec.hashValue == spec.hashValue)
    }
}
