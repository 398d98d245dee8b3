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

extension WritingTests {
    @Test func `indentation adds white space only where there is no text`() throws {
        let root = try XMLElement.parse("<a>\n<b><c/> </b><d>x<e/></d><!-- n --><f> </f></a>")
        let text = """
            <a>
              <b>
                <c/>
              </b>
              <d>x<e/></d>
              <!-- n -->
              <f> </f>
            </a>

            """
        #expect(try root.string(.indented) == text)
        #expect(try XMLElement.parse(text).string(.indented) == text)
    }

    @Test(arguments: [
        "<a/>", "<a b=\"1\">x &amp; y<!-- c --><?p i?><![CDATA[<]]></a>",
        "<p:a xmlns:p=\"u\" xmlns=\"v\"><b p:c=\"1\"><d xmlns=\"\" t=\"p:x\"/></b></p:a>",
        "<a xmlns:p=\"u\"><p:b xmlns:p=\"v\"><p:c/></p:b><p:d/></a>",
        "<a xml:space=\"preserve\"> é€😀&#13; </a>",
    ])
    func `what is read is written the same`(text: String) throws {
        // Attributes come before declarations: that is the only freedom taken.
        let tree = try XMLElement.parse(text)
        #expect(try XMLElement.parse(tree.string()) == tree)
        #expect(try tree.string().utf8.sorted() == text.utf8.sorted())
    }

    @Test(arguments: [
        (XMLElement("a b"), "\"a b\" can't be the name of an XML element or attribute"),
        (XMLElement(""), "an XML element or attribute has no name"),
        (XMLElement("1a"), "\"1a\" can't be the name of an XML element or attribute"),
        (XMLElement("a", namespace: "u", prefix: "p q"), "\"p q:a\" can't be the name of an XML element or attribute"),
        (
            XMLElement("a", text: "\u{0}"),
            "the text of <a> has a control character, which XML can't hold; remove it first"
        ),
        (
            XMLElement("a", text: "\u{FFFF}"),
            "the text of <a> has a control character, which XML can't hold; remove it first"
        ),
        (
            XMLElement("a", attributes: [XMLAttribute("b", "\u{1B}")]),
            "the text of <a> has a control character, which XML can't hold; remove it first"
        ),
        (
            XMLElement("a", children: [.cdata("\u{1}")]),
            "the text of <a> has a control character, which XML can't hold; remove it first"
        ),
        (
            XMLElement("a", attributes: [XMLAttribute("b", "1"), XMLAttribute("b", "2")]),
            "the element <a> has the attribute \"b\" twice"
        ),
        (XMLElement("a", children: [.comment("x--y")]), "a comment can't hold \"--\" or end in \"-\""),
        (XMLElement("a", children: [.comment("x-")]), "a comment can't hold \"--\" or end in \"-\""),
        (
            XMLElement("a", children: [.instruction(target: "p", data: "x?>y")]),
            "an instruction can't be called \"xml\" or hold \"?>\""
        ),
        (
            XMLElement("a", declarations: [XMLNamespace(prefix: "p", uri: "")]),
            "the prefix \"p\" can't be declared like this"
        ),
        (
            XMLElement("a", declarations: [XMLNamespace(prefix: "xml", uri: "u")]),
            "the prefix \"xml\" can't be declared like this"
        ),
        (
            XMLElement("a", declarations: [XMLNamespace(prefix: "p", uri: "http://www.w3.org/2000/xmlns/")]),
            "the prefix \"p\" can't be declared like this"
        ),
        (
            XMLElement("a", namespace: "http://www.w3.org/2000/xmlns/"),
            "no name can be in the namespace http://www.w3.org/2000/xmlns/"
        ),
        (
            XMLElement("a", declarations: [XMLNamespace(prefix: nil, uri: XMLNamespace.xml)]),
            "the default namespace can't be declared like this"
        ),
        (
            XMLElement("a", declarations: [XMLNamespace(prefix: "p", uri: "u"), XMLNamespace(prefix: "p", uri: "v")]),
            "the prefix \"p\" is declared twice on one element"
        ),
    ])
    func `what XML can't hold is refused`(tree: XMLElement, message: String) {
        #expect(throws: XMLError(.unwritable, message)) { try tree.string() }
    }

    @Test func `a tree too deep to be read is not written`() {
        var tree = XMLElement("a")
        for _ in 0..<256 { tree = XMLElement("a", children: [.element(tree)]) }
        #expect(throws: XMLError.self) { try tree.string() }
    }

    @Test func `children can be changed in place`() throws {
        var tree = XMLElement("a", text: "x")
        tree.children.append(.element(XMLElement("b")))
        tree.children.append(.text("y"))
        #expect(try tree.string() == "<a>x<b/>y</a>")
        tree.children = []
        #expect(try tree.string() == "<a/>")
        tree.name = "c"
        tree.namespace = "u"
        tree.prefix = "p"
        #expect(try tree.string() == "<p:c xmlns:p=\"u\"/>")
    }
}
