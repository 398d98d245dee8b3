// /api/v1: all that the command line does, for programs.

import Engine

enum APIRoutes {
    static func list(_ engine: Engine) -> [Route] { [] }
}
