// /api/v1: all that the command line does, for programs.

import Engine

public enum APIRoutes {
    /// Every answer of the API has it, so that a client knows that it talks to a Galley, and to which.
    public static let versionHeader = "Galley-API"
    public static let version = "1"

    static func list(_ engine: Engine, _ access: ServerAccess, _ limits: ServerLimits) -> [Route] {
        let routes =
            JobAPI(engine: engine).list + JobBulkAPI(engine: engine).list + RecipeAPI(engine: engine).list
            + ScheduleAPI(engine: engine).list + WorkspaceAPI(engine: engine).list
            + ApprovalAPI(engine: engine).list + AlertAPI(engine: engine).list + AccessAPI(control: access.control).list
            + EventAPI(engine: engine, access: access, limits: limits).list
        let document = APIDescription.document(of: routes)
        return routes + [Route(.get, "/api/v1/openapi.json", .known) { _ in .json(document) }]
    }
}
