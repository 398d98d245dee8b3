// `soap.call` against a real service on loopback: the sandbox's ERP, through the client that recipes use.

import ConnectorKit
import JSONCore
import Logging
import OutboundHTTP
import Sandbox
import Testing

struct SOAPServiceTests {
    /// A trial whose connection leads to an ERP of its own.
    private func withERP(
        password: String = "demo-erp-password", _ body: @Sendable @escaping (Trial) async throws -> Void
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
                    var (trial, network) = (try Trial(), NetworkPermissions())
                    network.privateAddresses = true
                    trial.http = client
                    trial.connection = Connection(
                        name: "erp", connector: "soap",
                        settings: ["url": .string(addresses.url + "/erp"), "namespace": "urn:galley:sandbox:erp"],
                        credentials: ["type": "basic", "username": "galley", "password": .string(password)],
                        network: network)
                    do {
                        try await body(trial)
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

    @Test func `an order is made once, however often the call is repeated`() async throws {
        try await withERP { trial in
            let input: JSON = [
                "operation": "CreateOrder", "effect": "keyed", "key_soap_header": "e:IdempotencyKey",
                "namespaces": ["e": "urn:galley:sandbox:erp"],
                "body": ["customerNumber": "C-1001", "orderNumber": "Q-77", "currency": "EUR"],
            ]
            let first = try await trial.call("soap.call", input)
            #expect(first["status"] == 200)
            #expect(first["body"]?["CreateOrderResponse"]?["orderNumber"] == "Q-77")
            #expect(try await trial.call("soap.call", input)["body"] == first["body"])
        }
    }

    @Test func `a fault of the service is a typed error`() async throws {
        try await withERP { trial in
            let error = try await trial.failure(
                "soap.call",
                [
                    "operation": "CreateOrder",
                    "body": ["customerNumber": "C-0", "orderNumber": "Q-1", "currency": "EUR"],
                ])
            #expect(error.type == "soap_fault" && error.outcome == .refused)
            #expect(
                error.details?["detail"]?.object?.keys.first == "UnknownCustomer",
                "\(String(describing: error.details))")
        }
    }

    @Test func `wrong credentials are told as such`() async throws {
        try await withERP(password: "wrong") { trial in
            let error = try await trial.failure("soap.call", ["operation": "FindCustomer", "effect": "read"])
            #expect(error.status == 401 && !error.message.contains("wrong\""))
        }
    }
}
