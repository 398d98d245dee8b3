// Which connectors a workspace works with: those of its recipes and connections, and the built-in ones.

import JSONCore
import RecipeLanguage

extension Session {
    /// The names of connectors that something in the workspace uses, and of those that are no folders.
    var usedConnectors: Set<String> {
        let installed = Set(library.names)
        var used = Set(catalog.connections.values).union(library.names.filter { library.folder(of: $0) == nil })
        for id in workspace.recipeIDs() {
            guard let source = try? workspace.recipeSource(id), let json = try? JSON(parsing: source.bytes) else {
                continue
            }
            Self.collectPrefixes(json, 0, &used)
        }
        return used.intersection(installed)
    }

    /// The text before the dot of each `"use"`.
    private static func collectPrefixes(_ json: JSON, _ depth: Int, _ names: inout Set<String>) {
        guard depth < 128 else { return }
        switch json {
        case .array(let elements): for element in elements { collectPrefixes(element, depth + 1, &names) }
        case .object(let object):
            if let use = object["use"]?.string { names.insert(String(use.prefix { $0 != "." })) }
            for entry in object { collectPrefixes(entry.value, depth + 1, &names) }
        default: break
        }
    }
}
