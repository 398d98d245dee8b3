// XPath 1.0 with bound prefixes, its mistakes, and its bounds.

import Testing
import XML

struct XPathTests {
    static let order = """
        <o:order xmlns:o="urn:o" xmlns="urn:i" id="7">
          <line sku="a"><price>1.50</price></line><line sku="b"><price>2.25</price></line><!-- note -->
        </o:order>
        """

    @Test(
        arguments: [
            ("count(/o:order/i:line)", .number(2)),
            ("sum(//i:price)", .number(3.75)),
            ("string(//i:line[@sku='b']/i:price)", .text("2.25")),
            ("//i:line[2]/@sku = 'b'", .boolean(true)),
            ("//line", .nodes([])),
            ("//i:price/text()", .nodes([.text("1.50"), .text("2.25")])),
            (
                "//i:line[2]/@sku | //i:line[1]/@sku",
                .nodes([.attribute(XMLAttribute("sku", "a")), .attribute(XMLAttribute("sku", "b"))])
            ),
            ("//comment()", .nodes([.text(" note ")])),
            (
                "//i:price[1]",
                .nodes([
                    .element(XMLElement("price", namespace: "urn:i", text: "1.50")),
                    .element(XMLElement("price", namespace: "urn:i", text: "2.25")),
                ])
            ),
            ("namespace-uri(/*)", .text("urn:o")),
            ("1 div 0", .number(.infinity)),
        ] as [(String, XPathResult)])
    func `gives nodes, texts, numbers and truth values`(path: String, result: XPathResult) throws {
        let found = try XPath(path, namespaces: ["o": "urn:o", "i": "urn:i"]).evaluate(in: Array(Self.order.utf8))
        #expect(found == result)
    }

    @Test func `elements keep their prefixes and declarations`() throws {
        let root = try XMLElement.parse(Self.order)
        guard case .nodes(let nodes) = try XPath("/*").evaluate(in: root),
            case .element(let found) = try #require(nodes.first)
        else { return #expect(Bool(false), "no element") }
        #expect(found == root && found.prefix == "o" && found.declarations == root.declarations)
    }

    @Test(arguments: [
        ("", "the XPath is empty"),
        ("//[", "it is not a whole expression (after character 2)"),
        ("//p:a", "it has a prefix that is not among the namespaces"),
        ("nofunction()", "it has a function that XPath 1.0 does not know"),
        ("//a['x", "a quote is not closed"),
        ("count(1)", "needs a list of nodes"),
        ("count()", "too few or too many arguments"),
        ("$x", "it has a variable"),
        (String(repeating: "(", count: 100) + "1" + String(repeating: ")", count: 100), "more than 32 parentheses"),
        (String(repeating: "a/", count: 2_000) + "a", "longer than 2000 bytes"),
        ("document('/etc/passwd')", "it has a function that XPath 1.0 does not know"),
    ])
    func `a mistake is told in words`(path: String, words: String) {
        let error = #expect(throws: XMLError.self) { try XPath(path).evaluate(in: Array("<a/>".utf8)) }
        #expect(error?.kind == .query && error?.message.contains(words) == true, "\(String(describing: error))")
    }

    @Test(arguments: [
        "1" + String(repeating: "+1", count: 990), "1" + String(repeating: "--1", count: 660),
        "/" + String(repeating: "*/", count: 900) + "*", "//*" + String(repeating: "[1]", count: 600),
        "'a'" + String(repeating: "='a'", count: 400), "//a" + String(repeating: "|//a", count: 400),
        String(repeating: "-", count: 1_900) + "1",
    ])
    func `long expressions end`(path: String) {
        _ = try? XPath(path).evaluate(in: Array("<a><b/></a>".utf8))
    }

    @Test(arguments: [
        "count(//*[count(//*) > 1])", "//*[contains(string(/), 'zzz')]", "//*[/ = 'xx']", "//*[//* = 'y']",
        "//*[preceding::*[preceding::*[preceding::* = 'y']]]",
    ])
    func `an expression that takes too long is stopped`(path: String) {
        let document = "<r>" + String(repeating: "<a>xx</a>", count: 50_000) + "</r>"
        let start = ContinuousClock().now
        let error = #expect(throws: XMLError.self) {
            try XPath(path).evaluate(in: Array(document.utf8), seconds: 0.2)
        }
        #expect(
            error?.kind == .query && error?.message.contains("takes more than 0.2 s") == true,
            "\(String(describing: error))")
        #expect(ContinuousClock().now - start < .seconds(120))
    }

    @Test func `a document that is refused is refused here too`() {
        let document = Array("<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>".utf8)
        #expect(throws: XMLError.self) { try XPath("/a").evaluate(in: document) }
        #expect(throws: XMLError(.malformed, "</a> stands where <b> of line 1 must end", line: 1)) {
            try XPath("/a").evaluate(in: Array("<a><b></a>".utf8))
        }
    }

    @Test func `results that overlap are bounded`() {
        let document =
            String(repeating: "<a>", count: 256) + String(repeating: "<b/>", count: 20_000)
            + String(repeating: "</a>", count: 256)
        let error = #expect(throws: XMLError.self) { try XPath("//a").evaluate(in: Array(document.utf8)) }
        #expect(error?.kind == .tooLarge)
    }
}
