// Tokens of connections in the encrypted store: durable, unreadable, redacted, each environment its own.

import ConnectorKit
import JSONCore
import RecipeLanguage
import Testing

@testable import Workspace

struct TokenStoreTests {
    private static let file = #"{ "connector": "http", "settings": {}, "auth": { "type": "oauth2" } }"#
    private static let spec = ConnectorSpec(name: "http", title: "HTTP", actions: [], settings: .object([]))

    private static func record(_ access: String, _ refresh: String) -> TokenRecord {
        var record = TokenRecord(seed: "s", obtainedAt: 5)
        (record.accessToken, record.refreshToken, record.expiresAt) = (access, refresh, 99)
        return record
    }

    @Test func `tokens are kept for the next process, sealed`() throws {
        try withWorkspace(["Connections/acme.json": Self.file]) { (workspace) throws in
            let tokens = workspace.secrets.tokens(of: "acme")
            #expect(try tokens.load() == nil)
            let record = Self.record("access-token-1234", "refresh-token-1234")
            try tokens.save(record)
            let text = String(decoding: try Disk.read(workspace.root + "/.galley/secrets.json"), as: UTF8.self)
            #expect(!text.contains("token-1234") && text.contains("\"acme\""))
            #expect(try workspace.secrets.tokens(of: "acme").load() == record)
            #expect(try workspace.secrets.tokens(of: "test/acme").load() == nil)
            #expect(try workspace.secrets.list().isEmpty)
            try tokens.save(nil)
            #expect(try tokens.load() == nil)
        }
    }

    @Test func `a redactor knows tokens of before, and those that come later`() throws {
        try withWorkspace(["Connections/acme.json": Self.file]) { (workspace) throws in
            let tokens = workspace.secrets.tokens(of: "acme")
            try tokens.save(Self.record("access-before", "refresh-before"))
            let redactor = try workspace.redactor()
            #expect(
                redactor.redact("a access-before b refresh-before")
                    == "a [secret token of acme] b [secret token of acme]")
            tokens.hide(["access-later+1/x"])
            for text in ["access-later+1/x", "access-later%2B1%2Fx", #"access-later+1\/x"#] {
                #expect(!redactor.redact(text).contains("later"), "\(text)")
            }
            // Very old ones make room.
            for number in 0..<100 { tokens.hide(["passing-token-\(number)"]) }
            #expect(redactor.redact("passing-token-99") != "passing-token-99")
            #expect(redactor.redact("access-later+1/x") == "access-later+1/x")
        }
    }

    @Test func `all readings of a workspace share a connection's tokens and limits`() throws {
        try withWorkspace(["Connections/acme.json": Self.file]) { (workspace) throws in
            let first = try workspace.connection("acme", spec: Self.spec)
            try workspace.secrets.set("X", "12345")
            let second = try workspace.connection("acme", spec: Self.spec)
            #expect(first.shared === second.shared)
        }
    }

    @Test(arguments: [
        (#"{ "per_second": 2.5, "at_once": 3 }"#, nil as String?), (#"{ "per_second": 0 }"#, "/limits/per_second"),
        (#"{ "at_once": 0 }"#, "/limits/at_once"), (#"{ "persecond": 1 }"#, "/limits/persecond"),
    ]) func `a connection may have limits of its own`(limits: String, mistake: String?) throws {
        let text = "{ \"connector\": \"http\", \"settings\": {}, \"limits\": \(limits) }"
        try withWorkspace(["Connections/acme.json": text]) { (workspace) throws in
            #expect(
                try workspace.checkConnection("acme", spec: Self.spec).map(\.pointer) == (mistake.map { [$0] } ?? []))
            guard mistake == nil else { return }
            #expect(try workspace.connection("acme", spec: Self.spec).limits == CallLimits(perSecond: 2.5, atOnce: 3))
        }
    }

    @Test func `a client certificate may be in a secret`() throws {
        let text = #"""
            { "connector": "http", "settings": {},
              "network": { "client_certificate": { "secret": "CERT" }, "client_key": { "secret": "KEY" } } }
            """#
        let pem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"
        let variables = ["CERT": pem.replacing("\n", with: "\\n"), "KEY": "no key"]
        try withWorkspace(["Connections/acme.json": text], variables: variables) { (workspace) throws in
            let error = try workspaceError { _ = try workspace.connection("acme", spec: Self.spec) }
            #expect(error?.message.contains("the secret \"KEY\" does not hold a certificate or key in PEM") == true)
        }
        try withWorkspace(["Connections/acme.json": text], variables: variables.merging(["KEY": pem]) { $1 }) {
            (workspace) throws in
            let network = try workspace.connection("acme", spec: Self.spec).network
            #expect(network.clientCertificate == pem && network.clientKey == pem)
        }
    }

    @Test func `the tokens go with the connection`() throws {
        try withWorkspace(["Connections/acme.json": Self.file]) { (workspace) throws in
            try workspace.secrets.tokens(of: "acme").save(Self.record("access-1", "refresh-1"))
            _ = try workspace.removeConnection("acme")
            #expect(try workspace.secrets.tokenNames().isEmpty)
        }
    }

    @Test(arguments: [
        (#"{ "type": "oauth2", "grnat": "client_credentials" }"#, "did you mean \"grant\"?"),
        (#"{ "type": "oauth2", "clientid": "a" }"#, "did you mean \"client_id\"?"),
    ]) func `a member of auth that OAuth 2.0 doesn't have is placed`(auth: String, hint: String) throws {
        let text = "{ \"connector\": \"http\", \"settings\": {}, \"auth\": \(auth) }"
        try withWorkspace(["Connections/acme.json": text]) { (workspace) throws in
            let found = try workspace.checkConnection("acme", spec: Self.spec)
            #expect(found.map(\.code) == ["unknown_key"])
            #expect(found.first?.suggestion == hint)
            #expect(found.first?.pointer.hasPrefix("/auth/") == true)
        }
    }

    @Test func `what the connector fixes is not the connection's to say`() throws {
        let spec = ConnectorSpec(
            name: "crm", title: "CRM", actions: [], settings: .object([]),
            signIn: SignInSpec("oauth2", scheme: ["grant": "client_credentials", "token_url": "https://a.example"]))
        let text = #"{ "connector": "crm", "auth": { "client_id": "a", "token_url": "https://evil.example" } }"#
        try withWorkspace(["Connections/crm.json": text]) { (workspace) throws in
            #expect(try workspace.checkConnection("crm", spec: spec).map(\.pointer) == ["/auth/token_url"])
        }
    }
}
