// Idempotency keys: a request that comes again with its key gets the first answer and has no second effect.

import Foundation
import GRDB
import JSONCore

extension Records {
    /// The stored answer of an earlier request with this key.
    /// - Throws: a 422 when that request was another one (other path or other body).
    func replay(app: String, key: String, of request: SandboxRequest, operation: String) throws -> SandboxAnswer? {
        guard
            let row = try Row.fetchOne(
                db, sql: "SELECT * FROM idempotency WHERE app = ? AND key = ?", arguments: [app, key])
        else { return nil }
        guard row["operation"] == operation, row["path"] == request.path, row["body"] == Data(request.body) else {
            throw Refusal(
                422, "idempotency_key_reused",
                "the idempotency key was used before with another request; a new request needs a new key")
        }
        return SandboxAnswer(
            status: row["status"], headers: [("Idempotency-Replayed", "true")], contentType: row["content_type"],
            body: [UInt8](row["answer"] as Data), subject: row["subject"])
    }

    /// Keeps the answer of a request that succeeded. Refusals aren't kept: they may be tried again with the same key.
    func keep(
        _ answer: SandboxAnswer, app: String, key: String, of request: SandboxRequest, operation: String
    ) throws {
        try db.execute(
            sql: """
                INSERT INTO idempotency (app, key, operation, path, body, status, content_type, answer, subject)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                app, key, operation, request.path, Data(request.body), answer.status, answer.contentType,
                Data(answer.body), answer.subject,
            ])
    }
}
