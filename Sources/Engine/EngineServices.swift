// What the engine is lent from outside: recipes, connectors, connections, HTTP. It knows none of them by name.

import ConnectorKit
import JSONCore
import JobHistory
import Logging
import RecipeLanguage

/// Everything an engine needs of its workspace. Made by the command line; a test makes its own.
public struct EngineServices: Sendable {
    /// The recipes of the workspace as it is now, sorted.
    public var recipeIDs: @Sendable () -> [String]
    /// The bytes of a recipe as it is in the workspace now.
    /// - Throws: a sentence when there is no such recipe.
    public var recipeSource: @Sendable (_ id: String) throws -> [UInt8]
    /// Checks and reads one version of a recipe.
    /// - Throws: `RecipeBroken` with its diagnostics.
    public var compile: @Sendable (_ id: String, _ source: [UInt8]) throws -> Recipe
    public var connector: @Sendable (_ name: String) -> (any Connector)?
    /// A connection with its secrets resolved.
    /// - Throws: a sentence when it is missing or incomplete.
    public var connection: @Sendable (_ name: String) throws -> Connection
    /// The value of a secret by its name, for signatures of webhooks.
    /// - Throws: a sentence when there is none.
    public var secret: @Sendable (_ name: String) throws -> String
    /// The connections of the workspace, by name, without anything secret.
    public var connectionStates: @Sendable () -> [ConnectionState] = { [] }
    /// Makes a connection's test request; a sentence about how it went.
    /// - Throws: a sentence about what is wrong.
    public var testConnection: @Sendable (_ name: String) async throws -> String = {
        throw ControlError("there is no connection \($0)")
    }
    /// Writes a recipe's file in one step: a reader sees the old text or the new one.
    /// - Throws: a sentence when it can't be written.
    public var writeRecipe: @Sendable (_ id: String, _ source: [UInt8]) throws -> Void = { id, _ in
        throw ControlError("the file of \(id) can't be written here")
    }
    /// The files of look-up tables.
    public var tableFiles = TableFiles()
    /// A reader of the history for runs that are not recorded, which see the tables as recipes have changed them.
    public var history: JobStore?
    /// Days that finished jobs are kept; nil: for ever.
    public var retentionDays: @Sendable () -> Int? = { nil }
    /// The alert rules of the workspace as it is now.
    public var alerts: @Sendable () -> [AlertRule] = { [] }
    /// Sends a message to a mail address or a webhook; `id` is the same whenever the same message is sent again.
    /// - Throws: a sentence about what is wrong.
    public var sendAlert:
        @Sendable (_ notice: AlertNotice, _ target: AlertRule.Target, _ id: String) async throws -> Void =
            { _, target, _ in throw ControlError("nothing here can reach \(target.words)") }
    /// The address by which outside systems reach this server, without a slash at the end; nil when nobody has said it.
    public var publicURL: @Sendable () -> String? = { nil }
    /// Keeps secrets of galley's own under a name, in the encrypted store, and hides them from then on; nil removes them.
    /// On the disk on return.
    /// - Throws: a sentence when they can't be kept.
    public var keepSecrets: @Sendable (_ name: String, _ values: [String: String]?) throws -> Void = { _, _ in
        throw ControlError("secrets can't be kept here")
    }
    /// What was kept under a name; nil when nothing was.
    public var keptSecrets: @Sendable (_ name: String) throws -> [String: String]? = { _ in nil }
    public var http: any HTTPClient
    public var files: any WorkspaceFiles
    public var tables: any TableSource
    /// The programs that steps may run, by name.
    public var programs: [String: AllowedProgram] = [:]
    public var properties: JSONObject
    /// The workspace's zone, an IANA name.
    public var timeZone: String
    public var limits: EngineLimits
    /// Takes the secrets in use out of a value before it is recorded or shown.
    public var redact: @Sendable (JSON) -> JSON
    public var logger: Logger
    /// Milliseconds since 1970; tests freeze it.
    public var clock: @Sendable () -> Int64

    public init(
        recipeIDs: @escaping @Sendable () -> [String] = { [] },
        recipeSource: @escaping @Sendable (String) throws -> [UInt8],
        compile: @escaping @Sendable (String, [UInt8]) throws -> Recipe,
        connector: @escaping @Sendable (String) -> (any Connector)?,
        connection: @escaping @Sendable (String) throws -> Connection,
        secret: @escaping @Sendable (String) throws -> String = { throw ControlError("there is no secret \($0)") },
        http: any HTTPClient,
        files: any WorkspaceFiles, tables: any TableSource, properties: JSONObject = [:], timeZone: String = "UTC",
        limits: EngineLimits = EngineLimits(), redact: @escaping @Sendable (JSON) -> JSON = { $0 },
        logger: Logger = Logger(label: "galley"), clock: @escaping @Sendable () -> Int64 = systemMilliseconds
    ) {
        (self.recipeIDs, self.recipeSource) = (recipeIDs, recipeSource)
        (self.compile, self.connector) = (compile, connector)
        (self.connection, self.secret) = (connection, secret)
        (self.http, self.files, self.tables) = (http, files, tables)
        (self.properties, self.timeZone, self.limits) = (properties, timeZone, limits)
        (self.redact, self.logger, self.clock) = (redact, logger, clock)
    }
}

/// A connection as lists show it.
public struct ConnectionState: Sendable {
    public let name: String
    /// What people call it; nil: nothing but its name.
    public let title: String?
    public let connector: String
    /// `complete`, or what is missing in it.
    public let state: String
    /// The state of one that nothing is missing in.
    public static let complete = "complete"

    /// Why its calls are held back now, in the process that asks; nil: they pass.
    public let heldBack: SharedConnection.HeldBack?

    public init(
        name: String, title: String? = nil, connector: String, state: String,
        heldBack: SharedConnection.HeldBack? = nil
    ) {
        (self.name, self.title, self.connector, self.state) = (name, title, connector, state)
        self.heldBack = heldBack
    }

    public var json: JSON {
        var json: JSONObject = [
            "name": .string(name), "title": title.map { .string($0) } ?? .null, "connector": .string(connector),
            "state": .string(state),
        ]
        switch heldBack {
        case .down(let seconds, let reason)?:
            json["held_back"] = ["why": "down", "seconds": .integer(seconds), "reason": .string(reason)]
        case .paused(let seconds)?:
            json["held_back"] = [
                "why": "paused", "seconds": .integer(seconds), "reason": "it asked for it (its rate limit)",
            ]
        case nil: json["held_back"] = .null
        }
        return .object(json)
    }
}

/// A recipe that cannot run, with everything that is wrong with it.
public struct RecipeBroken: Error, Sendable {
    public let diagnostics: [Diagnostic]

    public init(diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }
}

/// Bounds of the engine (design §5), each named as in `galley.json`.
public struct EngineLimits: Sendable {
    /// `step_seconds`: one action, its tries and waits between them included.
    public var step: Duration = .seconds(150)
    /// `job_minutes`: running time of a job, waits not counted.
    public var job: Duration = .seconds(90 * 60)
    /// `jobs.at_once`: running jobs of all recipes together, those that wait for a call not counted.
    public var jobsAtOnce = 1_000
    /// `call_depth`
    public var callDepth = 20
    /// `api_seconds`: until a recipe that is an API has to answer.
    public var api: Duration = .seconds(30)
    /// A `wait` up to this long is slept through; a longer one leaves memory.
    public var shortWait: Duration = .seconds(10)
    /// Records of a job are written at the latest when they are this old, though nothing depends on it: a watcher sees a slow
    /// job move, also one in the middle of a step.
    public var unwritten: Duration = .seconds(1)
    public var formulas = FormulaLimits()
    /// `table_rows`: of a table that recipes change.
    public var tableRows = 100_000
    /// `topic_messages`: kept in a topic, beyond those that a recipe has not had yet.
    public var topicMessages = 100_000
    /// What hashing a password costs.
    public var passwords = PasswordCost()

    public init() {}
}
