// The connections of the workspace: names, files and values with their secrets resolved.

import ConnectorKit
import JSONCore
import RecipeLanguage
import Synchronization

extension Workspace {
    /// The connections there are, those of the environment included, sorted.
    public func connectionNames() -> [String] {
        var names = Set<String>()
        for folder in connectionFolders {
            for file in Disk.names(in: root + "/" + folder) where file.hasSuffix(".json") {
                let name = String(file.dropLast(5))
                if WorkspaceName.isAllowed(name) { names.insert(name) }
            }
        }
        return names.sorted()
    }

    /// A connection's file, relative to the workspace, and what is in it. A file in `Connections/ENVIRONMENT/` stands in for
    /// the plain one as a whole, so that nothing of another environment can slip in.
    public func connectionSource(_ name: String) throws -> (path: String, bytes: [UInt8]) {
        let path = try connectionPath(name)
        return (path, try Disk.read(root + "/" + path, limit: 1 << 20))
    }

    private func connectionPath(_ name: String) throws -> String {
        try WorkspaceName.check(name, "connection")
        for folder in connectionFolders {
            let path = "\(folder)/\(name).json"
            if Disk.kind(of: root + "/" + path) == .file { return path }
        }
        throw missing("connection", name, among: connectionNames())
    }

    /// A connection as its connector's actions get it: settings held against the connector's schema, secrets resolved. Read
    /// again only when its file or the store of secrets has changed.
    /// - Throws: `WorkspaceError` with every mistake in the file, or naming the secret that is missing.
    public func connection(_ name: String, spec: ConnectorSpec) throws -> Connection {
        let path = try connectionPath(name)
        let stamps = [Disk.stamp(of: root + "/" + path), secrets.stamp]
        if let known = connectionCache.connection(name, connector: spec.name, stamps) { return known }
        let file = ConnectionFile(try Disk.read(root + "/" + path, limit: 1 << 20), file: path)
        let settings = file.checkedSettings(against: spec)
        guard let connector = file.connector, file.errors.isEmpty else {
            throw WorkspaceError(
                .invalid, "the connection \"\(name)\" (\(path)) has mistakes", diagnostics: file.diagnostics)
        }
        guard connector == spec.name else {
            throw WorkspaceError(
                .invalid, "the connection \"\(name)\" is for the connector \"\(connector)\", not for \"\(spec.name)\"")
        }
        secrets.inUse.add(file.writtenSecrets(of: name))
        // Connectors without the HTTP client (mail) see the workspace's own here; the client adds them by itself.
        var network = file.network
        let own = self.settings.network
        network.privateAddresses = network.privateAddresses || own.privateAddresses
        network.certificateAuthority = absolute(network.certificateAuthority ?? own.certificateAuthority)
        if network.clientCertificate == nil {
            (network.clientCertificate, network.clientKey) = (own.clientCertificate, own.clientKey)
        }
        (network.clientCertificate, network.clientKey) = (
            try pem(network.clientCertificate, of: name), try pem(network.clientKey, of: name)
        )
        let connection = Connection(
            name: name, connector: connector, settings: try resolved(settings, of: name),
            credentials: try resolved(file.auth, of: name), network: network, limits: file.limits,
            shared: shared(name))
        // Tokens are in the store too: another process may have signed in.
        connection.shared.tokens.reload()
        connectionCache.keep(connection, stamps)
        return connection
    }

    /// What people call a connection; nil when its file has no title or can't be read.
    public func connectionTitle(_ name: String) -> String? {
        (try? connectionSource(name)).flatMap { ConnectionFile($0.bytes, file: $0.path).title }
    }

    /// The mistakes and warnings in a connection's file; secrets are not looked up.
    public func checkConnection(_ name: String, spec: ConnectorSpec?) throws -> [Diagnostic] {
        let source = try connectionSource(name)
        let file = ConnectionFile(source.bytes, file: source.path)
        if let spec { _ = file.checkedSettings(against: spec) }
        return file.diagnostics
    }

    /// The mistakes and warnings in what is to become a connection's file.
    public func checkConnection(_ name: String, bytes: [UInt8], spec: ConnectorSpec) throws -> [Diagnostic] {
        let file = ConnectionFile(bytes, file: try newConnectionPath(name))
        _ = file.checkedSettings(against: spec)
        return file.diagnostics
    }

    /// Writes a connection's file, for the environment that is in force; it must not be there yet.
    /// - Returns: its path in the workspace.
    public func addConnection(_ name: String, bytes: [UInt8]) throws -> String {
        let path = try newConnectionPath(name)
        guard Disk.kind(of: root + "/" + path) == nil else {
            throw WorkspaceError(.refused, "\(path) is there already; edit it, or choose another name")
        }
        try Disk.makeFolder(Disk.parent(of: root + "/" + path), mode: 0o755)
        try Disk.replace(root + "/" + path, with: bytes, mode: 0o644)
        return path
    }

    /// Removes a connection's file.
    /// - Returns: its path in the workspace.
    public func removeConnection(_ name: String) throws -> String {
        let path = try connectionPath(name)
        try Disk.remove(root + "/" + path)
        // One of the same name that is made later must not sign in as this one.
        if try secrets.tokenNames().contains(tokenName(name)) { try secrets.sealTokens(nil, of: tokenName(name)) }
        return path
    }

    /// What everybody who uses a connection in this process shares.
    private func shared(_ name: String) -> SharedConnection {
        let full = tokenName(name)
        return WorkspaceLife.of(dataFolder).connection(full) {
            SharedConnection(tokens: ConnectionTokens(storage: secrets.tokens(of: full)))
        }
    }

    /// Connections of the same name in other environments are others.
    private func tokenName(_ name: String) -> String { (environment.map { $0 + "/" } ?? "") + name }

    private func newConnectionPath(_ name: String) throws -> String {
        try WorkspaceName.check(name, "connection")
        return "\(connectionFolders[0])/\(name).json"
    }

    /// The folders connections are looked for in, the environment's first.
    private var connectionFolders: [String] {
        (environment.map { ["Connections/\($0)"] } ?? []) + ["Connections"]
    }

    /// Where a file is that is named relative to the workspace.
    private func absolute(_ file: String?) -> String? {
        file.map { $0.hasPrefix("/") ? $0 : root + "/" + $0 }
    }

    /// The absolute path of a file, or the PEM text that a secret holds.
    private func pem(_ place: String?, of connection: String) throws -> String? {
        guard let place, place.hasPrefix(NetworkPermissions.secretMark) else { return absolute(place) }
        let secret = String(place.dropFirst(NetworkPermissions.secretMark.count))
        let text = try secretValue(secret, for: connection)
        guard text.contains("-----BEGIN ") else {
            throw WorkspaceError(
                .invalid,
                "the connection \"\(connection)\" can't be used: the secret \"\(secret)\" does not hold a certificate or "
                    + "key in PEM")
        }
        // In a variable its lines may have been written as one.
        return text.replacing("\\n", with: "\n")
    }

    private func secretValue(_ secret: String, for connection: String) throws -> String {
        do { return try secrets.value(of: secret) } catch let error as WorkspaceError where error.kind == .notFound {
            throw WorkspaceError(.notFound, "the connection \"\(connection)\" can't be used: \(error.message)")
        }
    }

    private func resolved(_ object: JSONObject, of connection: String) throws -> JSONObject {
        var result = JSONObject()
        for (key, value) in object {
            switch CredentialForm(value) {
            case .secret(let secret): result[key] = .string(try secretValue(secret, for: connection))
            case .open(let value): result[key] = value
            case .nested(let nested): result[key] = .object(try resolved(nested, of: connection))
            }
        }
        return result
    }
}

/// Connections as last read, with the state of the files they came from.
final class ConnectionCache: Sendable {
    private let known = Mutex<[String: (connection: Connection, stamps: [Disk.Stamp?])]>([:])

    func connection(_ name: String, connector: String, _ stamps: [Disk.Stamp?]) -> Connection? {
        guard let entry = known.withLock({ $0[name] }), entry.stamps == stamps, entry.connection.connector == connector
        else { return nil }
        return entry.connection
    }

    func keep(_ connection: Connection, _ stamps: [Disk.Stamp?]) {
        known.withLock { $0[connection.name] = (connection, stamps) }
    }
}
