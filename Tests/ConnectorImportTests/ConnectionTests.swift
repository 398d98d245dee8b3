// Servers and ways to sign in, names of actions, pages, and the report.

import ConnectorImport
import ConnectorKit
import JSONCore
import Testing

struct ConnectionTests {
    private static func document(_ top: String, operation: String = "") -> String {
        """
        { "openapi": "3.0.0", "info": { "title": "T", "version": "1" }, \(top),
          "paths": { "/a": { "get": { "operationId": "getA", \(operation) "responses": { "200": { "description": "" } } } } } }
        """
    }

    private static func schemes(_ schemes: String, _ security: String) -> String {
        Self.document(
            "\"servers\": [ { \"url\": \"https://a.example\" } ], \"components\": { \"securitySchemes\": { \(schemes) } }, \"security\": \(security)"
        )
    }

    @Test(arguments: [
        (#""k": { "type": "apiKey", "in": "header", "name": "X-Key" }"#, #"[ { "k": [] } ]"#, "x-key: s1", ""),
        (#""k": { "type": "apiKey", "in": "query", "name": "key" }"#, #"[ { "k": [] } ]"#, "", "?key=s1"),
        (#""k": { "type": "apiKey", "in": "cookie", "name": "sid" }"#, #"[ { "k": [] } ]"#, "cookie: sid=s1", ""),
        (#""k": { "type": "http", "scheme": "bearer" }"#, #"[ { "k": [] } ]"#, "authorization: Bearer s1", ""),
        (#""k": { "type": "http", "scheme": "Token" }"#, #"[ { "k": [] } ]"#, "authorization: Token s1", ""),
        (#""k": { "type": "http", "scheme": "basic" }"#, #"[ { "k": [] } ]"#, "authorization: Basic dTpw", ""),
        (
            #""k": { "type": "openIdConnect", "openIdConnectUrl": "https://id.example" }"#, #"[ { "k": [] } ]"#,
            "authorization: Bearer s1", ""
        ),
        (
            #""a": { "type": "apiKey", "in": "header", "name": "X-A" }, "b": { "type": "apiKey", "in": "query", "name": "b" }"#,
            #"[ { "a": [], "b": [] } ]"#, "x-a: s1", "?b=s2"
        ),
        (#""k": { "type": "http", "scheme": "bearer" }"#, "[]", "authorization: Bearer s1", ""),
    ])
    func `the connection signs in as the document says`(
        schemes: String, security: String, header: String, query: String
    ) async throws {
        let trial = try await ImportTrial(Self.schemes(schemes, security))
        let connection = ImportTrial.connection(
            settings: ["server": "https://a.example"],
            ["token": "s1", "key": "s1", "username": "u", "password": "p", "a": "s1", "b": "s2"])
        let request = try #require(try await trial.requests("get_a", connection: connection).first)
        #expect(request.url == "https://a.example/a" + query)
        guard let colon = header.firstIndex(of: ":") else { return }
        #expect(request.header(String(header[..<colon])) == String(header[colon...].dropFirst(2)))
    }

    @Test(arguments: [
        (
            #""flows": { "authorizationCode": { "authorizationUrl": "https://a.example/auth", "tokenUrl": "https://a.example/token", "scopes": { "read": "", "write": "" } } }"#,
            #"{"type":"oauth2","grant":"authorization_code","pkce":true,"authorize_url":"https://a.example/auth","token_url":"https://a.example/token","scopes":["read","write"]}"#
        ),
        (
            #""flows": { "clientCredentials": { "tokenUrl": "https://a.example/token", "scopes": {} } }"#,
            #"{"type":"oauth2","grant":"client_credentials","token_url":"https://a.example/token"}"#
        ),
        (
            #""flows": { "clientCredentials": { "tokenUrl": "https://a.example/token", "scopes": {} }, "authorizationCode": { "authorizationUrl": "https://a.example/auth", "tokenUrl": "https://a.example/token", "scopes": {} } }"#,
            #"{"type":"oauth2","grant":["authorization_code","client_credentials"],"pkce":true,"authorize_url":"https://a.example/auth","token_url":"https://a.example/token"}"#
        ),
        (
            #""flows": { "clientCredentials": { "tokenUrl": "/token", "scopes": {} } }"#,
            #"{"type":"oauth2","grant":"client_credentials","token_url":"{{ settings.server }}/token"}"#
        ),
        (#""flows": { "clientCredentials": { "tokenUrl": "//evil/token", "scopes": {} } }"#, #"{"type":"bearer"}"#),
    ])
    func `OAuth 2.0 of the document becomes the connector's`(flows: String, auth: String) async throws {
        let trial = try await ImportTrial(
            Self.schemes("\"o\": { \"type\": \"oauth2\", \(flows) }", #"[ { "o": [] } ]"#))
        let written = try trial.file("connector.json")["connection"]?["auth"]
        #expect(written?.compact == auth)
    }

    @Test(arguments: [("[]", nil), ("[ {}, { \"k\": [] } ]", nil), ("[ { \"k\": [] } ]", "s1")] as [(String, String?)])
    func `an operation that wants no sign-in gets none`(security: String, key: String?) async throws {
        let document = ImportTrial.one(
            "\"security\": \(security)",
            top: """
                "components": { "securitySchemes": { "k": { "type": "apiKey", "in": "header", "name": "X-Key" } } },
                "security": [ { "k": [] } ],
                """)
        let trial = try await ImportTrial(document)
        let settings: JSONObject = ["server": "https://api.trial.example/v1"]
        let none = ImportTrial.connection(settings: settings)
        if key == nil {
            let request = try await trial.requests("do_it", connection: none).first
            #expect(request?.header("x-key") == nil && request != nil)
        } else {
            await #expect(throws: ConnectorError.self) { _ = try await trial.requests("do_it", connection: none) }
        }
        let signed = try await trial.requests(
            "do_it", connection: ImportTrial.connection(settings: settings, ["key": "s1"])
        )
        .first
        #expect(signed?.header("x-key") == (security == "[]" ? nil : "s1"))
    }

    private static let choice = schemes(
        #"""
        "k": { "type": "apiKey", "in": "header", "name": "X-Key" }, "b": { "type": "http", "scheme": "basic" },
        "l": { "type": "apiKey", "in": "header", "name": "X-Other" }
        """#, #"[ { "k": [] }, { "b": [] }, { "l": [] } ]"#)

    @Test(
        arguments: [
            (["key": "s1"], "X-Key", "s1"), (["type": "api_key", "key": "s1"], "X-Key", "s1"),
            (["type": "basic", "username": "u", "password": "p"], "Authorization", "Basic dTpw"),
        ] as [(JSONObject, String, String)])
    func `a connection chooses among the ways of the document`(
        credentials: JSONObject, header: String, value: String
    ) async throws {
        let trial = try await ImportTrial(Self.choice)
        let connection = ImportTrial.connection(settings: ["server": "https://a.example"], credentials)
        let request = try #require(try await trial.requests("get_a", connection: connection).first)
        #expect(request.header(header) == value)
        #expect(["X-Key", "Authorization"].filter { request.header($0) != nil } == [header])
        #expect(trial.connector.spec.signIns.map(\.type) == ["api_key", "basic"])
        #expect(
            trial.imported.report.general.contains {
                $0.contains("signing in with l is left out: it is api_key like k")
            })
    }

    @Test func `an operation with a token of its own that is sent alike takes another connection`() async throws {
        let trial = try await ImportTrial(
            Self.document(
                #""servers": [ { "url": "https://a.example" } ], "components": { "securitySchemes": { "k": { "type": "http", "scheme": "bearer" }, "m": { "type": "http", "scheme": "bearer" } } }, "security": [ { "k": [] } ]"#,
                operation: #""security": [ { "m": [] } ], "responses": {} }, "post": {"#))
        #expect(trial.connector.spec.signIns.map(\.type) == ["bearer"])
        #expect(
            trial.imported.report.notes.map(\.reason) == [
                "it signs in with m, sent like k: give it a connection with that credential"
            ])
    }

    @Test func `where the document says nothing about it, a connection says how it signs in`() async throws {
        let trial = try await ImportTrial(Self.document(#""servers": [ { "url": "https://a.example" } ]"#))
        #expect(try trial.file("connector.json")["connection"]?["auth"] == nil)
        #expect(trial.imported.report.general.contains { $0.contains("does not say how to sign in") })
        let without = ImportTrial.connection(settings: ["server": "https://a.example"], [:])
        #expect(try await trial.requests("get_a", connection: without).first?.header("Authorization") == nil)
        let connection = ImportTrial.connection(
            settings: ["server": "https://a.example"],
            ["type": "api_key", "in": "header", "name": "Authorization", "prefix": "token ", "key": "s1"])
        let request = try await trial.requests("get_a", connection: connection).first
        #expect(request?.header("Authorization") == "token s1")
    }

    @Test func `an operation that takes another way than the usual one says which`() async throws {
        let trial = try await ImportTrial(
            Self.document(
                #""servers": [ { "url": "https://a.example" } ], "components": { "securitySchemes": { "k": { "type": "http", "scheme": "bearer" }, "b": { "type": "http", "scheme": "basic" } } }, "security": [ { "k": [] } ]"#,
                operation: #""security": [ { "b": [] } ], "responses": {} }, "post": {"#))
        #expect(trial.connector.spec.signIns.map(\.type) == ["bearer", "basic"])
        let notes = trial.imported.report.notes.map(\.reason)
        #expect(notes.contains { $0.contains(#"a connection for it says "type": "basic" in "auth""#) }, "\(notes)")
    }

    @Test func `what the connection can't do is in the report`() async throws {
        let mutual = try await ImportTrial(Self.schemes(#""m": { "type": "mutualTLS" }"#, #"[ { "m": [] } ]"#))
        #expect(mutual.imported.report.general.contains { $0.contains("client certificate") })
        let digest = try await ImportTrial(
            Self.schemes(#""d": { "type": "http", "scheme": "digest" }"#, #"[ { "d": [] } ]"#))
        #expect(digest.imported.report.general.contains { $0.contains("none of the ways to sign in") })
        let other = try await ImportTrial(
            Self.document(
                #""servers": [ { "url": "https://a.example" } ], "components": { "securitySchemes": { "k": { "type": "http", "scheme": "bearer" }, "b": { "type": "http", "scheme": "basic" } } }, "security": [ { "k": [] } ]"#,
                operation: #""security": [ { "b": [] } ],"#))
        #expect(try other.file("connector.json")["connection"]?["auth"]?["type"] == "basic")
    }

    struct Address: Sendable {
        let servers: String
        let settings: JSONObject
        let url: String
    }

    static let addresses = [
        Address(servers: #"[ { "url": "https://a.example/v1/" } ]"#, settings: [:], url: "https://a.example/v1/a"),
        Address(
            servers: #"[ { "url": "http://a.example" }, { "url": "https://b.example" } ]"#, settings: [:],
            url: "https://b.example/a"),
        Address(
            servers:
                #"[ { "url": "https://{region}.a.example:{port}/{base}", "variables": { "region": { "default": "eu", "enum": ["eu", "us"] }, "port": { "default": 8443 }, "base": { "default": "api/v2" } } } ]"#,
            settings: ["region": "us", "port": "8443", "base": "api/v2", "server": ""],
            url: "https://us.a.example:8443/api/v2/a"),
        Address(
            servers: #"[ { "url": "https://{region}.a.example", "variables": { "region": { "default": "eu" } } } ]"#,
            settings: ["region": "eu", "server": "http://localhost:8080"], url: "http://localhost:8080/a"),
        Address(
            servers: #"[ { "url": "/v3" } ]"#, settings: ["server": "https://x.example"], url: "https://x.example/v3/a"),
        Address(servers: "[]", settings: ["server": "https://x.example/y"], url: "https://x.example/y/a"),
    ]

    @Test(arguments: addresses) func `the address follows from the servers and the settings`(_ address: Address)
        async throws
    {
        let trial = try await ImportTrial(Self.document("\"servers\": \(address.servers)"))
        let connection = address.settings.isEmpty ? nil : ImportTrial.connection(settings: address.settings)
        #expect(try await trial.requests("get_a", connection: connection).first?.url == address.url)
    }

    @Test func `an operation may have servers of its own`() async throws {
        let trial = try await ImportTrial(
            Self.document(
                #""servers": [ { "url": "https://a.example" } ]"#,
                operation: #""servers": [ { "url": "https://upload.a.example/x" } ],"#))
        #expect(try await trial.requests("get_a").first?.url == "https://upload.a.example/x/a")
    }

    @Test func `actions have names that people can read, unique and the same at every import`() async throws {
        let ids = [
            ("listPetOwners", "/1"), ("pets/get-by-id", "/2"), ("get", "/3"), ("HTTPServerIDs", "/4"),
            ("same", "/5/{id}"),
            ("same", "/6"), ("../../etc/passwd", "/7"), ("\\u0000\\n", "/8"),
        ]
        let paths = ids.map { id, path in
            "\"\(path)\": { \"get\": { \"operationId\": \"\(id)\", \"tags\": [\"Pet store\"], \"responses\": {} } }"
        }
        func names(_ paths: [String]) async throws -> [String: String] {
            let trial = try await ImportTrial(
                """
                { "openapi": "3.0.0", "info": { "title": "T", "version": "1" }, "servers": [ { "url": "https://a.example" } ],
                  "paths": { \(paths.joined(separator: ", ")) } }
                """)
            return Dictionary(
                uniqueKeysWithValues: try trial.connector.spec.actions.map {
                    (try trial.file("actions/\($0.name).json")["request"]?["path"]?.string ?? "", $0.name)
                })
        }
        let found = try await names(paths)
        #expect(
            found == [
                "/1": "list_pet_owners", "/2": "pets_get_by_id", "/3": "pet_store_get", "/4": "http_server_ids",
                "/5/{id}": "get_5_by_id", "/6": "get_6", "/7": "etc_passwd", "/8": "pet_store",
            ])
        #expect(try await names(paths.reversed()) == found)
    }

    @Test func `only operations with a tag can be asked for`() async throws {
        let document = """
            { "openapi": "3.0.0", "info": { "title": "T", "version": "1" }, "servers": [ { "url": "https://a.example" } ],
              "paths": { "/a": { "get": { "operationId": "getA", "tags": ["Pets"], "responses": {} }, "trace": { "operationId": "traceA", "tags": ["Pets"], "responses": {} } },
                "/b": { "get": { "operationId": "getB", "tags": ["Shops"], "responses": {} } } } }
            """
        let trial = try await ImportTrial(document) { $0.tags = ["pets"] }
        #expect(trial.connector.spec.actions.map(\.name) == ["get_a"])
        #expect(trial.imported.report.dropped.map(\.operation) == ["TRACE /a"])
        await #expect(throws: ImportError.self) { _ = try await ImportTrial(document) { $0.tags = ["cars"] } }
    }

    @Test(arguments: [
        ("", false, "the header X-Key is no input: the connection's credentials fill it"),
        (#""security": [],"#, true, nil),
    ])
    func `a header that the connection fills is told of, and is an input where nothing is filled`(
        security: String, isInput: Bool, note: String?
    ) async throws {
        let trial = try await ImportTrial(
            ImportTrial.one(
                security + #""parameters": [ { "name": "X-Key", "in": "header", "schema": { "type": "string" } } ]"#,
                top: #"""
                    "components": { "securitySchemes": { "k": { "type": "apiKey", "in": "header", "name": "X-Key" } } },
                    "security": [ { "k": [] } ],
                    """#))
        #expect((trial.connector.spec.action("do_it")?.input.property("X-Key") != nil) == isInput)
        #expect(trial.imported.report.notes.map(\.reason) == (note.map { [$0] } ?? []))
    }
}
