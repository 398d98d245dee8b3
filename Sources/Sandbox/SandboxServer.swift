// The sandbox as the command line starts it: one HTTP server with all apps, one SMTP listener, one database.

import Hummingbird
import Logging
import NIOCore

/// Where the sandbox listens, and where it keeps its state.
public struct SandboxConfiguration: Sendable {
    /// Of the HTTP server, on loopback; nil takes a free one.
    public var port: Int?
    /// Of the SMTP listener, on loopback; nil takes a free one.
    public var smtpPort: Int?
    /// The database file; nil keeps the state in memory.
    public var databasePath: String?
    public var credentials: SandboxCredentials

    public init(
        port: Int? = nil, smtpPort: Int? = nil, databasePath: String? = nil,
        credentials: SandboxCredentials = SandboxCredentials()
    ) {
        (self.port, self.smtpPort, self.databasePath) = (port, smtpPort, databasePath)
        self.credentials = credentials
    }

    /// The ports in the workspace's own connections.
    public static let standardPort = 8025
    public static let standardSMTPPort = 8026
}

/// Where a running sandbox is.
public struct SandboxAddresses: Sendable, Hashable {
    /// `http://127.0.0.1:8025`, without a slash at the end.
    public let url: String
    public let port: Int
    public let smtpHost: String
    public let smtpPort: Int
}

/// CRM, ERP, HR directory, chat and mailbox for trying recipes: small, but with real state, real faults and a ledger.
public struct SandboxServer: Sendable {
    public let configuration: SandboxConfiguration
    private let store: SandboxStore

    /// Opens (or makes) the database.
    /// - Throws: when the file can't be opened as a database.
    public init(configuration: SandboxConfiguration = SandboxConfiguration()) throws {
        self.configuration = configuration
        store = try SandboxStore(path: configuration.databasePath)
    }

    /// What is in the apps, and what changed since the sandbox was new.
    public func state() async throws -> SandboxState { try await SandboxState(reading: store) }

    /// Puts everything back to the start.
    public func reset() async throws { try await store.reset() }

    /// Serves until the task is cancelled, then returns.
    /// - Parameter onReady: called once when both listeners accept connections.
    /// - Throws: when a port can't be had.
    public func run(onReady: @escaping @Sendable (SandboxAddresses) async -> Void = { _ in }) async throws {
        let credentials = configuration.credentials
        let mail = try await MailServer(
            port: configuration.smtpPort ?? 0, store: store, user: credentials.mailUser,
            password: credentials.mailPassword)
        let responder = SandboxResponder(
            store: store, control: ControlPanel(store: store),
            apps: [
                CRM(key: credentials.crmKey), ERP(user: credentials.erpUser, password: credentials.erpPassword),
                HRDirectory(user: credentials.hrUser, password: credentials.hrPassword, token: credentials.hrToken),
                Chat(token: credentials.chatToken), Mailbox(),
            ])
        var logger = Logger(label: "sandbox")
        logger.logLevel = .critical  // connections cut by a shutdown are no news
        let application = Application(
            responder: responder,
            configuration: ApplicationConfiguration(
                address: .hostname("127.0.0.1", port: configuration.port ?? 0), serverName: "galley-sandbox"),
            onServerRunning: { channel in
                let port = channel.localAddress?.port ?? 0
                await onReady(
                    SandboxAddresses(
                        url: "http://127.0.0.1:\(port)", port: port, smtpHost: "127.0.0.1", smtpPort: mail.port))
            }, logger: logger)
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await mail.run() }
                group.addTask { try await application.run() }
                // Either ends only when cancelled, or by failing: then the other has to end too.
                try await group.next()
                group.cancelAll()
                try await group.waitForAll()
            }
        } catch is CancellationError where Task.isCancelled {}
    }
}
