// Documents made to do harm: refused or inert, nothing opened, quickly.

import Testing
import XML

struct HostileDocumentTests {
    /// A document and the kind of refusal it must meet.
    struct Hostile: Sendable, CustomTestStringConvertible {
        let name: String
        let kind: XMLError.Kind
        let text: @Sendable () -> String
        var testDescription: String { name }

        init(_ name: String, _ kind: XMLError.Kind, _ text: @escaping @Sendable () -> String) {
            (self.name, self.kind, self.text) = (name, kind, text)
        }
    }

    static let documents: [Hostile] = [
        Hostile("external entity", .forbidden) {
            "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>"
        },
        Hostile("external DTD", .forbidden) { "<!DOCTYPE a SYSTEM \"http://127.0.0.1:1/x.dtd\"><a/>" },
        Hostile("public DTD", .forbidden) { "<!DOCTYPE a PUBLIC \"-//X//Y\" \"http://127.0.0.1:1/x.dtd\"><a/>" },
        Hostile("parameter entity", .forbidden) {
            "<!DOCTYPE a [<!ENTITY % p SYSTEM \"http://127.0.0.1:1/p\"> %p;]><a/>"
        },
        Hostile("entity expansion", .forbidden) {
            "<!DOCTYPE a [<!ENTITY a0 \"lol\">"
                + (1...10).map { "<!ENTITY a\($0) \"\(String(repeating: "&a\($0 - 1);", count: 10))\">" }.joined()
                + "]><a>&a10;</a>"
        },
        Hostile("quadratic entity", .forbidden) {
            "<!DOCTYPE a [<!ENTITY b \"\(String(repeating: "b", count: 100_000))\">]><a>"
                + String(repeating: "&b;", count: 100_000) + "</a>"
        },
        Hostile("DOCTYPE after a comment and an instruction", .forbidden) {
            "<?xml version='1.0'?><!-- > <a> --><?p ?>\n<!DOCTYPE a><a/>"
        },
        Hostile("DOCTYPE in small letters", .forbidden) { "<!doctype html><html/>" },
        Hostile("DOCTYPE inside the root", .forbidden) { "<a><!DOCTYPE a></a>" },
        Hostile("entity without a declaration", .malformed) { "<a>&x;</a>" },
        Hostile("attribute flood", .tooLarge) {
            "<a " + (0..<100_000).map { "a\($0)=''" }.joined(separator: " ") + "/>"
        },
        Hostile("attribute flood with quotes that hold tags", .tooLarge) {
            "<a " + (0..<300).map { "a\($0)='>'" }.joined(separator: " ") + "/>"
        },
        Hostile("declaration flood", .tooLarge) {
            String(repeating: "", count: 0)
                + (0..<200).map { level in
                    "<a " + (0..<20).map { "xmlns:p\(level)x\($0)='u'" }.joined(separator: " ") + ">"
                }.joined()
        },
        Hostile("nesting", .tooLarge) { String(repeating: "<a>", count: 1_000_000) },
        Hostile("nesting, closed", .tooLarge) {
            String(repeating: "<a>", count: 257) + String(repeating: "</a>", count: 257)
        },
        Hostile("element flood", .tooLarge) { "<r>" + String(repeating: "<a/>", count: 2_000_000) + "</r>" },
        Hostile("comment flood", .tooLarge) { "<r>" + String(repeating: "<!---->", count: 1_200_000) + "</r>" },
        Hostile("name flood", .tooLarge) { "<r>" + (0..<700_000).map { "<a\($0)/>" }.joined() + "</r>" },
        Hostile("bytes", .tooLarge) { "<r>" + String(repeating: "x", count: 10 << 20) + "</r>" },
        Hostile("unclosed attribute", .malformed) { "<a b='" + String(repeating: "x", count: 5_000_000) },
        Hostile("unclosed comment", .malformed) { "<a><!--" + String(repeating: "-x", count: 4_000_000) },
        Hostile("unclosed section", .malformed) { "<a><![CDATA[" + String(repeating: "]]", count: 4_000_000) },
        Hostile("error flood", .malformed) { "<a>" + String(repeating: "&;", count: 5_000_000) + "</a>" },
        Hostile("recover-mode bait", .malformed) { "<a><b>1</a><c>2</c>" },
        Hostile("two roots", .malformed) { "<a/><b/>" },
        Hostile("text after the root", .malformed) { "<a/>b" },
        Hostile("control character", .malformed) { "<a>\u{1}</a>" },
        Hostile("reference to a control character", .malformed) { "<a>&#1;</a>" },
        Hostile("reference to a surrogate", .malformed) { "<a>&#xD800;</a>" },
        Hostile("huge reference", .malformed) { "<a>&#99999999999999999999;</a>" },
        Hostile("section end in text", .malformed) { "<a>]]></a>" },
        Hostile("prefix without a declaration", .malformed) { "<a p:b=''/>" },
        Hostile("same attribute by two prefixes", .malformed) { "<a xmlns:p='u' xmlns:q='u' p:b='' q:b=''/>" },
        Hostile("xml prefix bound elsewhere", .malformed) { "<a xmlns:xml='u'/>" },
        Hostile("prefix taken back", .malformed) { "<a xmlns:p=''/>" },
        Hostile("long name", .tooLarge) { "<" + String(repeating: "a", count: 9_000_000) },
    ]

    @Test(arguments: documents)
    func `is refused`(_ document: Hostile) throws {
        let bytes = Array(document.text().utf8)
        let error = #expect(throws: XMLError.self) { try XMLElement.parse(bytes) }
        #expect(error?.kind == document.kind, "\(String(describing: error))")
    }

    @Test func `inclusions and stylesheets are inert`() throws {
        let text = """
            <?xml-stylesheet href="http://127.0.0.1:1/x.xsl"?>
            <a xmlns:xi="http://www.w3.org/2001/XInclude" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
            xsi:schemaLocation="u http://127.0.0.1:1/x.xsd"><xi:include href="/etc/passwd" parse="text"/></a>
            """
        let root = try XMLElement.parse(text)
        #expect(root.first("include")?.children == [])
        #expect(root.text == "")
    }

    @Test func `what is within the limits is read whole`() throws {
        let attributes = (0..<256).map { "a\($0)='\($0)'" }.joined(separator: " ")
        #expect(try XMLElement.parse("<a \(attributes)/>").attribute("a255") == "255")
        let deep = String(repeating: "<a>", count: 256) + "x" + String(repeating: "</a>", count: 256)
        #expect(try XMLElement.parse(deep).text == "x")
        let wide = try XMLElement.parse("<r>" + String(repeating: "<a>1</a>", count: 300_000) + "</r>")
        #expect(wide.children.count == 300_000)
        let long = try XMLElement.parse(
            "<a b='\(String(repeating: "y", count: 1 << 20))'>\(String(repeating: "x", count: 5 << 20))</a>")
        #expect(long.text.utf8.count == 5 << 20 && long.attribute("b")?.utf8.count == 1 << 20)
    }

    @Test(arguments: [
        ("<!-- <a b='1' --><a/>", "a"), ("<?p <a <b ?><a/>", "a"), ("<a><![CDATA[<b c='\"]]></a>", "a"),
        ("<a b = '1' c\n=\n\"<!--\"/>".replacing("<!--", with: "--"), "a"), ("<a>'</a>", "a"), ("<a b='/>'/>", "a"),
    ])
    func `the scan before the parse takes no harm from markup inside other markup`(text: String, name: String) throws {
        #expect(try XMLElement.parse(text).name == name)
    }
}
