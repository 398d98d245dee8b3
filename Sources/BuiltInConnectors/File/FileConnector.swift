// `file`: files of the workspace.

import ConnectorKit
import JSONCore
import RecipeLanguage

extension NativeConnector {
    /// Reads and writes files below the workspace's folder, and nothing outside it.
    public static let file = NativeConnector(
        name: "file", title: "Files",
        summary: "Reads, writes and lists files below the workspace's folder. Paths outside it are refused.",
        actions: [ReadFile(), WriteFile(), AppendFile(), DeleteFile(), MoveFile(), ListFiles(), FileExists()])
}

/// What the actions of `file` share.
enum FileInput {
    /// A step holds a file in memory: larger ones are read with `csv.read`, or not at all.
    static let mostBytes = 64 << 20

    static let path = Schema.Property.string(
        "path", required: true, "the file, relative to the workspace: exports/leads.csv")

    /// The content that a writing action was given, as `text` or as `base64`.
    static func content(_ input: ActionInput) throws -> [UInt8] {
        switch (try input.text("text"), try input.text("base64")) {
        case (let text?, nil): return Array(text.utf8)
        case (nil, let base64?):
            guard let bytes = Base64Text.decode(base64) else {
                throw ConnectorError(type: "bad_input", "\"base64\" is not base64")
            }
            return bytes
        default: throw ConnectorError(type: "bad_input", "give either \"text\" or \"base64\"")
        }
    }
}

/// `file.read`.
struct ReadFile: Action {
    enum Form: String, CaseIterable { case text, base64 }

    let spec = OperationSpec(
        name: "read", title: "Read a file", summary: "Gives a file's content as text (UTF-8) or as base64.",
        effect: .read,
        input: .object([
            FileInput.path,
            .string("as", "text when left out", choices: Form.allCases.map(\.rawValue)),
            .integer("limit", "the most bytes to take; 10,485,760 when left out, at most 67,108,864"),
        ]),
        output: .object([
            .string("text", "with as: text"), .string("base64", "with as: base64"),
            .integer("size", required: true, "bytes"),
        ]), examples: [["path": "templates/welcome.html"]])

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        let path = try input.filledText("path")
        let form = try input.choice("as", default: Form.text)
        let limit = try input.integer("limit", in: 1...FileInput.mostBytes) ?? 10 << 20
        let files = context.files
        return try await BlockingWork.run { _ in
            let bytes = try OpenedFile(path, in: files).readAll(limit: limit)
            switch form {
            case .base64: return ["base64": .string(Base64Text.encode(bytes)), "size": .integer(bytes.count)]
            case .text:
                guard let text = String(validating: bytes, as: UTF8.self) else {
                    throw ConnectorError(
                        type: "file", "\"\(path)\" is not UTF-8 text; read it with \"as\": \"base64\"")
                }
                return ["text": .string(text), "size": .integer(bytes.count)]
            }
        }
    }
}

/// `file.write`.
struct WriteFile: Action {
    let spec = OperationSpec(
        name: "write", title: "Write a file",
        summary: "Writes a whole file, which appears at once or not at all. Missing folders are made.",
        effect: .idempotent,
        input: .object([
            FileInput.path, .string("text", "the content as text"), .string("base64", "the content as base64"),
            .boolean("overwrite", "whether a file that is there is replaced; true when left out"),
        ]),
        output: .object([.string("path", required: true), .integer("size", required: true, "bytes")]),
        examples: [["path": "exports/leads.csv", "text": "{{ leads.text }}"]])

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        let name = try input.filledText("path")
        let bytes = try FileInput.content(input)
        let overwrite = try input.flag("overwrite", default: true)
        let files = context.files
        return try await BlockingWork.run { _ in
            try FileWriting.replace(
                files.path(of: name), name: name, with: bytes, overwrite: overwrite, notes: files.draftNotes)
            return ["path": .string(name), "size": .integer(bytes.count)]
        }
    }
}

/// `file.append`.
struct AppendFile: Action {
    let spec = OperationSpec(
        name: "append", title: "Add to a file",
        summary: "Adds to the end of a file, which is made when there is none.", effect: .unsafe,
        input: .object([
            FileInput.path, .string("text", "what to add, as text"), .string("base64", "what to add, as base64"),
        ]),
        output: .object([
            .string("path", required: true), .integer("size", required: true, "bytes of the file afterwards"),
        ]),
        examples: [["path": "log/orders.txt", "text": "{{ order.id }}\n"]])

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        let name = try input.filledText("path")
        let bytes = try FileInput.content(input)
        let files = context.files
        return try await BlockingWork.run { _ in
            let size = try FileWriting.append(files.path(of: name), name: name) { _ in bytes }
            return ["path": .string(name), "size": .integer(size)]
        }
    }
}
