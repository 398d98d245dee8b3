// The actions of one connector: those written in connector.json, and those in files of their own, read when first used.

import ConnectorKit
import JSONCore
import RecipeLanguage
import Synchronization

/// Where an action is that has a file of its own, and what connector.json says about it.
struct ActionFile: Sendable {
    let name: String
    /// In the connector's folder: `actions/create_lead.json`.
    let file: String
    let title: String
    let summary: String
    let effect: Effect
}

/// Finds actions by name.
final class ActionShelf: Sendable {
    private struct Read {
        let action: ActionDefinition?
        let diagnostics: [Diagnostic]
    }
    private let inline: [String: ActionDefinition]
    private let files: [String: ActionFile]
    private let folder: ConnectorFiles
    /// The connection's settings, which formulas are held against.
    private let settings: Schema?
    /// The connector's own file, for diagnostics.
    private let connectorFile: String
    private let read = Mutex<[String: Read]>([:])

    init(
        inline: [String: ActionDefinition], files: [String: ActionFile], folder: ConnectorFiles, settings: Schema?,
        connectorFile: String
    ) {
        (self.inline, self.files, self.folder) = (inline, files, folder)
        (self.settings, self.connectorFile) = (settings, connectorFile)
    }

    var names: [String] { inline.keys.sorted() + files.keys.sorted() }

    /// The action called `name`; nil when there is none, or its file has mistakes.
    subscript(_ name: String) -> ActionDefinition? { inline[name] ?? readFile(name)?.action }

    /// Its effect, without reading its file.
    func effect(of name: String) -> Effect? { inline[name]?.spec.effect ?? files[name]?.effect }

    /// - Throws: when there is no such action, or its file has mistakes.
    func action(_ name: String, of spec: ConnectorSpec) throws(ConnectorError) -> ActionDefinition {
        if let action = self[name] { return action }
        guard let read = readFile(name), let first = read.diagnostics.first else {
            throw ConnectorError.noAction(name, of: spec)
        }
        throw ConnectorError(
            type: "bad_connector",
            "\(first.file) has a mistake: \(first.message); galley connectors check \(spec.name) shows all of them")
    }

    /// Everything wrong with actions' files. Reads all of them and keeps none, as there may be thousands with schemas that lead far.
    var diagnostics: [Diagnostic] {
        let share = ConnectorReader.mostCheckedSchemas / max(1, files.count)
        let most = min(ConnectorReader.mostSchemas, max(ConnectorReader.fewestSchemas, share))
        return files.values.sorted { $0.name < $1.name }.flatMap { file in
            read.withLock { $0[file.name] }?.diagnostics ?? reading(of: file, mostSchemas: most).diagnostics
        }
    }

    /// The path of an action's file, for showing diagnostics.
    func path(of file: ActionFile) -> String {
        String(connectorFile.dropLast("connector.json".count)) + file.file
    }

    /// Spec of an action whose file is read when its schemas are asked for.
    func spec(of file: ActionFile) -> OperationSpec {
        OperationSpec(name: file.name, title: file.title, summary: file.summary, effect: file.effect) { [self] in
            let spec = self[file.name]?.spec
            return (spec?.input ?? .any, spec?.output ?? .any)
        }
    }

    private func readFile(_ name: String) -> Read? {
        guard let file = files[name] else { return nil }
        if let known = read.withLock({ $0[name] }) { return known }
        let result = reading(of: file, mostSchemas: ConnectorReader.mostSchemas)
        read.withLock { $0[name] = result }
        return result
    }

    private func reading(of file: ActionFile, mostSchemas: Int) -> Read {
        let path = path(of: file)
        if let bytes = folder.action(file.file) {
            let (action, diagnostics) = ConnectorReader.readAction(
                bytes, file, path: path, folder: folder, settings: settings, mostSchemas: mostSchemas)
            return Read(action: action, diagnostics: diagnostics)
        }
        let found = Diagnostic(
            code: "unreadable", "the file of the action \"\(file.name)\" is missing or can't be read",
            suggestion: "put it back, or take the action out of connector.json", file: path, range: 0..<0,
            pointer: "")
        return Read(action: nil, diagnostics: [found])
    }
}
