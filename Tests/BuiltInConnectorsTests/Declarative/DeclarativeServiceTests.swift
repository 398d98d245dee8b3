// A declarative connector against a real service on loopback: the sandbox's CRM, through the client that recipes use.

import ConnectorKit
import Foundation
import JSONCore
import Logging
import OutboundHTTP
import Sandbox
import Testing

@testable import BuiltInConnectors

struct DeclarativeServiceTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Connectors/sandbox_crm").path

    /// Calls of the CRM's connector on a CRM of its own.
    private struct Calls: Sendable {
        var trial: Trial
        let connector: any Connector

        func callAsFunction(_ action: String, _ input: JSON, key: String = "k1") async throws -> JSON {
            var trial = trial
            trial.key = key
            return try await connector.execute(action, input, in: trial.context)
        }
    }

    private func withCRM(key: String = "demo-crm-key", _ body: @Sendable @escaping (Calls) async throws -> Void)
        async throws
    {
        let connector = try #require(ConnectorLibrary(folders: ["sandbox_crm": Self.folder])["sandbox_crm"])
        let server = try SandboxServer()
        let (ready, announce) = AsyncStream<SandboxAddresses>.makeStream()
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await server.run { announce.yield($0) }
                return false
            }
            group.addTask {
                for await addresses in ready {
                    let client = OutboundClient(policy: NetworkPolicy(folder: "/"), logger: Logger(label: "test"))
                    var (trial, network) = (try Trial(), NetworkPermissions())
                    network.privateAddresses = true
                    trial.http = client
                    trial.connection = Connection(
                        name: "crm", connector: "sandbox_crm", settings: ["url": .string(addresses.url)],
                        credentials: ["key": .string(key)], network: network)
                    let result: Result<Void, any Error>
                    do { result = .success(try await body(Calls(trial: trial, connector: connector))) } catch {
                        result = .failure(error)
                    }
                    await client.shutdown()
                    try result.get()
                    return true
                }
                return false
            }
            defer { group.cancelAll() }
            while let isDone = try await group.next() { if isDone { return } }
        }
    }

    @Test func `makes a lead once for one key, finds it and lists it`() async throws {
        try await withCRM { crm in
            let input: JSON = ["email": "new.person@acme.example", "company": "Größe & Co", "score": 7]
            let lead = try await crm("create_lead", input)
            #expect(lead["company"] == "Größe & Co")
            #expect(try await crm("create_lead", input)["id"] == lead["id"])
            let found = try await crm("find_lead", ["email": "new.person@acme.example"])
            #expect(found["found"] == true)
            #expect(found["lead"]?["id"] == lead["id"])
            #expect(try await crm("find_lead", ["email": "nobody@acme.example"])["found"] == false)
            for number in 1...4 {
                _ = try await crm("create_lead", ["email": .string("p\(number)@acme.example")], key: "p\(number)")
            }
            let list = try await crm("list_leads", ["page_size": 2])
            let emails = list["items"]?.array?.compactMap { $0["email"]?.string } ?? []
            #expect(Set(emails).isSuperset(of: ["p1@acme.example", "p4@acme.example", "new.person@acme.example"]))
            #expect(Set(emails).count == emails.count)
            #expect(list["more"] == false)
        }
    }

    @Test func `refusals are typed by the connector's rules`() async throws {
        try await withCRM { crm in
            _ = try await crm("create_lead", ["email": "twice@acme.example"], key: "a")
            let conflict = await #expect(throws: ConnectorError.self) {
                try await crm("create_lead", ["email": "twice@acme.example"], key: "b")
            }
            #expect(conflict?.type == "conflict")
            #expect(conflict?.message.hasPrefix("The CRM has such a record already") == true)
            let missing = await #expect(throws: ConnectorError.self) {
                try await crm("update_lead", ["id": "L-0", "score": 1])
            }
            #expect(missing?.type == "not_found")
            #expect(missing?.status == 404)
        }
    }

    @Test func `a wrong key is told as such and not shown`() async throws {
        try await withCRM(key: "wrong-key-1234") { crm in
            let error = await #expect(throws: ConnectorError.self) { try await crm("list_leads", [:]) }
            #expect(error?.type == "auth")
            #expect(error?.message.contains("wrong-key-1234") == false)
        }
    }
}
