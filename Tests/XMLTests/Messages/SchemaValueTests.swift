// Values that a schema gives itself: defaults and fixed ones, where a message has none.

import JSONCore
import Testing
import XML

struct SchemaValueTests {
    /// The schema's prefix `t` stands for `urn:t`, `o` for `urn:o`; neither means anything in a recipe or in a message.
    private static let given = """
        <xs:sequence xmlns:o="urn:o"><xs:element name="d" type="xs:QName" default="t:one"/>\
        <xs:element name="f" type="t:E" fixed="t:one"/><xs:element name="c" type="t:C" default="o:two"/>\
        <xs:element name="n" default="three"><xs:simpleType><xs:restriction base="xs:QName"/></xs:simpleType></xs:element>\
        <xs:element name="s" type="xs:string" default="t:one"/></xs:sequence>\
        <xs:attribute name="q" type="xs:QName" use="required" fixed="t:one"/>
        """
    private static let kinds = """
        <xs:simpleType name="E"><xs:restriction base="xs:QName"><xs:enumeration value="t:one"/></xs:restriction>\
        </xs:simpleType><xs:complexType name="C"><xs:simpleContent><xs:extension base="t:E2"><xs:attribute name="a"/></xs:extension>\
        </xs:simpleContent></xs:complexType><xs:simpleType name="E2"><xs:restriction base="xs:QName"/></xs:simpleType>
        """

    @Test func `names that the schema gives itself are sent with prefixes that are declared`() throws {
        let service = try ReadService(.holding(Self.given, further: Self.kinds))
        #expect(service.description.findings == [])
        let text = try service.written([:])
        let wanted: JSON = [
            "@q": "{urn:t}one", "d": "{urn:t}one", "f": "{urn:t}one", "c": ["content!": "{urn:o}two"], "n": "three",
            "s": "t:one",
        ]
        #expect(try service.read(text) == wanted, "\(text)")
        let same = try service.written(["f": "{urn:t}one", "@q": "{urn:t}one", "c": "{urn:o}two"])
        #expect(try service.read(same) == wanted, "\(same)")
        #expect(try service.mistake(["f": "{urn:o}one"]).hasPrefix("f: must be"))
        #expect(try service.mistake(["@q": "one"]) == "@q: must be \"{urn:t}one\"")
    }

    @Test(arguments: [
        ("<Done xmlns=\"urn:t\"><n/><f/></Done>", #"{"@a":7,"@b":"x","n":5,"f":"on"}"#),
        ("<Done xmlns=\"urn:t\" a=\"1\" b=\"\"><n>2</n></Done>", #"{"@a":1,"@b":"","n":2}"#),
        ("<Done xmlns=\"urn:t\"/>", #"{"@a":7,"@b":"x"}"#),
        (
            "<Done xmlns=\"urn:t\"><n xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\" i:nil=\"true\"/></Done>",
            #"{"@a":7,"@b":"x","n":null}"#
        ),
    ])
    func `attributes that aren't there and elements that are empty have the values that the schema gives them`(
        answer: String, wanted: String
    ) throws {
        let service = try ReadService(
            .holding(
                """
                <xs:sequence><xs:element name="n" type="xs:int" default="5" nillable="true" minOccurs="0"/>\
                <xs:element name="f" type="xs:string" fixed="on" minOccurs="0"/></xs:sequence>\
                <xs:attribute name="a" type="xs:int" default="7"/><xs:attribute ref="t:b"/>\
                <xs:attribute name="c" fixed="1"/>
                """, further: "<xs:attribute name=\"b\" type=\"xs:string\" default=\"x\"/>"))
        #expect(try service.read(answer) == JSON(parsing: wanted))
    }
}
