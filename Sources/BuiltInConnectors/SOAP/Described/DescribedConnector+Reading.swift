// Reading connector.json of a connector that was imported from a WSDL.

import ConnectorKit
import JSONCore
import RecipeLanguage

extension DescribedConnector {
    private static let mostBytes = 16 << 20

    /// Whether a connector's folder holds an imported WSDL.
    static func isDescribed(folder: String) -> Bool {
        (try? OpenedFile(path: "\(folder)/\(DescribedService.operationsFile)", name: "operations")) != nil
    }

    /// Reads and checks a connector's text.
    /// - Returns: nil when there is an error among the diagnostics, which are everything that is wrong.
    static func read(
        _ source: [UInt8], name: String, folder: String, file: String
    ) -> (connector: DescribedConnector?, diagnostics: [Diagnostic]) {
        let document: JSONDocument
        do throws(JSONError) {
            document = try JSONDocument(parsing: source, limits: JSONLimits(bytes: mostBytes))
        } catch {
            let place = min(error.offset, source.count)
            return (
                nil,
                [
                    Diagnostic(
                        code: "bad_json", "this is not JSON: \(error.message)", file: file,
                        range: place..<min(place + 1, source.count), pointer: "")
                ]
            )
        }
        var reader = DescribedReader(
            file: file, service: DescribedService(folder: folder),
            shared: ConnectorReader(document: document, file: file, folder: .none))
        var connector = reader.connector(document.root, name: name)
        connector?.headerPlaces = HeaderPlaces(document.root, file: file)
        let diagnostics = reader.diagnostics + reader.shared.diagnostics
        let isUsable = !diagnostics.contains { $0.severity == .error }
        return (isUsable ? connector : nil, Diagnostic.sorted(diagnostics))
    }
}

/// One reading of one file.
struct DescribedReader {
    typealias Member = (key: String, keyRange: Range<Int>, value: JSONNode)

    let file: String
    let service: DescribedService
    /// Reads what connectors of both kinds have.
    let shared: ConnectorReader
    var diagnostics: [Diagnostic] = []

    mutating func report(
        _ code: String, _ message: String, hint: String? = nil, _ range: Range<Int>, _ pointer: JSONPointer
    ) {
        guard diagnostics.count < 1_000 else { return }
        diagnostics.append(
            Diagnostic(code: code, message, suggestion: hint, file: file, range: range, pointer: pointer.description))
    }

    /// The members of an object, unknown ones reported.
    mutating func members(
        _ node: JSONNode, _ what: String, allowed: [String]?, _ pointer: JSONPointer
    ) -> [Member] {
        guard case .object(let members) = node.content else {
            report("wrong_type", "\(what) must be an object", node.range, pointer)
            return []
        }
        for member in members {
            guard let allowed, !allowed.contains(member.key) else { continue }
            let hint =
                Suggestion.didYouMean(member.key, among: allowed) ?? "it may have \(allowed.joined(separator: ", "))"
            report(
                "unknown_key", "\(what) has no \"\(member.key)\"", hint: hint, member.keyRange,
                pointer.appending(member.key))
        }
        return members.map { ($0.key, $0.keyRange, $0.value) }
    }

    mutating func text(_ members: [Member], _ key: String, _ pointer: JSONPointer) -> String? {
        guard let member = members.last(where: { $0.key == key }) else { return nil }
        guard let text = member.value.json.string else {
            report("wrong_type", "\"\(key)\" must be a text", member.value.range, pointer.appending(key))
            return nil
        }
        return text
    }

    mutating func connector(_ root: JSONNode, name: String) -> DescribedConnector? {
        let top = members(
            root, "the connector",
            allowed: ["galley_connector", "name", "title", "summary", "docs", "soap", "connection", "actions"],
            JSONPointer())
        if let own = text(top, "name", JSONPointer()), own != name {
            report(
                "wrong_name", "the connector is in the folder \"\(name)\" but calls itself \"\(own.prefix(64))\"",
                hint: "give the folder and the connector the same name",
                top.first { $0.key == "name" }?.value.range ?? root.range, JSONPointer().appending("name"))
        }
        var settings = DescribedSettings(version: .v11)
        self.soap(top, root, &settings)
        let connectionSchema = self.connection(top, &settings)
        var (specs, operations): ([OperationSpec], [String: DescribedAction]) = ([], [:])
        let place = JSONPointer().appending("actions")
        if let actions = top.last(where: { $0.key == "actions" }) {
            for member in members(actions.value, "\"actions\"", allowed: nil, place) {
                guard let (spec, operation) = action(member, place.appending(member.key), settings.signIn.headerNames)
                else { continue }
                specs.append(spec)
                operations[member.key] = operation
            }
        } else {
            report("missing_key", "the connector needs \"actions\"", root.range, JSONPointer())
        }
        if let test = settings.test, operations[test.action] == nil {
            report(
                "unknown_action", "\"test\" names the action \"\(test.action.prefix(64))\", which there is not",
                hint: Suggestion.didYouMean(test.action, among: operations.keys.sorted()),
                top.first { $0.key == "connection" }?.value.range ?? root.range, JSONPointer().appending("connection"))
        }
        let needsConnection =
            (settings.address == nil && settings.url?.constant == nil)
            || settings.signIn.scheme.type.map { $0 != "none" } == true
            || connectionSchema?.properties.contains { $0.required } == true
        let spec = ConnectorSpec(
            name: name, title: text(top, "title", JSONPointer()) ?? name,
            summary: text(top, "summary", JSONPointer()) ?? "", docs: text(top, "docs", JSONPointer()) ?? "",
            actions: specs, settings: connectionSchema, connectionRequired: needsConnection,
            signIn: settings.signIn.scheme.spec)
        return DescribedConnector(spec: spec, settings: settings, service: service, operations: operations)
    }

    /// - Parameter madeHeaders: SOAP headers that signing in makes.
    private mutating func action(
        _ member: Member, _ place: JSONPointer, _ madeHeaders: [String]
    ) -> (OperationSpec, DescribedAction)? {
        let what = "the action \"\(member.key.prefix(64))\""
        let found = members(
            member.value, what, allowed: ["operation", "title", "summary", "effect", "key_header"], place)
        guard let operation = text(found, "operation", place) else {
            if !found.contains(where: { $0.key == "operation" }) {
                report("missing_key", "\(what) needs \"operation\"", member.value.range, place)
            }
            return nil
        }
        var effect = Effect.unsafe
        if let word = text(found, "effect", place) {
            if let known = Effect(rawValue: word), known != .pure {
                effect = known
            } else {
                report(
                    "not_a_choice", "\"effect\" must be one of read, idempotent, keyed, unsafe", member.value.range,
                    place.appending("effect"))
            }
        }
        let keyHeader = text(found, "key_header", place)
        let service = service
        let notGiven = Set(madeHeaders + (effect == .keyed ? [keyHeader].compactMap(\.self) : []))
        let spec = OperationSpec(
            name: member.key, title: text(found, "title", place) ?? member.key,
            summary: text(found, "summary", place) ?? "", effect: effect,
            effectOfInput: effect == .read ? HTTPSaving.rule(MessageSchemas.saveToMember) : nil
        ) {
            // What can't be read is told by `galley connectors check` and by the call; a check of a recipe goes on.
            guard let operation = try? service.operation(operation), let catalog = try? service.catalog() else {
                return (.any, .any)
            }
            let output = operation.output.map { MessageSchemas(catalog, isInput: false).schema(of: $0) }
            var given = operation
            given.input.headers.removeAll { notGiven.contains($0.key) }
            return (MessageSchemas(catalog, isInput: true).schema(of: given), output ?? .object([]))
        }
        return (spec, DescribedAction(operation: operation, keyHeader: keyHeader))
    }
}
