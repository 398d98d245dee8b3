// XML as it is shown to people.

import Testing
import XML

struct MarkupIndentationTests {
    @Test(arguments: [
        ("<a><b>1</b><c/></a>", "<a>\n  <b>1</b>\n  <c/>\n</a>"),
        ("<a>\n\t<b>1</b>\n\n</a>\n", "<a>\n  <b>1</b>\n</a>"),
        (
            "<?xml version=\"1.0\"?><a><b><c>1</c></b></a>",
            "<?xml version=\"1.0\"?>\n<a>\n  <b>\n    <c>1</c>\n  </b>\n</a>"
        ),
        ("<s:a xmlns:s='u' x=\"1>2\"><s:b/></s:a>", "<s:a xmlns:s='u' x=\"1>2\">\n  <s:b/>\n</s:a>"),
        ("<a><p>one <b>two</b> <i>three</i></p><q/></a>", "<a>\n  <p>one <b>two</b> <i>three</i></p>\n  <q/>\n</a>"),
        ("<a><b xml:space=\"preserve\"> <c/> </b></a>", "<a>\n  <b xml:space=\"preserve\"> <c/> </b>\n</a>"),
        ("<a><b>  </b><c></c></a>", "<a>\n  <b>  </b>\n  <c></c>\n</a>"),
        (
            "<a><b><![CDATA[ <x> ]]></b><!-- <y> --><c/></a>",
            "<a>\n  <b><![CDATA[ <x> ]]></b>\n  <!-- <y> -->\n  <c/>\n</a>"
        ),
        ("<a><b>\n1\n2</b></a>", "<a>\n  <b>\n1\n2</b>\n</a>"),
        ("<a><b>1</b><c>23… [99 bytes in all]", "<a>\n  <b>1</b>\n  <c>23… [99 bytes in all]"),
        ("<a><b>1</b><c d=\"… [99 bytes in all]", "<a>\n  <b>1</b>\n  <c d=\"… [99 bytes in all]"),
        ("<a><b>[hidden]</b></a>", "<a>\n  <b>[hidden]</b>\n</a>"),
    ])
    func `elements that hold elements are indented, and all else is as it was`(text: String, shown: String) {
        #expect(MarkupIndentation.indented(text) == shown)
    }

    @Test(arguments: [
        "", "text", "{\"a\": \"<b>\"}", "<a></b>", "</a>", "<a></a></a>", "<!DOCTYPE a [<!ENTITY b '<c>'>]><a/>",
        "a=<b>", "<a <b/>",
        "<html><br></html>", "<",
    ])
    func `what is no XML is not touched`(text: String) { #expect(MarkupIndentation.indented(text) == nil) }

    @Test func `deep elements are indented so far and no further`() throws {
        let deep = String(repeating: "<a>", count: 20_000) + String(repeating: "</a>", count: 20_000)
        let shown = try #require(MarkupIndentation.indented(deep))
        #expect(shown.utf8.count < 40_000 * 90 && shown.filter { $0 != " " && $0 != "\n" } == deep)
    }
}
