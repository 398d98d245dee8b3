// Limits of simple types: which values are refused before a service does, and what a JSON Schema says of patterns.

import JSONCore
import Testing
import XML

private func number(_ text: String) -> JSON { JSON(number: text) ?? .null }

struct FacetTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let base: String
        let facets: String
        let good: [JSON]
        /// Values, and how the sentence about each begins.
        let bad: [(value: JSON, words: String)]
        var testDescription: String { "\(base) \(facets)" }

        init(_ base: String, _ facets: String, good: [JSON], bad: [(JSON, String)]) {
            self.base = base
            self.facets = facets.split(separator: " ").map { facet in
                let parts = facet.split(separator: "=", maxSplits: 1)
                return "<xs:\(parts[0]) value=\"\(parts[1])\"/>"
            }.joined()
            (self.good, self.bad) = (good, bad)
        }
    }

    static let cases: [Case] = [
        Case(
            "xs:string", "minLength=2 maxLength=3", good: ["ab", "äöü", "a b"],
            bad: [("a", "must have at least 2 characters, but it has 1"), ("abcd", "can have at most 3 characters")]),
        Case("xs:token", "length=3", good: ["abc", " abc "], bad: [("ab", "must have at least 3")]),
        Case("xs:string", "whiteSpace=collapse maxLength=3", good: ["  a  b "], bad: [("abcd", "can have at most 3")]),
        Case(
            "xs:base64Binary", "maxLength=2", good: ["YWI=", "YQ=="],
            bad: [("YWJj", "can have at most 2 bytes, but it has 3")]),
        Case("xs:hexBinary", "length=2", good: ["0aFF"], bad: [("0a", "must have at least 2 bytes, but it has 1")]),
        Case(
            "xs:int", "minInclusive=1 maxInclusive=10", good: [1, 10, "7"],
            bad: [
                (0, "must be at least 1, but it is 0"), (11, "must be at most 10, but it is 11"),
                (-5, "must be at least"),
            ]),
        Case(
            "xs:decimal", "minExclusive=0 maxExclusive=100.00",
            good: [number("0.0001"), number("99.999999999999999999")],
            bad: [(0, "must be above 0"), (100, "must be below 100.00"), (number("-0.0"), "must be above 0")]),
        Case(
            "xs:decimal", "totalDigits=4 fractionDigits=2",
            good: [number("12.34"), number("12.3400"), 1234, number("0.05")],
            bad: [
                (number("1.234"), "can have at most 2 digits after the point, but it is 1.234"),
                (12345, "can have at most 4 digits, but it is 12345"), (number("123.45"), "can have at most 4 digits"),
            ]),
        Case(
            "xs:double", "maxInclusive=1e3", good: [1000, number("9.99e2"), "-INF", "NaN"],
            bad: [("INF", "must be at most 1e3")]),
        Case(
            "xs:date", "minInclusive=2026-01-01", good: ["2026-01-01", "2026-01-01Z"],
            bad: [("2025-12-31", "must be at least 2026-01-01"), ("2025-12-31Z", "must be at least 2026-01-01")]),
        Case(
            "xs:string", "pattern=[A-Z]{2}\\d{2,4}", good: ["DE123"],
            bad: [
                ("xDE123", "must match the pattern [A-Z]{2}\\d{2,4}, but it is \"xDE123\""), ("DE12345", "must match"),
            ]),
        Case(
            "xs:string", "pattern=[A-Z]+ pattern=[0-9]+|-", good: ["AB", "12", "-"],
            bad: [("A1", "must match the pattern ([A-Z]+)|(")]),
        Case("xs:token", "pattern=\\i\\c*", good: ["a-1", " a1 "], bad: [("1a", "must match")]),
        Case("xs:string", "pattern=[a-z-[aeiou]]+", good: ["xyz"], bad: [("xay", "must match")]),
        Case("xs:decimal", "pattern=\\d+\\.\\d{2}", good: [number("10.00")], bad: [(10, "must match")]),
        Case(
            "xs:string", "pattern=[0-9]{1,3}(,[0-9]{3})*", good: ["1,234,567", "12"], bad: [("1,23", "must match")]),
        Case(
            "xs:string", "pattern=[\\da-fA-F]{8}-([\\da-fA-F]{4}-){3}[\\da-fA-F]{12}",
            good: ["123e4567-e89b-12d3-a456-426614174000"], bad: [("123e4567-e89b-12d3-a456-42661417400", "must match")]
        ),
        Case(
            "xs:string", "pattern=([01]\\d|2[0-3]):[0-5]\\d", good: ["23:59", "08:00"], bad: [("24:00", "must match")]),
        Case("xs:string", "pattern=[^@]+@[^\\.]+\\..+", good: ["a@b.co", "a.b@c.d.e"], bad: [("a@b", "must match")]),
        Case(
            "xs:string", "pattern=([A-Z]{2}[0-9]{2,3}){1,2}", good: ["AB12", "AB123CD12"],
            bad: [("AB1CD12", "must match")]),
    ]

    private static func service(_ base: String, _ facets: String) throws -> ReadService {
        try ReadService(
            .holding(
                "<xs:sequence><xs:element name=\"a\" type=\"t:A\" minOccurs=\"0\"/></xs:sequence>",
                further:
                    "<xs:simpleType name=\"A\"><xs:restriction base=\"\(base)\">\(facets)</xs:restriction></xs:simpleType>"
            ))
    }

    @Test(arguments: cases)
    func `a value is held against the limits of its type`(_ test: Case) throws {
        let service = try Self.service(test.base, test.facets)
        #expect(service.description.findings == [])
        for value in test.good {
            let words = try service.mistake(["a": value])
            #expect(words.hasPrefix("no mistake"), "\(value.compact): \(words)")
        }
        for (value, words) in test.bad {
            let found = try service.mistake(["a": value])
            #expect(found.hasPrefix("a: " + words), "\(value.compact): \(found)")
        }
    }

    private static let several: [(String, good: [JSON], bad: [(JSON, String)])] = [
        (
            "<xs:restriction base=\"t:Sizes\"><xs:minLength value=\"2\"/><xs:maxLength value=\"3\"/></xs:restriction>",
            [[1, 2], [1, 2, 3], "4 5"],
            [
                ([1], "must have at least 2 values, but it has 1"), ([1, 2, 3, 4], "can have at most 3 values"),
                ([1, 10], "[1]: must be at most 9"), ("1 2 3 4", "can have at most 3 values"),
            ]
        ),
        (
            "<xs:restriction base=\"t:Sizes\"><xs:enumeration value=\"1 2\"/><xs:enumeration value=\"3\"/></xs:restriction>",
            [[1, 2], [3]], [([2, 1], "must be one of 1 2, 3, but it is \"2 1\"")]
        ),
        (
            "<xs:restriction base=\"t:Sizes\"><xs:pattern value=\"\\d( \\d){1,2}\"/></xs:restriction>",
            [[1, 2], [1, 2, 3]],
            [([1], "must match the pattern"), ([1, 2, 3, 4], "must match the pattern")]
        ),
        (
            "<xs:restriction base=\"t:Either\"><xs:enumeration value=\"5\"/><xs:enumeration value=\"all\"/></xs:restriction>",
            [5, "5", "all"], [(6, "must be one of 5, all"), ("none", "must be one of 5, all")]
        ),
        (
            "<xs:restriction base=\"t:Either\"><xs:pattern value=\"[0-5a-l]+\"/></xs:restriction>", [5, "all"],
            [(6, "must match"), ("none", "must")]
        ),
        (
            "<xs:union memberTypes=\"t:Size t:Word\"/>", [9, "all"],
            [
                ("al", "must be a whole number from -2147483648"),
                (10, "must be at most 9, but it is 10; or it must match"),
            ]
        ),
        (
            "<xs:list itemType=\"xs:token\"/>", [["a", "b"], [], "a b", ""],
            [(["a b"], "[0]: can't be empty or have blanks")]
        ),
    ]

    @Test(arguments: several.indices)
    func `lists and unions are held against their limits`(place: Int) throws {
        let test = Self.several[place]
        let service = try ReadService(
            .holding(
                "<xs:sequence><xs:element name=\"a\" type=\"t:A\" minOccurs=\"0\"/></xs:sequence>",
                further: """
                    <xs:simpleType name="A">\(test.0)</xs:simpleType><xs:simpleType name="Size"><xs:restriction base="xs:int">\
                    <xs:maxInclusive value="9"/></xs:restriction></xs:simpleType><xs:simpleType name="Word">\
                    <xs:restriction base="xs:string"><xs:pattern value="[a-z]{3,}"/></xs:restriction></xs:simpleType>\
                    <xs:simpleType name="Sizes"><xs:list itemType="t:Size"/></xs:simpleType>\
                    <xs:simpleType name="Either"><xs:union memberTypes="t:Size t:Word"/></xs:simpleType>
                    """))
        #expect(service.description.findings == [])
        for value in test.good {
            let words = try service.mistake(["a": value])
            #expect(words.hasPrefix("no mistake"), "\(value.compact): \(words)")
        }
        for (value, words) in test.bad {
            let found = try service.mistake(["a": value])
            #expect(found.replacing("a[", with: "a: [").hasPrefix("a: " + words), "\(value.compact): \(found)")
        }
    }

    @Test(arguments: [
        ("^[A-Z]{3}$", "has ^ or $ as anchors"), ("[A-Z", "is none of XML Schema"),
        ("(?i)abc", "is none of XML Schema"),
    ])
    func `a pattern that is none of XML Schema is reported, and refuses nothing`(pattern: String, words: String) throws
    {
        let service = try Self.service("xs:string", "<xs:pattern value=\"\(pattern)\"/><xs:pattern value=\"[0-9]\"/>")
        let finding = try #require(service.description.findings.first)
        #expect(finding.description.contains(words) && finding.description.contains("it isn't checked"), "\(finding)")
        #expect(try service.mistake(["a": "whatever"]).hasPrefix("no mistake"))
    }

    @Test func `limits of a derived type come on top of those of its base`() throws {
        let service = try ReadService(
            .holding(
                "<xs:sequence><xs:element name=\"a\" type=\"t:B\"/></xs:sequence>",
                further: """
                    <xs:simpleType name="A"><xs:restriction base="xs:string"><xs:pattern value="A.*"/>\
                    <xs:maxLength value="9"/></xs:restriction></xs:simpleType><xs:simpleType name="B">\
                    <xs:restriction base="t:A"><xs:pattern value=".*Z"/></xs:restriction></xs:simpleType>
                    """))
        #expect(try service.mistake(["a": "A-Z"]).hasPrefix("no mistake"))
        for bad in ["A-", "-Z", "A12345678Z"] {
            #expect(try service.mistake(["a": .string(bad)]).hasPrefix("a: "), "\(bad)")
        }
    }

    @Test(arguments: [
        ("[A-Z]{2}\\d+", "^(?:[A-Z]{2}\\p{Nd}+)$"), ("a|b(c)?", "^(?:a|b(?:c)?)$"), ("a.b", "^(?:a[^\\n\\r]b)$"),
        ("$1^", "^(?:\\$1\\^)$"), ("[-a\\]]", "^(?:[\\-a\\]])$"), ("\\p{Lu}*", "^(?:\\p{Lu}*)$"),
        ("[^\\s]", "^(?:[^ \\t\\n\\r])$"),
        ("a\\-b", "^(?:a-b)$"), ("\\i\\c*", nil), ("\\w+", nil), ("[a-z-[aeiou]]", nil), ("\\p{IsBasicLatin}", nil),
        ("a{,3}", nil),
        ("a{x}", nil), ("[a", nil), ("a\\", nil),
    ])
    func `a pattern is part of a JSON Schema where it means the same there`(pattern: String, translated: String?) {
        #expect(SchemaPattern.forJSONSchema(pattern) == translated)
    }
}
