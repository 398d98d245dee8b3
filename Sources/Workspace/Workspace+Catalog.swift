// Everything a recipe may name, gathered for the checker.

import JSONCore
import RecipeLanguage

extension Workspace {
    /// What recipes of this workspace are checked against. A connection or table with a mistake is listed too, so that
    /// recipes that name it aren't blamed for it. Looks no connector up.
    /// - Parameter connectors: the installed ones.
    public func catalog(connectors: ConnectorSpecs) -> Catalog {
        var catalog = Catalog()
        catalog.connectors = connectors
        for name in connectionNames() {
            guard let source = try? connectionSource(name) else { continue }
            catalog.connections[name] = ConnectionFile(source.bytes, file: source.path).connector ?? ""
        }
        for id in recipeIDs() {
            guard let source = try? recipeSource(id), let signature = Recipe.signature(of: source.bytes) else {
                continue
            }
            catalog.recipes[id] = signature
        }
        catalog.tables = TableColumns { self.tableColumns() }
        catalog.properties = Set(settings.properties.keys)
        catalog.timeZone = settings.timeZone
        return catalog
    }

    /// The mistakes in settings, connections and tables; looks the connectors up that connections are for.
    public func diagnostics(of catalog: Catalog) -> [Diagnostic] {
        var diagnostics = warnings
        for name in connectionNames() {
            guard let source = try? connectionSource(name) else { continue }
            let file = ConnectionFile(source.bytes, file: source.path)
            if let connector = file.connector {
                if let spec = catalog.connectors[connector] {
                    _ = file.checkedSettings(against: spec)
                } else if !catalog.connectors.names.contains(connector) {
                    diagnostics.append(unknownConnector(connector, in: source, among: catalog.connectors.names))
                }
            }
            diagnostics += file.diagnostics
        }
        return diagnostics + strayRecipes() + tableFolder.columns().1 + missingFromAlerts(catalog)
    }

    /// Secrets that the recipes' webhooks are checked with and that are not set.
    public func unsetSecrets() -> [Diagnostic] {
        recipeIDs().flatMap { id in
            (try? recipeSource(id)).map { unsetSecrets($0.bytes, file: $0.path) } ?? []
        }
    }

    /// The same of one recipe's file.
    public func unsetSecrets(_ source: [UInt8], file: String) -> [Diagnostic] {
        guard let root = try? JSONDocument(parsing: source).root, root.json["trigger"]?["use"] == "webhook.received"
        else { return [] }
        let way = ["trigger", "input", "verify", "secret"]
        let found = way.reduce(Optional(root)) { node, name in
            guard case .object(let members)? = node?.content else { return nil }
            return members.last { $0.key == name }?.value
        }
        guard let found, case .string(let name) = found.content, !name.isEmpty, (try? secrets.value(of: name)) == nil
        else { return [] }
        return [
            Diagnostic(
                .warning, code: "secret_not_set",
                "the secret \"\(WorkspaceName.printable(name))\" is not set, so every delivery is refused",
                suggestion: "store it with: galley secrets set \(WorkspaceName.printable(name))", file: file,
                range: found.range, pointer: "/" + way.joined(separator: "/"))
        ]
    }

    /// The recipes that are APIs, by address.
    public func apis() -> [APIAddress: [String]] {
        var apis: [APIAddress: [String]] = [:]
        for id in recipeIDs() {
            guard let source = try? recipeSource(id), let address = APIAddress(source: source.bytes) else { continue }
            apis[address, default: []].append(id)
        }
        return apis
    }

    /// The columns of each table that can be read.
    public func tableColumns() -> [String: [String]] { tableFolder.columns().0 }

    /// A table as its file is now.
    /// - Throws: `WorkspaceError` when there is no such table or it can't be read.
    public func tableFile(_ name: String) throws -> TableFile { try tableFolder.file(name) }

    /// SHA-256 of a table's file in hex; nil when there is none that can be read.
    public func tableHash(_ name: String) -> String? { tableFolder.hash(of: name) }

    /// Writes a table's file in one step: a reader sees the old text or the new one, also after a crash.
    /// - Parameter ending: of a file that is not there yet.
    /// - Throws: `WorkspaceError`.
    public func writeTable(_ name: String, _ bytes: [UInt8], ending: String) throws -> (hash: String, path: String) {
        try tableFolder.write(name, bytes, ending: ending)
    }

    private func unknownConnector(
        _ name: String, in source: (path: String, bytes: [UInt8]), among connectors: [String]
    ) -> Diagnostic {
        var range = 0..<0
        if let root = try? JSONDocument(parsing: source.bytes).root, case .object(let members) = root.content,
            let member = members.first(where: { $0.key == "connector" })
        {
            range = member.value.range
        }
        return Diagnostic(
            code: "unknown_connector", "there is no connector \"\(WorkspaceName.printable(name))\"",
            suggestion: Suggestion.closest(to: name, among: connectors).map { "did you mean \"\($0)\"?" },
            file: source.path, range: range, pointer: "/connector")
    }
}
