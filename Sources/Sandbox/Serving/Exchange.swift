// One request and one answer as the sandbox's apps see them: plain values, no sockets.

import JSONCore

/// A whole request. Header names are in lower case.
struct SandboxRequest: Sendable {
    let method: String
    /// Without the query, percent-decoded by segment.
    let segments: [String]
    let query: [(name: String, value: String)]
    let headers: [(name: String, value: String)]
    let body: [UInt8]

    /// As it would be typed, for the ledger.
    var path: String { "/" + segments.joined(separator: "/") }

    func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }

    func query(_ name: String) -> String? { query.first { $0.name == name }?.value }

    /// A whole number from the query within `range`; `standard` when it isn't there.
    func query(_ name: String, in range: ClosedRange<Int>, standard: Int) throws(Refusal) -> Int {
        guard let text = query(name) else { return standard }
        guard let number = Int(text), range.contains(number) else {
            throw Refusal(
                422, "invalid_parameter",
                "the parameter \"\(name)\" has to be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }
}

/// A whole answer.
struct SandboxAnswer: Sendable {
    var status: Int
    var headers: [(name: String, value: String)] = []
    var contentType: String = "application/json"
    var body: [UInt8] = []
    /// The record that was made or changed, for the ledger.
    var subject: String?

    static func json(_ json: JSON, status: Int = 200, subject: String? = nil) -> SandboxAnswer {
        SandboxAnswer(status: status, body: json.compactBytes, subject: subject)
    }
}

/// Why an app says no: every app turns it into an answer of its own kind (a JSON error, a SOAP fault).
struct Refusal: Error, Sendable {
    let status: Int
    /// A stable word for programs.
    let code: String
    let message: String
    /// More, like what is wrong with which field.
    let details: JSONObject
    /// Seconds to wait, sent as `Retry-After`.
    let retryAfter: Int?

    init(_ status: Int, _ code: String, _ message: String, details: JSONObject = [:], retryAfter: Int? = nil) {
        (self.status, self.code, self.message) = (status, code, message)
        (self.details, self.retryAfter) = (details, retryAfter)
    }

    static func notFound(_ what: String) -> Refusal { Refusal(404, "not_found", "there is no \(what)") }

    /// `{"error": {"code", "message", "details"}}`, the form of all apps but the ERP.
    var jsonAnswer: SandboxAnswer {
        var error: JSONObject = ["code": .string(code), "message": .string(message)]
        if !details.isEmpty { error["details"] = .object(details) }
        var answer = SandboxAnswer.json(["error": .object(error)], status: status)
        if let retryAfter { answer.headers.append(("Retry-After", String(retryAfter))) }
        if status == 401 { answer.headers.append(("WWW-Authenticate", "Bearer realm=\"sandbox\"")) }
        return answer
    }
}
