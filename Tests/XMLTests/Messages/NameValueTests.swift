// Values that are names in namespaces, and the names of types that values say they have.

import JSONCore
import Testing
import XML

struct NameValueTests {
    private static let names = """
        <xs:sequence><xs:element name="n" type="xs:QName" minOccurs="0" maxOccurs="9"/>\
        <xs:element name="l" minOccurs="0"><xs:simpleType><xs:list itemType="xs:QName"/></xs:simpleType></xs:element>\
        <xs:element name="e" type="t:E" minOccurs="0"/></xs:sequence><xs:attribute name="q" type="xs:QName"/>
        """
    private static let kinds = """
        <xs:simpleType name="E"><xs:restriction base="xs:QName"><xs:enumeration value="t:one"/></xs:restriction>\
        </xs:simpleType>
        """

    @Test(arguments: [
        #"{"n":["{urn:z}foo"]}"#, #"{"n":["foo"]}"#, #"{"@q":"{urn:z}foo","n":["{urn:y}foo","{urn:z}bar"]}"#,
        #"{"l":["{urn:z}a","b","{urn:y}c"]}"#, #"{"e":"{urn:t}one"}"#, #"{"@q":"foo"}"#,
        #"{"n":["{http://www.w3.org/2001/XMLSchema}int"]}"#,
    ])
    func `a name is sent with a prefix that is declared, and read back with its namespace`(json: String) throws {
        let service = try ReadService(.holding(Self.names, further: Self.kinds))
        #expect(service.description.findings == [])
        let value = try JSON(parsing: json)
        let text = try service.written(value)
        #expect(!text.contains("{"), "\(text)")
        #expect(try service.read(text) == value, "\(text)")
    }

    @Test func `names that answers write with prefixes and default namespaces are read`() throws {
        let service = try ReadService(.holding(Self.names, further: Self.kinds))
        let read = try service.read(
            """
            <t:Done xmlns:t="urn:t" xmlns:p="urn:p" q="p:a"><t:n> p:b </t:n><t:n xmlns="urn:d">c</t:n><t:n>d</t:n>\
            <t:n xmlns:p="urn:other">p:e</t:n><t:n>unknown:f</t:n></t:Done>
            """)
        #expect(
            read == ["@q": "{urn:p}a", "n": ["{urn:p}b", "{urn:d}c", "d", "{urn:other}e", "unknown:f"]],
            "\(read.compact)")
    }

    @Test(arguments: [
        ("p:foo", "its prefix is not declared"), ("a b", "must be a name like {urn:x}name"), ("", "must be a name"),
        ("{urn:z}", "must be a name"), ("1a", "must be a name"), ("{urn:z}p:a", "must be a name"),
    ])
    func `what is no name is refused`(name: String, words: String) throws {
        let service = try ReadService(.holding(Self.names, further: Self.kinds))
        for value: JSON in [["n": [.string(name)]], ["@q": .string(name)]] {
            let found = try service.mistake(value)
            #expect(found.contains(words), "\(found)")
        }
        #expect(try service.mistake(["e": "{urn:t}two"]).hasPrefix("e: must be one of {urn:t}one"))
    }
}

struct SaidTypeTests {
    private static let content = """
        <xs:sequence><xs:element name="v" type="xs:anyType" minOccurs="0"/><xs:element name="p" type="t:Pet" minOccurs="0"/>\
        </xs:sequence>
        """
    private static let further = """
        <xs:complexType name="Pet"><xs:sequence><xs:element name="name" type="xs:string"/></xs:sequence></xs:complexType>\
        <xs:complexType name="Dog"><xs:complexContent><xs:extension base="t:Pet"/></xs:complexContent></xs:complexType>
        """

    private static func service() throws -> ReadService { try ReadService(.holding(content, further: further)) }

    @Test(arguments: [
        (#"{"@xsi:type":"xsd:int","content!":5}"#, "int", "http://www.w3.org/2001/XMLSchema"),
        (#"{"@xsi:type":"int","content!":5}"#, "int", "http://www.w3.org/2001/XMLSchema"),
        (
            #"{"@xsi:type":"{http://www.w3.org/2001/XMLSchema}int","content!":5}"#, "int",
            "http://www.w3.org/2001/XMLSchema"
        ),
        (#"{"@xsi:type":"Dog","name":"Rex"}"#, "Dog", "urn:t"),
        (#"{"@xsi:type":"{urn:t}Dog","name":"Rex"}"#, "Dog", "urn:t"),
    ])
    func `a value of any type says its own, with a prefix that is declared`(
        json: String, name: String, namespace: String
    ) throws {
        for value in [json, "{\"x\":\(json)}"] {
            let text = try Self.service().written(["v": JSON(parsing: value)])
            var element = try #require(XMLElement.parse(text).first("v"))
            var declarations = element.declarations
            if value != json {
                element = try #require(element.elements.first)
                declarations += element.declarations
            }
            let said = try #require(element.attribute("type", namespace: XMLNamespace.schemaInstance))
            let parts = said.split(separator: ":").map { String($0) }
            #expect(parts.last == name, "\(text)")
            #expect(declarations.last { $0.prefix == parts.first }?.uri == namespace, "\(text)")
        }
    }

    @Test(arguments: ["Dogg", "{urn:t}Dogg", "p:Dogg", "xsd:Dogg"])
    func `a type that isn't there is refused, and the near one named`(name: String) throws {
        for value: JSON in [["@xsi:type": .string(name)], ["x": ["@xsi:type": .string(name)]]] {
            let found = try Self.service().mistake(["v": value])
            #expect(found.contains("there is no type \"\(name)\"; did you mean \"Dog\"?"), "\(found)")
        }
    }

    @Test func `a prefix that the value declares itself is taken as it is`() throws {
        let text = try Self.service().written(["v": ["@xmlns:p": "urn:p", "@xsi:type": "p:Cat", "name": "Tom"]])
        #expect(text.contains("type=\"p:Cat\"") && text.contains("xmlns:p=\"urn:p\""), "\(text)")
    }

    @Test func `a type that nobody knows is kept`() throws {
        let xsi = "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:u=\"urn:u\" xmlns:t=\"urn:t\""
        func read(_ inner: String) throws -> JSON {
            try Self.service().read("<t:Done \(xsi)>\(inner)</t:Done>")
        }
        let pet = try read("<t:p xsi:type=\"u:Cat\"><t:name>Tom</t:name></t:p>")
        #expect(pet == ["p": ["@xsi:type": "{urn:u}Cat", "name": "Tom"]], "\(pet.compact)")
        let object = try read("<t:v xsi:type=\"u:Cat\"><a>1</a></t:v>")
        #expect(object == ["v": ["@xsi:type": "{urn:u}Cat", "a": "1"]], "\(object.compact)")
        let text = try read("<t:v xsi:type=\"u:Word\">a</t:v>")
        #expect(text == ["v": ["@xsi:type": "{urn:u}Word", "content!": "a"]], "\(text.compact)")
        #expect(try read("<t:p xsi:type=\"t:Pet\"><t:name>Tom</t:name></t:p>") == ["p": ["name": "Tom"]])
        let name = try read("<t:p><t:name xsi:type=\"u:Word\">Tom</t:name></t:p>")
        #expect(name == ["p": ["name": ["@xsi:type": "{urn:u}Word", "content!": "Tom"]]], "\(name.compact)")
        let known = try read(
            "<t:p><t:name xmlns:x=\"http://www.w3.org/2001/XMLSchema\" xsi:type=\"x:string\">Tom</t:name></t:p>")
        #expect(known == ["p": ["name": "Tom"]], "\(known.compact)")
    }

    @Test(arguments: ["xs:string", "t:Code", "t:Codes"])
    func `simple values with a type that nobody knows are kept, but in SOAP's encoding, where it says nothing`(
        type: String
    ) throws {
        let service = try ReadService(
            .holding(
                "<xs:sequence><xs:element name=\"c\" type=\"\(type)\"/></xs:sequence>",
                further: """
                    <xs:simpleType name="Code"><xs:restriction base="xs:string"><xs:enumeration value="A"/></xs:restriction>\
                    </xs:simpleType><xs:simpleType name="Codes"><xs:list itemType="t:Code"/></xs:simpleType>
                    """))
        let answer = try XMLElement.parse(
            """
            <Done xmlns="urn:t"><c xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:u="urn:u" xsi:type="u:K">A</c>\
            </Done>
            """)
        let part = try #require(service.operation.output?.parts.first)
        let value: JSON = type == "t:Codes" ? ["A"] : "A"
        var literal = MessageReader(service.catalog)
        #expect(try literal.value(answer, part.type) == ["c": ["@xsi:type": "{urn:u}K", "content!": value]])
        var encoded = MessageReader(service.catalog, isEncoded: true)
        #expect(try encoded.value(answer, part.type) == ["c": value])
    }

    @Test func `an abstract type without derived ones says so`() throws {
        let service = try ReadService(
            .holding(
                "<xs:sequence><xs:element name=\"a\" type=\"t:A\" minOccurs=\"0\"/></xs:sequence>",
                further: "<xs:complexType name=\"A\" abstract=\"true\"><xs:sequence/></xs:complexType>"))
        #expect(try service.mistake(["a": [:]]).hasPrefix("a: can't be given: its type is abstract"))
        #expect(try service.mistake(["a": ["@xsi:type": "B"]]).contains("can't be given"))
    }

    @Test(arguments: ["xs:NMTOKENS", "t:L"])
    func `a list of more values than a message may have elements is refused`(type: String) throws {
        let service = try ReadService(
            .holding(
                "<xs:sequence><xs:element name=\"a\" type=\"\(type)\" minOccurs=\"0\" maxOccurs=\"3\"/></xs:sequence>",
                further: "<xs:simpleType name=\"L\"><xs:list itemType=\"xs:int\"/></xs:simpleType>"))
        func answer(_ count: Int) -> String {
            let list = "<a>\(String(repeating: "1 ", count: count))</a>"
            return "<Done xmlns=\"urn:t\">\(list)\(list)</Done>"
        }
        #expect(try service.read(answer(1000))["a"]?.array?.first?.array?.count == 1000)
        #expect {
            try service.read(answer(500_001))
        } throws: {
            ($0 as? XMLError)?.kind == .tooLarge
        }
    }
}
