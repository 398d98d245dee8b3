// `soap.call`: what is sent, and how answers, faults and garbage come back.

import ConnectorKit
import JSONCore
import RecipeLanguage
import Testing

@testable import BuiltInConnectors

/// Envelopes as a service would send them.
enum Envelopes {
    static let v11 = "http://schemas.xmlsoap.org/soap/envelope/"
    static let v12 = "http://www.w3.org/2003/05/soap-envelope"

    static func around(_ body: String, _ namespace: String = v11, header: String = "") -> String {
        "<?xml version=\"1.0\"?>\n<S:Envelope xmlns:S=\"\(namespace)\">\(header)<S:Body>\(body)</S:Body></S:Envelope>"
    }

    static func answer(_ text: String, status: Int = 200, type: String = "text/xml; charset=utf-8") -> HTTPAnswer {
        HTTPAnswer(
            status: status, headers: [("content-type", type)], body: Array(text.utf8), url: "https://erp.example/soap")
    }

    static func client(_ text: String, status: Int = 200, type: String = "text/xml; charset=utf-8") -> StubClient {
        StubClient { _, _ in answer(text, status: status, type: type) }
    }
}

struct SOAPRequestTests {
    /// The request that an input makes.
    private func sent(_ input: JSON, connection: Connection? = nil) async throws -> HTTPRequest {
        var trial = try Trial()
        let client = Envelopes.client(Envelopes.around("<ok/>"))
        (trial.http, trial.connection) = (client, connection)
        _ = try await trial.call("soap.call", input)
        return try #require(client.requests.first)
    }

    @Test(
        arguments: [
            (
                ["operation": "Find", "namespace": "urn:erp", "body": ["email": "a@b.example", "limit": 5]],
                "<soap:Body><m:Find xmlns:m=\"urn:erp\"><m:email>a@b.example</m:email><m:limit>5</m:limit></m:Find></soap:Body>"
            ),
            (
                ["operation": "Find", "namespace": "urn:erp", "form": "unqualified", "body": ["email": "x"]],
                "<soap:Body><m:Find xmlns:m=\"urn:erp\"><email>x</email></m:Find></soap:Body>"
            ),
            (["operation": "Ping", "namespace": "urn:erp"], "<soap:Body><m:Ping xmlns:m=\"urn:erp\"/></soap:Body>"),
            (
                [
                    "operation": "o:Add", "namespaces": ["o": "urn:o"],
                    "body": ["o:line": [["@sku": "a", "content!": 2], ["@sku": "b"]]],
                ],
                "<soap:Body><o:Add><o:line sku=\"a\">2</o:line><o:line sku=\"b\"/></o:Add></soap:Body>"
            ),
            (["xml": "<x:raw xmlns:x='u'>1</x:raw>"], "<soap:Body><x:raw xmlns:x=\"u\">1</x:raw></soap:Body>"),
            (["body": ["Find": ["a": "<&>"]]], "<soap:Body><Find><a>&lt;&amp;&gt;</a></Find></soap:Body>"),
            (
                ["operation": "Find", "headers": ["s:Session": "t1"], "namespaces": ["s": "urn:s"]],
                "<soap:Header><s:Session>t1</s:Session></soap:Header><soap:Body><Find/></soap:Body>"
            ),
        ] as [(JSON, String)])
    func `the body is made of the input`(input: JSON, part: String) async throws {
        var members = try #require(input.object)
        members["url"] = "https://erp.example/soap"
        let text = String(decoding: try await sent(.object(members)).body, as: UTF8.self)
        #expect(text.contains(part), "\(text)")
        #expect(text.hasPrefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?><soap:Envelope xmlns:"))
        #expect(text.hasSuffix("</soap:Envelope>"))
    }

    @Test func `SOAP 1.1 names the action in a header of its own`() async throws {
        let request = try await sent([
            "url": "https://erp.example/soap", "operation": "Find", "action": "urn:erp/Find", "timeout": "7.5",
            "http_headers": ["X-Trace": "t", "accept": "*/*"],
        ])
        #expect(request.method == "POST" && request.url == "https://erp.example/soap" && request.timeout == 7.5)
        #expect(request.header("Content-Type") == "text/xml; charset=utf-8")
        #expect(request.header("SOAPAction") == "\"urn:erp/Find\"")
        #expect(request.header("X-Trace") == "t" && request.header("Accept") == "*/*")
        #expect(String(decoding: request.body, as: UTF8.self).contains(Envelopes.v11))
        let silent = try await sent(["url": "https://erp.example/soap", "operation": "Find"])
        #expect(silent.header("SOAPAction") == "\"\"")
    }

    @Test func `SOAP 1.2 names the action in the content type`() async throws {
        let request = try await sent([
            "url": "https://erp.example/soap", "operation": "Find", "action": "urn:erp/Find", "version": "1.2",
        ])
        #expect(request.header("Content-Type") == "application/soap+xml; charset=utf-8; action=\"urn:erp/Find\"")
        #expect(request.header("SOAPAction") == nil)
        #expect(String(decoding: request.body, as: UTF8.self).contains(Envelopes.v12))
    }

    @Test func `a whole envelope is sent with its own version`() async throws {
        let envelope = Envelopes.around("<a xmlns:q='u' t='q:x'/>", Envelopes.v12, header: "<S:Header><h/></S:Header>")
        let request = try await sent(["url": "https://erp.example/soap", "xml": .string(envelope)])
        #expect(request.header("Content-Type")?.hasPrefix("application/soap+xml") == true)
        let text = String(decoding: request.body, as: UTF8.self)
        #expect(text.contains("<soap:Header><h/></soap:Header><soap:Body><a t=\"q:x\" xmlns:q=\"u\"/></soap:Body>"))
    }

    @Test func `the connection gives address, version, namespace and credentials`() async throws {
        var network = NetworkPermissions()
        network.privateAddresses = true
        let connection = Connection(
            name: "erp", connector: "soap",
            settings: ["url": "https://erp.example/v1/soap", "version": "1.2", "namespace": "urn:erp"],
            credentials: ["type": "basic", "username": "u", "password": "p"], network: network)
        let request = try await sent(["operation": "Find"], connection: connection)
        #expect(request.url == "https://erp.example/v1/soap" && request.permissions == network)
        #expect(request.header("Authorization") == "Basic dTpw")
        #expect(String(decoding: request.body, as: UTF8.self).contains("<m:Find xmlns:m=\"urn:erp\"/>"))
        let other = try await sent(["operation": "Find", "url": "/v2/soap?x=1"], connection: connection)
        #expect(other.url == "https://erp.example/v2/soap?x=1")
    }

    @Test(arguments: [
        "https://evil.example/soap", "http://erp.example/soap", "https://erp.example:444/", "//evil.example/",
        "https://erp.example@evil.example/", "ftp://erp.example/", "soap",
    ])
    func `credentials never go to another host`(url: String) async throws {
        var trial = try Trial()
        let client = Envelopes.client(Envelopes.around("<ok/>"))
        trial.http = client
        trial.connection = Connection(
            name: "erp", connector: "soap", settings: ["url": "https://erp.example/soap"],
            credentials: ["type": "basic", "username": "u", "password": "p"])
        let error = try await trial.failure("soap.call", ["operation": "Find", "url": .string(url)])
        #expect(error.type == "bad_input" && client.requests.isEmpty)
    }

    @Test(
        arguments: [
            ([:], "there is nothing to send: give \"operation\" and \"body\", or \"xml\""),
            (
                ["operation": "a", "xml": "<a/>"],
                "\"xml\" stands instead of \"operation\" and \"body\"; give one or the other"
            ),
            (["xml": "<a>"], "\"xml\": line 1: the text ends inside <a>, which was opened on line 1"),
            (
                ["xml": "<!DOCTYPE a><a/>"],
                "\"xml\": line 1: the document has a DOCTYPE, which is refused because it can pull in files and blow up in size"
            ),
            (
                ["operation": "a", "action": "x\"y"],
                "\"action\" can't hold quotes, backslashes, control characters or letters beyond ASCII"
            ),
            (
                ["operation": "a b"],
                "the request can't be written as XML: a b: \"a b\" can't be the name of an XML element or attribute"
            ),
            (
                ["operation": "p:a"],
                "the request can't be written as XML: p:a: the prefix of \"p:a\" is not among the namespaces; add \"p\" to them"
            ),
            (
                ["operation": "a", "body": ["b": "\u{7}"]],
                "the request can't be written as XML: the text of <b> has a control character, which XML can't hold; remove it first"
            ),
            (["operation": "a", "version": "1.3"], "\"version\" must be one of: 1.1, 1.2"),
            (
                ["operation": "a", "timeout": 0],
                "\"timeout\" must be a number of seconds, more than 0 and at most 3600"
            ),
            (
                ["operation": "a", "http_headers": ["Host": "x"]],
                "the HTTP header \"Host\" is set by Galley itself; leave it out"
            ),
        ] as [(JSONObject, String)])
    func `wrong input is told before anything is sent`(members: JSONObject, message: String) async throws {
        var (trial, members) = (try Trial(), members)
        let client = Envelopes.client("")
        trial.http = client
        members["url"] = "https://erp.example/soap"
        let error = try await trial.failure("soap.call", .object(members))
        #expect(error.type == "bad_input" && error.message == message && client.requests.isEmpty)
    }

    @Test(
        arguments: [
            (nil, Effect.unsafe, false), ("read", .read, true), ("idempotent", .idempotent, true),
            ("keyed", .keyed, true),
            ("unsafe", .unsafe, false),
        ] as [(String?, Effect, Bool)])
    func `the author says whether a repeat is harmless`(word: String?, effect: Effect, isRepeatable: Bool) async throws
    {
        var input: JSONObject = ["operation": "a", "url": "https://erp.example/soap"]
        input["effect"] = word.map { .string($0) }
        let spec = try #require(NativeConnector.soap.spec.action("call"))
        #expect(spec.effect(of: .object(input)) == effect)
        #expect(try await sent(.object(input)).isRepeatable == isRepeatable)
    }
}

extension SOAPRequestTests {
    @Test func `a keyed call carries its key in the header the service wants`() async throws {
        let common = try await sent(["url": "https://erp.example/soap", "operation": "a", "effect": "keyed"])
        #expect(common.header("Idempotency-Key") == "job-1/step/1")
        let other = try await sent([
            "url": "https://erp.example/soap", "operation": "a", "effect": "keyed", "key_http_header": "X-Request-Id",
        ])
        #expect(other.header("X-Request-Id") == "job-1/step/1" && other.header("Idempotency-Key") == nil)
        let block = try await sent([
            "url": "https://erp.example/soap", "operation": "a", "effect": "keyed", "key_soap_header": "e:Key",
            "namespaces": ["e": "urn:e"],
        ])
        #expect(block.header("Idempotency-Key") == nil)
        #expect(
            String(decoding: block.body, as: UTF8.self).contains(
                "<soap:Header><e:Key>job-1/step/1</e:Key></soap:Header>"))
        #expect(try await sent(["url": "https://erp.example/soap", "operation": "a"]).header("Idempotency-Key") == nil)
        let error = try await Trial().failure(
            "soap.call", ["url": "https://erp.example/soap", "operation": "a", "key_soap_header": "Key"])
        #expect(error.message == "\"key_soap_header\" goes with the effect \"keyed\" only")
    }
}

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
                "code": "OutOfStock", "string": "No\nscrews left", "actor": "urn:store",
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

    @Test func `attachments and redirects that were not followed are bad answers`() async throws {
        let parts = try await failure(Envelopes.client("--x", type: "multipart/related; boundary=x"))
        #expect(parts.message == "the answer can't be used: it has attachments (multipart/related), which are not read")
        let redirect = try await failure(Envelopes.client(Envelopes.around("<ok/>"), status: 302))
        #expect(redirect.type == "bad_answer" && redirect.status == 302)
    }

    @Test func `a lost answer stays as the client told it`() async throws {
        let lost = ConnectorError(type: "timeout", "no answer within 7 s", isTransient: true, outcome: .unknown)
        let error = try await failure(StubClient { _, _ in throw lost })
        #expect(error == lost)
    }
}
