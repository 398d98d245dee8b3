// Values that are compared: moments and durations with bounds, listed and fixed values in other forms, days that don't exist.

import JSONCore
import Testing
import XML

private func number(_ text: String) -> JSON { JSON(number: text) ?? .null }

struct ValueLimitTests {
    private static func service(_ content: String, _ further: String = "") throws -> ReadService {
        let service = try ReadService(.holding(content, further: further))
        #expect(service.description.findings == [])
        return service
    }

    /// One optional element `a` of a restricted type.
    private static func restricted(_ base: String, _ facets: [(String, String)]) throws -> ReadService {
        let all = facets.map { "<xs:\($0.0) value=\"\($0.1)\"/>" }.joined()
        return try service(
            "<xs:sequence><xs:element name=\"a\" type=\"t:A\" minOccurs=\"0\"/></xs:sequence>",
            "<xs:simpleType name=\"A\"><xs:restriction base=\"\(base)\">\(all)</xs:restriction></xs:simpleType>")
    }

    private static let bounds: [(base: String, facet: String, bound: String, good: [String], bad: [String])] = [
        (
            "xs:dateTime", "minInclusive", "2026-01-01T08:00:00",
            ["2026-01-01T08:00:00", "2026-01-01T08:00:00.5", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00-05:00"],
            ["2026-01-01T07:59:59", "2026-01-01T07:59:59.999", "2025-12-31T12:00:00Z", "-2026-06-01T00:00:00"]
        ),
        (
            "xs:dateTime", "maxExclusive", "2026-01-01T00:00:00Z",
            ["2025-12-31T23:59:59Z", "2026-01-01T00:59:59+01:00", "2026-01-01T06:00:00"],
            ["2026-01-01T00:00:00Z", "2025-12-31T24:00:00Z", "2025-12-31T20:00:00-05:00", "2026-01-02T00:00:00"]
        ),
        ("xs:time", "maxInclusive", "12:00:00", ["12:00:00", "08:30:00.25"], ["12:00:01", "12:00:00.1", "24:00:00"]),
        ("xs:date", "maxInclusive", "2026-02-28Z", ["2026-02-28Z", "2026-02-28"], ["2026-03-01Z", "2026-03-02"]),
        ("xs:gYear", "minInclusive", "2000", ["2000", "12000"], ["1999", "-2001"]),
        ("xs:gMonthDay", "minInclusive", "--03-01", ["--03-01", "--12-31"], ["--02-29"]),
        (
            "xs:duration", "maxInclusive", "P1M", ["P27D", "P31D", "P1M", "P30DT23H", "-P1Y"],
            ["P40D", "P2M", "P1Y", "P31DT0.1S", "PT9999999S"]
        ),
        ("xs:duration", "minExclusive", "PT0S", ["PT0.001S", "P1D"], ["PT0S", "-PT0.001S", "-P1M"]),
    ]

    @Test(arguments: bounds.indices)
    func `moments and durations are held against their bounds where that is certain`(place: Int) throws {
        let test = Self.bounds[place]
        let service = try Self.restricted(test.base, [(test.facet, test.bound)])
        for value in test.good {
            let words = try service.mistake(["a": .string(value)])
            #expect(words.hasPrefix("no mistake"), "\(value): \(words)")
        }
        for value in test.bad {
            let words = try service.mistake(["a": .string(value)])
            #expect(words.hasPrefix("a: must be"), "\(value): \(words)")
        }
    }

    @Test(arguments: [
        ("date", "2026-02-29", "2028-02-29"), ("date", "2026-02-30", "2000-02-29"),
        ("date", "2026-04-31", "2026-04-30"),
        ("date", "1900-02-29", "12000-02-29"), ("date", "02026-01-01", "2026-01-01+14:00"),
        ("date", "2026-01-01+14:30", "2026-01-01-13:59"), ("dateTime", "2026-06-31T00:00:00", "2026-06-30T24:00:00"),
        ("dateTime", "2026-06-30T24:00:01", "2026-06-30T24:00:00.00"), ("gMonthDay", "--02-30", "--02-29"),
        ("gMonthDay", "--11-31", "--12-31"), ("time", "24:30:00", "23:30:00"),
    ])
    func `days that no calendar has are refused`(type: String, bad: String, good: String) throws {
        let service = try Self.service("<xs:sequence><xs:element name=\"a\" type=\"xs:\(type)\"/></xs:sequence>")
        #expect(try service.mistake(["a": .string(bad)]).hasPrefix("a: must be"))
        #expect(try service.mistake(["a": .string(good)]).hasPrefix("no mistake"))
    }

    private static let listed: [(base: String, values: [String], given: JSON, sent: String?)] = [
        ("xs:int", ["01", "2"], 1, "01"), ("xs:int", ["01", "2"], 2, "2"), ("xs:int", ["01"], 3, nil),
        ("xs:decimal", ["1.0"], 1, "1.0"), ("xs:decimal", ["1.0"], number("1.00"), "1.0"),
        ("xs:decimal", ["1.0"], 2, nil),
        ("xs:double", ["1e3"], 1000, "1e3"), ("xs:string", ["01"], "1", nil), ("xs:token", [" a  b "], "a b", "a b"),
        ("xs:boolean", ["1"], true, "1"),
        ("xs:dateTime", ["2026-01-01T00:00:00Z"], "2026-01-01T01:00:00+01:00", "2026-01-01T00:00:00Z"),
    ]

    @Test(arguments: listed.indices)
    func `a value that is listed in another form is sent in the listed one`(place: Int) throws {
        let test = Self.listed[place]
        let service = try Self.restricted(test.base, test.values.map { ("enumeration", $0) })
        guard let sent = test.sent else {
            #expect(try service.mistake(["a": test.given]).hasPrefix("a: must be one of"))
            return
        }
        #expect(try XMLElement.parse(service.written(["a": test.given])).first("a")?.text == sent)
    }

    private static let fixed: [(type: String, fixed: String, given: JSON, sent: String?)] = [
        ("xs:decimal", "1.0", 1, "1.0"), ("xs:decimal", "1.0", number("1.00"), "1.0"), ("xs:decimal", "1.0", 2, nil),
        ("xs:string", "a", "a", "a"), ("xs:string", "a", "b", nil), ("xs:int", "7", "7", "7"),
        ("xs:token", "a b", " a  b", nil), ("t:Size", "5", 5, "5"), ("t:Size", "5", 6, nil),
        ("t:Sizes", "1 2", [1, 2], "1 2"), ("t:Sizes", "1 2", [1], nil),
    ]

    @Test(arguments: fixed.indices)
    func `elements and attributes that are fixed have just that value`(place: Int) throws {
        let test = Self.fixed[place]
        let service = try Self.service(
            """
            <xs:sequence><xs:element name="a" type="\(test.type)" fixed="\(test.fixed)" minOccurs="0"/></xs:sequence>\
            <xs:attribute name="b" type="\(test.type)" fixed="\(test.fixed)"/>
            """,
            """
            <xs:simpleType name="Size"><xs:restriction base="xs:int"><xs:maxInclusive value="9"/></xs:restriction>\
            </xs:simpleType><xs:simpleType name="Sizes"><xs:list itemType="t:Size"/></xs:simpleType>
            """)
        guard let sent = test.sent else {
            // Blanks around a token don't count.
            if test.type == "xs:token" {
                #expect(try service.mistake(["a": test.given]).hasPrefix("no mistake"))
                return
            }
            #expect(try service.mistake(["a": test.given]) == "a: must be \"\(test.fixed)\"")
            #expect(try service.mistake(["@b": test.given]) == "@b: must be \"\(test.fixed)\"")
            return
        }
        let written = try XMLElement.parse(service.written(["a": test.given, "@b": test.given]))
        #expect(written.first("a")?.text == sent && written.attribute("b") == sent)
    }

    @Test func `an open place that has to be filled is asked for`() throws {
        let service = try Self.service(
            """
            <xs:sequence><xs:element name="a" type="xs:int"/><xs:any namespace="##other"/>\
            <xs:element name="b" type="xs:int" minOccurs="0"/><xs:any namespace="##other" minOccurs="0"/></xs:sequence>
            """)
        #expect(try service.mistake(["a": 1]) == "any!: is missing")
        #expect(try service.mistake(["a": 1, "any!": []]) == "any!: is missing")
        let item: JSON = ["x": "2", "@xmlns": "urn:x"]
        #expect(try service.mistake(["a": 1, "any!": [item]]).hasPrefix("no mistake"))
        let text = try service.written(["a": 1, "b": 3, "any!": [item, item]])
        #expect(try XMLElement.parse(text).elements.map(\.name) == ["a", "x", "b", "x"], "\(text)")
    }

    @Test(arguments: [
        (#"{"d":1}"#, "d: has to have one of these beside it: c, e"),
        (#"{"c":1,"e":2}"#, "only one of these can be given: c, e"),
        (#"{"c":"x","d":1}"#, "c: must be a whole number"), (#"{"c":1,"d":2}"#, "no mistake"),
        (#"{"e":1,"d":2}"#, "no mistake"),
        (#"{"c":1,"d":2,"e":3}"#, "only one of these can be given: c, e"),
    ])
    func `alternatives that share a member are told apart`(json: String, words: String) throws {
        func element(_ name: String) -> String { "<xs:element name=\"\(name)\" type=\"xs:int\"/>" }
        let service = try Self.service(
            "<xs:choice><xs:sequence>\(element("c"))\(element("d"))</xs:sequence>"
                + "<xs:sequence>\(element("e"))\(element("d"))</xs:sequence></xs:choice>")
        let found = try service.mistake(try JSON(parsing: json))
        #expect(found.hasPrefix(words), "\(found)")
    }
}
