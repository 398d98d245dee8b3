// The body of an `http` step, from the one member that says what it is.

import ConnectorKit
import JSONCore
import RecipeLanguage

/// Bytes and their type.
struct HTTPBody {
    let bytes: [UInt8]
    let contentType: String
    /// A file, in place of `bytes`.
    var upload: HTTPUpload?

    static let members = ["json", "form", "text", "xml", "multipart", "base64", "body_file"]

    /// nil when the input has no body.
    /// - Throws: `bad_input` when it has two, or one that can't be made; `file` for a file that can't be read.
    init?(_ input: ActionInput, context: ActionContext, method: String) async throws {
        let given = Self.members.filter { input.members[$0] != nil && (input.value($0) != nil || $0 == "json") }
        guard let member = given.first else { return nil }
        guard given.count == 1 else {
            throw ConnectorError(
                type: "bad_input", "a request has one body, but this has \(given.joined(separator: " and "))")
        }
        guard method != "GET", method != "HEAD" else {
            throw ConnectorError(type: "bad_input", "a \(method) request has no body; use \"query\" instead")
        }
        switch member {
        case "json":
            (bytes, contentType) = ((input.members["json"] ?? .null).compactBytes, "application/json")
        case "form":
            let pairs = try HTTPFields.pairs(try input.object("form") ?? [:], of: "form")
            (bytes, contentType) = (Array(PercentEncoding.form(pairs).utf8), "application/x-www-form-urlencoded")
        case "text":
            (bytes, contentType) = (Array(try input.requiredText("text").utf8), "text/plain; charset=utf-8")
        case "xml":
            (bytes, contentType) = (Array(try input.requiredText("xml").utf8), "application/xml; charset=utf-8")
        case "base64":
            guard let decoded = Base64Text.decode(try input.requiredText("base64")) else {
                throw ConnectorError(type: "bad_input", "\"base64\" is not base64")
            }
            (bytes, contentType) = (decoded, "application/octet-stream")
        case "body_file":
            let name = try input.filledText("body_file")
            upload = try await Self.upload(name, context.files)
            (bytes, contentType) = ([], MediaType.of(name: name))
        default:
            let body = try await MultipartBody(try input.list("multipart") ?? [], context: context)
            (bytes, contentType) = (body.bytes, body.contentType)
        }
    }

    /// A file of the workspace, read while it is sent.
    private static func upload(_ name: String, _ files: any WorkspaceFiles) async throws -> HTTPUpload {
        let source = try await BlockingWork.run { _ in try UploadedFile(name, in: files) }
        return HTTPUpload(sizeBytes: source.sizeBytes) { offset in
            try await BlockingWork.run { _ in try source.bytes(from: offset) }
        }
    }
}
