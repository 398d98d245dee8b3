// Reading connector.json: every mistake at once, each at its place.

import JSONCore
import RecipeLanguage
import Synchronization
import Testing

@testable import BuiltInConnectors

struct DeclarativeReadingTests {
    private static func diagnostics(_ text: String, name: String = "acme") -> [Diagnostic] {
        DeclarativeConnector.read(Array(text.utf8), name: name, file: "connector.json").diagnostics
    }

    /// The connector of the tests with one text in it replaced.
    private static func changed(_ old: String, _ new: String) throws -> [Diagnostic] {
        try #require(Acme.source.contains(old), "\(old)")
        return diagnostics(Acme.source.replacing(old, with: new, maxReplacements: 1))
    }

    @Test(
        arguments: [
            (
                #""title": "Acme CRM","#, #""titel": "Acme CRM","#, "unknown_key", "the connector has no \"titel\"",
                "did you mean \"title\"?"
            ),
            (
                #""name": "acme""#, #""name": "akme""#, "wrong_name",
                "the connector is in the folder \"acme\" but calls itself \"akme\"",
                "give the folder and the connector the same name"
            ),
            (
                #""galley_connector": 1"#, #""galley_connector": 2"#, "unknown_version",
                "this galley reads connectors of version 1, not 2", nil
            ),
            (
                #""type": "api_key", "in": "header", "name": "X-Api-Key""#,
                #""type": "oauth2", "grant": "client_credentails", "token_url": "https://a.example/token""#,
                "not_a_choice",
                "\"grant\" must be one of authorization_code, client_credentials, refresh_token, jwt_bearer, not \"client_credentails\"",
                "did you mean \"client_credentials\"?"
            ),
            (
                #""type": "api_key", "in": "header", "name": "X-Api-Key""#,
                #""type": "oauth2", "grant": "client_credentials""#, "missing_key", "\"auth\" needs \"token_url\"",
                "the address that gives access tokens"
            ),
            (
                #""type": "api_key", "in": "header", "name": "X-Api-Key""#,
                #""type": "oauth2", "grant": "client_credentials", "token_url": "https://{{ settings.sit }}.example/token""#,
                "unknown_pill_field", "settings has no \"sit\"", "did you mean \"site\"?"
            ),
            (
                #""type": "api_key", "in": "header", "name": "X-Api-Key""#,
                #""type": "oauth2", "grant": "client_credentials", "token_url": "https://a.example/token", "scope": ["a"]"#,
                "unknown_key", "\"auth\" of type \"oauth2\" has no \"scope\"", "did you mean \"scopes\"?"
            ),
            (
                #""type": "api_key", "in": "header", "name": "X-Api-Key""#,
                #""type": "oauth2", "grant": "client_credentials", "token_url": "https://a.example/token", "client_secret": "abc""#,
                "secret_in_connector", "\"client_secret\" belongs to a connection, not to the connector", nil
            ),
            (
                #""type": "api_key""#, #""type": "api-key""#, "not_a_choice",
                "\"type\" must be one of none, basic, bearer, api_key, api_keys, oauth2, hmac, aws_sigv4, mutual_tls, not \"api-key\"",
                "did you mean \"api_key\"?"
            ),
            (
                #"{ "type": "api_key", "in": "header", "name": "X-Api-Key" }"#,
                #"[ { "type": "basic" }, { "type": "basic" } ]"#,
                "taken_name", "\"auth\" has the type \"basic\" twice", nil
            ),
            (
                #"{ "type": "api_key", "in": "header", "name": "X-Api-Key" }"#, "[]", "empty",
                "\"auth\" must not be an empty list", nil
            ),
            (
                #""in": "header", "name": "X-Api-Key""#, #""in": "header", "name": "X-Api-Key", "key": "abc""#,
                "secret_in_connector", "\"key\" belongs to a connection, not to the connector", nil
            ),
            (
                #""https://{{"#, #""ftp://{{"#, "bad_url",
                "\"base_url\" must start with https:// (or http:// for a system inside)", nil
            ),
            (
                "{{ settings.site }}", "{{ settings.sit }}", "unknown_pill_field", "settings has no \"sit\"",
                "did you mean \"site\"?"
            ),
            (
                "{{ settings.site }}", "{{ credentials.key }}", "unknown_name",
                "nothing here is called \"credentials\"",
                "credentials are put into the request by \"auth\"; formulas never see them"
            ),
            (
                "response.status == 409", "{{ response.status }}", "pill_in_formula",
                "\"when\" is a formula already, so it takes no {{ }}", "leave the {{ and }} out"
            ),
            (
                "response.body.ok == false", "response.boddy.ok == false", "unknown_pill_field",
                "response has no \"boddy\"", "did you mean \"body\"?"
            ),
            (#""effect": "keyed""#, #""effect": "key""#, "not_a_choice", "\"effect\" must be one of", nil),
            (
                #""effect": "keyed""#, #""effect": "pure""#, "wrong_effect",
                "an action that sends a request is not \"pure\"", nil
            ),
            (
                #""Idempotency-Key": "{{ idempotency_key }}""#, #""X-A": "b""#, "no_idempotency_key",
                "the action \"create\" is \"keyed\" but its request does not send {{ idempotency_key }}", nil
            ),
            (
                #""Idempotency-Key""#, #""Content-Length""#, "bad_header", "a connector can't set \"Content-Length\"",
                nil
            ),
            (#""Idempotency-Key""#, #""Bad Name""#, "bad_header", "\"Bad Name\" can't be the name of a header", nil),
            (
                #""in": "header", "name": "X-Api-Key""#, #""in": "header", "name": "X Key:""#, "bad_header",
                "\"X Key:\" can't be the name of a header", nil
            ),
            (
                "#/objects/lead/properties/email", "#/objects/leed/properties/email", "bad_schema",
                "nothing in this file is at", nil
            ),
            (
                #""path": "/leads/{{ input.id }}"#, #""path": "leads/{{ input.id }}"#, "bad_path",
                "\"path\" must start with one /", nil
            ),
            (#""path": "/search""#, #""path": "/search?a=1""#, "bad_path", "\"path\" has no ? and no #", nil),
            ("{{ input.id }}", "{{ input.idd }}", "unknown_pill_field", "input has no \"idd\"", "did you mean \"id\"?"),
            ("{{ input.id }}", "{{ input.id. }}", "syntax", "", nil),
            ("{{ input.id }}", "{{ response.body }}", "unknown_name", "nothing here is called \"response\"", nil),
            (
                #""method": "PUT", "path": "/xml""#, #""method": "GET", "path": "/xml""#, "body_not_allowed",
                "a GET request has no body", nil
            ),
            (#""form": { "a""#, #""json": 1, "form": { "a""#, "two_bodies", "a request has one body", nil),
            (
                #""path": "/note""#, #""path": "/note", "file": "a""#, "not_yet",
                "a file is sent as a part of \"multipart\", or as an attachment in \"json\" (base64)", nil
            ),
            (
                #""items": "response.body.leads", "next": { "url""#, #""item": "response.body.leads", "next": { "url""#,
                "missing_key", "\"paginate\" needs \"items\"", nil
            ),
            (
                #""next": { "url": "{{ response.body.next }}" }"#, #""next": {}"#, "bad_next",
                "\"next\" has exactly one of query, body and url", nil
            ),
            (
                #""max_pages": 5"#, #""max_pages": 0"#, "out_of_range",
                "\"max_pages\" must be a whole number from 1 to 100000, not 0", nil
            ),
            (
                #""title": "Create a lead", "effect""#, #""effect""#, "missing_key",
                "the action \"create\" needs \"title\"", nil
            ),
            (
                #""list_urls": {"#, #""List-Urls": {"#, "bad_name",
                "the action's name \"List-Urls\" must start with a small letter", nil
            ),
            (
                #""docs": "https://acme.example/docs""#, #""docs": "a", "docs": "b""#, "duplicate_key",
                "\"docs\" is there twice", "keep one of the two"
            ),
        ] as [(String, String, String, String, String?)])
    func `says what is wrong and what to do`(old: String, new: String, code: String, message: String, hint: String?)
        throws
    {
        let all = try Self.changed(old, new)
        let found = try #require(all.first { $0.code == code }, "\(all)")
        #expect(found.message.hasPrefix(message), "\(found.message)")
        if let hint { #expect(found.suggestion == hint) }
    }

    @Test func `finds the exact place of a name in a pill behind escapes`() throws {
        let text = Acme.source.replacing(
            "\"/leads/{{ input.id }}/", with: "\"/\\u006Ceads/{{ inputs.id }}/", maxReplacements: 1)
        let found = try #require(Self.diagnostics(text).first)
        let bytes = Array(text.utf8)[found.range]
        #expect(String(decoding: bytes, as: UTF8.self) == "inputs")
        #expect(found.pointer == "/actions/get/request/path")
        #expect(found.suggestion == "did you mean \"input\"?")
    }

    @Test func `collects all mistakes, in order`() {
        let text =
            #"{"galley_connector": 1, "name": "acme", "connection": {"base_url": 5, "limits": {"per_second": 0}}, "actions": {"a": {"title": "", "request": {"path": "x"}}}}"#
        #expect(
            Self.diagnostics(text).map(\.code) == [
                "missing_key", "wrong_type", "out_of_range", "empty_text", "bad_path",
            ])
    }

    @Test(arguments: ["", "[", "[]", "null", "{}", "{\"a\":1}", "\"x\"", "\u{FEFF}{}"])
    func `takes anything without harm`(text: String) {
        let (connector, diagnostics) = DeclarativeConnector.read(Array(text.utf8), name: "acme", file: "f")
        #expect(connector == nil)
        #expect(!diagnostics.isEmpty)
    }

    @Test func `checks and lists triggers`() throws {
        let triggers = #"""
            "triggers": { "new_lead": { "title": "New lead", "event_schema": { "$ref": "#/objects/lead" },
              "poll": { "action": "list", "input": { "since": "{{ cursor }}" }, "cursor": "{{ item.at }}", "dedupe": "{{ item.id }}", "every": "1m" },
              "webhook": { "subscribe": { "method": "POST", "path": "/hooks", "json": { "url": "{{ webhook_url }}" } },
                "unsubscribe": { "method": "DELETE", "path": "/hooks/{{ subscription.id }}" },
                "verify": { "hmac": "sha256", "header": "X-Signature" }, "events": "{{ body.events }}" } } },
            "actions": {
            """#
        let (connector, diagnostics) = DeclarativeConnector.read(
            Array(Acme.source.replacing("\"actions\": {", with: triggers).utf8), name: "acme", file: "f")
        #expect(diagnostics.isEmpty, "\(diagnostics)")
        let trigger = try #require(connector?.spec.trigger("new_lead"))
        #expect(trigger.event.property("email") != nil)
        #expect(trigger.summary == "Runs in galley serve.")
        let broken = triggers.replacing("\"action\": \"list\"", with: "\"action\": \"lisst\"")
            .replacing("\"every\": \"1m\"", with: "\"every\": \"soon\"").replacing("item.id", with: "event.id")
        let codes = Self.diagnostics(Acme.source.replacing("\"actions\": {", with: broken)).map(\.code)
        #expect(codes == ["unknown_action", "unknown_name", "bad_duration"])
    }

    @Test(arguments: [
        ("{{ item.emial }}", "{{ item.id }}", false, "unlikely_pill_field", "dedupe"),
        ("{{ item.email }}", "{{ item.changed.time }}", true, "unknown_pill_field", "cursor"),
        ("{{ item.email }}", "{{ item.of.nam }}", true, "unlikely_pill_field", "cursor"),
        ("{{ item.email.downcase }}", "{{ item.of.name || item.id }}", true, nil, ""),
    ])
    func `dedupe and cursor are held against the record's schema`(
        dedupe: String, cursor: String, isClosed: Bool, code: String?, place: String
    ) throws {
        let closing = isClosed ? #""additionalProperties": false,"# : ""
        let triggers = #"""
            "triggers": { "new_lead": { "title": "New lead",
              "event_schema": { "type": "object", \#(closing) "properties": { "id": {}, "email": { "type": "string" }, "of": { "properties": { "name": {} } } } },
              "poll": { "action": "list", "cursor": "\#(cursor)", "dedupe": "\#(dedupe)" } } },
            "actions": {
            """#
        let found = Self.diagnostics(Acme.source.replacing("\"actions\": {", with: triggers))
        #expect(found.map(\.code) == (code.map { [$0] } ?? []), "\(found)")
        #expect(found.first.map { $0.pointer.description.hasSuffix("/poll/\(place)") } != false, "\(found)")
    }

    @Test func `checking all actions keeps none of them in memory`() throws {
        let top = #"""
            { "galley_connector": 1, "name": "many", "title": "Many", "connection": { "base_url": "https://a.example" },
              "actions": { "get": { "title": "Get", "effect": "read", "file": "actions/get.json" } } }
            """#
        let loads = Mutex(0)
        let (connector, diagnostics) = DeclarativeConnector.read(Array(top.utf8), name: "many", file: "f") { name in
            guard name == "actions/get.json" else { return nil }
            loads.withLock { $0 += 1 }
            return Array(#"{ "request": { "path": "/things" } }"#.utf8)
        }
        let many = try #require(connector)
        #expect(diagnostics.isEmpty && many.fileDiagnostics.isEmpty && loads.withLock { $0 } == 1)
        _ = many.spec.action("get")?.input
        #expect(loads.withLock { $0 } == 2)
        #expect(many.fileDiagnostics.isEmpty && loads.withLock { $0 } == 2)
    }

    @Test func `gives effects by method, closed inputs and the output of lists`() throws {
        let spec = try Acme.connector().spec
        #expect(spec.connectionRequired)
        #expect(spec.settings?.isOpen == false)
        #expect(
            ["create", "get", "form", "xml", "list", "list_body"].map { spec.action($0)?.effect }
                == [.keyed, .read, .unsafe, .idempotent, .read, .read])
        #expect(spec.action("create")?.input.isOpen == false)
        #expect(spec.action("list")?.output.properties.map(\.name) == ["items", "count", "more"])
    }
}
