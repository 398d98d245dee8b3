// What came of trying an action: for people as a conversation, for programs as one object.

import ConnectorKit
import Engine
import JSONCore
import RecipeLanguage
import XML

struct ConnectorTrial: Sendable {
    let use: String
    let connection: String?
    let effect: Effect?
    /// As `ExchangeRecord` writes them: without secrets.
    var exchanges: [JSON] = []
    var output: JSON?
    var error: ConnectorError?
    /// The same without secrets.
    var errorJSON: JSON = .null

    init(use: String, connection: String?, effect: Effect?) {
        (self.use, self.connection, self.effect) = (use, connection, effect)
    }

    var json: JSON {
        var object: JSONObject = [
            "use": .string(use), "connection": connection.map { .string($0) } ?? .null,
            "effect": effect.map { .string($0.rawValue) } ?? .null, "exchanges": .array(exchanges),
        ]
        if error == nil { object["output"] = output ?? .null } else { object["error"] = errorJSON }
        return .object(object)
    }

    static func json(_ error: ConnectorError?) -> JSON {
        guard let error else { return .null }
        return [
            "type": .string(error.type), "message": .string(error.message),
            "status": error.status.map { .integer($0) } ?? .null, "transient": .bool(error.isTransient),
            "retry_after": error.retryAfter.flatMap { JSON(number: "\($0)") } ?? .null,
            "outcome": .string(error.outcome.rawValue), "details": error.details ?? .null,
        ]
    }

    /// The conversation to stderr, the output to stdout.
    func print() {
        for exchange in exchanges {
            show(exchange["request"] ?? .null)
            if let answer = exchange["response"] {
                show(answer, after: exchange["ms"]?.integer)
            } else {
                Terminal.note(Terminal.style("← no answer: ", .red) + printable(exchange["error"]?.string ?? ""))
            }
        }
        if exchanges.isEmpty { Terminal.note("no request was sent") }
        guard error != nil else { return Terminal.print((output ?? .null).indented) }
        let hint = errorJSON["transient"]?.bool == true ? "; trying again may help" : ""
        Terminal.error(
            printable("\(errorJSON["message"]?.string ?? "") [\(errorJSON["type"]?.string ?? "")]") + hint)
    }

    private func show(_ message: JSON, after milliseconds: Int? = nil) {
        if let method = message["method"]?.string {
            Terminal.note(Terminal.style("→ \(method) \(printable(message["url"]?.string ?? ""))", .cyan))
        } else {
            let time = milliseconds.map { "  (\($0) ms)" } ?? ""
            let status = message["status"]?.integer ?? 0
            Terminal.note(Terminal.style("← \(status)", status < 400 ? .green : .red) + time)
        }
        for header in message["headers"]?.array ?? [] {
            Terminal.note("  \(printable(header[0]?.string ?? "")): \(printable(header[1]?.string ?? ""))")
        }
        defer { showAttachments(message["attachments"]?.array ?? []) }
        guard let body = message["body"]?.string else { return }
        let shown = (try? JSON(parsing: Array(body.utf8)))?.indented ?? MarkupIndentation.indented(body) ?? body
        for line in shown.split(separator: "\n", omittingEmptySubsequences: false) {
            Terminal.note("  " + printable(String(line)))
        }
    }

    /// One line for each part beside the first of a body in parts.
    private func showAttachments(_ attachments: [JSON]) {
        for attachment in attachments {
            let type = attachment["type"]?.string ?? "no type"
            let id = attachment["id"]?.string.map { ", <\($0)>" } ?? ""
            Terminal.note(
                "  + attachment: " + printable("\(type)\(id), \(attachment["size_bytes"]?.integer ?? 0) bytes"))
        }
    }
}
