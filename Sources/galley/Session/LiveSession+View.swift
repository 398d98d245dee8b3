// What the dashboard shows of the workspace, read from the newest session.

import ConnectorKit
import Engine
import GalleyServer
import RecipeLanguage
import Workspace

extension LiveSession {
    /// What the dashboard shows of the workspace; every use reads the newest session.
    var view: WorkspaceView {
        WorkspaceView(
            name: session.workspace.settings.name,
            connectors: { [self] in session.library.specs },
            connections: { [self] in
                let session = session
                return session.workspace.connectionNames().map { name in
                    .init(
                        name: name, connector: session.catalog.connections[name] ?? "",
                        problem: session.problem(inConnection: name))
                }
            },
            testConnection: { [self] name in
                do {
                    return try await session.sendTest(name, services) ? .works : .complete
                } catch let error as ConnectorError {
                    return .fails("\(error.message) [\(error.type)]")
                } catch let error as WorkspaceError {
                    return .fails(error.diagnostics.first?.message ?? error.message)
                } catch {
                    return .fails("\(error)")
                }
            },
            secretNames: { [self] in ((try? session.workspace.secrets.list()) ?? []).map(\.name) })
    }
}
