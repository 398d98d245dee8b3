// One command's view of the workspace: its settings, connectors and recipes, and the engine over them.

import ArgumentParser
import BuiltInConnectors
import ConnectorKit
import Engine
import Foundation
import JSONCore
import JobHistory
import Logging
import OutboundHTTP
import RecipeLanguage
import Workspace

/// Options that every command on a workspace takes.
struct WorkspaceOptions: ParsableArguments {
    /// nil when nothing is said: `--workspace .` names this folder, and wins over GALLEY_SERVER.
    @Option(name: .customLong("workspace"), help: "The workspace's folder (default: the one this folder is in).")
    var namedFolder: String?

    var folder: String { namedFolder ?? "." }

    @Option(name: .customLong("env"), help: "Use galley.NAME.json and Connections/NAME/ over the plain ones.")
    var environment: String?
}

/// What a command works with. Parts are made when first asked for: start-up counts.
struct Session: Sendable {
    let workspace: Workspace
    let library: ConnectorLibrary
    let catalog: Catalog
    /// The tables that recipes have changed.
    private var storedTables: [StoredTable] { StoredTable.all(folder: workspace.dataFolder) }
    /// Mistakes in connectors, connections and tables; reads all of them.
    var diagnostics: [Diagnostic] { library.diagnostics + workspace.diagnostics(of: catalog) + editedTables }

    /// - Throws: `WorkspaceError`.
    init(_ options: WorkspaceOptions) throws {
        workspace = try Workspace.open(from: options.folder, environment: options.environment)
        let root = workspace.root
        DiagnosticPrinter.root.withLock { $0 = root }
        let library = ConnectorLibrary(
            folders: workspace.connectorFolders().merging(ShippedConnectors.folders) { own, _ in own })
        // A connector's folder is read when a recipe, a connection or a command needs it.
        let specs = ConnectorSpecs(names: library.names) { library[$0]?.spec }
        var catalog = workspace.catalog(connectors: specs)
        catalog.now = Int(systemMilliseconds() / 1_000)
        catalog.tables = TableColumns { [workspace] in
            StoredTable.all(folder: workspace.dataFolder).reduce(into: workspace.tableColumns()) { columns, table in
                columns[table.shape.name] = table.shape.columns
            }
        }
        (self.library, self.catalog) = (library, catalog)
    }

    /// Files of tables that nobody reads: recipes have changed the rows, and then somebody edited the file.
    private var editedTables: [Diagnostic] {
        storedTables.compactMap { table in
            let name = table.shape.name
            guard let hash = workspace.tableHash(name), hash != table.fileHash else { return nil }
            return Diagnostic(
                .warning, code: "table_file_edited",
                "this file was edited after recipes changed the rows of the table, so the edit is not in use",
                suggestion:
                    "galley tables reset \(name) takes the file and forgets the rows; galley tables save \(name) --force writes the rows over the file",
                file: "Tables/\(name).\(table.shape.isText ? "csv" : "json")", range: 0..<0, pointer: "")
        }
    }

    /// - Throws: `RecipeBroken`.
    func compile(_ id: String, _ source: [UInt8], file: String? = nil) throws -> Recipe {
        let checked = Recipe.check(source, id: id, file: file ?? "Recipes/\(id)/recipe.json", catalog: catalog)
        guard let recipe = checked.recipe else { throw RecipeBroken(diagnostics: checked.diagnostics) }
        return recipe
    }

    /// - Throws: `WorkspaceError` when there is no such recipe, `RecipeBroken`.
    func recipe(_ id: String) throws -> Recipe {
        let source = try workspace.recipeSource(id)
        return try compile(id, source.bytes, file: source.path)
    }

    /// Runs `body` with what an engine is lent of this workspace; its HTTP connections are closed after.
    func withServices<Result>(
        logger: Logger = .quiet, _ body: (EngineServices) async throws -> Result
    ) async throws -> Result {
        let services = try services(logger: logger)
        do {
            let result = try await body(services)
            await services.closeConnections()
            return result
        } catch {
            await services.closeConnections()
            throw error
        }
    }

    /// What the engine is lent of this workspace.
    /// - Parameter http: the client to go on with; nil makes one.
    func services(logger: Logger, http: (any HTTPClient)? = nil) throws -> EngineServices {
        let (workspace, library, session) = (workspace, library, self)
        let redactor = try workspace.redactor()
        var limits = EngineLimits()
        limits.step = .seconds(workspace.settings.limits[.stepSeconds])
        limits.api = .seconds(workspace.settings.limits[.apiSeconds])
        limits.job = .seconds(60 * workspace.settings.limits[.jobMinutes])
        limits.callDepth = workspace.settings.limits[.callDepth]
        limits.tableRows = workspace.settings.limits[.tableRows]
        limits.topicMessages = workspace.settings.limits[.topicMessages]
        limits.formulas.time = .milliseconds(workspace.settings.limits[.formulaMilliseconds])
        limits.formulas.outputBytes = workspace.settings.limits[.formulaOutputBytes]
        limits.formulas.depth = workspace.settings.limits[.formulaDepth]
        var services = EngineServices(
            recipeIDs: { workspace.recipeIDs() },
            recipeSource: { try workspace.recipeSource($0).bytes },
            compile: { try session.compile($0, $1) },
            connector: { library[$0] },
            connection: { name in
                guard let connector = session.catalog.connections[name],
                    let spec = session.catalog.connectors[connector]
                else { throw ConnectorError(type: "auth", "there is no connection \(name) in this workspace") }
                do {
                    return try workspace.connection(name, spec: spec)
                } catch let error as WorkspaceError {
                    throw ConnectorError(type: "auth", error.message)
                }
            },
            secret: { try workspace.secrets.value(of: $0) },
            http: http ?? OutboundClient(policy: networkPolicy, logger: logger), files: workspace.files,
            tables: workspace.tables, properties: workspace.settings.properties, timeZone: workspace.settings.timeZone,
            limits: limits, redact: { redactor.redact($0) }, logger: logger)
        services.programs = workspace.programs
        services.publicURL = { workspace.settings.publicURL }
        services.keepSecrets = { name, values in
            try OwnerFailure.wrapping { try workspace.secrets.keep(values, as: name) }
        }
        services.keptSecrets = { name in try OwnerFailure.wrapping { try workspace.secrets.kept(name) } }
        let whole = services
        services.connectionStates = { session.connectionStates() }
        services.writeRecipe = { id, source in
            try OwnerFailure.wrapping { try workspace.writeRecipe(id, source) }
        }
        services.tableFiles = workspace.tableFiles
        services.retentionDays = { workspace.settings.retentionDays }
        services.testConnection = { try await session.testConnection($0, whole) }
        services.alerts = { workspace.settings.alerts }
        services.sendAlert = { try await session.send($0, to: $1, id: $2, whole) }
        return services
    }

    /// The workspace's rules for outbound HTTP.
    private var networkPolicy: NetworkPolicy {
        let settings = workspace.settings
        var limits = OutboundLimits()
        limits.connect = .seconds(settings.limits[.connectSeconds])
        limits.firstByte = .seconds(settings.limits[.firstByteSeconds])
        limits.whole = .seconds(settings.limits[.callSeconds])
        limits.answerBytes = settings.limits[.answerBytes]
        limits.downloadBytes = settings.limits[.downloadBytes]
        limits.redirects = settings.limits[.redirects]
        return NetworkPolicy(permissions: settings.network, limits: limits, folder: workspace.root)
    }
}

extension OwnerFailure {
    /// Mistakes of the workspace in the form that crosses the socket and that the API knows.
    static func wrapping<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as WorkspaceError {
            let kind =
                switch error.kind {
                case .notFound: "no_such_job"
                case .invalid, .refused: "refused"
                case .disk: "unwritable"
                }
            throw OwnerFailure(kind: kind, error.diagnostics.first?.message ?? error.message)
        }
    }
}

extension EngineServices {
    /// Ends the HTTP client, which a process must do before it drops it.
    func closeConnections() async { await (http as? OutboundClient)?.shutdown() }
}
