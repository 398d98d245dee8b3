// What a connector is tried with: a workspace in a folder of its own, tables, an HTTP client that answers as told, a log.

import BuiltInConnectors
import ConnectorKit
import Foundation
import JSONCore
import Logging
import RecipeLanguage
import Synchronization

/// A folder that is there as long as the value.
final class TemporaryWorkspace: WorkspaceFiles {
    let root: String

    init() throws {
        let folder = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
            .appendingPathComponent("galley-connectors-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        root = folder.path
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    func path(of relative: String) throws -> String {
        guard !relative.hasPrefix("/"), !relative.split(separator: "/").contains("..") else {
            throw ConnectorError(type: "file", "\"\(relative)\" leads out of the workspace")
        }
        guard !relative.hasPrefix(".galley") else {
            throw ConnectorError(type: "file", "\"\(relative)\" is not for recipes")
        }
        return root + "/" + relative
    }

    func write(_ name: String, _ text: String) throws { try write(name, Array(text.utf8)) }

    func write(_ name: String, _ bytes: [UInt8]) throws {
        let url = URL(fileURLWithPath: root + "/" + name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
    }

    func text(_ name: String) throws -> String { try String(contentsOfFile: root + "/" + name, encoding: .utf8) }
    func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: root + "/" + name)))
    }
    func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: root + "/" + name) }
    func names(in folder: String = "") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: root + "/" + folder).sorted()
    }
}

/// Tables given as rows.
struct GivenTables: TableSource {
    var tables: [String: [JSONObject]] = [:]

    struct NoTable: Error, CustomStringConvertible {
        let name: String
        var description: String { "there is no table \"\(name)\"" }
    }

    func firstRow(of table: String, where conditions: [(column: String, value: JSON)]) throws -> JSONObject? {
        try rows(of: table, where: conditions, limit: 1).first
    }

    func rows(of table: String, where conditions: [(column: String, value: JSON)], limit: Int) throws -> [JSONObject] {
        guard let rows = tables[table] else { throw NoTable(name: table) }
        return Array(rows.lazy.filter { row in conditions.allSatisfy { row[$0.column] == $0.value } }.prefix(limit))
    }
}

/// Answers from a closure and remembers the requests.
final class StubClient: HTTPClient {
    private let answer: @Sendable (HTTPRequest, Int) async throws -> HTTPAnswer
    private let seen = Mutex<[HTTPRequest]>([])

    init(_ answer: @escaping @Sendable (HTTPRequest, Int) async throws -> HTTPAnswer) { self.answer = answer }

    var requests: [HTTPRequest] { seen.withLock { $0 } }

    func send(_ request: HTTPRequest) async throws -> HTTPAnswer {
        let number = seen.withLock {
            $0.append(request)
            return $0.count
        }
        return try await answer(request, number)
    }

    /// For connectors that must not use HTTP.
    static var refusing: StubClient {
        StubClient { request, _ in throw ConnectorError(type: "internal", "nothing answers \(request.url) in this test")
        }
    }
}

/// Collects log lines.
final class LineCollector: Sendable {
    let lines = Mutex<[String]>([])
    var logger: Logger { Logger(label: "test") { _ in Handler(lines: self) } }

    private struct Handler: LogHandler {
        let lines: LineCollector
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace
        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }
        func log(event: LogEvent) {
            lines.lines.withLock { $0.append("\(event.level): \(event.message)") }
        }
    }
}

/// Everything around one call.
struct Trial: Sendable {
    var workspace: TemporaryWorkspace
    var tables = GivenTables()
    var http: any HTTPClient = StubClient.refusing
    var connection: Connection?
    var programs: [String: AllowedProgram] = [:]
    var tableStore: (any TableStore)?
    var topics: (any TopicStore)?
    var key = "job-1/step/1"
    let cookies = JobCookies()
    let log = LineCollector()

    init() throws { workspace = try TemporaryWorkspace() }

    var context: ActionContext {
        ActionContext(
            connection: connection, http: http, logger: log.logger, idempotencyKey: key,
            nowMilliseconds: 1_709_888_701_250, files: workspace, tables: tables,
            formulas: FormulaEnvironment(nowNanoseconds: 1_709_888_701_250_000_000, tables: tables, seed: key),
            programs: programs, tableStore: tableStore, topics: topics, cookies: cookies)
    }

    /// Calls a built-in connector: `"csv.parse"`.
    func call(_ use: String, _ input: JSON) async throws -> JSON {
        let parts = use.split(separator: ".").map(String.init)
        guard parts.count == 2, let connector = BuiltInConnectors.all.first(where: { $0.spec.name == parts[0] }) else {
            throw ConnectorError(type: "internal", "no built-in \(use)")
        }
        return try await connector.execute(parts[1], input, in: context)
    }

    /// The error of a call that has to fail.
    func failure(_ use: String, _ input: JSON) async throws -> ConnectorError {
        do {
            let output = try await call(use, input)
            throw ConnectorError(type: "no_failure", "the call gave \(output.compact)")
        } catch let error as ConnectorError {
            return error
        }
    }
}
