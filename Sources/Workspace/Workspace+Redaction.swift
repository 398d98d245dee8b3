// Which secrets are in use: those that connections name, those in the store, and those written into connections.

import JSONCore

extension Workspace {
    /// A redactor for every secret of the workspace that has a value now: stored ones, those that connections of this
    /// environment name, those in `names` (a webhook's `verify`, say), and credentials written out in connection files.
    /// - Throws: `WorkspaceError` when the store is there but can't be opened: nothing may be recorded then.
    public func redactor(including names: [String] = []) throws -> Redactor {
        var wanted = Set(names)
        var values: [(name: String, value: String)] = []
        func gather(_ object: JSONObject, of connection: String) {
            for (key, value) in object {
                switch CredentialForm(value) {
                case .secret(let name): wanted.insert(name)
                case .open(.string(let text)):
                    if value.string != nil, ConnectionFile.secretMembers.contains(key) {
                        values.append(("\(connection).\(key)", text))
                    }
                case .open: break
                case .nested(let nested): gather(nested, of: connection)
                }
            }
        }
        for name in connectionNames() {
            guard let source = try? connectionSource(name) else { continue }
            let file = ConnectionFile(source.bytes, file: source.path)
            gather(file.auth, of: name)
            if let settings = file.settings?.json.object { gather(settings, of: name) }
        }
        for entry in try secrets.list() { wanted.insert(entry.name) }
        for name in wanted.sorted() {
            do {
                values.append((name, try secrets.value(of: name)))
            } catch let error as WorkspaceError where error.kind == .notFound || error.kind == .refused {
                // Not set: there is nothing to hide. A connection that needs it says so when it is used.
                if try secrets.list().contains(where: { $0.name == name }) { throw error }
            }
        }
        return Redactor(values)
    }
}
