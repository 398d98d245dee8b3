// What a step attaches to a request beyond what the message itself refers to.

import ConnectorKit
import JSONCore
import RecipeLanguage
import XML

/// The list of attachments in a step's input.
enum AttachmentInput {
    /// What one of the list may have.
    static let members: [Schema.Property] = [
        .string("file", "a file of the workspace to send, of any size"),
        .string("text", "the content, as text"),
        .string("base64", "the content, as base64"),
        .string("id", "its Content-ID: the message refers to it as cid:ID"),
        .string("content_type", "application/pdf, …"),
        .integer("size_bytes", "of an attachment of an answer; not looked at"),
    ]

    /// The content of a file in place of a value in base64.
    static let fileMembers: [Schema.Property] = [
        .string(MessageWriter.fileMember, required: true, "a file of the workspace to send, of any size"),
        .string("content_type", "application/pdf, …; when left out it follows from the file's name"),
        .integer("size_bytes", "of a file of an answer; not looked at"),
    ]

    /// - Parameter name: of the member, for messages.
    /// - Throws: `bad_input` naming the place, or `file`.
    static func attachments(
        _ value: JSON?, _ name: String, files: any WorkspaceFiles
    ) throws -> [RequestParts.Attachment] {
        guard let value, !value.isNull else { return [] }
        var made: [RequestParts.Attachment] = []
        for (place, item) in (value.array ?? [value]).enumerated() {
            func wrong(_ message: String) -> ConnectorError {
                ConnectorError(type: "bad_input", "\(name)[\(place)]: \(message)")
            }
            let input = ActionInput(item)
            guard let object = item.object else {
                throw wrong("must be an object with \"file\", \"text\" or \"base64\"")
            }
            if let unknown = object.keys.first(where: { key in !members.contains { $0.name == key } }) {
                throw wrong("there is no member \"\(unknown.prefix(60))\" in an attachment")
            }
            let kinds = ["file", "text", "base64"].filter { input.value($0) != nil }
            guard kinds.count == 1 else { throw wrong("must have one of \"file\", \"text\" or \"base64\"") }
            let id = try input.text("id") ?? "attachment\(place + 1)@galley"
            guard isID(id) else { throw wrong("\"id\" can't hold blanks, quotes, angle brackets or other than ASCII") }
            guard !made.contains(where: { $0.contentID == id }) else { throw wrong("another one has the id \"\(id)\"") }
            made.append(try attachment(id, input, kinds[0], wrong, files: files))
        }
        return made
    }

    private static func attachment(
        _ id: String, _ input: ActionInput, _ kind: String, _ wrong: (String) -> ConnectorError,
        files: any WorkspaceFiles
    ) throws -> RequestParts.Attachment {
        let type = try RequestParts.contentType(try input.text("content_type"))
        switch kind {
        case "file":
            return try RequestParts.attachment(
                id, BinaryParts.File(name: try input.filledText("file"), contentType: type), files: files)
        case "text":
            return RequestParts.Attachment(
                contentID: id, contentType: type ?? "text/plain; charset=utf-8",
                content: .bytes(Array(try input.requiredText("text").utf8)))
        default:
            guard let bytes = Base64Text.decode(try input.requiredText("base64")) else {
                throw wrong("\"base64\" is not base64")
            }
            return RequestParts.Attachment(contentID: id, contentType: type, content: .bytes(bytes))
        }
    }

    private static func isID(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 250
            && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"<>\"\\%".utf8.contains($0) }
    }
}
