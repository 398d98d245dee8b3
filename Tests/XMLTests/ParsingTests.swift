// Which texts are read, as what, and which are refused with which sentence.

import Testing
import XML

struct ParsingTests {
    @Test func `a document becomes a tree with namespaces, attributes, text and lines`() throws {
        let root = try XMLElement.parse(
            """
            <?xml version="1.0"?>
            <!-- before -->
            <s:order xmlns:s="urn:shop" xmlns="urn:items" id="7" s:kind="a &amp; b">
              <line>2 &lt; 3 &#x41;</line><line><![CDATA[<raw>]]> tail</line><?note x?><!--c-->
            </s:order>
            """)
        #expect(root.name == "order" && root.namespace == "urn:shop" && root.prefix == "s" && root.line == 3)
        #expect(root.attribute("id") == "7" && root.attribute("kind", namespace: "urn:shop") == "a & b")
        #expect(
            root.declarations == [
                XMLNamespace(prefix: "s", uri: "urn:shop"), XMLNamespace(prefix: nil, uri: "urn:items"),
            ])
        #expect(root.all("line", namespace: "urn:items").map(\.text) == ["2 < 3 A", "<raw> tail"])
        #expect(root.first("line", namespace: "urn:other") == nil)
        #expect(root.elements[1].children == [.cdata("<raw>"), .text(" tail")])
        #expect(root.children.contains(.instruction(target: "note", data: "x")))
        #expect(root.children.contains(.comment("c")))
    }

    @Test(arguments: ["http://{{url}}/api.php", "a b", "urn:x|y", "http://[x"])
    func `a namespace is a name, whether it is an address or not`(name: String) throws {
        let root = try XMLElement.parse("<p:a xmlns:p='\(name)' xmlns='\(name)/2'><b>1</b></p:a>")
        #expect(root.namespace == name && root.first("b", namespace: name + "/2")?.text == "1")
    }

    @Test(arguments: [
        ("", 1, "there is no XML: the text is empty or doesn't start with \"<\""),
        ("hello", 1, "there is no XML: the text is empty or doesn't start with \"<\""),
        ("<a>\n<b>\n</a>", 3, "</a> stands where <b> of line 2 must end"),
        ("<a>\n<b>", 2, "the text ends inside <b>, which was opened on line 2"),
        ("<a/>\n<b/>", 2, "there is something after the end of the root element"),
        ("<a>&nbsp;</a>", 1, "&nbsp; is not known: only &lt; &gt; &amp; &quot; &apos; and numbers are"),
        ("<a>\n<p:b/></a>", 2, "the prefix \"p\" is used but not declared with xmlns:p"),
        ("<a x='1' x='2'/>", 1, "an element has the attribute \"x\" twice"),
        ("<a x='<'/>", 1, "\"<\" in an attribute must be written as &lt;"),
        ("<a>R & D</a>", 1, "\"&\" must be written as &amp;"),
        ("<a>&amp</a>", 1, "\"&\" must be written as &amp;"),
        ("<a>1 < 2</a>", 1, "there is no name after \"<\"; where it is meant as a sign it must be written as &lt;"),
        ("<a b=1/>", 1, "an attribute's value must stand in quotes"),
        ("<a b/>", 1, "the attribute \"b\" has no value"),
        ("<a b='1'c='2'/>", 1, "there must be a space between attributes, and quotes around their values"),
        ("<a>&#1;</a>", 1, "there is a character that XML does not allow, or a number of none (like &#1;)"),
        ("<a>\u{8}</a>", 1, "there is a character that XML does not allow, or a number of none (like &#1;)"),
        ("<a>]]></a>", 1, "\"]]>\" in a text must be written as ]]&gt;"),
        ("<a><![CDATA[</a>", 1, "a section <![CDATA[ has no ]]> at its end"),
        ("<a><!-- -- --></a>", 1, "a comment can't hold \"--\""),
        ("<a><!-- </a>", 1, "a comment <!-- has no --> at its end"),
        ("\n<?xml version='1.0'?><a/>", 2, "<?xml …?> can stand at the very start only, with nothing before it"),
        (
            "<a xmlns:p='u' xmlns:q='u' p:b='1' q:b='2'/>", 1,
            "an element has an attribute twice, by two prefixes of one namespace"
        ),
        ("<a>\u{0}</a>", 1, "there is a NUL character, which XML does not allow"),
    ])
    func `a mistake is told with its line`(text: String, line: Int, message: String) {
        #expect(throws: XMLError(.malformed, message, line: line)) { try XMLElement.parse(text) }
    }
}
