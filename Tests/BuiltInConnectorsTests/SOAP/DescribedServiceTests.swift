// A connector from the WSDL that a running service publishes, against that service on loopback.

import BuiltInConnectors
import ConnectorKit
import Foundation
import JSONCore
import Logging
import OutboundHTTP
import Sandbox
import Testing

struct DescribedServiceTests {
    private let auth: JSONObject = ["type": "basic", "username": "galley", "password": "demo-erp-password"]

    /// A connector made of the sandbox's own WSDL, and what it is tried with.
    private func withService(
        _ body: @Sendable @escaping (ImportedService, Trial) async throws -> Void
    ) async throws {
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
                    do {
                        try await tryOut(addresses.url + "/erp", client, body)
                        await client.shutdown()
                    } catch {
                        await client.shutdown()
                        throw error
                    }
                    return true
                }
                return false
            }
            defer { group.cancelAll() }
            while let isDone = try await group.next() { if isDone { return } }
        }
    }

    private func tryOut(
        _ url: String, _ client: OutboundClient, _ body: (ImportedService, Trial) async throws -> Void
    ) async throws {
        var network = NetworkPermissions()
        network.privateAddresses = true
        let wsdl = try await client.send(
            HTTPRequest("GET", url + "?wsdl", isRepeatable: true, permissions: network))
        #expect(wsdl.status == 200)
        let service = try ImportedService(wsdl.body, name: "billing") { connector in
            // What a person adds after the import.
            var actions = connector["actions"]?.object ?? [:]
            for (name, action) in actions {
                guard action["effect"] == "unsafe", var entry = action.object else { continue }
                (entry["effect"], entry["key_header"]) = ("keyed", "IdempotencyKey")
                actions[name] = .object(entry)
            }
            connector["actions"] = .object(actions)
        }
        try await body(service, try service.trial(client, auth: auth, settings: ["url": .string(url)], privately: true))
    }

    @Test func `an order is made with typed values, once, however often the call is repeated`() async throws {
        try await withService { service, trial in
            let input: JSON = ["customerNumber": "C-1001", "orderNumber": "Q-77", "currency": "EUR"]
            let first = try await service.call("create_order", input, trial)
            #expect(first["orderNumber"] == "Q-77", "\(first.compact)")
            #expect(try await service.call("create_order", input, trial) == first)
        }
    }

    @Test func `a fault of the service is a typed error that names it`() async throws {
        try await withService { service, trial in
            let error = try await service.failure(
                "create_order", ["customerNumber": "C-0", "orderNumber": "Q-1", "currency": "EUR"], trial)
            #expect(error.type == "soap_fault" && error.details?["fault"] == "UnknownCustomer", "\(error.message)")
        }
    }

    @Test func `the folder sandbox_erp of this repository is what the sandbox describes`() async throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Connectors/sandbox_erp")
        try await withService { service, _ in
            for file in service.imported.files where file.name.hasPrefix("soap/") {
                // The first line has the address.
                let made = file.bytes.split(separator: 0x0A).dropFirst(file.name.contains("operations") ? 1 : 0)
                let kept = try Data(contentsOf: folder.appendingPathComponent(file.name)).split(separator: 0x0A)
                    .dropFirst(file.name.contains("operations") ? 1 : 0)
                #expect(
                    made.map { Array($0) } == kept.map { Array($0) },
                    "import it again: galley connectors import wsdl URL/erp?wsdl --name sandbox_erp --replace")
            }
        }
    }

    @Test func `every operation of the WSDL is an action, and reading is told from changing`() async throws {
        try await withService { service, _ in
            let spec = try service.connector.spec
            #expect(service.imported.description.findings == [])
            #expect(spec.action("find_customer")?.effect == .read)
            #expect(spec.action("create_order")?.effect == .keyed)
            let unknown = try #require(spec.action("create_order")).input.typed([
                "customerNumber": "C-1", "orderNumber": "Q-1", "curency": "EUR",
            ])
            #expect(unknown.mismatches.count == 2, "\(unknown.mismatches.map(\.message))")
        }
    }
}
