// The dashboard: what its pages are made from.

import ConnectorKit
import Engine
import JSONCore
import JobHistory
import RecipeLanguage

struct Dashboard: Sendable {
    let engine: Engine
    let workspace: WorkspaceView
    let templates: PageTemplates
    let signIns = PendingSignIns()

    /// - Throws: when a template is wrong, which a test finds.
    init(engine: Engine, workspace: WorkspaceView) throws {
        (self.engine, self.workspace) = (engine, workspace)
        templates = try PageTemplates()
    }

    var store: JobStore { engine.store }
    var now: Milliseconds { engine.services.clock() }
    var times: TimeWords { TimeWords(now: now, zone: engine.services.timeZone) }
}

/// What the pages show of a workspace besides its recipes and jobs. Made by the command line; each use reads the newest.
public struct WorkspaceView: Sendable {
    /// A connection and what is missing in it.
    public struct ConnectionState: Sendable {
        public let name: String
        /// What people call it; nil: nothing but its name.
        public let title: String?
        /// The connector's name, also when there is no such connector.
        public let connector: String
        /// Why it can't be used; a sentence. nil: it is complete.
        public let problem: String?
        /// Whether a person signs it in, in the browser.
        public let signsInByBrowser: Bool

        /// Why its calls are held back now; nil: they pass.
        public let heldBack: SharedConnection.HeldBack?

        public init(
            name: String, title: String? = nil, connector: String, problem: String?, signsInByBrowser: Bool = false,
            heldBack: SharedConnection.HeldBack? = nil
        ) {
            (self.name, self.title, self.connector, self.problem) = (name, title, connector, problem)
            (self.signsInByBrowser, self.heldBack) = (signsInByBrowser, heldBack)
        }
    }

    /// How a test of a connection went.
    public enum ConnectionTest: Sendable {
        /// Its test request was answered well.
        case works
        /// Complete, but its connector has no test request.
        case complete
        case fails(String)
    }

    public var name: String
    public var connectors: @Sendable () -> [ConnectorSpec]
    public var connections: @Sendable () -> [ConnectionState]
    public var testConnection: @Sendable (_ name: String) async -> ConnectionTest
    /// Begins the sign-in of a connection whose browser comes back to `redirect`.
    /// - Throws: `ConnectorError`: why it can't.
    public var beginSignIn: @Sendable (_ name: String, _ redirect: String) throws -> AuthorizationRequest = { name, _ in
        throw ConnectorError(type: "auth", "there is no connection \(name)")
    }
    /// Ends a sign-in with what the browser brought back.
    /// - Throws: `ConnectorError`: why there are no tokens.
    public var finishSignIn: @Sendable (_ begun: AuthorizationRequest, _ answer: JSONObject) async throws -> Void = {
        begun, _ in throw ConnectorError(type: "auth", "there is no connection \(begun.settings.connection)")
    }
    /// Whether the settings have changes that only a restart brings into force.
    public var awaitsRestart: @Sendable () -> Bool = { false }
    /// Names of the stored secrets; never a value.
    public var secretNames: @Sendable () -> [String]

    public init(
        name: String = "Galley", connectors: @escaping @Sendable () -> [ConnectorSpec] = { [] },
        connections: @escaping @Sendable () -> [ConnectionState] = { [] },
        testConnection: @escaping @Sendable (String) async -> ConnectionTest = {
            .fails("there is no connection \($0)")
        },
        secretNames: @escaping @Sendable () -> [String] = { [] }
    ) {
        (self.name, self.connectors, self.connections) = (name, connectors, connections)
        (self.testConnection, self.secretNames) = (testConnection, secretNames)
    }
}
