// Canonical forms, held against what libxml2's own writer makes of the same documents.

import Testing
import XML

struct CanonicalFormTests {
    static let forms: [(document: String, form: CanonicalForm, comments: Bool, wanted: String)] = [
        (
            #"<a xmlns="urn:1"><b xmlns=""><c xmlns="urn:1"/><d/></b><e xmlns="urn:1"/></a>"#, .inclusive, false,
            #"<a xmlns="urn:1"><b xmlns=""><c xmlns="urn:1"></c><d></d></b><e></e></a>"#
        ),
        (
            #"<p:a xmlns:p="urn:1"><q:b xmlns:q="urn:1" xmlns:p="urn:2" p:x="1"><p:c/></q:b></p:a>"#, .exclusive(),
            false,
            #"<p:a xmlns:p="urn:1"><q:b xmlns:p="urn:2" xmlns:q="urn:1" p:x="1"><p:c></p:c></q:b></p:a>"#
        ),
        (
            #"<a xmlns:u="urn:unused"><b xmlns:u="urn:unused"><u:c/></b></a>"#, .inclusive, false,
            #"<a xmlns:u="urn:unused"><b><u:c></u:c></b></a>"#
        ),
        (
            #"<a xmlns:u="urn:unused"><b xmlns:u="urn:unused"><u:c/></b></a>"#, .exclusive(), false,
            #"<a><b><u:c xmlns:u="urn:unused"></u:c></b></a>"#
        ),
        (
            #"<a>text &amp; &lt;b&gt; "q" ' &#13; &#x9; ]]&gt;</a>"#, .inclusive, false,
            "<a>text &amp; &lt;b&gt; \"q\" ' &#xD; \t ]]&gt;</a>"
        ),
        (
            #"<a b="&#10;&#13;&#9; &lt;&amp;&quot;'>  x"/>"#, .inclusive, false,
            #"<a b="&#xA;&#xD;&#x9; &lt;&amp;&quot;'>  x"></a>"#
        ),
        (
            #"<a><![CDATA[<x> & ]]> y<![CDATA[z]]></a>"#, .inclusive, false,
            #"<a>&lt;x&gt; &amp;  yz</a>"#
        ),
        (
            #"<a> <!-- c --> <?pi data?> <?pi2?> <b/>tail </a>"#, .inclusive, false,
            #"<a>  <?pi data?> <?pi2?> <b></b>tail </a>"#
        ),
        (
            #"<a> <!-- c --> <?pi data?> <?pi2?> <b/>tail </a>"#, .inclusive, true,
            #"<a> <!-- c --> <?pi data?> <?pi2?> <b></b>tail </a>"#
        ),
        (
            #"<a> <!-- c --> <?pi data?> <?pi2?> <b/>tail </a>"#, .exclusive(), true,
            #"<a> <!-- c --> <?pi data?> <?pi2?> <b></b>tail </a>"#
        ),
        (
            #"<a xmlns:a="urn:z" xmlns:z="urn:a" a:q="1" z:q="2" q="0"/>"#, .inclusive, false,
            #"<a xmlns:a="urn:z" xmlns:z="urn:a" q="0" z:q="2" a:q="1"></a>"#
        ),
        (
            #"<n0:local xmlns:n0="foo:bar" xmlns:n3="ftp://example.org"><n1:elem2 xmlns:n1="http://example.net" xml:lang="en"><n3:stuff xmlns:n3="ftp://example.org"/></n1:elem2></n0:local>"#,
            .inclusive, false,
            #"<n0:local xmlns:n0="foo:bar" xmlns:n3="ftp://example.org"><n1:elem2 xmlns:n1="http://example.net" xml:lang="en"><n3:stuff></n3:stuff></n1:elem2></n0:local>"#
        ),
        (
            #"<n0:local xmlns:n0="foo:bar" xmlns:n3="ftp://example.org"><n1:elem2 xmlns:n1="http://example.net" xml:lang="en"><n3:stuff xmlns:n3="ftp://example.org"/></n1:elem2></n0:local>"#,
            .exclusive(), false,
            #"<n0:local xmlns:n0="foo:bar"><n1:elem2 xmlns:n1="http://example.net" xml:lang="en"><n3:stuff xmlns:n3="ftp://example.org"></n3:stuff></n1:elem2></n0:local>"#
        ),
        (
            #"<a xmlns="urn:d" xmlns:p="urn:p"><p:b><c xmlns=""><p:d xmlns="urn:d2" e="1"/></c></p:b></a>"#, .inclusive,
            false,
            #"<a xmlns="urn:d" xmlns:p="urn:p"><p:b><c xmlns=""><p:d xmlns="urn:d2" e="1"></p:d></c></p:b></a>"#
        ),
        (
            #"<a xmlns="urn:d" xmlns:p="urn:p"><p:b><c xmlns=""><p:d xmlns="urn:d2" e="1"/></c></p:b></a>"#,
            .exclusive(), false,
            #"<a xmlns="urn:d"><p:b xmlns:p="urn:p"><c xmlns=""><p:d e="1"></p:d></c></p:b></a>"#
        ),
        (
            #"<a xmlns="urn:d" xmlns:p="urn:p"><p:b><c xmlns=""><p:d xmlns="urn:d2" e="1"/></c></p:b></a>"#,
            .exclusive(prefixes: ["p", "q"]), false,
            #"<a xmlns="urn:d" xmlns:p="urn:p"><p:b><c xmlns=""><p:d e="1"></p:d></c></p:b></a>"#
        ),
    ]

    @Test(arguments: forms.indices)
    func `a document has the canonical form that others make of it`(place: Int) throws {
        let test = Self.forms[place]
        let made = try XMLElement.parse(test.document).canonical(test.form, comments: test.comments)
        #expect(String(decoding: made, as: UTF8.self) == test.wanted)
    }

    @Test func `a namespace that is no absolute address has none`() throws {
        let element = try XMLElement.parse("<a xmlns=\"relative\"/>")
        #expect {
            try element.canonical(.inclusive)
        } throws: {
            ($0 as? XMLError)?.kind == .unwritable
        }
    }
}
