// What the API's description says about a route.

import JSONCore

struct APIOperation: Sendable {
    /// One line.
    var summary: String
}
