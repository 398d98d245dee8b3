// `soap.call`: how answers, faults and garbage come back.

import ConnectorKit
import JSONCore
import Testing

struct SOAPAnswerTests {
    private func call(_ client: StubClient, _ input: JSONObject = [:]) async throws -> JSON {
        var trial = try Trial()
        trial.http = client
        return try await trial.call("soap.call", Self.input(input))
    }

    private func failure(_ client: StubClient, _ input: JSONObject = [:]) async throws -> ConnectorError {
        var trial = try Trial()
        trial.http = client
        return try await trial.failure("soap.call", Self.input(input))
    }

    private static func input(_ more: JSONObject) -> JSON {
        var input: JSONObject = ["url": "https://erp.example/soap", "operation": "Find"]
        for (name, value) in more { input[name] = value }
        return .object(input)
    }

    @Test(arguments: [Envelopes.v11, Envelopes.v12])
    func `the body comes as JSON, with headers and status`(namespace: String) async throws {
        let text = Envelopes.around(
            "<r:FindResponse xmlns:r='urn:erp'><r:id>C-7</r:id><r:tag>a</r:tag><r:tag>b</r:tag><r:vip xsi:nil='true' "
                + "xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'/></r:FindResponse>", namespace,
            header: "<S:Header><h:Session xmlns:h='urn:h'>t</h:Session></S:Header>")
        let output = try await call(Envelopes.client(text), ["always_list": ["id"]])
        #expect(
            output == [
                "body": ["FindResponse": ["id": ["C-7"], "tag": ["a", "b"], "vip": nil]], "headers": ["Session": "t"],
                "status": 200,
            ])
    }

    @Test func `an operation without an answer gives null`() async throws {
        let output = try await call(Envelopes.client("", status: 202, type: ""))
        #expect(output == ["body": nil, "headers": [:], "status": 202])
        #expect(try await call(Envelopes.client(Envelopes.around("")))["body"] == [:])
    }

    @Test func `the transport's charset counts`() async throws {
        let bytes =
            Array(Envelopes.around("<a>").utf8.dropLast("</S:Body></S:Envelope>".utf8.count)) + [0xE9]
            + Array("</a></S:Body></S:Envelope>".utf8)
        let client = StubClient { _, _ in
            HTTPAnswer(
                status: 200, headers: [("content-type", "text/xml; charset=\"ISO-8859-1\"")], body: bytes,
                url: "https://erp.example/soap")
        }
        #expect(try await call(client)["body"] == ["a": "é"])
    }

    @Test(arguments: [200, 500, 400])
    func `a fault of SOAP 1.1 fails the step, whatever the status`(status: Int) async throws {
        let text = Envelopes.around(
            "<S:Fault><faultcode xmlns:e='urn:e'>e:OutOfStock</faultcode><faultstring>No\nscrews left</faultstring>"
                + "<faultactor>urn:store</faultactor><detail><e:stock xmlns:e='urn:e'><e:sku>S-1</e:sku></e:stock></detail></S:Fault>"
        )
        let error = try await failure(Envelopes.client(text, status: status))
        #expect(error.type == "soap_fault" && error.status == status && error.outcome == .refused && !error.isTransient)
        #expect(error.message == "the service answered with the fault OutOfStock: No screws left")
        #expect(
            error.details == [
                "code": "OutOfStock", "string": "No\nscrews left", "actor": "urn:store", "fault": "stock",
                "detail": ["stock": ["sku": "S-1"]],
            ])
    }

    @Test func `a fault of SOAP 1.2 fails the step`() async throws {
        let text = Envelopes.around(
            "<S:Fault><S:Code><S:Value>S:Sender</S:Value><S:Subcode><S:Value xmlns:e='urn:e'>e:Bad</S:Value><S:Subcode>"
                + "<S:Value>Worse</S:Value></S:Subcode></S:Subcode></S:Code><S:Reason><S:Text xml:lang='de'>Nein</S:Text>"
                + "<S:Text xml:lang='en-GB'>No</S:Text></S:Reason><S:Node>urn:n</S:Node><S:Role>urn:r</S:Role></S:Fault>",
            Envelopes.v12)
        let error = try await failure(Envelopes.client(text, status: 500), ["version": "1.2"])
        #expect(error.type == "soap_fault" && error.message == "the service answered with the fault Sender: No")
        #expect(
            error.details == [
                "code": "Sender", "subcodes": ["Bad", "Worse"], "string": "No", "actor": "urn:n", "role": "urn:r",
                "detail": nil,
            ])
    }

    @Test(arguments: [
        ("", "the answer can't be used: it is empty"),
        ("<html/>", "the answer can't be used: it is <html> and not a SOAP envelope"),
        (
            "hello",
            "the answer can't be used: it is not XML that can be read: line 1: there is no XML: the text is empty or doesn't start with \"<\""
        ),
        ("<Envelope/>", "the answer can't be used: its envelope is neither of SOAP 1.1 nor of SOAP 1.2"),
        ("<S:Envelope xmlns:S='\(Envelopes.v11)'/>", "the answer can't be used: its envelope has no Body"),
        (
            "<S:Envelope xmlns:S='\(Envelopes.v11)'><S:Body/><S:Body/></S:Envelope>",
            "the answer can't be used: its envelope has a second or misplaced <Body>"
        ),
        (
            "<S:Envelope xmlns:S='\(Envelopes.v11)'><S:Body/><S:Header/></S:Envelope>",
            "the answer can't be used: its envelope has a second or misplaced <Header>"
        ),
        (
            "<S:Envelope xmlns:S='\(Envelopes.v11)'><other/><S:Body/></S:Envelope>",
            "the answer can't be used: its envelope has a misplaced <other>"
        ),
        (
            "<S:Envelope xmlns:S='\(Envelopes.v11)'><S:Body>ok</S:Body></S:Envelope>",
            "the answer can't be used: its Body holds text where an element must stand"
        ),
        (
            "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"
                + "<S:Envelope xmlns:S='\(Envelopes.v11)'><S:Body>&x;</S:Body></S:Envelope>",
            "the answer can't be used: it is not XML that can be read: line 1: the document has a DOCTYPE, which is refused because it can pull in files and blow up in size"
        ),
    ])
    func `what is no envelope is never a success`(text: String, message: String) async throws {
        let error = try await failure(Envelopes.client(text))
        #expect(error.type == "bad_answer" && error.status == 200 && error.message == message)
        // The service may have acted; only what is repeatable can say that nothing is lost.
        #expect(error.outcome == .unknown)
        #expect(try await failure(Envelopes.client(text), ["effect": "read"]).outcome == .refused)
    }

    @Test(arguments: [
        ("Server", 500, "keyed", ConnectorError.Outcome.unknown), ("Server.Busy", 500, "idempotent", .unknown),
        ("Client", 503, "keyed", .unknown), ("Client", 500, "keyed", .refused), ("Server", 500, "unsafe", .refused),
    ])
    func `a fault of the service itself may come after it acted`(
        code: String, status: Int, effect: String, outcome: ConnectorError.Outcome
    ) async throws {
        let text = Envelopes.around(
            "<S:Fault><faultcode>S:\(code)</faultcode><faultstring>no</faultstring></S:Fault>")
        var input: JSONObject = ["effect": .string(effect)]
        if effect == "keyed" { input["key_header"] = "Idempotency-Key" }
        #expect(try await failure(Envelopes.client(text, status: status), input).outcome == outcome)
    }

    @Test(arguments: [(401, "auth"), (404, "not_found"), (500, "server"), (503, "server")])
    func `a failure without a fault is told by its status`(status: Int, type: String) async throws {
        let error = try await failure(
            Envelopes.client("<html><body>sorry</body></html>", status: status, type: "text/html"))
        #expect(error.type == type && error.status == status)
        let empty = try await failure(Envelopes.client("", status: status))
        #expect(empty.type == type)
        let lying = try await failure(Envelopes.client(Envelopes.around("<ok/>"), status: status))
        #expect(lying.type == type)
    }

    @Test func `parts without an envelope and redirects that were not followed are bad answers`() async throws {
        for (body, sentence) in [
            ("--x--", "the answer is in parts, but there is none"),
            ("--x\r\n\r\n" + Envelopes.around("<ok/>") + "\r\n--x", "it was cut short"), ("--x", "it was cut short"),
        ] {
            let parts = try await failure(Envelopes.client(body, type: "multipart/related; boundary=x"))
            #expect(parts.type == "bad_answer" && parts.message.hasSuffix(sentence), "\(parts.message)")
        }
        let redirect = try await failure(Envelopes.client(Envelopes.around("<ok/>"), status: 302))
        #expect(redirect.type == "bad_answer" && redirect.status == 302)
    }

    @Test func `a lost answer stays as the client told it`() async throws {
        let lost = ConnectorError(type: "timeout", "no answer within 7 s", isTransient: true, outcome: .unknown)
        let error = try await failure(StubClient { _, _ in throw lost })
        #expect(error == lost)
    }
}
