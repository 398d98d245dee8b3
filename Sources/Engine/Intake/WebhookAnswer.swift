// What the sender of a webhook delivery is told.

import ConnectorKit
import JSONCore
import RecipeLanguage

/// As HTTP says it.
public struct WebhookAnswer: Sendable {
    public var status: Int
    public var body: JSON
    public var retryAfterSeconds: Int?
    /// Besides those that every answer has.
    public var headers: [String: String] = [:]
    /// In place of `body`, as plain text; empty for no body at all.
    public var text: String?
    /// It answers a question, and no event.
    var isHandshake = false

    init(_ status: Int, _ body: JSON, retryAfterSeconds: Int? = nil) {
        (self.status, self.body, self.retryAfterSeconds) = (status, body, retryAfterSeconds)
    }

    /// What a connector says that its system wants to hear.
    init(_ told: WebhookHandshake) {
        self.init(told.status, .null)
        headers = told.headers
        switch told.body {
        case .none: text = ""
        case .text(let told): text = told
        case .json(let json): body = json
        }
    }

    /// 422 with each way in which a body does not fit, after RFC 9457.
    init(_ mismatches: [SchemaMismatch]) {
        let more = mismatches.count > 1 ? " (and \(mismatches.count - 1) more)" : ""
        let mistakes = mismatches.map { mismatch -> JSON in
            ["pointer": .string(mismatch.pointer.description), "message": .string(mismatch.message)]
        }
        self.init(
            422,
            [
                "title": "Unprocessable Content", "status": 422,
                "detail": .string("the body does not fit: \(mismatches.first?.message ?? "")\(more)"),
                "mistakes": .array(mistakes),
            ])
        headers = ["content-type": "application/problem+json"]
    }

    /// An address that nobody listens at, and one whose recipe is off: a sender can't tell them apart.
    static let unknown = WebhookAnswer(404, ["error": "nothing listens here"])
}
