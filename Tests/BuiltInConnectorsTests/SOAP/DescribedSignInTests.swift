// Connectors from WSDLs that many use: addresses of settings, credentials in SOAP headers, rules for failures, a test call.

import ConnectorKit
import Foundation
import JSONCore
import RecipeLanguage
import Testing
import XML

@testable import BuiltInConnectors

struct DescribedSignInTests {
    private static let schema = """
        <xs:element name="Do"><xs:complexType><xs:sequence><xs:element name="id" type="xs:int" minOccurs="0"/>\
        <xs:any namespace="urn:fields" processContents="lax" minOccurs="0" maxOccurs="unbounded"/></xs:sequence>\
        </xs:complexType></xs:element>\
        <xs:element name="Done"><xs:complexType><xs:sequence><xs:element name="ok" type="xs:boolean"/>\
        <xs:element name="why" type="xs:string" minOccurs="0"/><xs:any namespace="urn:fields" processContents="lax" \
        minOccurs="0" maxOccurs="unbounded"/></xs:sequence></xs:complexType></xs:element>\
        <xs:element name="Passport"><xs:complexType><xs:sequence><xs:element name="user" type="xs:string"/>\
        <xs:element name="time" type="xs:long" minOccurs="0"/><xs:element name="seal" type="t:Seal" minOccurs="0"/>\
        </xs:sequence></xs:complexType></xs:element>\
        <xs:complexType name="Seal"><xs:simpleContent><xs:extension base="xs:string">\
        <xs:attribute name="kind" type="xs:string"/></xs:extension></xs:simpleContent></xs:complexType>
        """
    private static let done = "<t:Done><t:ok>true</t:ok></t:Done>"

    private static func service(_ connection: JSONObject) throws -> ImportedService {
        try ImportedService(
            OneOperation.wsdl(
                schema: schema, header: "<soap:header message=\"t:H\" part=\"p\" use=\"literal\"/>",
                messages: "<message name=\"H\"><part name=\"p\" element=\"t:Passport\"/></message>")
        ) { $0["connection"] = .object(connection) }
    }

    private static let signed: JSONObject = [
        "type": "soap_header", "keys": [["member": "user", "secret": false], ["member": "seal_key"]],
        "soap_headers": [
            "Passport": [
                "user": "{{ auth.user }}", "time": "{{ timestamp }}",
                "seal": [
                    "@kind": "HMAC",
                    "content!": "{{ [auth.user, nonce].join('&').hmac_sha256(auth.seal_key).encode_hex }}",
                ],
            ]
        ],
    ]

    @Test func `a header is made by formulas of credentials, time and nonce, which a recipe can't give`()
        async throws
    {
        let service = try Self.service(["auth": .object(Self.signed)])
        let client = StubClient { _, _ in OneOperation.answer(Self.done) }
        let trial = try service.trial(client, auth: ["user": "ann", "seal_key": "s3cret"])
        var nonces: Set<String> = []
        let begun = Int(Date().timeIntervalSince1970)
        for _ in 0..<2 {
            _ = try await service.connector.execute(
                "do", ["headers!": ["Passport": ["user": "eve"]]], in: trial.context)
            let request = try #require(client.requests.last)
            let passport = try #require(try XMLElement.parse(request.body).at("Header", "Passport"))
            #expect(passport.at("user")?.text == "ann" && passport.at("seal")?.attribute("kind") == "HMAC")
            #expect(request.header("Authorization") == nil)
            nonces.insert(try #require(passport.at("seal")).text)
            let time = try #require(passport.at("time").flatMap { Int($0.text) })
            #expect(begun <= time && Double(time) <= Date().timeIntervalSince1970, "the time is that of sending")
        }
        #expect(nonces.count == 2, "each request has a nonce of its own")
        #expect(try service.connector.spec.action("do")?.input.property("headers!") == nil)
        let error = try await service.failure("do", [:], service.trial(client, auth: ["user": "ann"]))
        #expect(error.type == "auth" && error.message.hasSuffix("\"auth\" has no \"seal_key\""))
        #expect(try service.connector.spec.signIn?.members.map(\.isSecret) == [false, true])
    }

    @Test(arguments: [
        ("Passport", nil, nil, nil),
        (
            "Pasport", nil, "\"soap_headers\" names \"Pasport\", but no operation of its actions",
            "did you mean \"Passport\"?"
        ),
        ("Ticket", nil, "\"soap_headers\" names \"Ticket\"", "there are Passport"), ("Passport", "Passport", nil, nil),
        (
            "Passport", "Passporrt", "\"key_header\" names \"Passporrt\", but Do has no such",
            "did you mean \"Passport\"?"
        ),
    ])
    func `a header that no operation has is reported by a check of the connector, and by that alone`(
        name: String, key: String?, words: String?, hint: String?
    ) throws {
        var auth = Self.signed
        auth["soap_headers"] = [name: ["user": "{{ auth.user }}"]]
        let service = try ImportedService(
            OneOperation.wsdl(
                schema: Self.schema, header: "<soap:header message=\"t:H\" part=\"p\" use=\"literal\"/>",
                messages: "<message name=\"H\"><part name=\"p\" element=\"t:Passport\"/></message>")
        ) { object in
            object["connection"] = ["auth": .object(auth)]
            guard let key else { return }
            object["actions"] = ["do": ["operation": "Do", "effect": "keyed", "key_header": .string(key)]]
        }
        #expect(service.library.diagnostics == [])
        let found = service.library.fileDiagnostics(of: "svc")
        #expect(found.count == (words == nil ? 0 : 1), "\(found)")
        guard let words, let hint else { return }
        let first = try #require(found.first)
        #expect(first.message.hasPrefix(words) && first.suggestion == hint, "\(first)")
        let source = String(decoding: try service.library.source(of: "svc"), as: UTF8.self)
        let named = String(decoding: Array(source.utf8)[first.range], as: UTF8.self)
        #expect(named == "\"\(key ?? name)\"")
    }

    @Test func `a token goes into the header; a fault that a rule makes a refusal gets another one, once`() async throws
    {
        let service = try Self.service([
            "auth": [
                "type": "oauth2", "grant": "client_credentials", "token_url": "https://id.example/token",
                "soap_headers": ["Passport": ["user": "{{ token }}"]],
            ],
            "errors": [
                ["when": "fault.code == 'SESSION_OVER'", "type": "auth", "message": "over: {{ fault.string }}"]
            ],
        ])
        let client = StubClient { request, number in
            if request.url.hasSuffix("/token") {
                return HTTPAnswer(
                    status: 200, headers: [("content-type", "application/json")],
                    body: Array("{\"access_token\": \"token-\(number)\", \"token_type\": \"Bearer\"}".utf8),
                    url: request.url)
            }
            let isFirst = String(decoding: request.body, as: UTF8.self).contains("token-1")
            return isFirst
                ? OneOperation.answer(
                    "<s:Fault><faultcode>t:SESSION_OVER</faultcode><faultstring>bye</faultstring></s:Fault>",
                    status: 500) : OneOperation.answer(Self.done)
        }
        let trial = try service.trial(client, auth: ["client_id": "me", "client_secret": "s3cret"])
        #expect(try await service.call("do", [:], trial) == ["ok": true])
        #expect(client.requests.map(\.url.last) == ["n", "p", "n", "p"])
        #expect(client.requests.allSatisfy { $0.url.hasSuffix("/token") || $0.header("Authorization") == nil })
        #expect(try await service.call("do", [:], trial) == ["ok": true])
        #expect(client.requests.count == 5, "the token that is good is kept")
    }

    @Test func `a fault that stays a refusal is of the rule's type, with the fault's details`() async throws {
        let service = try Self.service([
            "auth": ["type": "basic"],
            "errors": [
                ["when": "fault.code == 'SESSION_OVER'", "type": "auth", "message": "over: {{ fault.string }}"]
            ],
        ])
        let client = StubClient { _, _ in
            OneOperation.answer(
                "<s:Fault><faultcode>SESSION_OVER</faultcode><faultstring>bye</faultstring></s:Fault>", status: 500)
        }
        let error = try await service.failure(
            "do", [:], service.trial(client, auth: ["username": "ann", "password": "s3cret"]))
        #expect(error.type == "auth" && error.message == "over: bye" && error.details?["code"] == "SESSION_OVER")
        #expect(client.requests.count == 1)
    }

    @Test func `an answer that says it failed is a failure with the answer in its details`() async throws {
        let service = try Self.service([
            "errors": [["when": "output.ok == false", "type": "conflict", "message": "no: {{ output.why }}"]]
        ])
        let client = StubClient { _, number in
            OneOperation.answer(
                number == 1 ? "<t:Done><t:ok>false</t:ok><t:why>taken</t:why></t:Done>" : Self.done)
        }
        let trial = try service.trial(client)
        let error = try await service.failure("do", [:], trial)
        #expect(error.type == "conflict" && error.message == "no: taken" && error.outcome == .refused)
        #expect(error.details?["output"] == ["ok": false, "why": "taken"])
        #expect(try await service.call("do", [:], trial) == ["ok": true])
    }

    @Test func `the address is made of settings, which can't lead elsewhere`() async throws {
        let service = try Self.service([
            "settings": ["type": "object", "required": ["tenant"], "properties": ["tenant": ["type": "string"]]],
            "url": "https://{{ settings.tenant }}.example/soap",
        ])
        let client = StubClient { _, _ in OneOperation.answer(Self.done) }
        _ = try await service.call("do", [:], service.trial(client, settings: ["tenant": "north"]))
        #expect(client.requests.map(\.url) == ["https://north.example/soap"])
        let error = try await service.failure("do", [:], service.trial(client, settings: ["tenant": "evil.example/#"]))
        #expect(error.type == "bad_input" && client.requests.count == 1)
        #expect(try service.connector.spec.settings?.properties.map(\.name) == ["tenant"])
    }

    @Test func `elements in an open place that allows one namespace are of it, and need not say so`() async throws {
        let service = try Self.service([:])
        let client = StubClient { _, _ in
            OneOperation.answer(
                "<t:Done><t:ok>true</t:ok><f:Name xmlns:f=\"urn:fields\">Acme</f:Name><o:N xmlns:o=\"urn:other\"/></t:Done>"
            )
        }
        let open: JSON = [["Name": "Acme"], ["@xmlns": "urn:other", "Name": "B"]]
        let output = try await service.call("do", ["any!": open], service.trial(client))
        #expect(output["any!"] == [["Name": "Acme"], ["N": "", "@xmlns": "urn:other"]])
        let request = try #require(client.requests.first)
        let call = try #require(try XMLElement.parse(request.body).at("Body", "Do"))
        #expect(call.elements.map(\.namespace) == ["urn:fields", "urn:other"])
    }

    @Test func `a test call is made of the action that is named`() async throws {
        let service = try Self.service(["test": ["action": "do", "input": ["id": 7]]])
        let client = StubClient { _, _ in OneOperation.answer(Self.done) }
        #expect(try await service.connector.sendTest(in: service.trial(client).context))
        #expect(client.requests.map { String(decoding: $0.body, as: UTF8.self).contains("<id>7</id>") } == [true])
        let without = try Self.service([:])
        #expect(try await without.connector.sendTest(in: without.trial(client).context) == false)
    }

    @Test(arguments: [
        (
            #"{"auth": {"type": "soap_header", "keys": [{"member": "a"}], "soap_headers": {"P": "{{ auth.b }}"}}}"#,
            "\"b\""
        ),
        (#"{"auth": {"type": "soap_header", "keys": [{"member": "a"}]}}"#, "\"soap_headers\""),
        (#"{"auth": {"type": "basic"}, "errors": [{"when": "auth.password == 'x'", "type": "odd"}]}"#, "\"auth\""),
        (#"{"auth": {"type": "soap_headers"}}"#, "must be one of"), (#"{"test": {"action": "dont"}}"#, "\"dont\""),
        (#"{"url": "svc.example/soap"}"#, "https://"), (#"{"limits": {"at_once": 0}}"#, "at_once"),
    ])
    func `mistakes are named`(connection: String, word: String) throws {
        let object = try #require(try JSON(parsing: connection).object)
        let service = try Self.service(object)
        let found = service.library.diagnostics(of: "svc").map(\.message)
        #expect(found.contains { $0.contains(word) }, "\(found)")
    }
}
