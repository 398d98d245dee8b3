// galley connections add and remove: writes a connection's file from answers or flags, and takes it away again.

import ArgumentParser
import Engine
import Foundation
import JSONCore
import RecipeLanguage
import Workspace

struct ConnectionsAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Write Connections/NAME.json: asks for what the connector needs, or takes flags.",
        discussion: """
            Secrets are named, never written: --secret token=ACME_TOKEN puts {"secret": "ACME_TOKEN"} into "auth", and \
            `galley secrets set ACME_TOKEN` (or a variable of that name) holds its value.

            galley connections add acme --connector acme_crm --set site=north --secret token=ACME_TOKEN

            A connection that signs in by OAuth 2.0 in the browser is signed in right after (galley connections connect).
            """)

    @OptionGroup var place: WorkspaceOptions
    @Argument(help: "The connection's name: letters, digits, _, - and .")
    var name: String
    @Option(help: "The connector it is for; `galley connectors list` shows them.")
    var connector: String?
    @Option(help: "A setting, as KEY=VALUE; may be repeated.")
    var set: [String] = []
    @Option(help: "A member of \"auth\" that is no secret, as KEY=VALUE (type=basic, username=ada); may be repeated.")
    var auth: [String] = []
    @Option(help: "A member of \"auth\" that is a secret, as KEY=NAME of the secret; may be repeated.")
    var secret: [String] = []
    @OptionGroup var browser: BrowserOptions

    func run() async throws {
        try await reportingErrors {
            let session = try Session(place)
            let asks = isatty(STDIN_FILENO) == 1
            let spec = try spec(session, asks)
            let settings = try settings(spec, asks)
            var auth = JSONObject()
            for (key, value) in try pairs(self.auth, "--auth") { auth[key] = .string(value) }
            for (key, value) in try pairs(secret, "--secret") { auth[key] = ["secret": .string(value)] }
            var questions = CredentialQuestions(
                connection: name, spec: spec, isFolder: session.library.folder(of: spec.name) != nil, auth: auth)
            if asks { try questions.ask() }
            auth = questions.auth
            var file: JSONObject = ["connector": .string(spec.name)]
            if !settings.isEmpty { file["settings"] = .object(settings) }
            if !auth.isEmpty { file["auth"] = .object(auth) }
            let bytes = Array((JSON.object(file).indented + "\n").utf8)
            let mistakes = try session.workspace.checkConnection(name, bytes: bytes, spec: spec)
            guard mistakes.allSatisfy({ $0.severity != .error }) else {
                throw OwnerFailure(
                    kind: "refused",
                    "nothing was written: " + mistakes.map(\.message).joined(separator: "; ") + fixes(spec))
            }
            for warning in mistakes where warning.severity == .warning {
                Terminal.note("warning: " + warning.message)
            }
            let path = try session.workspace.addConnection(name, bytes: bytes)
            Terminal.note("wrote \(path)")
            for secret in questions.secrets {
                try session.workspace.secrets.set(secret.name, secret.value)
                Terminal.note("stored the secret \(secret.name)")
            }
            let missing = auth.compactMap { $0.value["secret"]?.string }
                .filter { (try? session.workspace.secrets.value(of: $0)) == nil }
            for name in missing { Terminal.note("next: galley secrets set \(name)") }
            let signsIn = (try? Session(place).oauth(ofConnection: name).1.grant) == .authorizationCode
            if signsIn, asks {
                try await ConnectionsConnect.connect(name, Session(place), browser)
            } else {
                Terminal.note("then: galley connections \(signsIn ? "connect" : "test") \(name)")
            }
        }
    }

    private func spec(_ session: Session, _ asks: Bool) throws -> ConnectorSpec {
        guard let connector else {
            let specs = session.catalog.connectors.all.filter { $0.settings != nil || $0.connectionRequired }
            guard asks else {
                throw ValidationError("say which --connector: " + specs.map(\.name).joined(separator: ", "))
            }
            return try Question.choose("Which connector?", specs) { "\($0.name)  \($0.title)" }
        }
        guard let spec = session.catalog.connectors[connector] else {
            let names = session.catalog.connectors.names
            if names.contains(connector) {
                throw RecipeBroken(diagnostics: session.library.diagnostics(of: connector))
            }
            let near = Suggestion.didYouMean(connector, among: names).map { "; \($0)" } ?? ""
            throw WorkspaceError(.notFound, "there is no connector \(connector)\(near)")
        }
        return spec
    }

    /// What the flags say, and what the terminal is asked for.
    private func settings(_ spec: ConnectorSpec, _ asks: Bool) throws -> JSONObject {
        var settings = JSONObject()
        for (key, text) in try pairs(set, "--set") { settings[key] = value(text, key, spec) }
        guard asks else { return settings }
        for property in spec.settings?.properties ?? []
        where property.required && settings[property.name] == nil && property.schema.defaultValue == nil {
            let words = property.schema.summary ?? property.schema.title
            let text = try Question.ask("\(property.name)\(words.map { " (\($0))" } ?? "")?", standard: "")
            if !text.isEmpty { settings[property.name] = value(text, property.name, spec) }
        }
        return settings
    }

    /// A text, unless the connector wants something else there.
    private func value(_ text: String, _ key: String, _ spec: ConnectorSpec) -> JSON {
        guard let schema = spec.settings?.property(key)?.schema, !schema.kinds.contains(.string),
            let json = try? JSON(parsing: Array(text.utf8))
        else { return .string(text) }
        return json
    }

    private func fixes(_ spec: ConnectorSpec) -> String {
        let names = (spec.settings?.properties ?? []).map { $0.required ? $0.name : "[\($0.name)]" }
        return names.isEmpty ? "" : "; settings of \(spec.name): \(names.joined(separator: ", "))"
    }

    private func pairs(_ texts: [String], _ flag: String) throws -> [(String, String)] {
        try texts.map { text in
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else {
                throw ValidationError("\(flag) takes KEY=VALUE, not \"\(text)\"")
            }
            return (String(parts[0]), String(parts[1]))
        }
    }
}

struct ConnectionsRemove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove a connection's file; not while a recipe uses it.")

    @OptionGroup var place: WorkspaceOptions
    @Argument(help: "The connection's name.")
    var name: String
    @Flag(help: "Also when recipes use it.")
    var force = false

    func run() async throws {
        try await reportingErrors {
            let session = try Session(place)
            let users = try session.workspace.recipeIDs().filter { id in
                let source = try session.workspace.recipeSource(id)
                let recipe = Recipe.check(source.bytes, id: id, file: source.path, catalog: session.catalog).recipe
                return recipe?.connections.values.contains(name) ?? false
            }
            guard users.isEmpty || force else {
                throw OwnerFailure(
                    kind: "refused",
                    "\(name) is used by \(users.joined(separator: ", ")); change them first, or add --force")
            }
            Terminal.note("removed \(try session.workspace.removeConnection(name)); its secrets are kept")
        }
    }
}
