// Connections to the server of a suite of IMAP tests, and the trait that starts it.

import ConnectorKit
import JSONCore
import Testing

extension MailboxServer {
    @TaskLocal static var current: MailboxServer?

    /// A connection that works, in plain text on this machine.
    func connection(
        _ user: String, _ settings: JSONObject = [:], _ credentials: JSONObject? = nil, authority: Bool = true
    ) -> Connection {
        var network = NetworkPermissions()
        network.privateAddresses = true
        if authority { network.certificateAuthority = folder + "/ca.pem" }
        var all: JSONObject = ["host": "127.0.0.1", "port": .integer(port), "tls": "none"]
        for (key, value) in settings { all[key] = value }
        return Connection(
            name: "box", connector: "imap", settings: all,
            credentials: credentials ?? ["username": .string(user), "password": .string(Self.password)],
            network: network)
    }
}

/// Gives a suite one server, which ends with it.
struct MailboxServerTrait: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        let server = try await BlockingWork.run { _ in try MailboxServer() }
        do {
            try await MailboxServer.$current.withValue(server) { try await function() }
        } catch {
            server.stop()
            throw error
        }
        server.stop()
    }
}

extension Trait where Self == MailboxServerTrait {
    static var mailboxServer: Self { Self() }
}
