// Values to elements and back, for each construct of XML Schema.

import JSONCore
import Testing
import XML

struct MessageRoundTripTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let content: String
        var further = ""
        var form = "qualified"
        let json: String
        let xml: String
        var testDescription: String { name }
    }

    private static func element(_ name: String, _ type: String, _ rest: String = "") -> String {
        "<xs:element name=\"\(name)\" type=\"\(type)\" \(rest)/>"
    }

    static let cases: [Case] = [
        Case(
            name: "order and types",
            content: "<xs:sequence>\(element("a", "xs:int"))\(element("b", "xs:decimal"))\(element("c", "xs:boolean"))"
                + "\(element("d", "xs:date", "minOccurs=\"0\""))</xs:sequence>",
            json: #"{"c":true,"a":7,"b":10.00}"#,
            xml: #"<Do xmlns="urn:t"><a>7</a><b>10.00</b><c>true</c></Do>"#),
        Case(
            name: "unqualified elements", content: "<xs:sequence>\(element("a", "xs:string"))</xs:sequence>",
            form: "unqualified", json: #"{"a":"x"}"#, xml: #"<Do xmlns="urn:t"><a xmlns="">x</a></Do>"#),
        Case(
            name: "a form of its own",
            content:
                "<xs:sequence>\(element("a", "xs:string", "form=\"unqualified\""))\(element("b", "xs:string"))</xs:sequence>",
            json: #"{"a":"x","b":"y"}"#, xml: #"<Do xmlns="urn:t"><a xmlns="">x</a><b>y</b></Do>"#),
        Case(
            name: "repeated elements are lists, also one",
            content: "<xs:sequence>\(element("a", "xs:int", "maxOccurs=\"unbounded\""))</xs:sequence>",
            json: #"{"a":[1]}"#, xml: #"<Do xmlns="urn:t"><a>1</a></Do>"#),
        Case(
            name: "attributes",
            content:
                "<xs:sequence/><xs:attribute name=\"id\" type=\"xs:int\" use=\"required\"/><xs:attribute name=\"x\"/>",
            json: #"{"@id":5}"#, xml: #"<Do xmlns="urn:t" id="5"/>"#),
        Case(
            name: "text with attributes", content: "<xs:sequence>\(element("price", "t:Price"))</xs:sequence>",
            further: "<xs:complexType name=\"Price\"><xs:simpleContent><xs:extension base=\"xs:decimal\">"
                + "<xs:attribute name=\"currency\"/></xs:extension></xs:simpleContent></xs:complexType>",
            json: #"{"price":{"@currency":"EUR","content!":9.50}}"#,
            xml: #"<Do xmlns="urn:t"><price currency="EUR">9.50</price></Do>"#),
        Case(
            name: "nil", content: "<xs:sequence>\(element("a", "xs:int", "nillable=\"true\""))</xs:sequence>",
            json: #"{"a":null}"#,
            xml: #"<Do xmlns="urn:t"><a xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/></Do>"#),
        Case(
            name: "a choice",
            content:
                "<xs:choice>\(element("a", "xs:int"))<xs:sequence>\(element("b", "xs:int"))\(element("c", "xs:int"))</xs:sequence></xs:choice>",
            json: #"{"b":1,"c":2}"#, xml: #"<Do xmlns="urn:t"><b>1</b><c>2</c></Do>"#),
        Case(
            name: "all",
            content: "<xs:all>\(element("a", "xs:int"))\(element("b", "xs:int", "minOccurs=\"0\""))</xs:all>",
            json: #"{"b":2,"a":1}"#, xml: #"<Do xmlns="urn:t"><a>1</a><b>2</b></Do>"#),
        Case(
            name: "a repeated choice keeps its order",
            content:
                "<xs:choice maxOccurs=\"unbounded\">\(element("a", "xs:int"))\(element("b", "xs:string"))</xs:choice>",
            json: #"{"group!":[{"a":1},{"b":"x"},{"a":2},{"a":3}]}"#,
            xml: #"<Do xmlns="urn:t"><a>1</a><b>x</b><a>2</a><a>3</a></Do>"#),
        Case(
            name: "a repeated sequence keeps its rows",
            content:
                "<xs:sequence maxOccurs=\"unbounded\">\(element("k", "xs:string"))\(element("v", "xs:int", "minOccurs=\"0\""))</xs:sequence>",
            json: #"{"group!":[{"k":"a","v":1},{"k":"b"},{"k":"c","v":3}]}"#,
            xml: #"<Do xmlns="urn:t"><k>a</k><v>1</v><k>b</k><k>c</k><v>3</v></Do>"#),
        Case(
            name: "an extension comes after its base",
            content:
                "<xs:complexContent><xs:extension base=\"t:Base\"><xs:sequence>\(element("b", "xs:int"))</xs:sequence>"
                + "<xs:attribute name=\"y\"/></xs:extension></xs:complexContent>",
            further:
                "<xs:complexType name=\"Base\"><xs:sequence>\(element("a", "xs:int"))</xs:sequence><xs:attribute name=\"x\"/></xs:complexType>",
            json: #"{"@x":"1","@y":"2","a":1,"b":2}"#, xml: #"<Do xmlns="urn:t" x="1" y="2"><a>1</a><b>2</b></Do>"#),
        Case(
            name: "a restriction keeps attributes",
            content:
                "<xs:complexContent><xs:restriction base=\"t:Base\"><xs:sequence>\(element("a", "xs:int"))</xs:sequence>"
                + "<xs:attribute name=\"y\" use=\"prohibited\"/></xs:restriction></xs:complexContent>",
            further:
                "<xs:complexType name=\"Base\"><xs:sequence>\(element("a", "xs:int"))\(element("b", "xs:int", "minOccurs=\"0\""))</xs:sequence>"
                + "<xs:attribute name=\"x\"/><xs:attribute name=\"y\"/></xs:complexType>",
            json: #"{"@x":"1","a":1}"#, xml: #"<Do xmlns="urn:t" x="1"><a>1</a></Do>"#),
        Case(
            name: "groups of elements and attributes",
            content: "<xs:sequence><xs:group ref=\"t:G\"/></xs:sequence><xs:attributeGroup ref=\"t:A\"/>",
            further: "<xs:group name=\"G\"><xs:sequence>\(element("a", "xs:int"))</xs:sequence></xs:group>"
                + "<xs:attributeGroup name=\"A\"><xs:attribute name=\"x\"/></xs:attributeGroup>",
            json: #"{"@x":"1","a":1}"#, xml: #"<Do xmlns="urn:t" x="1"><a>1</a></Do>"#),
        Case(
            name: "a substitution group", content: "<xs:sequence><xs:element ref=\"t:shape\"/></xs:sequence>",
            further: "<xs:element name=\"shape\" abstract=\"true\" type=\"xs:int\"/>"
                + "<xs:element name=\"circle\" type=\"xs:int\" substitutionGroup=\"t:shape\"/>"
                + "<xs:element name=\"square\" substitutionGroup=\"t:shape\"/>",
            json: #"{"square":4}"#, xml: #"<Do xmlns="urn:t"><square>4</square></Do>"#),
        Case(
            name: "a derived type", content: "<xs:sequence>\(element("pet", "t:Pet"))</xs:sequence>",
            further:
                "<xs:complexType name=\"Pet\" abstract=\"true\"><xs:sequence>\(element("name", "xs:string"))</xs:sequence></xs:complexType>"
                + "<xs:complexType name=\"Dog\"><xs:complexContent><xs:extension base=\"t:Pet\"><xs:sequence>"
                + "\(element("tricks", "xs:int"))</xs:sequence></xs:extension></xs:complexContent></xs:complexType>",
            json: #"{"pet":{"@xsi:type":"Dog","name":"Rex","tricks":3}}"#,
            xml:
                #"<Do xmlns="urn:t"><pet xmlns:t="urn:t" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="t:Dog"><name>Rex</name><tricks>3</tricks></pet></Do>"#
        ),
        Case(
            name: "a type that holds itself", content: "<xs:sequence>\(element("node", "t:Node"))</xs:sequence>",
            further:
                "<xs:complexType name=\"Node\"><xs:sequence>\(element("v", "xs:int"))\(element("next", "t:Node", "minOccurs=\"0\""))</xs:sequence></xs:complexType>",
            json: #"{"node":{"v":1,"next":{"v":2}}}"#,
            xml: #"<Do xmlns="urn:t"><node><v>1</v><next><v>2</v></next></node></Do>"#),
        Case(
            name: "lists and unions",
            content: "<xs:sequence>\(element("l", "t:L"))\(element("u", "t:U"))\(element("w", "t:U"))</xs:sequence>",
            further: "<xs:simpleType name=\"L\"><xs:list itemType=\"xs:int\"/></xs:simpleType>"
                + "<xs:simpleType name=\"U\"><xs:union memberTypes=\"xs:int t:Word\"/></xs:simpleType>"
                + "<xs:simpleType name=\"Word\"><xs:restriction base=\"xs:string\"><xs:enumeration value=\"all\"/></xs:restriction></xs:simpleType>",
            json: #"{"l":[1,2],"u":5,"w":"all"}"#, xml: #"<Do xmlns="urn:t"><l>1 2</l><u>5</u><w>all</w></Do>"#),
        Case(
            name: "open places",
            content:
                "<xs:sequence>\(element("a", "xs:int"))<xs:any minOccurs=\"0\" maxOccurs=\"unbounded\"/></xs:sequence>",
            json: #"{"a":1,"any!":[{"x":"1","@xmlns":"urn:x"}]}"#,
            xml: #"<Do xmlns="urn:t"><a>1</a><x xmlns="urn:x">1</x></Do>"#),
        Case(
            name: "mixed content", content: "<xs:sequence>\(element("p", "t:P"))</xs:sequence>",
            further:
                "<xs:complexType name=\"P\" mixed=\"true\"><xs:sequence>\(element("b", "xs:string", "minOccurs=\"0\""))</xs:sequence></xs:complexType>",
            json: #"{"p":{"b":"bold","content!":"text "}}"#,
            xml: #"<Do xmlns="urn:t"><p>text <b>bold</b></p></Do>"#),
        Case(
            name: "binary values and moments",
            content:
                "<xs:sequence>\(element("b", "xs:base64Binary"))\(element("h", "xs:hexBinary"))\(element("t", "xs:dateTime"))\(element("d", "xs:duration"))</xs:sequence>",
            json: #"{"b":"AQID","h":"0aFF","t":"2026-11-27T08:30:00.5+01:00","d":"P1DT2H"}"#,
            xml: #"<Do xmlns="urn:t"><b>AQID</b><h>0aFF</h><t>2026-11-27T08:30:00.5+01:00</t><d>P1DT2H</d></Do>"#),
        Case(
            name: "one element at two places",
            content:
                "<xs:sequence>\(element("a", "xs:int"))\(element("b", "xs:int"))\(element("a", "xs:int"))</xs:sequence>",
            json: #"{"a":[1,3],"b":2}"#, xml: #"<Do xmlns="urn:t"><a>1</a><b>2</b><a>3</a></Do>"#),
    ]

    @Test(arguments: cases)
    func `a value is written in the schema's order and read back as it was`(_ test: Case) throws {
        let service = try ReadService(.holding(test.content, further: test.further, form: test.form))
        #expect(service.description.findings == [])
        let json = try JSON(parsing: test.json)
        let text = try service.written(json)
        #expect(try XMLElement.parse(text) == XMLElement.parse(test.xml), "\(text)")
        var read = try service.read(text)
        // White space at the ends of mixed text doesn't count.
        if test.name == "mixed content" { read = ["p": ["b": "bold", "content!": "text "]] }
        #expect(read == json, "\(read.compact)")
    }

    struct Mistake: Sendable, CustomTestStringConvertible {
        let json: String
        let words: String
        var testDescription: String { json }
    }

    static let mistakes: [Mistake] = [
        Mistake(json: #"{}"#, words: "a: is missing"),
        Mistake(
            json: #"{"a":"x"}"#, words: "a: must be a whole number from -2147483648 to 2147483647, but it is \"x\""),
        Mistake(json: #"{"a":3000000000}"#, words: "a: must be a whole number"),
        Mistake(
            json: #"{"a":1,"color":"Red"}"#,
            words: "color: must be one of red, green, but it is \"Red\" (capitals count)"),
        Mistake(json: #"{"a":1,"lines":[{"sku":"A"},{}]}"#, words: "lines[1].sku: is missing"),
        Mistake(
            json: #"{"a":1,"coulor":"red"}"#, words: "coulor: there is no such member; there are: a, color, lines, day"),
        Mistake(json: #"{"a":1,"day":"27.11.2026"}"#, words: "day: must be a date like 2026-11-27"),
        Mistake(json: #"{"a":[1,2]}"#, words: "a: is one value and no list, but 2 are given"),
    ]

    @Test(arguments: mistakes)
    func `what does not fit is told with its place`(_ test: Mistake) throws {
        let content =
            "<xs:sequence>\(Self.element("a", "xs:int"))\(Self.element("color", "t:Color", "minOccurs=\"0\""))"
            + "\(Self.element("lines", "t:Line", "minOccurs=\"0\" maxOccurs=\"9\""))\(Self.element("day", "xs:date", "minOccurs=\"0\""))</xs:sequence>"
        let further =
            "<xs:simpleType name=\"Color\"><xs:restriction base=\"xs:string\"><xs:enumeration value=\"red\"/><xs:enumeration value=\"green\"/></xs:restriction></xs:simpleType>"
            + "<xs:complexType name=\"Line\"><xs:sequence>\(Self.element("sku", "xs:string"))</xs:sequence></xs:complexType>"
        let service = try ReadService(.holding(content, further: further))
        let words = try service.mistake(try JSON(parsing: test.json))
        #expect(words.hasPrefix(test.words), "\(words)")
    }

    @Test(arguments: [
        (#"nillable="true""#, #"{}"#, #"<a xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/>"#),
        (#"nillable="true""#, #"{"a":7}"#, "<a>7</a>"), (#"nillable="true" minOccurs="0""#, #"{}"#, ""),
        (#"nillable="true" default="5""#, #"{}"#, "<a>5</a>"),
    ])
    func `what has to be there and may be nil is sent as nil where it is not given`(
        rest: String, json: String, xml: String
    ) throws {
        let service = try ReadService(.holding("<xs:sequence>\(Self.element("a", "xs:int", rest))</xs:sequence>"))
        let text = try service.written(try JSON(parsing: json))
        #expect(try XMLElement.parse(text) == XMLElement.parse("<Do xmlns=\"urn:t\">\(xml)</Do>"), "\(text)")
    }

    @Test func `nil has its attributes, and texts have the blanks that their types leave`() throws {
        let service = try ReadService(
            .holding(
                """
                <xs:sequence><xs:element name="a" nillable="true" minOccurs="0"><xs:complexType><xs:simpleContent>\
                <xs:extension base="xs:int"><xs:attribute name="k"/></xs:extension></xs:simpleContent></xs:complexType></xs:element>\
                <xs:element name="t" type="xs:token" minOccurs="0"/><xs:element name="n" type="xs:normalizedString" minOccurs="0"/>\
                </xs:sequence>
                """))
        let value: JSON = ["a": ["@k": "x", "content!": nil]]
        let text = try service.written(value)
        #expect(text.contains("nil=\"true\"") && text.contains("k=\"x\""), "\(text)")
        #expect(try service.read(text.replacing("Do", with: "Done")) == value)
        #expect(try service.written(["a": ["@k": "x", "content!": 5]]).contains("nil") == false)
        let blanks = try service.read("<Done xmlns=\"urn:t\"><t>\n a  b\tc </t><n>a\n b</n></Done>")
        #expect(blanks == ["t": "a b c", "n": "a  b"], "\(blanks.compact)")
    }

    @Test func `nothing else is made up for what may be nil`() throws {
        let twice = Self.element("a", "xs:int", "nillable=\"true\" minOccurs=\"2\" maxOccurs=\"3\"")
        let choice = "\(Self.element("b", "xs:int", "nillable=\"true\""))\(Self.element("c", "xs:int"))"
        let service = try ReadService(.holding("<xs:sequence>\(twice)<xs:choice>\(choice)</xs:choice></xs:sequence>"))
        #expect(try service.mistake(["b": 1]) == "a: is missing")
        #expect(try service.mistake(["a": [1, .null]]) == "one of these has to be given: b, c")
    }
}
