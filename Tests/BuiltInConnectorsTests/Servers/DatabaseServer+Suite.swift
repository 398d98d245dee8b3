// Connections to the server of a suite of PostgreSQL tests, and the trait that starts it.

import ConnectorKit
import JSONCore
import Testing

extension DatabaseServer {
    @TaskLocal static var current: DatabaseServer?

    /// Over the Unix socket, as the owner of everything.
    func local(_ settings: JSONObject = [:]) -> Connection {
        connection(["host": .string(folder), "tls": "none"], settings, ["username": "owner"])
    }

    /// Over TLS, with a password.
    func remote(
        _ settings: JSONObject = [:], user: String = "ada", password: String? = DatabaseServer.password,
        authority: Bool = true
    ) -> Connection {
        var credentials: JSONObject = ["username": .string(user)]
        if let password { credentials["password"] = .string(password) }
        return connection(["host": "127.0.0.1"], settings, credentials, authority: authority)
    }

    private func connection(
        _ usual: JSONObject, _ settings: JSONObject, _ credentials: JSONObject, authority: Bool = false
    ) -> Connection {
        var network = NetworkPermissions()
        network.privateAddresses = true
        if authority { network.certificateAuthority = folder + "/ca.pem" }
        var all = usual
        (all["port"], all["database"]) = (.integer(port), "shop")
        for (key, value) in settings.entries { all[key] = value }
        return Connection(
            name: "shop", connector: "postgres", settings: all, credentials: credentials, network: network)
    }
}

/// Gives a suite one server, which ends with it.
struct DatabaseServerTrait: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        let server = try await BlockingWork.run { _ in try DatabaseServer() }
        do {
            try await DatabaseServer.$current.withValue(server) { try await function() }
        } catch {
            server.stop()
            throw error
        }
        server.stop()
    }
}

extension Trait where Self == DatabaseServerTrait {
    static var databaseServer: Self { Self() }
}
