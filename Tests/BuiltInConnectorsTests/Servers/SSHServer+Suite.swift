// Connections to the server of a suite of SFTP tests, and the trait that starts it.

import ConnectorKit
import JSONCore
import Testing

extension SSHServer {
    @TaskLocal static var current: SSHServer?

    /// A connection that works, with other members where they are given; null takes one away.
    func connection(_ settings: JSONObject = [:], _ credentials: JSONObject? = nil) throws -> Connection {
        var network = NetworkPermissions()
        network.privateAddresses = true
        var all: JSONObject = [
            "host": "127.0.0.1", "port": .integer(port), "host_key": .string(hostKeys["ed25519"] ?? ""),
        ]
        for (key, value) in settings { all[key] = value.isNull ? nil : value }
        return Connection(
            name: "files", connector: "sftp", settings: all,
            credentials: try credentials ?? ["username": .string(user), "private_key": .string(key("ed25519"))],
            network: network)
    }
}

/// Gives a suite one server, which ends with it.
struct SSHServerTrait: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        let server = try await BlockingWork.run { _ in try SSHServer() }
        do {
            try await SSHServer.$current.withValue(server) { try await function() }
        } catch {
            server.stop()
            throw error
        }
        server.stop()
    }
}

extension Trait where Self == SSHServerTrait {
    static var sshServer: Self { Self() }
}
