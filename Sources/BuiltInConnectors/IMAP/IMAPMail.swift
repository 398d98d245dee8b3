// A mail as recipes see it: addresses, texts and files, the latter in the event or in a folder of the workspace.

import ConnectorKit
import JSONCore
import RecipeLanguage

/// Makes the value of a mail.
struct IMAPMail {
    /// Bytes of a mail that are fetched; of a larger one the beginning is read.
    static let mostBytes = 25 << 20
    /// Bytes of one file, and of all files of a mail, that the event itself holds.
    static let mostInlineBytes = 1 << 20
    static let mostInlineBytesInAll = 4 << 20

    static let attachment = Schema.object([
        .string("name", required: true, "without folders, never empty"),
        .string("type", required: true, "its media type, as the mail says it"),
        .integer("size", required: true, "bytes"),
        .string("file", "with save_to: where it was saved in the workspace"),
        .string("base64", "without save_to: the content, for files up to 1 MiB and 4 MiB in all; else null"),
        .string("content_id", "how the HTML names it"),
        .boolean("inline", required: true, "whether it is part of the text, like a picture"),
    ])

    static let address = Schema.object([
        .string("name", "for people"), .string("address", required: true),
    ])

    static let summaryMembers: [Schema.Property] = [
        .string("folder", required: true), .integer("uid", required: true, "its number in the folder"),
        .integer("uid_validity", required: true, "numbers are good as long as this is the same"),
        .member("from", address, "the first sender"), .member("to", .array(address), required: true),
        .member("cc", .array(address), required: true), .string("subject"),
        .string("date", "when it was written, in UTC, as its sender says"),
        .string("received", "when the server got it, in UTC"), .string("message_id"),
        .boolean("seen", required: true), .boolean("flagged", required: true),
        .integer("size", required: true, "bytes of all of it"),
    ]

    static let schema = Schema.object(
        summaryMembers + [
            .member("reply_to", .array(address), required: true), .string("in_reply_to"),
            .string("text", "the text, as plain text"), .string("html", "the text, as HTML: never show it unchecked"),
            .member("attachments", .array(attachment), required: true),
            .boolean("complete", required: true, "false when a limit left something out"),
        ])

    let mailbox: IMAPMailbox
    let summary: IMAPMailbox.Summary

    /// The members that a list shows.
    func shortMembers(_ header: MIMEHeader) -> JSONObject {
        let most = MIMELimits().addresses
        func addresses(_ name: String) -> JSON {
            .array(header.addresses(name, most: most).map(Self.json))
        }
        func text(_ value: String?) -> JSON { value.map { .string($0) } ?? .null }
        return [
            "folder": .string(mailbox.name), "uid": .integer(summary.uid), "uid_validity": .integer(mailbox.validity),
            "from": header.addresses("from", most: 1).first.map(Self.json) ?? .null, "to": addresses("to"),
            "cc": addresses("cc"), "subject": text(header.text("subject")),
            "date": text(header.first("date").flatMap(MIMEDate.milliseconds).map { InstantText.iso($0) }),
            "received": summary.received > 0 ? .string(InstantText.iso(summary.received)) : .null,
            "message_id": text(header.first("message-id")),
            "seen": .bool(summary.flags.contains("\\seen")), "flagged": .bool(summary.flags.contains("\\flagged")),
            "size": .integer(summary.size),
        ]
    }

    /// The whole mail.
    /// - Parameter folder: of the workspace, for its files; nil: they stand in the value.
    /// - Parameter mark: tells this mail from others, for the names of its files.
    func json(_ bytes: [UInt8], saveTo folder: String?, mark: String, _ files: any WorkspaceFiles) throws -> JSON {
        let message = MIMEMessage(bytes)
        var members = shortMembers(message.header)
        let replyTo = message.header.addresses("reply-to", most: MIMELimits().addresses)
        members["reply_to"] = .array(replyTo.map(Self.json))
        members["in_reply_to"] = message.header.first("in-reply-to").map { .string($0) } ?? .null
        members["text"] = message.text.map { .string($0) } ?? .null
        members["html"] = message.html.map { .string($0) } ?? .null
        var room = Self.mostInlineBytesInAll
        var isComplete = message.isComplete && bytes.count >= summary.size
        var attachments: [JSON] = []
        for (place, attachment) in message.attachments.enumerated() {
            var (file, base64) = (JSON.null, JSON.null)
            if let folder {
                let name = Self.fileName(folder, mark, place + 1, attachment)
                try FileWriting.replace(
                    files.path(of: name), name: name, with: attachment.bytes, overwrite: true, notes: files.draftNotes)
                file = .string(name)
            } else if attachment.bytes.count <= min(Self.mostInlineBytes, room) {
                room -= attachment.bytes.count
                base64 = .string(Base64Text.encode(attachment.bytes))
            } else {
                isComplete = false
            }
            attachments.append([
                "name": .string(attachment.name), "type": .string(attachment.type),
                "size": .integer(attachment.bytes.count), "file": file, "base64": base64,
                "content_id": attachment.contentID.map { .string($0) } ?? .null, "inline": .bool(attachment.isInline),
            ])
        }
        members["attachments"] = .array(attachments)
        members["complete"] = .bool(isComplete)
        return .object(members)
    }

    /// Nothing of what a stranger wrote becomes a file's name, but for an ending that is known.
    private static func fileName(
        _ folder: String, _ mark: String, _ number: Int, _ attachment: MIMEMessage.Attachment
    ) -> String {
        let known = MediaType.ending(of: MediaType.of(name: attachment.name))
        return SFTPPath.joined(folder, "\(mark)-\(number)\(known.isEmpty ? ".bin" : known)")
    }

    private static func json(_ address: MIMEAddress) -> JSON {
        ["name": address.name.map { .string($0) } ?? .null, "address": .string(address.address)]
    }

    /// What tells a mail from others, also in a folder that was built anew: its beginning and its size.
    static func mark(_ bytes: [UInt8], _ summary: IMAPMailbox.Summary) -> String {
        KeyDigest.text(of: String(summary.size) + "\n" + String(decoding: bytes.prefix(64 << 10), as: UTF8.self))
    }
}
