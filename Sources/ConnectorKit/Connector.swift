// What a connector is: a spec and, for each of its actions, code from values to values.

import JSONCore
import Logging
import RecipeLanguage

/// A set of actions (and triggers) for one outside system.
///
/// Two kinds conform: native connectors, written in Swift, and declarative ones, read from a folder in `Connectors/`.
public protocol Connector: Sendable {
    /// Its operations and connection settings, as data.
    var spec: ConnectorSpec { get }

    /// Runs one action.
    /// - Parameter input: typed by the action's input schema; required members are there.
    /// - Returns: the step's output.
    /// - Throws: `ConnectorError`; anything else counts as an internal error of the connector.
    func execute(_ action: String, _ input: JSON, in context: ActionContext) async throws -> JSON
}

/// A native connector that can show whether a connection works.
public protocol TestedConnector: Connector {
    /// Asks the other side for something that changes nothing.
    /// - Returns: false when there is nothing to ask.
    /// - Throws: `ConnectorError` that says what is wrong with the connection.
    func sendTest(in context: ActionContext) async throws -> Bool
}

/// Everything an action may use besides its input: its connection, HTTP, a logger, the idempotency key, the time, files.
public struct ActionContext: Sendable {
    /// The connection of the step; nil when the recipe names none.
    public let connection: Connection?
    /// The one HTTP client, under the rules of design §5, with the permissions of this connection and workspace.
    public let http: any HTTPClient
    /// Lines for the operator; secrets are redacted.
    public let logger: Logger
    /// Stable for this job, step address and round; the same in every attempt while the outcome is unknown.
    public let idempotencyKey: String
    /// Milliseconds since 1970 (UTC) at the start of the job: what `now` is in formulas.
    public let nowMilliseconds: Int64
    /// The workspace's folder: files are read and written below it and nowhere else.
    public let files: any WorkspaceFiles
    /// The workspace's tables.
    public let tables: any TableSource
    /// What formulas in declarative connectors see: the zone, properties, limits.
    public let formulas: FormulaEnvironment
    /// The programs that may be run, by name; none unless the workspace says so.
    public let programs: [String: AllowedProgram]
    /// The tables for steps that search and change them; nil where there is no history.
    public let tableStore: (any TableStore)?
    /// The workspace's topics; nil where there is no history.
    public let topics: (any TopicStore)?
    /// For asking people; nil where there is no history.
    public let approvals: (any ApprovalStore)?
    /// What services keep a session of the job by.
    public let cookies: JobCookies
    /// What requests are signed with where nothing is sent, so that they can be compared; nil: with time and chance.
    public let fixedMoment: SigningMoment?

    public init(
        connection: Connection?, http: any HTTPClient, logger: Logger, idempotencyKey: String, nowMilliseconds: Int64,
        files: any WorkspaceFiles, tables: any TableSource, formulas: FormulaEnvironment,
        programs: [String: AllowedProgram] = [:], tableStore: (any TableStore)? = nil,
        topics: (any TopicStore)? = nil, approvals: (any ApprovalStore)? = nil,
        cookies: JobCookies = JobCookies(), fixedMoment: SigningMoment? = nil
    ) {
        (self.connection, self.http, self.logger, self.idempotencyKey) = (connection, http, logger, idempotencyKey)
        (self.nowMilliseconds, self.files, self.tables, self.formulas) = (nowMilliseconds, files, tables, formulas)
        (self.programs, self.tableStore, self.topics) = (programs, tableStore, topics)
        (self.approvals, self.cookies, self.fixedMoment) = (approvals, cookies, fixedMoment)
    }
}

/// A connection as an action sees it: settings as written, credentials with their secrets resolved.
public struct Connection: Sendable {
    /// The file's name without its ending.
    public let name: String
    public let connector: String
    /// Typed by the connector's settings schema.
    public let settings: JSONObject
    /// `{"username": …, "password": …}`, `{"token": …}`, `{"key": …}`: secrets are resolved, so never record or log it.
    public let credentials: JSONObject
    /// What the HTTP client may do for this connection.
    public let network: NetworkPermissions
    /// How often it may be called; what it doesn't say, the connector does.
    public let limits: CallLimits
    /// What everybody who uses the connection in this process shares: its tokens, limits and breaker.
    public let shared: SharedConnection

    public init(
        name: String, connector: String, settings: JSONObject, credentials: JSONObject,
        network: NetworkPermissions = NetworkPermissions(), limits: CallLimits = CallLimits(),
        shared: SharedConnection = SharedConnection()
    ) {
        (self.name, self.connector, self.settings) = (name, connector, settings)
        (self.credentials, self.network, self.limits, self.shared) = (credentials, network, limits, shared)
    }
}

/// What a connection (or the workspace) allows beyond the default rules of outbound traffic.
public struct NetworkPermissions: Sendable, Hashable {
    /// Loopback, private and link-local addresses may be connected to.
    public var privateAddresses = false
    /// A body that ends with the connection, over plain http, counts as whole.
    public var bodiesWithoutLength = false
    /// PEM files, absolute or relative to the workspace (a connection's are absolute when an action sees them): a private certificate authority, a client
    /// certificate and its key. The last two may be PEM text itself, from a secret (`isText`).
    public var certificateAuthority: String?
    public var clientCertificate: String?
    public var clientKey: String?
    /// `http://host:port` of a proxy; only from the workspace's settings.
    public var proxy: String?
    /// Largest decoded answer in bytes; 10 MiB when nil.
    public var maximumAnswerBytes: Int?

    public init() {}

    /// Whether a certificate or key is given as PEM text and not as a file.
    public static func isText(_ place: String) -> Bool { place.contains("-----BEGIN ") }
}

/// Files below the workspace's folder.
public protocol WorkspaceFiles: Sendable {
    /// The absolute path of `relative`, which must stay inside the workspace once links are resolved and must not lead
    /// into `.galley`, `Connections` or a key file.
    /// - Throws: `ConnectorError` of type `file` otherwise.
    func path(of relative: String) throws -> String

    /// A folder of Galley's own where unfinished files are noted, so that the next owner of the workspace removes those that
    /// a crash left behind; nil: nobody looks after them.
    var draftNotes: String? { get }
}

extension WorkspaceFiles {
    public var draftNotes: String? { nil }
}
