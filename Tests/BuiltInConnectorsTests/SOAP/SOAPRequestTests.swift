// `soap.call`: what is sent for which input, and which input is refused.

import ConnectorKit
import JSONCore
import RecipeLanguage
import Testing

@testable import BuiltInConnectors

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
        // An envelope shows where it ends.
        network.bodiesWithoutLength = true
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
