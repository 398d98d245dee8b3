// What trees look like as text: namespaces declared where needed, escapes, layout, and what is refused.

import Testing
import XML

struct WritingTests {
    @Test(arguments: [
        (XMLElement("a"), "<a/>"),
        (XMLElement("a", text: "1 < 2 & 3 > 2 \r\n"), "<a>1 &lt; 2 &amp; 3 &gt; 2 &#13;\n</a>"),
        (
            XMLElement("a", attributes: [XMLAttribute("b", "\"<&>'\n\t")]),
            "<a b=\"&quot;&lt;&amp;&gt;'&#10;&#9;\"/>"
        ),
        (XMLElement("a", namespace: "u", children: [.element(XMLElement("b"))]), "<a xmlns=\"u\"><b xmlns=\"\"/></a>"),
        (
            XMLElement("a", namespace: "u", prefix: "p", children: [.element(XMLElement("b", namespace: "u"))]),
            "<p:a xmlns:p=\"u\"><p:b/></p:a>"
        ),
        (
            XMLElement(
                "a", namespace: "u", prefix: "p", attributes: [XMLAttribute("b", "1", namespace: "v", prefix: "p")]),
            "<p:a ns1:b=\"1\" xmlns:p=\"u\" xmlns:ns1=\"v\"/>"
        ),
        (
            XMLElement("a", attributes: [XMLAttribute("lang", "de", namespace: XMLNamespace.xml)]),
            "<a xml:lang=\"de\"/>"
        ),
        (XMLElement("a", children: [.cdata("x]]>y")]), "<a><![CDATA[x]]]]><![CDATA[>y]]></a>"),
        (
            XMLElement(
                "a", namespace: "u", prefix: "p",
                children: [
                    .element(
                        XMLElement(
                            "b", namespace: "u", prefix: "p",
                            attributes: [XMLAttribute("c", "1", namespace: "v", prefix: "p")]))
                ]),
            "<p:a xmlns:p=\"u\"><p:b ns1:c=\"1\" xmlns:ns1=\"v\"/></p:a>"
        ),
    ])
    func `a tree is written with the declarations and escapes it needs`(tree: XMLElement, text: String) throws {
        #expect(try tree.string() == text)
        #expect(try XMLElement.parse(text).text == tree.text)
    }
}
