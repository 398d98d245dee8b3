// The one table of addresses. What is not in it does not exist.

import Engine
import HTTPTypes

struct RouteTable: Sendable {
    let routes: [Route]
    /// The routes by pattern, in the order they are asked.
    private let patterns: [(pattern: RoutePattern, routes: [Route])]

    enum Match {
        case found(Route, parameters: [String: String])
        /// For `Allow`.
        case otherMethod(allowed: String)
        case none
    }

    init(_ routes: [Route]) {
        self.routes = routes
        var grouped: [(pattern: RoutePattern, routes: [Route])] = []
        for route in routes {
            if let known = grouped.firstIndex(where: { $0.pattern == route.pattern }) {
                grouped[known].routes.append(route)
            } else {
                grouped.append((route.pattern, [route]))
            }
        }
        patterns = grouped.sorted { $0.pattern.precedes($1.pattern) }
    }

    func match(_ method: HTTPRequest.Method, _ segments: [String]) -> Match {
        for (pattern, routes) in patterns {
            guard let parameters = pattern.match(segments) else { continue }
            let wanted = method == .head ? .get : method
            if let route = routes.first(where: { $0.method == nil || $0.method == method || $0.method == wanted }) {
                return .found(route, parameters: parameters)
            }
            let methods = routes.compactMap(\.method)
            return .otherMethod(
                allowed: (methods + (methods.contains(.get) ? [.head] : [])).map(\.rawValue).joined(separator: ", "))
        }
        return .none
    }
}
