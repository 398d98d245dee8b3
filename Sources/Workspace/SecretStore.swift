// Secrets by name: from the environment, else from the encrypted store of the workspace.

import Crypto
import Foundation
import JSONCore
import Synchronization

/// Where secret values come from.
///
/// The environment variable `GALLEY_SECRET_NAME` wins, then the variable `NAME` itself, then the encrypted store in
/// `.galley/secrets.json`. Each value there is sealed with AES-GCM under the workspace's key and tied to its name; the key
/// file lies outside the workspace (`SecretKeyFile`).
public final class SecretStore: Sendable {
    /// What can be told about a stored secret: never its value.
    public struct Entry: Sendable, Hashable {
        public let name: String
        /// Milliseconds since 1970, UTC, when it was stored; nil for one of the environment.
        public let setAtMilliseconds: Int?
    }

    /// The longest value in bytes; room for a private key.
    public static let longestValue = 64 << 10

    private let path: String
    private let dataFolder: String
    private let environment: @Sendable (String) -> String?
    private let opened = Mutex<(stamp: Disk.Stamp, file: SecretFile)?>(nil)

    /// Every value that was asked for: what redactors look for.
    let inUse: SecretsInUse

    /// - Parameter dataFolder: the workspace's `.galley`.
    public convenience init(dataFolder: String) {
        self.init(dataFolder: dataFolder) { name in getenv(name).map { String(cString: $0) } }
    }

    /// - Parameter environment: the variables, for tests.
    init(dataFolder: String, environment: @escaping @Sendable (String) -> String?) {
        (path, self.dataFolder, self.environment) = (dataFolder + "/secrets.json", dataFolder, environment)
        inUse = WorkspaceLife.of(dataFolder).inUse
    }

    /// The key file that the environment names, if it does.
    var keyFileOverride: String? { environment("GALLEY_KEY_FILE").flatMap { Disk.resolved($0) } }

    /// The value of a secret.
    /// - Throws: `WorkspaceError`: there is none (with what to do), or the store can't be opened.
    public func value(of name: String) throws -> String {
        let value = try lookUp(name)
        inUse.add([(name, value)])
        return value
    }

    private func lookUp(_ name: String) throws -> String {
        try check(name)
        if let value = environment("GALLEY_SECRET_" + name) ?? environment(name) { return value }
        if let file = try stored(), let sealed = file.sealed[name] {
            return try SecretKeyFile(workspace: file.workspace, environment: environment).open(
                sealed.box, name: name, workspace: file.workspace)
        }
        throw WorkspaceError(
            .notFound,
            "the secret \"\(name)\" is not set. Store it with: galley secrets set \(name), "
                + "or set the environment variable GALLEY_SECRET_\(name)")
    }

    /// Identifies the state of the store; nil when there is none.
    var stamp: Disk.Stamp? { Disk.stamp(of: path) }

    /// The stored secrets, sorted by name.
    public func list() throws -> [Entry] {
        guard let file = try stored() else { return [] }
        return file.sealed.map { Entry(name: $0.key, setAtMilliseconds: $0.value.setAtMilliseconds) }
            .sorted { $0.name < $1.name }
    }

    /// Stores a secret; the first one makes the store and its key.
    public func set(_ name: String, _ value: String) throws {
        try check(name)
        guard !value.isEmpty else { throw WorkspaceError(.refused, "the value of \"\(name)\" is empty") }
        guard value.utf8.count <= Self.longestValue else {
            throw WorkspaceError(.refused, "the value of \"\(name)\" is longer than \(Self.longestValue) bytes")
        }
        try changing { file in
            let key = SecretKeyFile(workspace: file.workspace, environment: environment)
            let box = try key.seal(value, name: name, workspace: file.workspace, makingKey: file.isEmpty)
            file.sealed[name] = .init(box: box, setAtMilliseconds: Int(Date().timeIntervalSince1970 * 1000))
        }
    }

    /// Removes a secret from the store.
    /// - Returns: whether it was there.
    @discardableResult public func remove(_ name: String) throws -> Bool {
        try check(name)
        guard try stored() != nil else { return false }
        return try changing { $0.sealed.removeValue(forKey: name) != nil }
    }

    // MARK: Tokens

    /// The tokens of a connection as they were stored; nil when there are none.
    func sealedTokens(of name: String) throws -> String? {
        guard let file = try stored(), let sealed = file.tokens[name] else { return nil }
        return try SecretKeyFile(workspace: file.workspace, environment: environment).open(
            sealed.box, name: Self.tokenName(name), workspace: file.workspace)
    }

    /// Stores the tokens of a connection, or removes them.
    func sealTokens(_ text: String?, of name: String) throws {
        try changing { file in
            guard let text else {
                file.tokens[name] = nil
                return
            }
            let key = SecretKeyFile(workspace: file.workspace, environment: environment)
            let box = try key.seal(
                text, name: Self.tokenName(name), workspace: file.workspace, makingKey: file.isEmpty)
            file.tokens[name] = .init(box: box, setAtMilliseconds: Int(Date().timeIntervalSince1970 * 1000))
        }
    }

    /// The connections that have tokens.
    func tokenNames() throws -> [String] { try stored()?.tokens.keys.sorted() ?? [] }

    /// A file to lock while a connection's tokens are renewed. The caller closes it.
    func lockFile(forTokensOf name: String) throws -> Int32 {
        try Disk.makeFolder(dataFolder, mode: 0o700)
        let file = dataFolder + "/tokens." + name.replacing("/", with: "+") + ".lock"
        let lock = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0 else {
            throw WorkspaceError(.disk, "can't lock the tokens of \(name): \(Disk.reason(errno))")
        }
        return lock
    }

    // MARK: What galley keeps for itself

    /// The values that were kept under a name; nil when there are none. They are hidden from then on.
    public func kept(_ name: String) throws -> [String: String]? {
        guard let file = try stored(), let sealed = file.kept[name] else { return nil }
        let text = try SecretKeyFile(workspace: file.workspace, environment: environment).open(
            sealed.box, name: Self.keptName(name), workspace: file.workspace)
        var values: [String: String] = [:]
        for (name, value) in (try? JSON(parsing: text))?.object?.entries ?? [] { values[name] = value.string }
        inUse.add(values.map { ("of a webhook", $0.value) })
        return values
    }

    /// Keeps values of galley's own, or removes them; on the disk on return.
    public func keep(_ values: [String: String]?, as name: String) throws {
        if let values { inUse.add(values.map { ("of a webhook", $0.value) }) }
        guard try values != nil || stored()?.kept[name] != nil else { return }
        try changing { file in
            guard let values else {
                file.kept[name] = nil
                return
            }
            let entries = values.sorted { $0.key < $1.key }.map { (key: $0.key, value: JSON.string($0.value)) }
            let key = SecretKeyFile(workspace: file.workspace, environment: environment)
            let box = try key.seal(
                JSON.object(JSONObject(uniqueEntries: entries)).compact, name: Self.keptName(name),
                workspace: file.workspace, makingKey: file.isEmpty)
            file.kept[name] = .init(box: box, setAtMilliseconds: Int(Date().timeIntervalSince1970 * 1000))
        }
    }

    /// The names under which something is kept.
    func keptNames() throws -> [String] { try stored()?.kept.keys.sorted() ?? [] }

    private static func keptName(_ name: String) -> String { "kept " + name }

    /// No secret can have this name.
    private static func tokenName(_ connection: String) -> String { "tokens of " + connection }

    private func check(_ name: String) throws {
        guard WorkspaceName.isAllowedForSecret(name) else {
            throw WorkspaceError(
                .refused,
                "\"\(WorkspaceName.printable(name))\" can't be the name of a secret: "
                    + "use letters, digits and \"_\", not starting with a digit")
        }
    }

    /// The store's file, read again when it has changed; nil when there is none.
    private func stored() throws -> SecretFile? {
        guard let stamp else { return nil }
        return try opened.withLock { opened in
            if let opened, opened.stamp == stamp { return opened.file }
            let file = try SecretFile(Disk.read(path, limit: 16 << 20))
            opened = (stamp, file)
            return file
        }
    }

    /// Changes the file under a lock between processes and replaces it in one step.
    private func changing<Result>(_ change: (inout SecretFile) throws -> Result) throws -> Result {
        let folder = Disk.parent(of: path)
        try Disk.makeFolder(folder, mode: 0o700)
        let lock = open(folder + "/secrets.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0 else {
            throw WorkspaceError(.disk, "can't lock the secrets in \(folder): \(Disk.reason(errno))")
        }
        defer { close(lock) }
        guard flock(lock, LOCK_EX) == 0 else {
            throw WorkspaceError(.disk, "can't lock the secrets in \(folder): \(Disk.reason(errno))")
        }
        var file =
            Disk.kind(of: path) == nil ? SecretFile.fresh() : try SecretFile(Disk.read(path, limit: 16 << 20))
        let result = try change(&file)
        try Disk.replace(path, with: file.bytes, mode: 0o600)
        opened.withLock { $0 = nil }
        return result
    }
}
