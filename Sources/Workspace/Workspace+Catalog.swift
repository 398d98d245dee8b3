// Everything a recipe may name, gathered for the checker.

import JSONCore
import RecipeLanguage

extension Workspace {
    /// What recipes of this workspace are checked against, and the mistakes in connections and tables found on the way.
    /// A connection or table with a mistake is still listed, so that recipes that name it aren't blamed for it.
    /// - Parameter connectors: the specs of all installed connectors.
    public func catalog(connectors: [ConnectorSpec]) -> (Catalog, [Diagnostic]) {
        var catalog = Catalog()
        var diagnostics = warnings
        for spec in connectors { catalog.connectors[spec.name] = spec }
        for name in connectionNames() {
            guard let source = try? connectionSource(name) else { continue }
            let file = ConnectionFile(source.bytes, file: source.path)
            if let connector = file.connector {
                if let spec = catalog.connectors[connector] {
                    _ = file.checkedSettings(against: spec)
                } else {
                    diagnostics.append(unknownConnector(connector, in: source, among: connectors))
                }
            }
            diagnostics += file.diagnostics
            catalog.connections[name] = file.connector ?? ""
        }
        diagnostics += strayRecipes()
        for id in recipeIDs() {
            guard let source = try? recipeSource(id), let signature = Recipe.signature(of: source.bytes) else {
                continue
            }
            catalog.recipes[id] = signature
        }
        let (columns, mistakes) = tableFolder.columns()
        catalog.tables = columns
        diagnostics += mistakes
        catalog.properties = Set(settings.properties.keys)
        catalog.timeZone = settings.timeZone
        diagnostics += missingFromAlerts(catalog)
        return (catalog, diagnostics)
    }

    /// The columns of each table that can be read.
    public func tableColumns() -> [String: [String]] { tableFolder.columns().0 }

    /// Rows of a table in its order, `after` so many of them.
    /// - Throws: `WorkspaceError` when there is no such table or it can't be read.
    public func tableRows(
        _ name: String, after: Int, limit: Int
    ) throws -> (columns: [String], rows: [JSONObject], total: Int) {
        let table = try tableFolder.table(name)
        let first = min(max(0, after), table.rowCount)
        let last = first + min(max(0, limit), table.rowCount - first)
        return (table.columns, (first..<last).map { table.row($0) }, table.rowCount)
    }

    private func unknownConnector(
        _ name: String, in source: (path: String, bytes: [UInt8]), among connectors: [ConnectorSpec]
    ) -> Diagnostic {
        var range = 0..<0
        if let root = try? JSONDocument(parsing: source.bytes).root, case .object(let members) = root.content,
            let member = members.first(where: { $0.key == "connector" })
        {
            range = member.value.range
        }
        return Diagnostic(
            code: "unknown_connector", "there is no connector \"\(WorkspaceName.printable(name))\"",
            suggestion: Suggestion.closest(to: name, among: connectors.map(\.name)).map { "did you mean \"\($0)\"?" },
            file: source.path, range: range, pointer: "/connector")
    }
}
