// Attachments that are files: sent while they are read, saved while they arrive.

import BuiltInConnectors
import ConnectorKit
import JSONCore
import RecipeLanguage
import Synchronization
import Testing
import XML

/// Takes a request as a network would, piece by piece, and hands its answer over in the same way.
private final class PiecewiseClient: HTTPClient {
    private let pieceBytes: Int
    private let answer: @Sendable (HTTPRequest) -> HTTPAnswer
    let sent = Mutex<[(request: HTTPRequest, body: [UInt8])]>([])
    /// The largest piece of a file that was in memory.
    let largestPiece = Mutex(0)

    init(pieceBytes: Int = 1000, _ answer: @escaping @Sendable (HTTPRequest) -> HTTPAnswer) {
        (self.pieceBytes, self.answer) = (pieceBytes, answer)
    }

    var bodies: [[UInt8]] { sent.withLock { $0.map(\.body) } }
    var texts: [String] { bodies.map { String(decoding: $0, as: UTF8.self) } }

    func send(_ request: HTTPRequest) async throws -> HTTPAnswer {
        var body = request.body
        if let upload = request.upload {
            while body.count < upload.sizeBytes {
                let piece = try await upload.read(body.count)
                if piece.isEmpty { throw ConnectorError(type: "file", "shorter") }
                largestPiece.withLock { $0 = max($0, piece.count) }
                body += piece
            }
            #expect(body.count == upload.sizeBytes)
            // From the middle on it is the same.
            let middle = try await upload.read(body.count / 2)
            #expect(Array(body[(body.count / 2)...].prefix(middle.count)) == middle)
        }
        sent.withLock { [body] in $0.append((request, body)) }
        let answer = answer(request)
        let head = HTTPAnswer(status: answer.status, headers: answer.headers, body: [], url: answer.url)
        guard let download = request.download, download.takes(head) else { return answer }
        var rest = answer.body[...]
        while !rest.isEmpty {
            try await download.write(Array(rest.prefix(pieceBytes)))
            rest = rest.dropFirst(pieceBytes)
        }
        return head
    }
}

struct AttachmentTests {
    private static let schema = """
        <xs:element name="Do"><xs:complexType><xs:sequence><xs:element name="name" type="xs:string" minOccurs="0"/>\
        <xs:element name="file" type="xs:base64Binary" minOccurs="0" maxOccurs="2"/><xs:element name="small" minOccurs="0">\
        <xs:simpleType><xs:restriction base="xs:base64Binary"><xs:maxLength value="9"/></xs:restriction></xs:simpleType>\
        </xs:element><xs:element name="typed" minOccurs="0"><xs:complexType><xs:simpleContent>\
        <xs:extension base="xs:base64Binary"><xs:attribute name="kind"/></xs:extension></xs:simpleContent></xs:complexType>\
        </xs:element></xs:sequence></xs:complexType></xs:element><xs:element name="Done"><xs:complexType><xs:sequence>\
        <xs:element name="file" type="xs:base64Binary" minOccurs="0" maxOccurs="unbounded"/>\
        <xs:element name="any" type="xs:anyType" minOccurs="0"/></xs:sequence></xs:complexType></xs:element>
        """

    private func service(mtom: Bool) throws -> ImportedService {
        try ImportedService(OneOperation.wsdl(schema: Self.schema)) { connector in
            var soap = connector["soap"]?.object ?? [:]
            soap["mtom"] = .bool(mtom)
            connector["soap"] = .object(soap)
        }
    }

    private static let done = HTTPAnswer(
        status: 200, headers: OneOperation.answer("").headers, body: OneOperation.answer("<t:Done/>").body, url: "")

    /// An answer in parts: the envelope around `body`, then parts with their heads.
    private static func parts(
        _ body: String, _ parts: [(head: String, bytes: [UInt8])], end: String = "--b--\r\n", start: String = ""
    ) -> HTTPAnswer {
        let envelope = OneOperation.answer(body).body
        var bytes = Array("--b\r\nContent-Type: application/xop+xml\r\nContent-ID: <r>\r\n\r\n".utf8) + envelope
        for part in parts { bytes += Array("\r\n--b\r\n\(part.head)\r\n\r\n".utf8) + part.bytes }
        bytes += Array("\r\n\(end)".utf8)
        return HTTPAnswer(
            status: 200, headers: [("content-type", "multipart/related; boundary=b\(start)")], body: bytes, url: "")
    }

    private static func include(_ id: String) -> String {
        "<x:Include xmlns:x=\"http://www.w3.org/2004/08/xop/include\" href=\"cid:\(id)\"/>"
    }

    private static let large: [UInt8] = (0..<1_000_001).map { UInt8(truncatingIfNeeded: $0 &* 7 ^ $0 >> 8) }

    // MARK: - There

    @Test func `a file travels beside the envelope, read while it is sent`() async throws {
        let (service, client) = (try service(mtom: true), PiecewiseClient { _ in Self.done })
        let trial = try service.trial(client)
        try trial.workspace.write("out/a.pdf", Self.large)
        try trial.workspace.write("out/b", Array("bb".utf8))
        _ = try await service.call(
            "do",
            [
                "name": "n", "file": [["file": "out/a.pdf"], "AQID"],
                "small": ["file": "out/b", "content_type": "text/x"], "typed": ["file": "out/b"],
            ], trial)
        let sent = try #require(client.sent.withLock { $0.first })
        let type = try #require(sent.request.header("content-type"))
        var found: [(head: MultipartParser.Head, bytes: [UInt8])] = []
        var parser = MultipartParser(boundary: try #require(ContentTypeHeader.parameter("boundary", of: type)))
        try parser.append(sent.body) { event in
            switch event {
            case .begin(let head): found.append((head, []))
            case .bytes(let bytes): found[found.count - 1].bytes += bytes
            case .end: break
            }
        }
        try parser.finish()
        #expect(
            found.map(\.head.contentID) == [
                "envelope@galley", "part1@galley", "part2@galley", "part3@galley", "part4@galley",
            ])
        #expect(
            found.dropFirst().map(\.head.contentType) == [
                "application/pdf", "application/octet-stream", "text/x", "application/octet-stream",
            ])
        #expect(found.dropFirst().map(\.bytes) == [Self.large, [1, 2, 3], Array("bb".utf8), Array("bb".utf8)])
        let message = try #require(try XMLElement.parse(found[0].bytes).at("Body", "Do"))
        #expect(
            message.all("file").map { $0.first("Include")?.attribute("href") } == [
                "cid:part1@galley", "cid:part2@galley",
            ])
        #expect(message.at("typed", "Include") != nil && message.at("small", "Include") != nil)
        #expect(client.largestPiece.withLock { $0 } <= 256 << 10)
        let shown = try #require(sent.request.upload?.shown)
        #expect(shown.root == found[0].bytes && shown.attachments.map(\.sizeBytes) == [Self.large.count, 3, 2, 2])
    }

    @Test(arguments: [0, 1, 2, 3, 262_143, 1_000_001])
    func `without MTOM a file stands in the envelope as base64, read while it is sent`(size: Int) async throws {
        let (service, client) = (try service(mtom: false), PiecewiseClient { _ in Self.done })
        let trial = try service.trial(client)
        let bytes = Array(Self.large.prefix(size))
        try trial.workspace.write("a.pdf", bytes)
        _ = try await service.call("do", ["file": ["AQID", ["file": "a.pdf"]], "typed": ["file": "a.pdf"]], trial)
        let message = try #require(try XMLElement.parse(client.bodies[0]).at("Body", "Do"))
        #expect(message.all("file").map(\.text) == ["AQID", Base64Text.encode(bytes)])
        #expect(message.first("typed")?.text == Base64Text.encode(bytes))
        #expect(client.largestPiece.withLock { $0 } <= 256 << 10)
    }

    @Test func `attachments that no member stands for are sent, too`() async throws {
        let (service, client) = (try service(mtom: false), PiecewiseClient { _ in Self.done })
        let trial = try service.trial(client)
        try trial.workspace.write("a.csv", "a;b")
        _ = try await service.call(
            "do",
            ["name": "cid:t", "attachments!": [["file": "a.csv"], ["text": "ä", "id": "t"], ["base64": "AQI="]]], trial)
        let text = client.texts[0]
        #expect(
            text.contains(
                "Content-Type: text/csv\r\nContent-Transfer-Encoding: binary\r\nContent-ID: <attachment1@galley>\r\n\r\na;b\r\n"
            ))
        #expect(
            text.contains(
                "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: binary\r\nContent-ID: <t>\r\n\r\nä\r\n"
            ))
        #expect(
            client.sent.withLock { $0[0].request.header("content-type") }?.hasPrefix(
                "multipart/related; type=\"text/xml\"") == true)
    }

    @Test(
        arguments: [
            (["file": [["file": "../x"]]], "file", "out of the workspace"),
            (["file": [["file": "none"]]], "not_found", "none"),
            (["attachments!": [["file": "a", "text": "b"]]], "bad_input", "attachments![0]: must have one of"),
            (["attachments!": [["text": "b", "id": "a b"]]], "bad_input", "\"id\" can't hold blanks"),
            (["attachments!": [["text": "b", "content_type": "a\nB: c"]]], "bad_input", "content_type"),
            (["file": [["file": "a", "content_type": "a\nB: c"]]], "bad_input", "content_type"),
            (["save_to!": "../x"], "file", "out of the workspace"),
            (["overwrite!": true], "bad_input", "goes with \"save_to!\""),
            (["save_to!": "a", "overwrite!": false], "conflict", "there already"),
        ] as [(JSON, String, String)])
    func `what can't be sent or saved is told before anything is sent`(
        input: JSON, type: String, says: String
    ) async throws {
        let (service, client) = (try service(mtom: true), PiecewiseClient { _ in Self.done })
        let trial = try service.trial(client)
        try trial.workspace.write("a", "old")
        let error = try await service.failure("do", input, trial)
        #expect(error.type == type && error.message.contains(says), "\(error.message)")
        #expect(client.bodies.isEmpty)
        #expect(try trial.workspace.text("a") == "old")
    }

    @Test(
        arguments: [
            (["file": ["file": "a"]], 1), (["file": [["file": "a"]]], 0), (["timeout!": "x"], 1),
            (["file": [["fiel": "a"]]], 2), (["file": [["file": "a", "kind": "b"]]], 1),
            (["typed": ["file": "a", "content_type": "b"]], 0),
            (["typed": ["content!": ["file": "a"], "@kind": "b"]], 0),
            (["name": ["file": "a"]], 1), (["save_to!": ["a"]], 1), (["attachments!": [["fil": "a"]]], 1),
            (["file": [["file": "a", "size_bytes": 5, "content_type": "b"]]], 0),
        ] as [(JSON, Int)])
    func `a check knows the members`(input: JSON, mistakes: Int) throws {
        let service = try service(mtom: true)
        let spec = try #require(service.connector.spec.action("do"))
        let found = withExtendedLifetime(service) { spec.input.typed(input).mismatches }
        #expect(found.count == mistakes, "\(found.map(\.message))")
    }

    // MARK: - Back

    @Test(arguments: [1, 1000, 5_000_000])
    func `attachments of an answer go to files while they arrive`(pieceBytes: Int) async throws {
        let large = pieceBytes == 1 ? Array(Self.large.prefix(5000)) : Self.large
        let answer = Self.parts(
            "<t:Done><t:file>\(Self.include("a%40x"))</t:file><t:file>AQID</t:file><t:file/><t:any><t:scan>\(Self.include("c"))</t:scan></t:any></t:Done>",
            [
                ("Content-ID: <a@x>\r\nContent-Type: application/pdf", large),
                ("Content-ID: <c>\r\nContent-Transfer-Encoding: base64", Array("aGVs\r\nbG8=\r\n".utf8)),
                ("Content-Type: text/plain", Array("more\r\n".utf8)),
            ])
        let (service, client) = (try service(mtom: true), PiecewiseClient(pieceBytes: pieceBytes) { _ in answer })
        let trial = try service.trial(client)
        let output = try await service.call("do", ["save_to!": "in/report.pdf", "timeout!": 600], trial)
        let expected: JSON = [
            "file": [
                ["file": "in/report.pdf", "size_bytes": .integer(large.count), "content_type": "application/pdf"],
                ["file": "in/report-4.pdf", "size_bytes": 3], "",
            ],
            "any": ["scan": ["file": "in/report-2.pdf", "size_bytes": 5]],
            "attachments!": [["file": "in/report-3.pdf", "size_bytes": 6, "content_type": "text/plain"]],
        ]
        #expect(output == expected, "\(output.compact)")
        #expect(
            try trial.workspace.names(in: "in").sorted() == [
                "report-2.pdf", "report-3.pdf", "report-4.pdf", "report.pdf",
            ])
        #expect(try trial.workspace.text("in/report-2.pdf") == "hello")
        #expect(try trial.workspace.text("in/report-3.pdf") == "more\r\n")
        let request = client.sent.withLock { $0[0].request }
        #expect(request.timeout == 600)
        #expect(request.download?.shown()?.attachments.map(\.sizeBytes) == [large.count, 5, 6])
        let spec = try #require(service.connector.spec.action("do"))
        #expect(spec.output.typed(output).mismatches == [])
        // What one step gets another one sends.
        #expect(spec.input.typed(["file": [try #require(output["file"]?[0])]]).mismatches == [])
    }

    @Test func `without a file attachments stay in memory, those that nothing refers to as well`() async throws {
        let answer = Self.parts("<t:Done/>", [("Content-ID: <a>\r\nContent-Type: text/x", [1, 2, 3])])
        let (service, client) = (try service(mtom: true), PiecewiseClient { _ in answer })
        let output = try await service.call("do", [:], service.trial(client))
        #expect(
            output == ["attachments!": [["id": "a", "content_type": "text/x", "base64": "AQID"]]], "\(output.compact)")
    }

    @Test(
        arguments: [
            ("cut short", "bad_answer", "cut short"), ("fault", "soap_fault", "no"),
            ("other", "bad_answer", "must stand"),
            ("no base64", "bad_answer", "says that it is base64"), ("conflict", "conflict", "in/x-2 there already"),
            ("no root", "bad_answer", "none is the one that its Content-Type names"),
        ])
    func `an answer that is no success leaves no file and the old one as it was`(
        what: String, type: String, says: String
    ) async throws {
        let done = "<t:Done><t:file>\(Self.include("a"))</t:file></t:Done>"
        let parts = [("Content-ID: <a>", Self.large), ("Content-ID: <c>", [1])]
        let answer =
            switch what {
            case "cut short": Self.parts(done, parts, end: "")
            case "fault":
                Self.parts("<s:Fault><faultcode>x</faultcode><faultstring>no</faultstring></s:Fault>", parts)
            case "other": Self.parts("<t:Other/>", parts)
            case "no root": Self.parts(done, parts, start: "; start=\"<z>\"")
            case "no base64":
                Self.parts(done, [("Content-ID: <a>\r\nContent-Transfer-Encoding: base64", Array("a!b?cdef".utf8))])
            default: Self.parts(done, parts)
            }
        let (service, client) = (try service(mtom: true), PiecewiseClient { _ in answer })
        let trial = try service.trial(client)
        try trial.workspace.write("in/x-2", "old")
        let error = try await service.failure(
            "do", ["save_to!": "in/x", "overwrite!": .bool(what != "conflict")], trial)
        #expect(
            error.type == type && error.message.contains(says.replacing("in/x-2 ", with: "")),
            "\(error.type): \(error.message)")
        #expect(try trial.workspace.names(in: "in") == ["x-2"])
        #expect(try trial.workspace.text("in/x-2") == "old")
    }

    @Test func `a second attempt begins anew`() async throws {
        let count = Mutex(0)
        let client = PiecewiseClient { _ in
            let isFirst = count.withLock { count in
                count += 1
                return count == 1
            }
            let done = "<t:Done><t:file>\(Self.include("a"))</t:file></t:Done>"
            return Self.parts(done, [("Content-ID: <a>", isFirst ? Self.large : [7])], end: isFirst ? "" : "--b--")
        }
        let service = try service(mtom: true)
        let trial = try service.trial(client)
        _ = try await service.failure("do", ["save_to!": "x"], trial)
        let output = try await service.call("do", ["save_to!": "x"], trial)
        #expect(output == ["file": [["file": "x", "size_bytes": 1]]])
        #expect(try trial.workspace.names().filter { $0 == "x" || $0.contains("tmp") } == ["x"])
    }

    @Test func `saving a file is no mere reading`() throws {
        let wsdl = String(decoding: OneOperation.wsdl(schema: Self.schema), as: UTF8.self)
            .replacing("name=\"Do\"><input", with: "name=\"GetFile\"><input").replacing(
                "<operation name=\"Do\"><soap", with: "<operation name=\"GetFile\"><soap")
        let spec = try #require(try ImportedService(Array(wsdl.utf8)).connector.spec.action("get_file"))
        #expect(spec.effect(of: [:]) == .read && spec.effect(of: ["save_to!": "a"]) == .idempotent)
    }

    @Test func `parts of the WSDL's message come under their names`() async throws {
        let wsdl = String(
            decoding: OneOperation.wsdl(
                schema: Self.schema,
                output: "<part name=\"parameters\" element=\"t:Done\"/><part name=\"scan\" type=\"xs:base64Binary\"/>"),
            as: UTF8.self
        ).replacing(
            "<output><soap:body use=\"literal\" namespace=\"urn:t\"/>",
            with: """
                <output><m:multipartRelated xmlns:m="http://schemas.xmlsoap.org/wsdl/mime/"><m:part>\
                <soap:body use="literal" parts="parameters"/></m:part><m:part><m:content part="scan" type="image/png"/></m:part>\
                </m:multipartRelated>
                """)
        for id in ["scan=1@x", "other"] {
            let answer = Self.parts("<t:Done/>", [("Content-ID: <\(id)>", [1, 2, 3]), ("Content-ID: <z>", [4])])
            let (service, client) = (try ImportedService(Array(wsdl.utf8)), PiecewiseClient { _ in answer })
            let output = try await service.call("do", [:], service.trial(client))
            #expect(output["scan"] == "AQID" && output["attachments!"]?[0]?["base64"] == "BA==", "\(output.compact)")
            let trial = try service.trial(client)
            let saved = try await service.call("do", ["save_to!": "a"], trial)
            #expect(saved["scan"] == ["file": "a", "size_bytes": 3], "\(saved.compact)")
        }
    }

    // MARK: - Without a WSDL

    @Test func `soap.call attaches files and saves what comes back`() async throws {
        let answer = Self.parts(
            "<t:Done><t:file>\(Self.include("a"))</t:file></t:Done>",
            [("Content-ID: <a>", [1, 2]), ("Content-ID: <c>", [3])])
        let client = PiecewiseClient { _ in answer }
        var trial = try Trial()
        trial.http = client
        try trial.workspace.write("big.bin", Self.large)
        let input: JSON = [
            "url": "http://svc.example/soap", "namespace": "urn:t", "operation": "Do",
            "namespaces": ["xop": "http://www.w3.org/2004/08/xop/include"],
            "body": ["file": ["xop:Include": ["@href": "cid:f"]]], "attachments": [["file": "big.bin", "id": "f"]],
            "save_to": "in/a.bin",
        ]
        let output = try await trial.call("soap.call", input)
        #expect(output["body"] == ["Done": ["file": ["file": "in/a.bin", "size_bytes": 2]]], "\(output.compact)")
        #expect(output["attachments"] == [["id": "c", "file": "in/a-2.bin", "size_bytes": 1]], "\(output.compact)")
        let sent = client.sent.withLock { $0[0] }
        #expect(
            sent.request.header("content-type")?.hasPrefix("multipart/related; type=\"application/xop+xml\"") == true)
        #expect(sent.body.place(of: Self.large) != nil)
    }
}
