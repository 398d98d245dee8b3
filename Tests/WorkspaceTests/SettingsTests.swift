// galley.json and its overrides.

import ConnectorKit
import JSONCore
import RecipeLanguage
import Testing

@testable import Workspace

struct SettingsTests {
    @Test func `without settings the defaults of the design hold`() throws {
        try withWorkspace { (workspace) throws in
            let settings = workspace.settings
            #expect(settings.timeZone == "UTC" && settings.properties.isEmpty && settings.retentionDays == nil)
            #expect(!settings.network.privateAddresses && settings.network.proxy == nil)
            #expect(settings.limits[.answerBytes] == 10 << 20 && settings.limits[.callSeconds] == 120)
            #expect(settings.limits[.webhookBodyBytes] == 5 << 20 && settings.limits[.recipeSteps] == 1000)
        }
    }

    @Test func `an environment's file goes over the plain one, properties name by name`() throws {
        let files = [
            "galley.json": """
            { "name": "Sales", "time_zone": "Europe/Berlin", "properties": { "region": "emea", "limit": 10.50 },
              "limits": { "call_seconds": 60, "redirects": 0 }, "retention_days": 30, "network": { "private_addresses": true } }
            """,
            "galley.production.json": """
            { "properties": { "region": "world" }, "limits": { "call_seconds": 30 }, "retention_days": null,
              "network": { "proxy": "http://proxy.example:3128" } }
            """,
        ]
        try withWorkspace(files, environment: "production") { (workspace) throws in
            let settings = workspace.settings
            #expect(settings.name == "Sales" && settings.timeZone == "Europe/Berlin")
            #expect(settings.properties == ["region": "world", "limit": JSON(number: "10.50") ?? .null])
            #expect(settings.limits[.callSeconds] == 30 && settings.limits[.redirects] == 0)
            #expect(settings.retentionDays == nil)
            #expect(settings.network.privateAddresses && settings.network.proxy == "http://proxy.example:3128")
        }
    }

    @Test func `an environment that is nowhere is an error, one with connections only is not`() throws {
        let error = try workspaceError { try withWorkspace(environment: "staging") { _ in } }
        #expect(error?.kind == .notFound && error?.message.contains("staging") == true)
        try withWorkspace(["Connections/staging/a.json": "{}"], environment: "staging") { (workspace) throws in
            #expect(workspace.connectionNames() == ["a"])
        }
    }

    @Test(arguments: [
        ("{ \"nmae\": 1 }", "unknown_key", "/nmae", 2), ("{ \"name\": 1 }", "wrong_type", "/name", 10),
        ("{ \"public_url\": \"galley.example\" }", "bad_address", "/public_url", 16),
        ("{ \"public_url\": \"https://galley.example/sub\" }", "bad_address", "/public_url", 16),
        ("{ \"public_url\": \"https://galley.example/?a\" }", "bad_address", "/public_url", 16),
        ("{ \"public_url\": \"https://ann:secret@galley.example\" }", "bad_address", "/public_url", 16),
        ("{ \"time_zone\": \"Mars/Olympus\" }", "unknown_time_zone", "/time_zone", 15),
        ("{ \"time_zone\": \"../../etc/passwd\" }", "unknown_time_zone", "/time_zone", 15),
        ("{ \"limits\": { \"anwer_bytes\": 1 } }", "unknown_key", "/limits/anwer_bytes", 14),
        ("{ \"limits\": { \"answer_bytes\": 1 } }", "out_of_range", "/limits/answer_bytes", 30),
        ("{ \"limits\": { \"redirects\": 6 } }", "out_of_range", "/limits/redirects", 27),
        ("{ \"limits\": { \"json_depth\": 64 } }", "fixed_limit", "/limits/json_depth", 14),
        ("{ \"network\": { \"private_addresses\": \"yes\" } }", "wrong_type", "/network/private_addresses", 36),
        ("{ \"retention_days\": 0 }", "out_of_range", "/retention_days", 20), ("[]", "wrong_type", "", 0),
        ("{ \"name\": \"a\", \"name\": \"b\" }", "duplicate_key", "/name", 15), ("{ \"name\": }", "bad_json", "", 10),
        ("{ \"properties\": [] }", "wrong_type", "/properties", 16),
        ("{ \"commands\": { \"sh\": \"sh\" } }", "bad_path", "/commands/sh", 22),
        ("{ \"commands\": { \"sh\": \"/bin/../sh\" } }", "bad_path", "/commands/sh", 22),
        ("{ \"commands\": { \"sh\": \"/bin/\" } }", "bad_path", "/commands/sh", 22),
        ("{ \"commands\": { \"a b\": \"/bin/sh\" } }", "bad_name", "/commands/a b", 16),
        ("{ \"commands\": { \"sh\": 1 } }", "wrong_type", "/commands/sh", 22),
        ("{ \"commands\": { \"sh\": {} } }", "missing_key", "/commands/sh", 22),
        (
            "{ \"commands\": { \"sh\": { \"program\": \"/bin/sh\", \"environment\": [\"A=B\"] } } }", "bad_name",
            "/commands/sh/environment/0", 62
        ),
    ])
    func `a mistake in the settings is placed`(text: String, code: String, pointer: String, offset: Int) throws {
        let error = try workspaceError { try withWorkspace(["galley.json": text]) { _ in } }
        let diagnostic = try #require(error?.diagnostics.first)
        #expect(error?.kind == .invalid && error?.diagnostics.count == 1)
        #expect(diagnostic.code == code && diagnostic.file == "galley.json")
        #expect(diagnostic.pointer == pointer)
        #expect(diagnostic.range.lowerBound == offset)
    }

    @Test func `an environment allows its own programs instead`() throws {
        let files = [
            "galley.json":
                #"{ "commands": { "sh": "/bin/sh", "df": { "program": "/bin/df", "environment": ["LANG"] } } }"#,
            "galley.production.json": #"{ "commands": { "df": "/bin/df" } }"#,
        ]
        try withWorkspace(files) { (workspace) throws in
            #expect(workspace.programs["sh"] == AllowedProgram(path: "/bin/sh", folder: workspace.root))
            #expect(workspace.programs["df"]?.environment == ["LANG"])
        }
        try withWorkspace(files, environment: "production") { (workspace) throws in
            #expect(workspace.programs == ["df": AllowedProgram(path: "/bin/df", folder: workspace.root)])
        }
    }

    @Test func `all mistakes are listed at once`() throws {
        let text = #"{ "nmae": 1, "limits": { "redirects": 9, "job_minutes": "x" }, "time_zone": "Nowhere" }"#
        let error = try workspaceError { try withWorkspace(["galley.json": text]) { _ in } }
        #expect(error?.diagnostics.map(\.code) == ["unknown_key", "out_of_range", "wrong_type", "unknown_time_zone"])
        #expect(error?.diagnostics.first?.suggestion?.contains("name") == true)
    }

    @Test(arguments: ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Asia/Kolkata", "Etc/GMT+5"])
    func `time zones of the IANA list are known`(name: String) { #expect(SettingsReader.isTimeZone(name)) }

    @Test(arguments: ["", "Berlin", "europe/berlin", "CEST+1", "posixrules", "leapseconds", "/etc/localtime", "UTC\n"])
    func `other time zones are not`(name: String) { #expect(!SettingsReader.isTimeZone(name)) }
}
