// References of an answer to what is attached to it, and to what isn't.

import BuiltInConnectors
import ConnectorKit
import JSONCore
import Testing
import XML

struct AttachmentReferenceTests {
    private static let schema = """
        <xs:element name="Do"><xs:complexType/></xs:element><xs:element name="Done"><xs:complexType><xs:sequence>\
        <xs:element name="file" type="xs:base64Binary" minOccurs="0" maxOccurs="unbounded"/></xs:sequence></xs:complexType>\
        </xs:element>
        """

    private static func include(_ href: String) -> String {
        "<t:file><x:Include xmlns:x=\"http://www.w3.org/2004/08/xop/include\" href=\"\(href)\"/></t:file>"
    }

    /// An answer with one part, of `bytes`, which is called `a`.
    private static func answer(_ body: String, part bytes: [UInt8]) -> HTTPAnswer {
        var all = Array("--b\r\nContent-Type: application/xop+xml\r\nContent-ID: <r>\r\n\r\n".utf8)
        all += OneOperation.answer("<t:Done>\(body)</t:Done>").body
        all += Array("\r\n--b\r\nContent-ID: <a>\r\n\r\n".utf8) + bytes + Array("\r\n--b--\r\n".utf8)
        return HTTPAnswer(
            status: 200, headers: [("content-type", "multipart/related; boundary=b")], body: all, url: "")
    }

    @Test func `an attachment may be referred to several times, but not until it is too large`() async throws {
        let service = try ImportedService(OneOperation.wsdl(schema: Self.schema))
        let bytes = [UInt8](repeating: 7, count: 1 << 20)
        func client(_ count: Int) -> StubClient {
            let answer = Self.answer(String(repeating: Self.include("cid:a"), count: count), part: bytes)
            return StubClient { _, _ in answer }
        }
        let output = try await service.call("do", [:], service.trial(client(3)))
        #expect(output["file"]?.array?.count == 3)
        #expect(output["file"]?.array?.first?.string?.utf8.count == (bytes.count + 2) / 3 * 4)
        let error = try await service.failure("do", [:], service.trial(client(2000)))
        #expect(error.type == "bad_answer" && error.message.contains("becomes too large"), "\(error)")
        var trial = try Trial()
        trial.http = client(2000)
        let raw = try await trial.failure("soap.call", ["url": "https://erp.example/soap", "operation": "Find"])
        #expect(raw.type == "bad_answer" && raw.message.contains("becomes too large"), "\(raw)")
    }

    @Test func `small attachments may be referred to often`() async throws {
        let service = try ImportedService(OneOperation.wsdl(schema: Self.schema))
        let answer = Self.answer(String(repeating: Self.include("cid:a"), count: 1000), part: [1, 2, 3])
        let output = try await service.call("do", [:], service.trial(StubClient { _, _ in answer }))
        #expect(output["file"]?.array?.count == 1000)
    }

    @Test(arguments: ["cid:b", "file:///etc/passwd", "http://127.0.0.1:9/x", ""])
    func `including what is not attached is no answer`(href: String) async throws {
        let service = try ImportedService(OneOperation.wsdl(schema: Self.schema))
        let whole = Self.answer(Self.include(href), part: [1])
        let alone = OneOperation.answer("<t:Done>\(Self.include(href))</t:Done>")
        for answer in [whole, alone] {
            let error = try await service.failure("do", [:], service.trial(StubClient { _, _ in answer }))
            #expect(error.type == "bad_answer" && error.message.contains("not attached to it"), "\(error)")
        }
    }

    @Test(arguments: ["http://127.0.0.1:9/x", "file:///etc/passwd", "cid:a", "other"])
    func `in an encoded message a reference to something elsewhere is no answer`(href: String) async throws {
        let service = try ImportedService(
            OneOperation.wsdl(
                schema: """
                    <xs:complexType name="L"><xs:complexContent><xs:restriction base="enc:Array">\
                    <xs:attribute ref="enc:arrayType" wsdl:arrayType="xs:int[]"/></xs:restriction></xs:complexContent>\
                    </xs:complexType>
                    """, input: "", output: "<part name=\"ret\" type=\"t:L\"/>", style: "rpc", use: "encoded"))
        let answer = OneOperation.answer("<t:DoResponse><ret href=\"\(href)\"/></t:DoResponse>")
        let error = try await service.failure("do", [:], service.trial(StubClient { _, _ in answer }))
        #expect(error.type == "bad_answer" && error.message.contains("which is not in it"), "\(error)")
    }
}

struct BodyElementTests {
    @Test(arguments: [
        ("<t:Other>x</t:Other>", "its Body holds <Other> where <Done> must stand"), ("", "its Body is empty"),
        ("<t:Done>x</t:Done><t:Other/>", "its Body holds <Other>"),
    ])
    func `a body without the element that is due is no answer, also where that is just a text`(
        body: String, words: String
    ) async throws {
        let schema = "<xs:element name=\"Do\" type=\"xs:string\"/><xs:element name=\"Done\" type=\"xs:string\"/>"
        let service = try ImportedService(OneOperation.wsdl(schema: schema))
        let answer = OneOperation.answer(body)
        let error = try await service.failure("do", ["Do": "x"], service.trial(StubClient { _, _ in answer }))
        #expect(error.type == "bad_answer" && error.message.contains(words), "\(error)")
        // Servers get namespaces wrong.
        for good in ["<t:Done>x</t:Done>", "<Done>x</Done>"] {
            let answer = OneOperation.answer(good)
            let output = try await service.call("do", ["Do": "x"], service.trial(StubClient { _, _ in answer }))
            #expect(output == ["Done": "x"])
        }
    }
}
