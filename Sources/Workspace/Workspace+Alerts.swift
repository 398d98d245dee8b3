// Whether what alert rules name is there: recipes, mail connections, secrets.

import RecipeLanguage

extension Workspace {
    /// A mistake for each name in `alerts` that leads nowhere.
    func missingFromAlerts(_ catalog: Catalog) -> [Diagnostic] {
        settings.alertReferences.compactMap { reference in
            func mistake(_ code: String, _ what: String, _ known: [String], _ otherwise: String) -> Diagnostic {
                Diagnostic(
                    code: code, what,
                    suggestion: Suggestion.closest(to: reference.name, among: known).map { "did you mean \"\($0)\"?" }
                        ?? otherwise,
                    file: reference.file, range: reference.range, pointer: reference.pointer)
            }
            let shown = WorkspaceName.printable(reference.name)
            switch reference.kind {
            case .recipe:
                let known = recipeIDs()
                if known.contains(reference.name) { return nil }
                return mistake(
                    "unknown_recipe", "there is no recipe \"\(shown)\"", known,
                    "name a folder below Recipes/")
            case .mail:
                let mail = catalog.connections.filter { $0.value == "mail" }.keys.sorted()
                if mail.contains(reference.name) { return nil }
                let isThere = catalog.connections[reference.name] != nil
                return mistake(
                    "unknown_connection",
                    isThere
                        ? "the connection \"\(shown)\" is not one of the connector mail"
                        : "there is no connection \"\(shown)\"", isThere ? [] : mail,
                    mail.isEmpty
                        ? "add one: galley connections add NAME --connector mail"
                        : "mail goes through \(mail.joined(separator: ", "))")
            case .secret:
                if (try? secrets.value(of: reference.name)) != nil { return nil }
                return Diagnostic(
                    .warning, code: "unknown_secret", "there is no secret \"\(shown)\" here",
                    suggestion: "set it: galley secrets set \(shown)", file: reference.file, range: reference.range,
                    pointer: reference.pointer)
            }
        }
    }
}
