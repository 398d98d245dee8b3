// Runs a connector's fixtures: for `galley connectors test` and for the connector's author.

import ConnectorKit
import Foundation
import JSONCore
import Logging
import RecipeLanguage
import Synchronization

/// How one fixture went.
public struct FixtureResult: Sendable, Hashable {
    /// The file's name.
    public let file: String
    /// The action that it calls; empty when the file can't be read.
    public let action: String
    /// Everything that was not as the fixture says; empty when it passed.
    public let differences: [String]
    public var passed: Bool { differences.isEmpty }

    public init(file: String, action: String, differences: [String]) {
        (self.file, self.action, self.differences) = (file, action, differences)
    }
}

extension DeclarativeConnector {
    /// The same, but for its limits of calls: where nothing is sent, nobody needs to wait.
    var withoutLimits: DeclarativeConnector {
        var definition = definition
        definition.limits = CallLimits()
        return DeclarativeConnector(definition)
    }
}

/// Plays fixtures of a connector that is a folder: of requests, or from a WSDL.
struct FixtureRun {
    private let connector: any Connector
    /// For triggers, which only such connectors have.
    private let declarative: DeclarativeConnector?
    private var spec: ConnectorSpec { connector.spec }

    init(_ connector: DeclarativeConnector) { (self.connector, declarative) = (connector, connector) }
    init(_ connector: DescribedConnector) { (self.connector, declarative) = (connector, nil) }

    /// Calls each action that has a fixture in `folder` (`…/Connectors/NAME`), with the recorded answers.
    func all(in folder: String) async -> [FixtureResult] {
        var results: [FixtureResult] = []
        for file in Self.files(in: folder) {
            do {
                let bytes = try OpenedFile(path: "\(folder)/fixtures/\(file)", name: "fixtures/\(file)")
                    .readAll(limit: ConnectorReader.mostBytes)
                results.append(await run(bytes, file: file))
            } catch {
                let message = (error as? ConnectorError)?.message ?? "\(error)"
                results.append(FixtureResult(file: file, action: "", differences: [message]))
            }
        }
        return results
    }

    /// The names of the fixtures of a connector, sorted.
    static func files(in folder: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder + "/fixtures")) ?? []
        return names.filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }.sorted()
    }

    /// Runs one fixture.
    func run(_ bytes: [UInt8], file: String) async -> FixtureResult {
        let (fixture, mistakes) = FixtureReader.read(bytes)
        guard let fixture else { return FixtureResult(file: file, action: "", differences: mistakes) }
        guard let schemas = schemas(of: fixture) else {
            return FixtureResult(file: file, action: fixture.action, differences: [missing(fixture)])
        }
        let (input, mismatches) = schemas.input.typed(fixture.input)
        var differences = mismatches.map { "the input: \($0.message)" }
        if let settings = spec.settings {
            differences += settings.typed(.object(fixture.settings)).mismatches.map {
                "the connection's settings: \($0.message)"
            }
        }
        guard differences.isEmpty else {
            return FixtureResult(file: file, action: fixture.action, differences: differences)
        }
        let files: FixtureFiles
        do { files = try FixtureFiles(fixture.files) } catch {
            return FixtureResult(file: file, action: fixture.action, differences: ["its files: \(error)"])
        }
        // The parts of a body are made in the same context as the call's, but for the player itself.
        let silent = FixturePlayer([], makeBody: { _ in throw ConnectorError(type: "fixture", "no parts here") })
        let making = context(fixture, silent, files)
        let player = FixturePlayer(fixture.exchanges) { try await MultipartBody($0, context: making) }
        do {
            let context = context(fixture, player, files)
            let output: JSON
            if let webhook = fixture.webhook {
                output = try await declarative?.called(webhook, fixture, input, in: context) ?? .null
            } else if fixture.isPoll {
                output = try await declarative?.polled(fixture, input, in: context) ?? .null
            } else {
                output = try await connector.execute(fixture.action, input, in: context)
            }
            differences += player.differences
            switch fixture.outcome {
            case .output(let expected):
                differences += ValueDifference.all(output, expected: expected).map { "the output: \($0)" }
                differences += schemas.output.typed(output).mismatches.map {
                    "the output does not fit output_schema: \($0.message)"
                }
            case .error(let expected):
                differences.append("the call succeeded; it should fail with \(JSON.object(expected).compact)")
            }
            differences += leaks(of: fixture.credentials, in: output.compact, "the output")
        } catch {
            let failure = error as? ConnectorError ?? ConnectorError(type: "internal", "\(error)")
            differences += player.differences
            switch fixture.outcome {
            case .output: differences.append("the call failed (\(failure.type)): \(failure.message)")
            case .error(let expected):
                differences += ValueDifference.all(Self.json(failure, like: expected), expected: .object(expected))
                    .map { "the error: \($0)" }
            }
            differences += leaks(of: fixture.credentials, in: failure.message, "the error's message")
        }
        return FixtureResult(file: file, action: fixture.action, differences: differences)
    }

    /// What the called action or trigger takes and gives; nil when there is none.
    func schemas(of fixture: Fixture) -> (input: Schema, output: Schema)? {
        if let webhook = fixture.webhook {
            guard declarative?.definition.webhooks[fixture.action] != nil, let trigger = spec.trigger(fixture.action)
            else { return nil }
            return (trigger.input, webhook == .deliver ? DeclarativeConnector.delivered(trigger) : .any)
        }
        guard fixture.isPoll else { return spec.action(fixture.action).map { ($0.input, $0.output) } }
        guard declarative?.definition.polls[fixture.action] != nil, let trigger = spec.trigger(fixture.action) else {
            return nil
        }
        let event = Schema.object([.string("key"), .member("event", trigger.event)])
        return (trigger.input, .object([.member("events", .array(event)), .any("cursor")]))
    }

    /// What is wrong with the name in a fixture.
    func missing(_ fixture: Fixture) -> String {
        let (what, known) =
            if fixture.webhook != nil {
                ("trigger that is called", declarative?.definition.webhooks.keys.sorted() ?? [])
            } else if fixture.isPoll {
                ("trigger that polls", declarative?.definition.polls.keys.sorted() ?? [])
            } else {
                ("action", spec.actions.map(\.name))
            }
        let hint = Suggestion.didYouMean(fixture.action, among: known).map { "; \($0)" } ?? ""
        return "the connector has no \(what) \"\(fixture.action)\"\(hint)"
    }

    private func context(_ fixture: Fixture, _ player: FixturePlayer, _ files: FixtureFiles) -> ActionContext {
        let connection = Connection(
            name: "fixture", connector: spec.name, settings: fixture.settings, credentials: fixture.credentials)
        return ActionContext(
            connection: connection, http: fixture.withTokens(player),
            logger: Logger(label: "fixture") { _ in SwiftLogNoOpLogHandler() },
            idempotencyKey: fixture.idempotencyKey, nowMilliseconds: fixture.nowMilliseconds, files: files,
            tables: NoTables(),
            formulas: FormulaEnvironment(
                nowNanoseconds: fixture.nowMilliseconds * 1_000_000, tables: NoTables(), seed: fixture.idempotencyKey),
            fixedMoment: SigningMoment(milliseconds: fixture.nowMilliseconds, nonce: Self.nonce))
    }

    /// What requests of fixtures are signed with, at the time that `now_ms` says.
    static let nonce = "fixture-nonce"

    /// The members of an error that a fixture lists.
    private static func json(_ error: ConnectorError, like expected: JSONObject) -> JSON {
        let all: JSONObject = [
            "type": .string(error.type), "status": error.status.map { .integer($0) } ?? .null,
            "message": .string(error.message), "transient": .bool(error.isTransient),
            "outcome": .string(error.outcome.rawValue),
            "retry_after": error.retryAfter.map { seconds in
                Int(exactly: seconds).map { .integer($0) } ?? JSON(number: "\(seconds)") ?? .null
            } ?? .null,
        ]
        return .object(JSONObject(expected.keys.compactMap { key in all[key].map { (key, $0) } }))
    }

    /// Credentials that came out again.
    private func leaks(of credentials: JSONObject, in text: String, _ what: String) -> [String] {
        credentials.entries.compactMap { entry in
            guard entry.key != "username", let secret = entry.value.string, secret.utf8.count >= 4,
                text.contains(secret)
            else { return nil }
            return "\(what) holds the credential \"\(entry.key)\""
        }
    }
}

extension DeclarativeConnector {
    /// The events of one poll, and the cursor after it.
    fileprivate func polled(_ fixture: Fixture, _ input: JSON, in context: ActionContext) async throws -> JSON {
        let found = Mutex<[JSON]>([])
        let end = try await poll(fixture.action, input, from: fixture.cursor, in: context) { events in
            found.withLock {
                $0 += events.map { ["key": $0.key.map { .string($0) } ?? .null, "event": $0.event] }
            }
        }
        return ["events": .array(found.withLock { $0 }), "cursor": end.cursor ?? .null]
    }
}

/// The files of a fixture, in a folder that is there as long as the value.
final class FixtureFiles: WorkspaceFiles {
    private let folder: URL
    private let paths: [String: String]

    init(_ files: JSONObject) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("galley-fixture-\(UUID().uuidString)")
        var paths: [String: String] = [:]
        for (number, file) in files.entries.enumerated() {
            guard let text = file.value.string else {
                throw ConnectorError(type: "fixture", "\"\(file.key)\" must be the text of the file")
            }
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let url = folder.appendingPathComponent("\(number)")
            try Data(text.utf8).write(to: url)
            paths[file.key] = url.path
        }
        self.paths = paths
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func path(of relative: String) throws -> String {
        guard let path = paths[relative] else {
            throw ConnectorError(type: "not_found", "there is no \"\(relative)\" under \"files\" of the fixture")
        }
        return path
    }
}

/// Fixtures have no tables.
struct NoTables: TableSource {
    func firstRow(of table: String, where conditions: [(column: String, value: JSON)]) throws -> JSONObject? {
        throw ConnectorError(type: "bad_input", "fixtures have no tables: \"\(table)\"")
    }
}
