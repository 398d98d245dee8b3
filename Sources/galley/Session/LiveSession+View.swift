// What the dashboard shows of the workspace, read from the newest session.

import ConnectorKit
import Engine
import GalleyServer
import RecipeLanguage
import Workspace

extension LiveSession {
    /// What the dashboard shows of the workspace; every use reads the newest session.
    var view: WorkspaceView {
        var view = WorkspaceView(
            name: session.workspace.settings.name,
            connectors: { [self] in session.library.specs },
            connections: { [self] in
                let session = session
                return session.workspace.connectionNames().map { name in
                    .init(
                        name: name, title: session.workspace.connectionTitle(name),
                        connector: session.catalog.connections[name] ?? "",
                        problem: session.problem(inConnection: name),
                        signsInByBrowser: (try? session.oauth(ofConnection: name))?.1.grant == .authorizationCode,
                        heldBack: session.heldBack(name))
                }
            },
            testConnection: { [self] name in
                do {
                    return switch try await session.sendTest(name, services) {
                    case .works, .signedIn: .works
                    case .complete: .complete
                    }
                } catch let error as ConnectorError {
                    return .fails("\(session.shown(error)) [\(error.type)]")
                } catch let error as WorkspaceError {
                    return .fails(error.diagnostics.first?.message ?? error.message)
                } catch {
                    return .fails("\(error)")
                }
            },
            secretNames: { [self] in ((try? session.workspace.secrets.list()) ?? []).map(\.name) })
        view.awaitsRestart = { [self] in awaitsRestart }
        view.beginSignIn = { [self] name, redirect in
            try Self.telling { try AuthorizationRequest(session.oauth(ofConnection: name).1, redirect: redirect) }
        }
        view.finishSignIn = { [self] begun, answer in
            let session = session
            let connection = try Self.telling { try session.oauth(ofConnection: begun.settings.connection).0 }
            try await begun.finish(answer, of: connection, through: services.http)
        }
        return view
    }

    private static func telling<Result>(_ body: () throws -> Result) throws -> Result {
        do { return try body() } catch let error as WorkspaceError {
            throw ConnectorError(type: "auth", error.diagnostics.first?.message ?? error.message)
        }
    }
}
