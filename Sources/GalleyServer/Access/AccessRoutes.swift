// Signing in and out, and the first start.

enum AccessRoutes {
    static func list(_ access: ServerAccess) -> [Route] { [] }
}
