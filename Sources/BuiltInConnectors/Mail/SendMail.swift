// `mail.send`: one message to any number of people.

import ConnectorKit
import Foundation
import JSONCore
import RecipeLanguage

struct SendMail: Action {
    /// Texts, HTML and attachments together.
    static let mostBytes = 25 << 20

    private static let people = Schema(kinds: [.string, .array])

    let spec = OperationSpec(
        name: "send", title: "Send a mail",
        summary: "Sends one message. Its Message-ID follows from the step, so that a repeat can be recognised.",
        effect: .unsafe,
        input: .object([
            .member("to", people, required: true, "an address, or a list; \"Ada Lovelace <ada@example.org>\" is fine"),
            .member("cc", people, "further people"), .member("bcc", people, "people the others don't see"),
            .string("from", "the sender; the connection's when left out"), .string("reply_to", "where answers go"),
            .string("subject", required: true), .string("text", "the message as plain text"),
            .string("html", "the message as HTML; with text, readers choose"),
            .member(
                "attachments",
                .array(
                    .object([
                        .string("file", "a file of the workspace"), .string("name", "what it is called in the mail"),
                        .string("text", "its content, when it is no file"),
                        .string("base64", "its content in base64, when it is no file"),
                        .string("type", "its media type, like application/pdf"),
                    ])), "files to send along"),
        ]),
        output: .object([
            .string("message_id", required: true), .member("recipients", .array(.string)),
            .integer("bytes", required: true),
        ]), examples: [["to": "ada@example.org", "subject": "Your order", "text": "It is on its way."]])

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        let server = try MailServer(context.connection)
        let message = try message(input, server, context)
        let bytes = message.bytes
        guard bytes.count <= Self.mostBytes else {
            throw ConnectorError(
                type: "too_large", "the mail has \(bytes.count) bytes; more than \(Self.mostBytes) are not sent")
        }
        let envelope = MailEnvelope(from: message.from.address, recipients: message.recipients.map(\.address))
        try await BlockingWork.run { flag in try SMTPSession(server: server).send(bytes, envelope, flag) }
        return [
            "message_id": .string(message.id), "recipients": .array(envelope.recipients.map { .string($0) }),
            "bytes": .integer(bytes.count),
        ]
    }

    private func message(_ input: ActionInput, _ server: MailServer, _ context: ActionContext) throws -> MailMessage {
        func addresses(_ name: String) throws -> [MailAddress] {
            try (input.texts(name) ?? []).flatMap { try MailAddress.list($0, field: name) }
        }
        guard let sender = try input.text("from") ?? server.from else {
            throw ConnectorError(type: "bad_input", "\"from\" is missing: give it in the step or in the connection")
        }
        let (text, html) = (try input.text("text"), try input.text("html"))
        guard text != nil || html != nil else {
            throw ConnectorError(type: "bad_input", "the mail is empty: give \"text\" or \"html\"")
        }
        let to = try addresses("to")
        guard !to.isEmpty else { throw ConnectorError(type: "bad_input", "\"to\" names nobody") }
        return MailMessage(
            id: "<\(context.idempotencyKey.isEmpty ? "test" : context.idempotencyKey)@galley>",
            milliseconds: Int(context.nowMilliseconds), from: try MailAddress(sender, field: "from"), to: to,
            cc: try addresses("cc"), bcc: try addresses("bcc"),
            replyTo: try input.text("reply_to").map { try MailAddress($0, field: "reply_to") },
            subject: try MailHeader.checked(input.requiredText("subject"), field: "subject"), text: text, html: html,
            attachments: try (input.list("attachments") ?? []).map { try attachment(ActionInput($0), context) })
    }

    private func attachment(_ input: ActionInput, _ context: ActionContext) throws -> MailAttachment {
        let content: [UInt8]
        var name = try input.text("name")
        if let file = try input.text("file") {
            let path = try context.files.path(of: file)
            guard let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int,
                size <= Self.mostBytes, let data = FileManager.default.contents(atPath: path)
            else {
                throw ConnectorError(type: "file", "the attachment \(file) can't be read, or is larger than 25 MiB")
            }
            content = Array(data)
            name = name ?? file.split(separator: "/").last.map { String($0) }
        } else {
            content = try FileInput.content(input)
        }
        return MailAttachment(
            name: try MailHeader.checked(name ?? "attachment", field: "attachments/name"),
            type: try MailHeader.mediaType(input.text("type") ?? "application/octet-stream"), content: content)
    }
}
