// `mail`: sends mail over SMTP.

import ConnectorKit
import Foundation
import JSONCore
import RecipeLanguage

extension NativeConnector {
    /// Sends mail through the server of a connection.
    public static let mail = NativeConnector(
        name: "mail", title: "Mail", summary: "Sends mail over SMTP, with TLS and attachments.",
        settings: .object([
            .string("host", required: true, "the mail server, like smtp.acme.example"),
            .integer("port", "587 with starttls, 465 with tls, 25 with none when left out"),
            .string(
                "tls", "starttls when left out; none only for servers inside",
                choices: MailServer.Security.allCases.map(\.rawValue)),
            .string("from", "the sender of mails that name none"),
            .integer("timeout", "seconds for one mail, from 1 to 140; 60 when left out"),
        ]), connectionRequired: true, actions: [SendMail()])
}

/// `mail.send`. SMTP has no idempotency keys, so a repeat sends a second mail; both have the same Message-ID.
struct SendMail: Action {
    static let mostRecipients = 500
    static let mostBytes = 25 << 20

    let spec = OperationSpec(
        name: "send", title: "Send a mail", summary: "Sends a text, an HTML mail or both, with attachments.",
        effect: .unsafe,
        input: .object([
            .any(
                "to",
                "addresses: one text, several separated by commas, or a list; \"Ada <ada@acme.example>\" names the person"
            ),
            .any("cc", "addresses that get a copy"), .any("bcc", "addresses that get a copy unseen by the others"),
            .string("from", "the sender; that of the connection when left out"),
            .any("reply_to", "where answers go"), .string("subject", required: true),
            .string("text", "the mail as plain text"), .string("html", "the mail as HTML"),
            .member(
                "attachments",
                .array(
                    .object([
                        .string("file", "a file of the workspace"),
                        .string("base64", "or the content itself, as base64"),
                        .string("text", "or as text"),
                        .string("name", "how it is called in the mail; the file's name when left out"),
                        .string("type", "its media type, like application/pdf; by the name's ending when left out"),
                    ])), "files that come with the mail"),
        ]),
        output: .object([
            .string("message_id", required: true, "the mail's Message-ID"),
            .member("recipients", .array(.string), required: true, "the addresses it went to"),
            .integer("bytes", required: true),
        ]),
        examples: [["to": "Ada <ada@acme.example>", "subject": "Invoice {{ invoice.number }}", "text": "Dear Ada, …"]])

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        guard let connection = context.connection else {
            throw ConnectorError(
                type: "bad_input", "mail needs a connection: name one in the step or under \"connections\"")
        }
        let server = try MailServer(connection, .smtp, security: .starttls)
        let message = try Self.message(input, connection, context)
        let files = context.files
        return try await BlockingWork.run { flag in
            var message = message
            message.attachments = try Self.attachments(input, files)
            let bytes = try message.bytes()
            guard bytes.count <= Self.mostBytes else {
                throw ConnectorError(
                    type: "too_large",
                    "the mail has \(bytes.count) bytes with its attachments; the most is \(Self.mostBytes)")
            }
            try SMTPTransfer(server, bytes, flag: flag).send(from: message.from.address, to: message.recipients)
            return [
                "message_id": .string(message.messageID), "recipients": .array(message.recipients.map { .string($0) }),
                "bytes": .integer(bytes.count),
            ]
        }
    }

    private static func message(_ input: ActionInput, _ connection: Connection, _ context: ActionContext)
        throws(ConnectorError) -> MailMessage
    {
        let given = try input.text("from")
        guard let from = given ?? connection.settings["from"]?.string, !from.isEmpty else {
            throw ConnectorError(type: "bad_input", "\"from\" is missing, in the step as in the connection")
        }
        var message = MailMessage(
            from: try MailAddress(from, member: "from"), key: context.idempotencyKey,
            dateMilliseconds: Int(Date().timeIntervalSince1970 * 1_000))
        message.to = try MailAddress.list(input, "to")
        message.cc = try MailAddress.list(input, "cc")
        message.bcc = try MailAddress.list(input, "bcc")
        message.replyTo = try MailAddress.list(input, "reply_to")
        message.subject = try input.requiredText("subject")
        (message.text, message.html) = (try input.text("text"), try input.text("html"))
        guard message.text != nil || message.html != nil else {
            throw ConnectorError(type: "bad_input", "the mail is empty: give \"text\" or \"html\"")
        }
        guard !message.recipients.isEmpty else {
            throw ConnectorError(
                type: "bad_input", "the mail has no recipient: \"to\", \"cc\" and \"bcc\" are all empty")
        }
        guard message.recipients.count <= mostRecipients else {
            throw ConnectorError(
                type: "bad_input", "the mail has \(message.recipients.count) recipients; the most is \(mostRecipients)")
        }
        return message
    }

    private static func attachments(_ input: ActionInput, _ files: any WorkspaceFiles) throws -> [MailMessage
        .Attachment]
    {
        var left = mostBytes
        return try (input.list("attachments") ?? []).enumerated().map { place, json in
            let item = ActionInput(json)
            let file = try item.text("file")
            let bytes: [UInt8]
            switch (file, try item.text("base64"), try item.text("text")) {
            case (let file?, nil, nil): bytes = try OpenedFile(file, in: files).readAll(limit: left)
            case (nil, let base64?, nil):
                guard let decoded = Base64Text.decode(base64) else {
                    throw ConnectorError(type: "bad_input", "\"base64\" of attachment \(place + 1) is not base64")
                }
                bytes = decoded
            case (nil, nil, let text?): bytes = Array(text.utf8)
            default:
                throw ConnectorError(
                    type: "bad_input", "attachment \(place + 1) needs exactly one of \"file\", \"base64\" and \"text\"")
            }
            left = max(0, left - bytes.count)
            let last = file?.split(separator: "/").last.map(String.init)
            guard let name = try item.text("name") ?? last, !name.isEmpty,
                !name.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F || $0 == "/" || $0 == "\\" })
            else {
                throw ConnectorError(
                    type: "bad_input", "attachment \(place + 1) needs a \"name\" without / and control characters")
            }
            let type = try item.text("type") ?? MediaType.of(name: name)
            guard MediaType.isOne(type) else {
                throw ConnectorError(
                    type: "bad_input", "\"type\" of attachment \(place + 1) is no media type like application/pdf")
            }
            return MailMessage.Attachment(name: name, type: type, bytes: bytes)
        }
    }
}

/// Media types of attachments.
enum MediaType {
    private static let byEnding = [
        "pdf": "application/pdf", "csv": "text/csv", "txt": "text/plain", "html": "text/html",
        "json": "application/json",
        "xml": "application/xml", "zip": "application/zip", "png": "image/png", "jpg": "image/jpeg",
        "jpeg": "image/jpeg",
        "gif": "image/gif", "ics": "text/calendar",
        "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ]

    static func of(name: String) -> String {
        byEnding[name.split(separator: ".").last.map { $0.lowercased() } ?? ""] ?? "application/octet-stream"
    }

    /// `.pdf`, so that `of(name:)` gives the type back; empty for types that have no ending here.
    static func ending(of type: String) -> String {
        byEnding.filter { $0.value == type }.keys.sorted().last.map { "." + $0 } ?? ""
    }

    /// `type/subtype` without parameters.
    static func isOne(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { HeaderText.isName(String($0)) } && text.utf8.count <= 127
    }
}
