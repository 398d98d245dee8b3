// Errors as the server tells them: RFC 9457 for programs, a page for people.

import Engine
import HTTPTypes
import Hummingbird
import JSONCore
import JobHistory
import NIOCore
import RecipeLanguage

/// Why a request was not answered as it wanted to be.
struct Problem: Error {
    var status: HTTPResponse.Status
    /// One sentence for people.
    var detail: String
    /// Members beside the standard ones.
    var more: JSONObject = [:]
    var headers = HTTPFields()

    init(_ status: HTTPResponse.Status, _ detail: String, _ more: JSONObject = [:]) {
        (self.status, self.detail, self.more) = (status, detail, more)
    }

    static let notFound = Problem(.notFound, "there is nothing at this address")

    /// - Returns: nil for what only the log should hear.
    init?(_ error: any Error) {
        if let problem = error as? Problem {
            self = problem
            return
        }
        if case .tooManyAttempts(let seconds) = error as? AccessError {
            self.init(.tooManyRequests, "\(AccessError.tooManyAttempts(retryAfterSeconds: seconds))")
            headers[.retryAfter] = String(seconds)
            return
        }
        if let refusal = error as? AccessError {
            self.init(.unprocessableContent, refusal.description)
            return
        }
        let failure = OwnerFailure(error)
        let status: HTTPResponse.Status
        switch failure.kind {
        case "no_such_job": status = .notFound
        case "refused": status = .conflict
        case "forbidden": status = .forbidden
        case "invalid": status = .badRequest
        case "broken": status = .unprocessableContent
        case "full", "unwritable", "disk", "owned", "schema": status = .serviceUnavailable
        default: return nil
        }
        self.init(status, failure.description)
        if let broken = error as? RecipeBroken {
            more["mistakes"] = .array(broken.diagnostics.map(\.json))
        }
    }

    /// 400 with each way in which a value does not fit its schema.
    init(_ mismatches: [SchemaMismatch], of what: String) {
        let more = mismatches.count > 1 ? " (and \(mismatches.count - 1) more)" : ""
        self.init(.badRequest, "\(what) does not fit: \(mismatches.first?.message ?? "")\(more)")
        self.more["mistakes"] = .array(
            mismatches.map { ["pointer": .string($0.pointer.description), "message": .string($0.message)] })
    }

    var response: Response {
        var members: JSONObject = [
            "title": .string(status.reasonPhrase), "status": .integer(status.code), "detail": .string(detail),
        ]
        for (name, value) in more { members[name] = value }
        var response = Response.json(.object(members), status, type: "application/problem+json")
        for field in headers { response.headers.append(field) }
        return response
    }
}

extension Response {
    static func json(_ json: JSON, _ status: HTTPResponse.Status = .ok, type: String = "application/json") -> Response {
        Response(
            status: status, headers: [.contentType: type],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: json.compactBytes)))
    }

    static func html(_ text: String, _ status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "text/html; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    /// Goes on with a GET at an address of ours.
    static func seeOther(_ path: String) -> Response { Response(status: .seeOther, headers: [.location: path]) }

    /// An error as RFC 9457 has it.
    static func problem(_ status: HTTPResponse.Status, _ detail: String) -> Response {
        Problem(status, detail).response
    }
}
