// The tokens of connections in the encrypted store, and what the process shares about one workspace.

import ConnectorKit
import Foundation
import JSONCore
import Synchronization

/// What lives as long as the process and longer than one reading of a workspace: a server reads its folder anew with every
/// change, while jobs that were begun before go on with the same tokens and limits.
final class WorkspaceLife: Sendable {
    private static let lives = Mutex<[String: WorkspaceLife]>([:])

    /// Every secret that was handed out, whenever the folder was read.
    let inUse = SecretsInUse()
    private let connections = Mutex<[String: SharedConnection]>([:])

    /// - Parameter dataFolder: the workspace's `.galley`, which tells workspaces apart.
    static func of(_ dataFolder: String) -> WorkspaceLife {
        lives.withLock { lives in
            if let life = lives[dataFolder] { return life }
            let life = WorkspaceLife()
            lives[dataFolder] = life
            return life
        }
    }

    /// - Parameter name: with its environment.
    func connection(_ name: String, _ make: () -> SharedConnection) -> SharedConnection {
        connections.withLock { connections in
            if let shared = connections[name] { return shared }
            let shared = make()
            connections[name] = shared
            return shared
        }
    }
}

extension SecretStore {
    /// The tokens of one connection.
    /// - Parameter name: with its environment: `acme`, `test/acme`.
    func tokens(of name: String) -> any TokenStorage { StoredTokens(store: self, name: name) }
}

/// One connection's tokens, sealed like a secret in the same file.
private final class StoredTokens: TokenStorage {
    /// Seconds between two looks at a lock that another process holds.
    private static let pause = Duration.milliseconds(20)
    /// Another process that takes longer has its requests stopped by their own limits.
    private static let patience = Duration.seconds(100)

    private let store: SecretStore
    private let name: String

    init(store: SecretStore, name: String) { (self.store, self.name) = (store, name) }

    func load() throws -> TokenRecord? {
        guard let text = try telling({ try store.sealedTokens(of: name) }) else { return nil }
        let record = (try? JSON(parsing: Array(text.utf8))).flatMap { TokenRecord($0) }
        hide([record?.accessToken, record?.refreshToken].compactMap(\.self))
        return record
    }

    func save(_ record: TokenRecord?) throws {
        try telling { try store.sealTokens(record.map { $0.json.compact }, of: name) }
    }

    func hide(_ values: [String]) { store.inUse.addPassing(values, of: name) }

    func redacted(_ text: String) -> String { Redactor(store.inUse).redact(text) }

    func exclusively<Result: Sendable>(_ body: @Sendable () async throws -> Result) async throws -> Result {
        let lock = try telling { try store.lockFile(forTokensOf: name) }
        defer { close(lock) }
        let end = ContinuousClock.now + Self.patience
        while flock(lock, LOCK_EX | LOCK_NB) != 0 {
            guard ContinuousClock.now < end else {
                throw ConnectorError(
                    type: "auth",
                    "another process is signing in the connection \"\(name)\" and does not come to an end",
                    isTransient: true)
            }
            try await Task.sleep(for: Self.pause)
        }
        return try await body()
    }

    private func telling<Result>(_ body: () throws -> Result) throws -> Result {
        do { return try body() } catch let error as WorkspaceError {
            throw ConnectorError(type: "auth", error.message, isTransient: error.kind == .disk)
        }
    }
}
