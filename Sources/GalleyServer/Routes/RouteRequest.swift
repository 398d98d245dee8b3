// What a route's handler is given: the request with all that was found out about it.

import ConnectorKit
import Engine
import HTTPTypes
import Hummingbird
import JSONCore
import JobHistory
import Synchronization

struct RouteRequest: Sendable {
    let request: Request
    let address: RequestAddress
    /// What the pattern left open, by name.
    let parameters: [String: String]
    /// Who is asking; nil on an open route that nobody signed in for.
    let principal: Principal?
    let peer: Peer
    let body: BodyReader
    /// What the audit log says it was done to; the address when nothing is said.
    let subject = AuditSubject()

    var headers: HTTPFields { request.headers }
    var method: HTTPRequest.Method { request.method }

    /// A parameter of the pattern; empty for a name it doesn't have.
    subscript(name: String) -> String { parameters[name] ?? "" }

    /// A parameter that must be a job's number: anything else is not there.
    func number(_ name: String) throws(Problem) -> Int64 {
        guard let number = Int64(self[name]), number >= 0 else { throw .notFound }
        return number
    }

    /// The body as JSON; an empty one is an empty object.
    /// - Throws: `Problem` 400, 408, 413, 415.
    func json() async throws -> JSON {
        let type = headers[.contentType]?.split(separator: ";").first?.lowercased() ?? "application/json"
        guard type == "application/json" || type.hasSuffix("+json") else {
            throw Problem(.unsupportedMediaType, "the body must be application/json, not \(type)")
        }
        let bytes = try await body.read(request)
        guard !bytes.isEmpty else { return [:] }
        do {
            return try JSON(parsing: bytes)
        } catch {
            throw Problem(.badRequest, "the body is not JSON: \(error.message)")
        }
    }

    /// The body as a form of a page.
    /// - Throws: `Problem` 400, 408, 413, 415.
    func form() async throws -> JSONObject {
        guard headers[.contentType]?.split(separator: ";").first?.lowercased() == "application/x-www-form-urlencoded"
        else { throw Problem(.unsupportedMediaType, "the body must be a form") }
        return FormText.object(String(decoding: try await body.read(request), as: UTF8.self))
    }
}

/// A word of a handler for the audit log.
final class AuditSubject: Sendable {
    private let words = Mutex((text: String?.none, isNoted: false))

    var text: String? { words.withLock { $0.text } }
    /// Whether the handler has written its line itself.
    var isNoted: Bool { words.withLock { $0.isNoted } }
    /// - Parameter text: nil: a line is there already.
    func set(_ text: String?) { words.withLock { $0 = (text, text == nil) } }
}

/// Where a request comes from, through a trusted proxy or not.
struct Peer: Sendable {
    /// Its network address.
    let address: String
    let isSecure: Bool
    /// The host and port it asked for, in lower case.
    let authority: String

    /// What a browser's `Origin` says for a page of ours.
    var origin: String { (isSecure ? "https://" : "http://") + authority }
}
