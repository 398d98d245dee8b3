// Every route for every role, and every odd spelling of every route.

import Engine
import JobHistory
import Logging
import Testing

@testable import GalleyServer

@Suite(.timeLimit(.minutes(5)))
struct AccessWalkTests {
    private static func routes(_ bed: ServerBed) throws -> [Route] {
        try ServerResponder(engine: bed.engine, configuration: ServerConfiguration(), logger: Logger(label: "test"))
            .table.routes
    }

    /// An address that fits a route's pattern.
    private static func path(_ route: Route) -> String {
        "/"
            + route.pattern.parts.map { part in
                switch part {
                case .literal(let text): text
                case .parameter: "1"
                case .rest: "a/b"
                }
            }.joined(separator: "/")
    }

    private static func call(_ route: Route, _ bed: ServerBed, _ token: String?) async throws -> Int {
        let headers = token.map { [$0] } ?? []
        // HEAD is GET without a body: a stream of events would not end.
        if route.method == .get { return try await bed.get(path(route), headers: headers, method: "HEAD").status }
        let type = route.isForm ? "application/x-www-form-urlencoded" : "application/json"
        return try await bed.post(
            path(route), route.isForm ? "" : "{}", headers: headers + ["Content-Type: \(type)", "Origin: http://test"],
            method: route.method?.rawValue ?? "POST"
        ).status
    }

    @Test func `each route lets in whom the table says and nobody else`() async throws {
        try await ServerBed.use([:]) {
            (bed: ServerBed) async throws -> Void in
            var tokens: [(role: Role, token: String)] = []
            for role in Role.allCases { tokens.append((role, try await bed.token(role))) }
            let client = try await bed.token(nil)
            for route in try Self.routes(bed) {
                let name = "\(route.method?.rawValue ?? "any") \(route.pattern)"
                let anybody = try await Self.call(route, bed, nil)
                switch route.access {
                case .open:
                    #expect(
                        ![401, 403].contains(anybody)
                            || ["/setup", "/invitation"].contains(route.pattern.description) || route.isForm,
                        "\(name)")
                default: #expect(anybody == 401, "\(name) without a token")
                }
                let ofClient = try await Self.call(route, bed, client)
                switch route.access {
                case .client, .known: #expect(![401, 403].contains(ofClient), "\(name) for a client")
                case .signedIn: #expect(ofClient == 403, "\(name) for a client")
                case .open: break
                }
                for (role, token) in tokens {
                    let status = try await Self.call(route, bed, token)
                    switch route.access {
                    case .signedIn(let needed) where role < needed:
                        #expect(status == 403, "\(name) for \(role)")
                    case .signedIn, .known:
                        #expect(![401, 403, 405, 500].contains(status), "\(name) for \(role): \(status)")
                    case .client: #expect(status == 403, "\(name) for \(role)")
                    case .open: break
                    }
                }
                #expect(try await Self.call(route, bed, "Authorization: Bearer galley_wrong") == anybody)
            }
        }
    }

    @Test func `no odd spelling of an address leads anywhere`() async throws {
        try await ServerBed.use([:], configure: { $0.isOpen = true }) {
            (bed: ServerBed) async throws -> Void in
            for route in try Self.routes(bed) {
                let path = Self.path(route)
                for odd in [
                    path + "/", path + "/..", path + "/.", path + "/%2e%2e", path + "/%2E%2e/x", "/" + path,
                    path + "%00",
                    path + "%2f", path + "/..%2f..%2fetc%2fpasswd", path + "/..%5c..", "/./" + path.dropFirst(),
                    "/x/../" + path.dropFirst(), path + "/%c0%ae%c0%ae", path + ";/..", path + "/%",
                ] {
                    let answer = try await bed.get(
                        odd, method: route.method == .get ? "HEAD" : route.method?.rawValue ?? "GET")
                    #expect(answer.status == 404, "\(route.method?.rawValue ?? "any") \(odd)")
                }
            }
        }
    }
}
