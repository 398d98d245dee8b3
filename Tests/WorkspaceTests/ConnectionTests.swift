// Connections: files, environments, settings by schema, secrets resolved.

import ConnectorKit
import JSONCore
import RecipeLanguage
import Testing

@testable import Workspace

struct ConnectionTests {
    static let spec = ConnectorSpec(
        name: "crm", title: "CRM", actions: [],
        settings: .object([
            .string("site", required: true, "the part before .crm.example"), .integer("version"),
            .string("region", choices: ["eu", "us"]), .string("pin"),
        ]))

    @Test func `settings are typed and secrets resolved`() throws {
        let text = """
            { "connector": "crm", "settings": { "site": "north", "version": "3", "pin": { "secret": "PIN" } },
              "auth": { "type": "basic", "username": "ada", "password": { "secret": "PASSWORD" },
                        "more": { "key": { "secret": "PIN" } }, "open": { "public": "sandbox" } },
              "network": { "private_addresses": true, "certificate_authority": "ca.pem" } }
            """
        let variables = ["GALLEY_SECRET_PASSWORD": "pa55word", "PASSWORD": "not this", "PIN": "1234"]
        try withWorkspace(["Connections/acme.json": text], variables: variables) { (workspace) throws in
            let connection = try workspace.connection("acme", spec: Self.spec)
            #expect(connection.settings == ["site": "north", "version": 3, "pin": "1234"])
            #expect(
                connection.credentials == [
                    "type": "basic", "username": "ada", "password": "pa55word", "more": ["key": "1234"],
                    "open": "sandbox",
                ])
            #expect(connection.network.privateAddresses)
            #expect(connection.network.certificateAuthority == workspace.root + "/ca.pem")
            #expect(connection.name == "acme" && connection.connector == "crm")
        }
    }

    static let choosing = ConnectorSpec(
        name: "crm", title: "CRM", actions: [], signIn: SignInSpec("bearer"),
        otherSignIns: [SignInSpec("basic"), SignInSpec("oauth2", scheme: ["grant": "client_credentials"])])

    @Test(arguments: [
        (#"{ "token": { "secret": "T" } }"#, [String]()), (#"{ "type": "bearer", "token": { "secret": "T" } }"#, []),
        (#"{ "type": "basic", "username": "ada" }"#, []),
        (#"{ "type": "oauth2", "client_id": "c", "client_secret": { "secret": "T" } }"#, []),
        (#"{ "username": "ada" }"#, ["unknown_key"]),
        (#"{ "type": "basic", "token": { "secret": "T" } }"#, ["unknown_key"]),
        (#"{ "type": "basik", "token": { "secret": "T" } }"#, ["not_a_choice"]),
    ])
    func `a connection chooses its way to sign in, and has the members of that one`(auth: String, codes: [String])
        throws
    {
        let text = #"{ "connector": "crm", "auth": \#(auth) }"#
        try withWorkspace(["Connections/acme.json": text], variables: ["T": "t"]) { (workspace) throws in
            let mistakes = try workspace.checkConnection("acme", bytes: Array(text.utf8), spec: Self.choosing)
            #expect(mistakes.map(\.code) == codes)
            guard codes == ["not_a_choice"] else { return }
            #expect(mistakes[0].message == "connections of CRM sign in with bearer or basic or oauth2, not \"basik\"")
        }
    }

    @Test func `a missing secret is named with how to set it`() throws {
        let text =
            #"{ "connector": "crm", "settings": { "site": "a" }, "auth": { "token": { "secret": "ACME_TOKEN" } } }"#
        try withWorkspace(["Connections/acme.json": text]) { (workspace) throws in
            let error = try workspaceError { _ = try workspace.connection("acme", spec: Self.spec) }
            #expect(error?.kind == .notFound)
            #expect(error?.message.contains("galley secrets set ACME_TOKEN") == true)
            #expect(error?.message.contains("\"acme\"") == true)
        }
    }

    @Test(arguments: [
        (#"{ "settings": {} }"#, "missing_key"), (#"{ "connector": 5 }"#, "wrong_type"),
        (#"{ "connector": "crm", "settings": {} }"#, "missing_field"), (#"{ "connector": "crm" }"#, "missing_field"),
        (#"{ "connector": "crm", "settings": { "site": "a", "sight": "b" } }"#, "unknown_field"),
        (#"{ "connector": "crm", "settings": { "site": "a", "version": "x" } }"#, "wrong_type"),
        (#"{ "connector": "crm", "settings": { "site": "a", "region": "uk" } }"#, "not_a_choice"),
        (#"{ "connector": "crm", "settings": [] }"#, "wrong_type"),
        (#"{ "connector": "crm", "settings": { "site": "a" }, "auth": [] }"#, "wrong_type"),
        (
            #"{ "connector": "crm", "settings": { "site": "a" }, "auth": { "key": { "secret": "a b" } } }"#,
            "bad_secret_name"
        ),
        (#"{ "connector": "crm", "settings": { "site": "a" }, "network": { "proxy": "http://x" } }"#, "unknown_key"),
        (#"{ "connector": "crm", "settings": { "site": "a" }, "atuh": {} }"#, "unknown_key"), ("{", "bad_json"),
    ])
    func `a mistake in a connection is placed`(text: String, code: String) throws {
        try withWorkspace(["Connections/acme.json": text]) { (workspace) throws in
            let error = try #require(try workspaceError { _ = try workspace.connection("acme", spec: Self.spec) })
            #expect(error.kind == .invalid)
            #expect(error.diagnostics.map(\.code) == [code])
            #expect(error.diagnostics.first?.file == "Connections/acme.json")
            #expect(try workspace.checkConnection("acme", spec: Self.spec).map(\.code) == [code])
        }
    }

    @Test func `a connection of another connector is refused`() throws {
        try withWorkspace(["Connections/acme.json": #"{ "connector": "erp" }"#]) { (workspace) throws in
            let error = try workspaceError { _ = try workspace.connection("acme", spec: Self.spec) }
            #expect(error?.kind == .invalid && error?.message.contains("erp") == true)
        }
    }

    @Test func `a secret written into the file is a warning, and works`() throws {
        let text =
            #"{ "connector": "crm", "settings": { "site": "a" }, "auth": { "type": "bearer", "token": "abc123" } }"#
        try withWorkspace(["Connections/acme.json": text]) { (workspace) throws in
            let found = try workspace.checkConnection("acme", spec: Self.spec)
            #expect(found.map(\.code) == ["secret_in_file"] && found.first?.severity == .warning)
            #expect(found.first?.message.contains("abc123") == false)
            #expect(try workspace.connection("acme", spec: Self.spec).credentials["token"] == "abc123")
        }
    }

    @Test func `an environment's file stands in for the plain one as a whole`() throws {
        let files = [
            "Connections/acme.json":
                #"{ "connector": "crm", "settings": { "site": "test" }, "auth": { "username": "dev" } }"#,
            "Connections/production/acme.json": #"{ "connector": "crm", "settings": { "site": "live" } }"#,
            "Connections/other.json": #"{ "connector": "crm", "settings": { "site": "x" } }"#,
        ]
        try withWorkspace(files, environment: "production") { (workspace) throws in
            #expect(workspace.connectionNames() == ["acme", "other"])
            let connection = try workspace.connection("acme", spec: Self.spec)
            #expect(connection.settings == ["site": "live"] && connection.credentials.isEmpty)
            #expect(try workspace.connectionSource("acme").path == "Connections/production/acme.json")
            #expect(try workspace.connection("other", spec: Self.spec).settings == ["site": "x"])
        }
        try withWorkspace(files) { (workspace) throws in
            #expect(try workspace.connection("acme", spec: Self.spec).settings == ["site": "test"])
        }
    }

    @Test func `a changed file is read again`() throws {
        let text = #"{ "connector": "crm", "settings": { "site": "one" } }"#
        try withWorkspace(["Connections/acme.json": text]) { (workspace) throws in
            #expect(try workspace.connection("acme", spec: Self.spec).settings["site"] == "one")
            #expect(try workspace.connection("acme", spec: Self.spec).settings["site"] == "one")
            try write(
                #"{ "connector": "crm", "settings": { "site": "second" } }"#,
                to: workspace.root + "/Connections/acme.json")
            #expect(try workspace.connection("acme", spec: Self.spec).settings["site"] == "second")
        }
    }

    @Test func `the catalog lists everything a recipe may name, and what is wrong with it`() throws {
        let files = [
            "galley.json": #"{ "properties": { "region": "eu" } }"#,
            "Connections/acme.json": #"{ "connector": "crm", "settings": {} }"#,
            "Connections/odd.json": #"{ "connector": "crmm" }"#, "Tables/countries.csv": "code,name\nde,Germany\n",
            "Tables/broken.csv": "a,a\n", "Tables/rows.json": #"[{"x": 1}, {"y": 2}]"#,
        ]
        try withWorkspace(files) { (workspace) throws in
            let specs = ConnectorSpecs(names: ["crm"]) { _ in Self.spec }
            let catalog = workspace.catalog(connectors: specs)
            let diagnostics = workspace.diagnostics(of: catalog)
            #expect(catalog.connectors.names == ["crm"])
            #expect(catalog.connections == ["acme": "crm", "odd": "crmm"])
            #expect(catalog.tables.names == ["broken", "countries", "rows"])
            #expect(catalog.tables["countries"] == ["code", "name"] && catalog.tables["broken"] == [])
            #expect(catalog.tables["rows"] == ["x", "y"])
            #expect(catalog.properties == ["region"])
            #expect(Set(diagnostics.map(\.code)) == ["missing_field", "unknown_connector", "bad_table"])
            #expect(diagnostics.first { $0.code == "unknown_connector" }?.suggestion == "did you mean \"crm\"?")
        }
    }
}
