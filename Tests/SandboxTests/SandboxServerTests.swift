// The server as a whole: start, state that outlives it, shutdown.

import Foundation
import JSONCore
import Sandbox
import Testing

struct SandboxServerTests {
    @Test func `state in a file outlives the server, which ends when its task is cancelled`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "sandbox-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "sandbox.sqlite").path
        for round in 1...2 {
            let server = try SandboxServer(configuration: SandboxConfiguration(databasePath: path))
            let (ready, announce) = AsyncStream<SandboxAddresses>.makeStream()
            let task = Task { try await server.run { announce.yield($0) } }
            for await addresses in ready {
                let sandbox = RunningSandbox(addresses: addresses)
                let lead = try await sandbox.call(
                    "POST", "/crm/v1/leads", ["email": .string("r\(round)@x.example")])
                #expect(try lead.json["lead"]?["id"] == .string("L-\(1001 + round)"))
                break
            }
            task.cancel()
            try await task.value
            let state = try await server.state()
            let leads = try #require(state.apps.first { $0.name == "crm" }?.kinds.first { $0.name == "lead" })
            #expect(leads.total == 1 + round && leads.changeCount == round)
            #expect(leads.changes.last?.isNew == true)
        }
    }

    @Test func `a port that is taken is an error`() async throws {
        try await RunningSandbox.use { sandbox in
            let second = try SandboxServer(configuration: SandboxConfiguration(port: sandbox.addresses.port))
            await #expect(throws: (any Error).self) { try await second.run() }
            let third = try SandboxServer(configuration: SandboxConfiguration(smtpPort: sandbox.addresses.smtpPort))
            await #expect(throws: (any Error).self) { try await third.run() }
        }
    }

    @Test func `the demo secrets have the names that the connections use`() {
        let environment = SandboxCredentials().environment
        #expect(
            Set(environment.keys) == [
                "SANDBOX_CRM_KEY", "SANDBOX_ERP_PASSWORD", "SANDBOX_HR_PASSWORD", "SANDBOX_CHAT_TOKEN",
                "SANDBOX_MAIL_PASSWORD",
            ])
    }
}
