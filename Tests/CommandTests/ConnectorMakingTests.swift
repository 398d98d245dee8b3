// Making a connector: new, check, test, try; and the tutorial of docs/connectors.md as a reader would follow it.

import Foundation
import JSONCore
import Testing

struct ConnectorMakingTests {
    /// A sandbox at a free port, and its address.
    private func sandbox(_ place: CommandPlace) async throws -> (GalleyProcess, String) {
        let sandbox = try place.start("sandbox", "--port", "0", "--smtp-port", "0")
        try await sandbox.wait { $0.contains("stop it with") }
        let word = try #require(sandbox.data.split(separator: " ").first { $0.hasPrefix("http://") })
        return (sandbox, String(word).replacing(",", with: ""))
    }

    @Test(arguments: ["none", "basic", "bearer", "api_key"])
    func `a new connector passes its check and its tests`(auth: String) async throws {
        let place = try await CommandPlace()
        let made = try await place.galley("connectors", "new", "acme_crm", "--title", "Acme \"CRM\"", "--auth", auth)
            .expect(0)
        #expect(made.messages.contains("wrote Connectors/acme_crm/connector.json"), "\(made)")
        #expect(made.messages.contains("next: galley connectors test acme_crm"), "\(made)")
        try await place.galley("connectors", "check", "acme_crm").expect(0)
        let tested = try await place.galley("connectors", "test", "acme_crm").expect(0)
        #expect(tested.messages.contains("acme_crm conforms: schemas, errors, pages, secrets, repeats"), "\(tested)")
        #expect(tested.messages.hasSuffix("10 passed, 0 failed\n"), "\(tested)")
        try await place.galley("check").expect(0)
        let shown = try await place.galley("connectors", "show", "acme_crm", "--json").expect(0).json
        #expect(shown["title"] == "Acme \"CRM\"")
    }

    @Test(arguments: [
        (["http"], "\"http\" is a built-in connector"), (["mine"], "\"mine\" is there already"),
        (["mine"], "see `galley connectors check mine`; choose another name"),
        (["slack"], "\"slack\" comes with galley: see `galley connectors show slack`; to change it, copy /"),
        (["Acme CRM"], "; galley connectors new acme_crm would do"),
        (["Acme"], "starts with a small letter"), (["../x"], "starts with a small letter"),
        (["acme", "--base-url", "ftp://acme.example"], "--base-url must be an address"),
        (["acme", "--base-url", "https://acme.example/{{ x }}"], "--base-url must be an address"),
    ])
    func `names and addresses that can't be are refused, and nothing is written`(
        arguments: [String], reason: String
    ) async throws {
        let place = try await CommandPlace()
        try place.write("Connectors/mine/connector.json", "{}")
        let ended = try await GalleyProcess(["connectors", "new"] + arguments, in: place).end().expect(65)
        #expect(ended.messages.contains(reason), "\(ended)")
        #expect(try place.text("Connectors/mine/connector.json") == "{}")
        #expect(!FileManager.default.fileExists(atPath: place.folder.path + "/Connectors/acme"))
    }

    @Test func `try shows the request and the answer, without secrets`() async throws {
        let place = try await CommandPlace()
        let (sandbox, url) = try await sandbox(place)
        try await place.galley(
            "connectors", "new", "crm", "--base-url", url + "/crm/v1", "--auth", "api_key"
        ).expect(0)
        let file = "Connectors/crm/connector.json"
        try place.write(
            file,
            place.text(file).replacing("/records", with: "/leads").replacing("body.records", with: "body.leads")
                .replacing("X-Api-Key", with: "X-API-Key").replacing(
                    #""required": ["name"]"#, with: #""required": ["email"]"#
                ).replacing(#""properties": { "name""#, with: #""properties": { "email""#))
        try place.write(
            "Connections/north.json",
            #"{ "connector": "crm", "auth": { "key": "demo-crm-key" }, "network": { "private_addresses": true } }"#)
        let made = try await place.galley(
            "connectors", "try", "crm.create_record", "--input", #"{ "email": "ada@example.org" }"#
        ).expect(0)
        #expect(made.messages.contains("→ POST \(url)/crm/v1/leads"), "\(made)")
        #expect(made.messages.contains("← 201"), "\(made)")
        #expect(made.messages.contains("X-API-Key: [hidden]"), "\(made)")
        #expect(!(made.data + made.messages).contains("demo-crm-key"), "\(made)")
        #expect(try made.json["lead"]?["email"] == "ada@example.org")
        let again = try await place.galley(
            "connectors", "try", "crm.create_record", "--json", "--input", #"{ "email": "ada@example.org" }"#
        ).expect(1)
        #expect(try again.json["error"]?["type"] == "conflict")
        #expect(try again.json["exchanges"]?[0]?["response"]?["status"] == 409)
        let busy = try await place.galley(
            "connectors", "try", "workload.fail", "--json", "--input", #"{ "status": 429, "retry_after": 2.5 }"#
        ).expect(1)
        #expect(try busy.json["error"]?["retry_after"]?.double == 2.5)
        #expect(!(again.data + again.messages).contains("demo-crm-key"), "\(again)")
        let polled = try await place.galley(
            "connectors", "try", "crm.new_record", "--cursor", "2020-01-01T00:00:00Z", "--json"
        ).expect(0)
        let found = try polled.json["output"]?["events"]?.array?.compactMap { $0["email"]?.string }
        #expect(found?.contains("ada@example.org") == true, "\(polled)")
        try await place.galley("connectors", "try", "crm.create_record", "--input", "{}").expect(65)
        try await place.galley("connectors", "try", "crm.create_recrd").expect(66)
        let other = try await place.galley("connectors", "try", "crm.get_record", "--connection", "south").expect(65)
        #expect(other.messages.contains("id"), "\(other)")
        sandbox.send(SIGTERM)
        _ = try await sandbox.end()
    }

    @Test func `an operation of a SOAP service is tried like any action`() async throws {
        let place = try await CommandPlace()
        try place.write("galley.json", #"{ "network": { "private_addresses": true } }"#)
        let (sandbox, url) = try await sandbox(place)
        try await place.galley("connectors", "import", "wsdl", url + "/erp?wsdl", "--name", "erp").expect(0)
        let tested = try await place.galley("connectors", "test", "erp").expect(0)
        #expect(tested.messages.contains("erp conforms: schemas, errors, pages, secrets, repeats"), "\(tested)")
        try place.write(
            "Connections/billing.json",
            """
            { "connector": "erp", "settings": { "url": "\(url)/erp" },
              "auth": { "type": "basic", "username": "galley", "password": "demo-erp-password" } }
            """)
        let tried = try await place.galley(
            "connectors", "try", "erp.find_customer", "--input", #"{ "email": "nobody@example.org" }"#, "--json")
        let exchange = try tried.json["exchanges"]?[0]
        #expect(exchange?["request"]?["method"] == "POST", "\(tried)")
        #expect(exchange?["request"]?["body"]?.string?.contains("nobody@example.org") == true, "\(tried)")
        #expect(exchange?["response"]?["status"]?.integer != nil, "\(tried)")
        #expect(!(tried.data + tried.messages).contains("demo-erp-password"), "\(tried)")
        #expect(!tried.data.contains("Basic "), "\(tried)")
        let shown = try await place.galley(
            "connectors", "try", "erp.find_customer", "--input", #"{ "email": "nobody@example.org" }"#)
        #expect(shown.messages.contains("<soap:Body>\n"), "\(shown)")
        let line = shown.messages.split(separator: "\n").first { $0.contains("nobody@example.org</") }
        #expect(line?.hasPrefix("        <") == true, "each element has a line, indented: \(shown)")
        sandbox.send(SIGTERM)
        _ = try await sandbox.end()
    }

    @Test func `the tutorial of docs/connectors.md does what it says`() async throws {
        let page = try String(
            contentsOf: URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent().appendingPathComponent("docs/connectors.md"), encoding: .utf8)
        let start = try #require(page.range(of: "## Making a connector, step by step"))
        let end = try #require(page.range(of: "### The rules for all connectors"))
        let place = try await CommandPlace()
        let (sandbox, url) = try await sandbox(place)
        var script = "set -ex\n"
        for block in CodeBlock.all(in: String(page[start.upperBound..<end.lowerBound])) {
            if block.language == "sh" {
                script += block.text
            } else if block.marker.hasPrefix("<!-- file: ") {
                let file = block.marker.dropFirst(11).prefix { $0 != " " }
                script += "mkdir -p \"$(dirname \(file))\"\ncat > \(file) <<'TEXT'\n\(block.text)TEXT\n"
            }
        }
        script.replace("http://127.0.0.1:8025", with: url)
        let ended = try await GalleyProcess(
            ["-c", script], in: place, program: URL(fileURLWithPath: "/bin/sh"), environment: ["NO_COLOR": "1"]
        ).end().expect(0)
        #expect(ended.messages.contains("crm works"), "\(ended)")
        #expect(ended.messages.contains("my_crm conforms"), "\(ended)")
        #expect(ended.data.contains("Analytical Engines"), "\(ended)")
        #expect(ended.data.contains(#""id": "L-"#), "\(ended)")
        sandbox.send(SIGTERM)
        _ = try await sandbox.end()
    }

    @Test func `a broken connector hurts nobody that does not use it`() async throws {
        let place = try await CommandPlace([
            "plain":
                #"{ "galley": 1, "name": "P", "trigger": { "use": "manual" }, "steps": [ { "return": { "a": 1 } } ] }"#,
            "user":
                #"{ "galley": 1, "name": "U", "trigger": { "use": "manual" }, "steps": [ { "use": "broken.get" } ] }"#,
        ])
        try place.write("Connectors/broken/connector.json", "{ ]")
        try await place.galley("run", "plain").expect(0)
        try await place.galley("check", "plain").expect(0)
        let refused = try await place.galley("run", "user").expect(65)
        #expect(refused.messages.contains("galley connectors check broken"), "\(refused)")
        let all = try await place.galley("check").expect(65)
        #expect(all.messages.contains("Connectors/broken/connector.json:1:"), "\(all)")
        #expect(all.messages.contains("[broken_connector]"), "\(all)")
    }

    @Test func `the editors' schema has the fields of what the workspace uses, and the names of the rest`() async throws
    {
        let place = try await CommandPlace()
        try await place.galley("connectors", "new", "acme_crm").expect(0)
        func rule(_ arguments: String...) async throws -> Bool {
            let schema = try await GalleyProcess(["schema"] + arguments, in: place).end().expect(0).data
            #expect(schema.contains(#""const": "acme_crm.get_record""#))
            return schema.components(separatedBy: #""const": "acme_crm.get_record""#).count > 2
        }
        #expect(try await !rule())
        #expect(try await rule("--connector", "acme_crm"))
        try place.write("Connections/north.json", #"{ "connector": "acme_crm" }"#)
        #expect(try await rule())
        try await place.galley("schema", "--connector", "acme").expect(66)
    }
}
