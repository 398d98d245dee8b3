// The session of a server: read anew when files of the workspace change, so that an edit needs no restart.

import Engine
import Foundation
import Logging
import RecipeLanguage
import Synchronization
import Workspace

/// The newest session that could be read. A workspace that can't be read leaves the last one in force.
final class LiveSession: Sendable {
    private let options: WorkspaceOptions
    private let logger: Logger
    /// Wins over that of galley.json.
    private let publicURL: String?
    private let current: Mutex<(session: Session, services: EngineServices)>
    private let atStart: WorkspaceSettings
    /// The newest settings that wait for a restart, once the log has said so.
    private let waiting = Mutex<WorkspaceSettings?>(nil)

    /// - Throws: `WorkspaceError`.
    init(_ options: WorkspaceOptions, publicURL: String? = nil, logger: Logger) throws {
        (self.options, self.publicURL, self.logger) = (options, publicURL, logger)
        let session = try Session(options)
        atStart = session.workspace.settings
        current = Mutex((session, try session.services(logger: logger)))
    }

    var session: Session { current.withLock { $0.session } }

    /// What an engine is lent: every use asks the newest session. HTTP connections and limits stay those of the start.
    var services: EngineServices {
        let first = current.withLock { $0.services }
        var services = first
        services.recipeIDs = { [self] in session.workspace.recipeIDs() }
        services.recipeSource = { [self] in try newest.recipeSource($0) }
        services.compile = { [self] in try newest.compile($0, $1) }
        services.connector = { [self] in newest.connector($0) }
        services.connection = { [self] in try newest.connection($0) }
        services.secret = { [self] in try session.workspace.secrets.value(of: $0) }
        services.publicURL = { [self] in publicURL ?? newest.publicURL() }
        services.keepSecrets = { [self] in try newest.keepSecrets($0, $1) }
        services.keptSecrets = { [self] in try newest.keptSecrets($0) }
        services.connectionStates = { [self] in newest.connectionStates() }
        services.testConnection = { [self] in try await newest.testConnection($0) }
        services.writeRecipe = { [self] in try newest.writeRecipe($0, $1) }
        services.retentionDays = { [self] in newest.retentionDays() }
        services.alerts = { [self] in session.workspace.settings.alerts }
        services.sendAlert = { [self] in try await newest.sendAlert($0, $1, $2) }
        services.redact = { [self] in newest.redact($0) }
        return services
    }

    /// Whether galley.json has changes that the server does not go by yet.
    var awaitsRestart: Bool { waiting.withLock { $0 != nil } }

    /// Warns once of each change that only a restart brings into force.
    private func noteSettings(_ settings: WorkspaceSettings) {
        let isNews = waiting.withLock { waiting in
            let before = waiting ?? atStart
            waiting = settings.needRestart(of: atStart) ? settings : nil
            return waiting != nil && settings.needRestart(of: before)
        }
        if isNews { logger.warning("galley.json has changed: restart galley serve for it") }
    }

    private var newest: EngineServices { current.withLock { $0.services } }

    /// Reads the workspace anew.
    /// - Returns: whether it could be read.
    func reload() -> Bool {
        do {
            let session = try Session(options)
            try session.workspace.verifyRecipesFolder()
            // One client for as long as the server runs: of those that are replaced nobody would close the connections.
            let services = try session.services(logger: logger, http: newest.http)
            current.withLock { $0 = (session, services) }
            noteSettings(session.workspace.settings)
            return true
        } catch {
            let reason = (error as? WorkspaceError)?.message ?? "\(error)"
            logger.warning(
                "the workspace can't be read; what was read before stays in force", metadata: ["reason": "\(reason)"])
            return false
        }
    }
}
