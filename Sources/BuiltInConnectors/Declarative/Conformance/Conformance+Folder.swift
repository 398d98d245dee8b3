// The suite for a connector from a folder: its fixtures are the calls that the rules are tried with.

import ConnectorKit
import JSONCore
import RecipeLanguage

extension ConnectorLibrary {
    /// Holds a connector against the rules that hold for all of them.
    /// - Parameter redact: makes what takes secrets out of recorded values, as the running engine does.
    /// - Returns: a result for each rule; for a built-in connector, which is no folder, that of its schemas alone.
    public func conformance(
        of name: String,
        redact: @escaping @Sendable (_ secrets: [(name: String, value: String)]) -> @Sendable (JSON) -> JSON
    ) async -> [ConformanceResult] {
        guard let found = self[name] else { return [] }
        let declarative = (found as? DeclarativeConnector)?.withoutLimits
        let described = (found as? DescribedConnector)?.withoutLimits
        let connector: any Connector = declarative ?? described ?? found
        let isFolder = declarative != nil || described != nil
        let scheme = declarative?.definition.scheme(of: nil).json ?? described?.settings.signIn.scheme.json ?? [:]
        let trials = await ConformanceTrials(connector, scheme, fixtures: isFolder ? fixtures(of: name) : [], isFolder)
        let suite = Conformance(
            connector: connector, scheme: scheme, trials: trials.all, untried: trials.untried,
            pagedActions: declarative?.pagedActions ?? [], redact: redact)
        let results = await suite.results()
        return isFolder ? results : results.filter { $0.rule == .schemas }
    }

    /// The fixtures that can be read.
    private func fixtures(of name: String) -> [(file: String, fixture: Fixture)] {
        guard let folder = folder(of: name) else { return [] }
        return FixtureRun.files(in: folder).compactMap { file in
            guard
                let bytes = try? OpenedFile(path: "\(folder)/fixtures/\(file)", name: file).readAll(
                    limit: ConnectorReader.mostBytes), let fixture = FixtureReader.read(bytes).fixture
            else { return nil }
            return (file, fixture)
        }
    }
}

extension DeclarativeConnector {
    /// The actions that gather the pages of a list.
    fileprivate var pagedActions: Set<String> {
        Set(spec.actions.map(\.name).filter { definition.actions[$0]?.pagination != nil })
    }
}

/// Calls of a connector's actions: those of the fixtures that succeed, made-up ones for the other actions.
private struct ConformanceTrials {
    private(set) var all: [ConformanceTrial] = []
    private(set) var untried: [String] = []

    init(
        _ connector: any Connector, _ scheme: JSONObject, fixtures: [(file: String, fixture: Fixture)], _ isFolder: Bool
    ) async {
        guard isFolder else { return }
        var shown = Set<String>()
        for (file, fixture) in fixtures where !fixture.isPoll && fixture.webhook == nil {
            guard case .output(let output) = fixture.outcome, let action = connector.spec.action(fixture.action),
                let files = try? FixtureFiles(fixture.files)
            else { continue }
            let (input, mismatches) = action.input.typed(fixture.input)
            guard mismatches.isEmpty else { continue }
            let trial = ConformanceTrial(
                action: fixture.action, input: input, settings: fixture.settings, credentials: fixture.credentials,
                idempotencyKey: fixture.idempotencyKey, nowMilliseconds: fixture.nowMilliseconds, files: files,
                answers: fixture.exchanges.map(\.httpAnswer), output: output, source: "fixtures/\(file)")
            shown.insert(fixture.action)
            all.append(trial)
        }
        let settings = fixtures.first?.fixture.settings
        let credentials = fixtures.first?.fixture.credentials ?? Self.credentials(scheme)
        for action in connector.spec.actions where !shown.contains(action.name) {
            let trial = await Self.madeUp(action, connector, settings: settings, credentials: credentials)
            if let trial {
                all.append(trial)
            } else {
                untried.append("\(action.name): it has no fixture, and no input could be made up for it")
            }
        }
    }

    /// A call of an action without a fixture; nil when no input is found that leads to a request.
    private static func madeUp(
        _ action: OperationSpec, _ connector: any Connector, settings: JSONObject?, credentials: JSONObject
    ) async -> ConformanceTrial? {
        guard let files = try? FixtureFiles([:]) else { return nil }
        // A setting may be a part of an address, or a whole one.
        let texts = ["text", "https://conformance.example"]
        let candidates =
            settings.map { [$0] }
            ?? texts.map { text in
                connector.spec.settings.flatMap { SampleValue(text: text).value(of: $0).object } ?? [:]
            }
        let inputs = action.examples.filter { !$0.compact.contains("{{") } + [SampleValue().value(of: action.input)]
        for settings in candidates {
            for input in inputs {
                let (typed, mismatches) = action.input.typed(input)
                guard mismatches.isEmpty else { continue }
                let trial = ConformanceTrial(
                    action: action.name, input: typed, settings: settings, credentials: credentials,
                    idempotencyKey: "conformance-key", nowMilliseconds: 1_704_067_200_000, files: files, answers: [],
                    output: nil, source: "a made-up call")
                let system = MadeUpSystem(answers: [])
                _ = await trial.call(connector, system)
                if !system.requests.isEmpty { return trial }
            }
        }
        return nil
    }

    private static func credentials(_ scheme: JSONObject) -> JSONObject {
        var credentials: JSONObject = [:]
        for name in Conformance.secretMembers(of: scheme) { credentials[name] = "test-secret" }
        if ["basic", "ws_security"].contains(scheme["type"]?.string) { credentials["username"] = "ada" }
        return credentials
    }
}

/// A small value that fits a schema: what has to be there, and nothing else.
private struct SampleValue {
    var text = "text"

    func value(of schema: Schema) -> JSON { value(of: schema, depth: 0) }

    private func value(of schema: Schema, depth: Int) -> JSON {
        if let value = schema.defaultValue ?? schema.choices?.first { return value }
        guard depth < 16 else { return .null }
        if schema.kinds.contains(.object) || !schema.properties.isEmpty {
            let required = schema.properties.filter(\.required)
            return .object(JSONObject(required.map { ($0.name, value(of: $0.schema, depth: depth + 1)) }))
        }
        if schema.kinds.isEmpty, let first = schema.alternatives.first { return value(of: first, depth: depth + 1) }
        if schema.kinds.contains(.array) {
            let count = min(max(schema.minItems ?? 1, 1), 10)
            return .array(
                schema.items.map { Array(repeating: value(of: $0.value, depth: depth + 1), count: count) } ?? [])
        }
        if schema.kinds.contains(.integer) || schema.kinds.contains(.number) { return schema.minimum ?? 1 }
        if schema.kinds.contains(.boolean) { return true }
        return .string(text(of: schema))
    }

    private func text(of schema: Schema) -> String {
        switch schema.format {
        case "email": "ada@example.org"
        case "date": "2024-01-01"
        case "date-time": "2024-01-01T00:00:00Z"
        case "uri", "url": "https://conformance.example/"
        case "uuid": "7f3c1f5e-0a56-4f5e-9a53-0d5d0a1c2b3d"
        default:
            String(text.prefix(schema.maxLength ?? text.count))
                + String(repeating: "x", count: max(0, min(1_000, schema.minLength ?? 0) - text.count))
        }
    }
}
