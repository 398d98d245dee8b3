// The pages for people.

import Engine

enum DashboardRoutes {
    static func list(_ engine: Engine) -> [Route] { [] }
}
