// An import of a document given as a text, and the requests that its actions send.

import BuiltInConnectors
import ConnectorImport
import ConnectorKit
import JSONCore
import Logging
import RecipeLanguage
import Synchronization

/// A document, the documents beside it, and what is made of them.
struct ImportTrial: Sendable {
    let imported: OpenAPIImport
    let connector: DeclarativeConnector

    /// What makes an import fail a test before it starts.
    struct Broken: Error, CustomStringConvertible { let description: String }

    /// - Parameter others: documents by their path from the folder `/docs`, where the first one is `api.json`.
    static func imports(
        _ document: String, others: [String: String] = [:], remote: Bool = false,
        _ change: (inout OpenAPIImport.Options) -> Void = { _ in }
    ) async throws -> OpenAPIImport {
        let rules = DocumentPlace.Rules(folder: "/docs", allowsRemote: remote)
        let documents = try await DocumentSet(.file("/docs/api.json"), rules: rules) { place in
            if place == .file("/docs/api.json") { return Array(document.utf8) }
            let name =
                place.description.hasPrefix("/docs/") ? String(place.description.dropFirst(6)) : place.description
            guard let text = others[name] else { throw ImportError("there is no \(name)") }
            return Array(text.utf8)
        }
        var options = OpenAPIImport.Options()
        options.authKinds = ConnectionAuth.types
        options.name = "trial"
        change(&options)
        return try OpenAPIImport(documents, options)
    }

    init(
        _ document: String, others: [String: String] = [:], _ change: (inout OpenAPIImport.Options) -> Void = { _ in }
    ) async throws {
        imported = try await Self.imports(document, others: others, change)
        let files = Dictionary(imported.files.map { ($0.name, $0.bytes) }, uniquingKeysWith: { first, _ in first })
        let (connector, diagnostics) = DeclarativeConnector.read(
            files["connector.json"] ?? [], name: imported.name, file: "connector.json"
        ) { files[$0] }
        let all = diagnostics + (connector?.fileDiagnostics ?? [])
        guard let connector, all.isEmpty else {
            throw Broken(description: all.map { "\($0.file)\($0.pointer): \($0.message)" }.joined(separator: "\n"))
        }
        self.connector = connector
    }

    /// An OpenAPI 3.0 document with one operation, `do_it`.
    static func one(
        _ operation: String, method: String = "get", path: String = "/things", top: String = "",
        version: String = "3.0.3"
    ) -> String {
        """
        { "openapi": "\(version)", "info": { "title": "Trial", "version": "1" },
          "servers": [ { "url": "https://api.trial.example/v1" } ], \(top)
          "paths": { "\(path)": { "\(method)": { "operationId": "doIt", "responses": { "200": { "description": "ok" } }, \(operation) } } } }
        """
    }

    /// As above in Swagger 2.0.
    static func two(_ operation: String, method: String = "get", path: String = "/things", top: String = "") -> String {
        """
        { "swagger": "2.0", "info": { "title": "Trial", "version": "1" }, "host": "api.trial.example", "basePath": "/v1",
          "schemes": ["https"], \(top)
          "paths": { "\(path)": { "\(method)": { "operationId": "doIt", "responses": { "200": { "description": "ok" } }, \(operation) } } } }
        """
    }

    func file(_ name: String) throws -> JSON {
        guard let file = imported.files.first(where: { $0.name == name }) else {
            throw Broken(description: "there is no \(name) among \(imported.files.map(\.name))")
        }
        return try JSON(parsing: file.bytes)
    }

    /// The requests of one call, its input typed as the engine types it.
    func requests(
        _ action: String = "do_it", _ input: JSON = [:], connection: Connection? = nil,
        answers: [HTTPAnswer] = [Self.answer("{}")]
    ) async throws -> [HTTPRequest] {
        let client = AnsweringClient(answers)
        _ = try? await call(action, input, connection: connection, client: client)
        guard !client.requests.isEmpty else {
            _ = try await call(action, input, connection: connection, client: client)
            return []
        }
        return client.requests
    }

    func call(
        _ action: String, _ input: JSON, connection: Connection? = nil, client: any HTTPClient
    ) async throws -> JSON {
        guard let spec = connector.spec.action(action) else {
            throw Broken(description: "no action \(action), only \(connector.spec.actions.map(\.name))")
        }
        let (typed, mismatches) = spec.input.typed(input)
        guard mismatches.isEmpty else { throw Broken(description: mismatches.map(\.message).joined(separator: "; ")) }
        let context = ActionContext(
            connection: connection, http: client, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            idempotencyKey: "key-1", nowMilliseconds: 1_709_888_701_250, files: NoFiles(), tables: NoTables(),
            formulas: FormulaEnvironment(nowNanoseconds: 1_709_888_701_250_000_000, tables: NoTables(), seed: "1"))
        return try await connector.execute(action, typed, in: context)
    }

    static func answer(_ body: String, _ headers: [(name: String, value: String)] = []) -> HTTPAnswer {
        HTTPAnswer(
            status: 200, headers: [("content-type", "application/json")] + headers, body: Array(body.utf8), url: "")
    }

    /// A connection with settings and credentials.
    static func connection(settings: JSONObject = [:], _ credentials: JSONObject = [:]) -> Connection {
        Connection(
            name: "c", connector: "trial", settings: settings, credentials: credentials, network: NetworkPermissions())
    }
}

/// Gives the answers one after the other, the last again and again, and keeps the requests.
final class AnsweringClient: HTTPClient {
    private let answers: [HTTPAnswer]
    private let seen = Mutex<[HTTPRequest]>([])
    var requests: [HTTPRequest] { seen.withLock { $0 } }

    init(_ answers: [HTTPAnswer]) { self.answers = answers }

    func send(_ request: HTTPRequest) async throws -> HTTPAnswer {
        let number = seen.withLock {
            $0.append(request)
            return $0.count
        }
        return answers[min(number, answers.count) - 1]
    }
}

struct NoFiles: WorkspaceFiles {
    let root = "/nowhere"
    func path(of relative: String) throws -> String { throw ConnectorError(type: "file", "there are no files") }
}

struct NoTables: TableSource {
    func firstRow(of table: String, where conditions: [(column: String, value: JSON)]) throws -> JSONObject? { nil }
    func rows(of table: String, where conditions: [(column: String, value: JSON)], limit: Int) throws -> [JSONObject] {
        []
    }
}

extension HTTPRequest {
    var text: String { String(decoding: body, as: UTF8.self) }
}
