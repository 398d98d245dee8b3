// XML to JSON by both sets of rules, and back.

import JSONCore
import Testing
import XML

struct JSONMappingTests {
    @Test(
        arguments: [
            ("<a/>", ""),
            ("<a>x</a>", "x"),
            ("<a> x <![CDATA[<y>]]></a>", " x <y>"),
            ("<a><b>1</b><c/></a>", ["b": "1", "c": ""]),
            ("<a>\n  <b>1</b>\n  <b>2</b>\n</a>", ["b": ["1", "2"]]),
            ("<a id='7'/>", ["@id": "7"]),
            ("<a id='7'>x</a>", ["@id": "7", "content!": "x"]),
            ("<a>before <b>1</b> after</a>", ["b": "1", "content!": "before  after"]),
            ("<p:a xmlns:p='u' p:id='1' id='2'/>", ["@p:id": "1", "@id": "2"]),
            ("<a xmlns:p='u' xmlns:q='v' p:id='1' q:id='2'/>", ["@id": "1", "@q:id": "2"]),
            ("<a xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'><b xsi:nil='true'/></a>", ["b": nil]),
            ("<a><!-- c --><b>1</b><?i?></a>", ["b": "1"]),
            ("<a xmlns:p='u'><p:b>1</p:b><b>2</b></a>", ["b": ["1", "2"]]),
            ("<a><b>1</b><c>x</c><b>2</b></a>", ["b": ["1", "2"], "c": "x"]),
        ] as [(String, JSON)])
    func `names are local, and lists are what is repeated`(text: String, json: JSON) throws {
        #expect(try XMLElement.parse(text).json() == json)
    }

    @Test(
        arguments: [
            (
                "<hash><foo type=\"integer\">1</foo></hash>",
                ["hash": [["foo": [["@type": "integer", "content!": "1"]]]]]
            ),
            ("<a/>", ["a": [[:]]]),
            ("<s:a xmlns:s='u'><s:b/></s:a>", ["s:a": [["@xmlns:s": "u", "s:b": [[:]]]]]),
            ("<a xmlns='u'><b>x</b> <b/></a>", ["a": [["@xmlns": "u", "b": [["content!": "x"], [:]]]]]),
        ] as [(String, JSON)])
    func `the formula's hash has lists everywhere and names as written`(text: String, json: JSON) throws {
        #expect(try XMLElement.parse(text).namedJSON(.formula) == json)
    }

    @Test func `names can be told to be lists always`() throws {
        let mapping = JSONMapping(alwaysLists: ["b"])
        #expect(try XMLElement.parse("<a><b>1</b><c>2</c></a>").json(mapping) == ["b": ["1"], "c": "2"])
        #expect(try XMLElement.parse("<b/>").namedJSON(mapping) == ["b": [""]])
    }

    @Test func `the order of members is the order of first occurrence`() throws {
        let json = try XMLElement.parse("<a z='1' y='2'><c/><b/><c/><a/></a>").json()
        #expect(json.object?.keys == ["@z", "@y", "c", "b", "a"])
    }

    @Test func `what is nested deeper than JSON is read is refused`() throws {
        let deep = String(repeating: "<a>", count: 150) + String(repeating: "</a>", count: 150)
        let error = #expect(throws: XMLError.self) { try XMLElement.parse(deep).json() }
        #expect(error?.kind == .tooLarge)
        let half = String(repeating: "<a>", count: 100) + String(repeating: "</a>", count: 100)
        #expect(throws: XMLError.self) { try XMLElement.parse(half).json(.formula) }
        #expect(throws: Never.self) { try XMLElement.parse(half).json() }
    }

    @Test(
        arguments: [
            ("x", "<a>x</a>"),
            ("", "<a/>"),
            (7, "<a>7</a>"),
            (true, "<a>true</a>"),
            (nil, "<a xsi:nil=\"true\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"/>"),
            (["b": 1, "c": [2, "x"]], "<a><b>1</b><c>2</c><c>x</c></a>"),
            (["b": [:], "c": []], "<a><b/></a>"),
            (["@id": 7, "@none": nil, "content!": "x", "b": ["@n": false]], "<a id=\"7\">x<b n=\"false\"/></a>"),
            (["o:b": ["@o:c": 1]], "<a><o:b o:c=\"1\" xmlns:o=\"urn:o\"/></a>"),
            (
                ["@xmlns": "u", "@xmlns:q": "v", "q:b": 1, "c": 2],
                "<a xmlns=\"u\" xmlns:q=\"v\"><q:b>1</q:b><c>2</c></a>"
            ),
            (["q:b": 1, "@xmlns:q": "v"], "<a xmlns:q=\"v\"><q:b>1</q:b></a>"),
            (["@xml:lang": "de"], "<a xml:lang=\"de\"/>"),
        ] as [(JSON, String)])
    func `JSON becomes elements in its order`(json: JSON, text: String) throws {
        #expect(try XMLElement("a", json: json, scope: NameScope(namespaces: ["o": "urn:o"])).string() == text)
    }

    @Test func `numbers keep their text`() throws {
        let json = JSON.object([
            "b": JSON(number: "10.00") ?? .null, "c": JSON(number: "123456789012345678901") ?? .null,
        ])
        #expect(try XMLElement("a", json: json).string() == "<a><b>10.00</b><c>123456789012345678901</c></a>")
    }

    @Test func `children are in the namespace of the root, or in none`() throws {
        let json: JSON = ["b": ["c": 1]]
        let qualified = NameScope(namespace: "urn:m", prefix: "m")
        #expect(
            try XMLElement("a", json: json, scope: qualified).string()
                == "<m:a xmlns:m=\"urn:m\"><m:b><m:c>1</m:c></m:b></m:a>")
        let unqualified = NameScope(namespace: "urn:m", prefix: "m", isQualified: false)
        #expect(
            try XMLElement("a", json: json, scope: unqualified).string()
                == "<m:a xmlns:m=\"urn:m\"><b><c>1</c></b></m:a>")
        let standard = NameScope(namespace: "urn:m", isQualified: false)
        #expect(
            try XMLElement("a", json: json, scope: standard).string()
                == "<a xmlns=\"urn:m\"><b xmlns=\"\"><c>1</c></b></a>")
    }

    @Test(
        arguments: [
            ([1], "a: a list can't stand in a list, or at the top"),
            (["b": [[1]]], "a/b: a list can't stand in a list, or at the top"),
            (["b": ["x y": 1]], "a/b/x y: \"x y\" can't be the name of an XML element or attribute"),
            (["b": ["": 1]], "a/b/: \"\" can't be the name of an XML element or attribute"),
            (["p:b": 1], "a/p:b: the prefix of \"p:b\" is not among the namespaces; add \"p\" to them"),
            (["b": ["@c": [1]]], "a/b: the attribute \"@c\" must be a text, a number or true/false"),
            (["content!": ["x": 1]], "a: \"content!\" must be a text, a number or true/false"),
            (["@a:b:c": 1], "a: \"a:b:c\" can't be the name of an XML element or attribute"),
        ] as [(JSON, String)])
    func `what XML can't hold is refused with its place`(json: JSON, message: String) {
        #expect(throws: XMLError(.unwritable, message)) { try XMLElement("a", json: json) }
    }

    @Test(arguments: [
        "<a><b x=\"1\">t</b><b/><c>u</c></a>",
        "<s:a xmlns:s=\"u\" xmlns=\"v\"><b s:c=\"1\"><d xmlns=\"\"/></b></s:a>",
    ])
    func `the formula's hash leads back to the same text`(text: String) throws {
        let hash = try #require(try XMLElement.parse(text).namedJSON(.formula).object)
        let elements = try XMLElement.elements(of: hash)
        #expect(try elements.map { element throws(XMLError) in try element.string() } == [text])
    }
}
