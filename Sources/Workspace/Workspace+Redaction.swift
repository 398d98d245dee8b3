// Which secrets are in use: those that connections name, those in the store, and those written into connections.

extension Workspace {
    /// A redactor for every secret of the workspace: stored ones, those that connections of this environment name, those in
    /// `names` (a webhook's `verify`, say), and credentials written out in connection files. Secrets that come into use
    /// later, through `connection` or `secrets.value`, are found from then on.
    /// - Throws: `WorkspaceError` when the store is there but damaged: it may hold what should not be recorded.
    public func redactor(including names: [String] = []) throws -> Redactor {
        var wanted = Set(names)
        for name in connectionNames() {
            guard let source = try? connectionSource(name) else { continue }
            let file = ConnectionFile(source.bytes, file: source.path)
            wanted.formUnion(file.secretNames)
            secrets.inUse.add(file.writtenSecrets(of: name))
        }
        for entry in try secrets.list() { wanted.insert(entry.name) }
        // One that has no value, or can't be decrypted, can't be in use either; a connection that needs it says so.
        for name in wanted { _ = try? secrets.value(of: name) }
        for name in try secrets.keptNames() { _ = try? secrets.kept(name) }
        for name in try secrets.tokenNames() { _ = try? secrets.tokens(of: name).load() }
        return Redactor(secrets.inUse)
    }
}
