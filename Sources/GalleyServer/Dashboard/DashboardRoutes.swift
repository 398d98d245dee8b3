// The pages for people: which address shows which page, and who may use it.

import Engine
import Hummingbird
import JobHistory

enum DashboardRoutes {
    /// - Throws: when a template is wrong, which a test finds.
    static func list(_ engine: Engine, _ workspace: WorkspaceView) throws -> [Route] {
        let dashboard = try Dashboard(engine: engine, workspace: workspace)
        return Assets.routes + dashboard.pages + dashboard.actions
    }
}

extension Dashboard {
    fileprivate var pages: [Route] {
        [
            page("/") { try await homePage($0) },
            page("/jobs") { try await jobListPage($0) },
            page("/jobs/bulk", .operator) { try await bulkPage($0) },
            page("/jobs/{job}") { try await jobPage($0) },
            page("/jobs/{job}/compare") { try await comparePage($0) },
            Route(.get, "/jobs/{job}/test.json", .signedIn(.viewer)) { try await exportTest($0) },
            page("/approvals") { try await approvalListPage($0) },
            page("/approvals/{id}") { try await approvalPage($0) },
            page("/recipes") { try await recipeListPage($0) },
            page("/recipes/{recipe}") { try await recipePage($0) },
            page("/recipes/{recipe}/diff") { try await diffPage($0) },
            page("/schedules") { try await schedulesPage($0) },
            page("/webhooks") { try await inboxPage($0) },
            page("/webhooks/{id}") { try await deliveryPage($0) },
            page("/topics") { _ in try await topicListPage() },
            page("/topics/{topic...}") { try await topicPage($0) },
            page("/tables") { _ in try await tableListPage() },
            page("/tables/{table}") { try await tablePage($0) },
            page("/connections") { try await connectionListPage($0) },
            page("/connections/{name}") { try await connectionPage($0, of: $0["name"]) },
            Route(.get, Self.callbackPath, .open) { Self.callback($0) },
            Route(.get, Self.finishPath, .signedIn(.author)) { try await finishSignIn($0) },
            page("/connectors") { _ in connectorListPage() },
            page("/connectors/{name}") { connectorPage($0) },
            page("/settings") { try await settingsPage($0) },
            page("/settings/alerts") { try await alertsPage($0) },
            page("/settings/audit", .admin) { try await auditPage($0) },
        ]
    }

    fileprivate var actions: [Route] {
        [
            action("/jobs/bulk", .operator) { try await bulkPerform($0) },
            action("/jobs/{job}/retry", .operator) { try await retryJob($0) },
            action("/jobs/{job}/rerun", .operator) { try await rerunJob($0) },
            action("/jobs/{job}/cancel", .operator) { try await cancelJob($0) },
            action("/jobs/{job}/decide", .operator) { try await decideJob($0) },
            action("/approvals/{id}/answer", .viewer) { try await answerApproval($0) },
            action("/recipes/{recipe}/start", .operator) { try await turnRecipe($0, on: true) },
            action("/recipes/{recipe}/stop", .operator) { try await turnRecipe($0, on: false) },
            action("/recipes/{recipe}/rollback", .author) { try await rollBackRecipe($0) },
            action("/recipes/{recipe}/run", .author) { try await runRecipe($0) },
            action("/schedules/{recipe}/pause", .operator) { try await pauseSchedule($0) },
            action("/schedules/{recipe}/resume", .operator) { try await resumeSchedule($0) },
            action("/webhooks/{id}/replay", .operator) { try await replayDelivery($0) },
            action("/tables/{table}/save", .author) { try await saveTable($0) },
            action("/tables/{table}/reset", .author) { try await resetTable($0) },
            action("/connections/{name}/test", .author) { try await testConnection($0) },
            action("/connections/{name}/connect", .author) { try await connect($0) },
            action("/settings/users", .admin) { try await addUser($0) },
            action("/settings/users/{name}/role", .admin) { try await changeRole($0) },
            action("/settings/users/{name}/sign-out", .admin) { try await signUserOut($0) },
            action("/settings/users/{name}/remove", .admin) { try await removeUser($0) },
            action("/settings/sign-out-everywhere", .viewer) { try await signOutEverywhere($0) },
            action("/settings/tokens", .admin) { try await addToken($0) },
            action("/settings/tokens/{name}/revoke", .admin) { try await revokeToken($0) },
            action("/settings/prune", .admin) { try await pruneJobs($0) },
            action("/settings/alerts/{rule}/test", .author) { try await testAlert($0) },
        ]
    }

    private func page(
        _ pattern: RoutePattern, _ role: Role = .viewer, _ make: @escaping @Sendable (RouteRequest) async throws -> Page
    ) -> Route {
        Route(.get, pattern, .signedIn(role)) { respond(try await make($0), to: $0) }
    }

    private func action(
        _ pattern: RoutePattern, _ role: Role,
        _ perform: @escaping @Sendable (RouteRequest) async throws -> Response
    ) -> Route {
        Route(.post, pattern, .signedIn(role), isForm: true, perform)
    }
}
