// `sftp.read` and `sftp.write`: files that go through in pieces, whatever their size.

import ConnectorKit
import JSONCore
import RecipeLanguage

/// `sftp.read`.
struct ReadSFTP: Action {
    let spec = OperationSpec(
        name: "read", title: "Read a file",
        summary:
            "Gives a file's content as text (UTF-8) or as base64, or saves it in the workspace, where it may be of any size.",
        effect: .read, effectOfInput: HTTPSaving.rule,
        input: .object([
            SFTPInput.path,
            .string("as", "text when left out", choices: ReadFile.Form.allCases.map(\.rawValue)),
            .integer("limit", "the most bytes to take; 10,485,760 when left out, at most 67,108,864"),
            .string("save_to", "a file of the workspace that gets the content, in place of \"text\" and \"base64\""),
            .boolean("overwrite", "whether a file of the workspace that is there is replaced; true when left out"),
        ]),
        output: .object([
            .string("text", "with as: text"), .string("base64", "with as: base64"),
            .string("file", "with save_to: the file of the workspace"), .integer("size", required: true, "bytes"),
        ]), examples: [["path": "out/orders.csv", "save_to": "inbox/orders.csv"]])

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        let path = try SFTPInput.path(input)
        let form = try input.choice("as", default: ReadFile.Form.text)
        let saveTo = try input.text("save_to")
        let overwrite = try input.flag("overwrite", default: true)
        let limit = try input.integer("limit", in: 1...FileInput.mostBytes) ?? 10 << 20
        for member in ["as", "limit"] where saveTo != nil && input.value(member) != nil {
            throw ConnectorError(type: "bad_input", "\"\(member)\" does not go with \"save_to\"")
        }
        guard saveTo != nil || input.value("overwrite") == nil else {
            throw ConnectorError(type: "bad_input", "\"overwrite\" goes with \"save_to\", which is missing")
        }
        let files = context.files
        return try await SFTPInput.run(context) { session, flag in
            if let saveTo {
                let draft = try FileDraft(
                    files.path(of: saveTo), name: saveTo, overwrite: overwrite, notes: files.draftNotes)
                defer { draft.discard() }
                try session.read(path) { bytes in
                    try flag.check()
                    try draft.write(bytes)
                }
                try draft.commit()
                return [
                    "text": .null, "base64": .null, "file": .string(saveTo), "size": .integer(draft.sizeBytes),
                ]
            }
            var bytes: [UInt8] = []
            try session.read(path) { piece in
                bytes += piece
                guard bytes.count <= limit else {
                    throw ConnectorError(
                        type: "too_large",
                        "\"\(path)\" has more than the \(limit) bytes that this step takes; raise \"limit\", or save it with \"save_to\""
                    )
                }
            }
            var output: JSONObject = ["text": .null, "base64": .null, "file": .null, "size": .integer(bytes.count)]
            switch form {
            case .base64: output["base64"] = .string(Base64Text.encode(bytes))
            case .text:
                guard let text = String(validating: bytes, as: UTF8.self) else {
                    throw ConnectorError(
                        type: "file", "\"\(path)\" is not UTF-8 text; read it with \"as\": \"base64\" or \"save_to\"")
                }
                output["text"] = .string(text)
            }
            return .object(output)
        }
    }
}

/// `sftp.write`: to a name that nobody looks for, and then renamed, so that no reader sees half a file.
struct WriteSFTP: Action {
    enum IfExists: String, CaseIterable { case refuse, replace }

    let spec = OperationSpec(
        name: "write", title: "Write a file",
        summary:
            "Writes a whole file, which appears when it is complete. Its folder has to be there: sftp.make_directory makes one.",
        effect: .idempotent,
        effectOfInput: EffectRule(
            member: "if_exists", effects: [IfExists.refuse.rawValue.uppercased(): .unsafe]),
        input: .object([
            SFTPInput.path, .string("file", "the content: a file of the workspace, of any size"),
            .string("text", "or the content as text"), .string("base64", "or as base64"),
            .string(
                "if_exists", "what happens when the file is there: replace (when left out) or refuse",
                choices: IfExists.allCases.map(\.rawValue)),
        ]),
        output: .object([
            .string("path", required: true), .integer("size", required: true, "bytes"),
            .boolean("replaced", required: true, "whether a file was there before"),
        ]), examples: [["path": "in/orders.csv", "file": "exports/orders.csv", "if_exists": "replace"]])

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        let path = try SFTPInput.path(input)
        let ifExists = try input.choice("if_exists", default: IfExists.replace)
        let (folder, name) = SFTPPath.split(path)
        guard !name.isEmpty, name != "." else {
            throw ConnectorError(type: "bad_input", "\"path\" is a folder; name the file in it")
        }
        let file = try input.text("file")
        guard file == nil || (input.value("text") == nil && input.value("base64") == nil) else {
            throw ConnectorError(type: "bad_input", "give only one of \"file\", \"text\" and \"base64\"")
        }
        let given = file == nil ? try FileInput.content(input) : []
        let mark = KeyDigest.text(of: context.idempotencyKey)
        let files = context.files
        return try await SFTPInput.run(context) { session, flag in
            let source = try file.map { try OpenedFile($0, in: files) }
            let before = try session.entry(path)
            if let before { try Self.check(before, ifExists) }
            // The same name in every attempt: what an attempt left behind, the next one overwrites.
            let draft = SFTPPath.joined(folder, ".galley-\(mark).part")
            do {
                var rest = given[...]
                let size = try session.write(draft, mode: before?.mode ?? 0o644) {
                    try flag.check()
                    if let source { return try source.next(256 << 10) }
                    defer { rest = rest.dropFirst(256 << 10) }
                    return Array(rest.prefix(256 << 10))
                }
                try Self.take(draft, path, replacing: before, session, mark)
                return ["path": .string(path), "size": .integer(size), "replaced": .bool(before != nil)]
            } catch {
                // When it is not known whether the file has its name now, the draft may be it.
                if (error as? ConnectorError)?.outcome != .unknown { try? session.delete(draft) }
                throw error
            }
        }
    }

    private static func check(_ entry: SFTPEntry, _ ifExists: IfExists) throws {
        guard entry.kind != .folder else {
            throw ConnectorError(type: "conflict", "\"\(entry.path)\" is a folder on the server")
        }
        guard ifExists == .replace else {
            throw ConnectorError(
                type: "conflict", "\"\(entry.path)\" is there already, and \"if_exists\" says to refuse then")
        }
    }

    /// Gives the draft its name.
    ///
    /// Where libssh2 or the server can't rename over a file, the old one steps aside first: for a moment there is none, never half of one.
    private static func take(
        _ draft: String, _ path: String, replacing before: SFTPEntry?, _ session: SFTPSession, _ mark: String
    ) throws {
        guard before != nil else {
            do {
                return try session.rename(draft, to: path)
            } catch let error as ConnectorError where error.type == "refused" {
                guard try session.entry(path) != nil else { throw error }
                throw ConnectorError(
                    type: "conflict",
                    "\"\(path)\" came into being on the server while it was being written; nothing was changed",
                    isTransient: true)
            }
        }
        if try session.renameOver(draft, to: path) { return }
        let aside = SFTPPath.joined(SFTPPath.split(path).folder, ".galley-\(mark).old")
        if try session.entry(aside, follows: false) != nil { try session.delete(aside) }
        try session.rename(path, to: aside)
        do {
            try session.rename(draft, to: path)
        } catch let error as ConnectorError {
            if error.outcome == .refused { try? session.rename(aside, to: path) }
            throw error
        }
        try? session.delete(aside)
    }
}

extension OpenedFile {
    /// The next bytes, at most `most`; none at the end.
    func next(_ most: Int) throws(ConnectorError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: most)
        var failure: ConnectorError?
        var count = 0
        bytes.withUnsafeMutableBytes { buffer in
            do throws(ConnectorError) { count = try read(into: buffer) } catch { failure = error }
        }
        if let failure { throw failure }
        return count == most ? bytes : Array(bytes.prefix(count))
    }
}
