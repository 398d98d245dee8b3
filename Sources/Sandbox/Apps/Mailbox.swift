// The mailbox: what came in over SMTP, listed over REST without credentials.

import JSONCore

struct Mailbox: SandboxApp {
    let name = "mail"

    func authorize(_ request: SandboxRequest) throws(Refusal) {}

    func operation(for request: SandboxRequest) throws(Refusal) -> SandboxOperation {
        try Self.routes.operation(for: request)
    }

    private static let routes: [Route] = [
        Route("GET", "messages", "list_mail") { call in
            let limit = try call.request.query("limit", in: 1...200, standard: 50)
            let page = try call.records.page(.mail, after: call.request.query("cursor"), limit: limit)
            let wanted = call.request.query("to")?.lowercased()
            let items = page.items.filter { mail in
                guard let wanted else { return true }
                return mail["recipients"]?.array?.contains { $0.string?.lowercased() == wanted } ?? false
            }
            return .json(["messages": .array(items), "next_cursor": page.next.map(JSON.string) ?? .null])
        },
        Route("GET", "messages/{id}", "get_mail") { call in
            .json(["message": .object(try call.records.get(.mail, id: call.parameter("id")))])
        },
    ]
}

/// One mail as it came in.
struct ReceivedMail: Sendable {
    let sender: String
    let recipients: [String]
    /// The whole message: header, empty line, body.
    let data: [UInt8]

    /// Stores it, unless `failure` comes first, and writes the ledger. A mail has no idempotency key, so its Message-ID
    /// stands there.
    /// - Returns: the mail's id when it was stored.
    func receive(in records: Records, failure: InjectedFailure?, status: Int) throws -> String? {
        let message = MailMessage(data)
        let failsFirst = failure.map { $0.replacesAnswer && !$0.afterDoing } ?? false
        let id = failsFirst ? nil : try store(message, in: records)
        try records.write(
            LedgerEntry(
                app: "mail", operation: "receive_mail", method: "SMTP", path: "/mail/messages",
                idempotencyKey: message.header("message-id"), body: data, status: status, hadEffect: id != nil,
                isReplay: false, injected: failure?.text, subject: id))
        return id
    }

    private func store(_ message: MailMessage, in records: Records) throws -> String {
        let id = try records.nextId("E")
        var record: JSONObject = [
            "id": .string(id), "sender": .string(sender), "recipients": .array(recipients.map(JSON.string)),
        ]
        for name in ["from", "to", "cc", "subject"] {
            record[name] = message.header(name).map { .string(EncodedWords.decode($0)) }
        }
        record["message_id"] = message.header("message-id").map(JSON.string)
        record["size"] = .integer(data.count)
        record["text"] = message.text.map(JSON.string)
        record["raw"] = .string(String(decoding: data, as: UTF8.self))
        record["at"] = records.now
        try records.insert(.mail, id: id, record)
        return id
    }
}
