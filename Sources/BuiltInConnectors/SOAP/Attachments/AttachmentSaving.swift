// `save_to` of a SOAP call: what is attached to the answer goes to files while it arrives, however large it is.

import ConnectorKit
import JSONCore
import RecipeLanguage
import Synchronization
import XML

/// The files that the binary values of one answer become. Without a whole answer that is a success there are none.
final class AttachmentSaving: Sendable {
    private struct State {
        var parser: MultipartParser?
        /// The Content-ID of the envelope, where the answer names one.
        var start: String?
        /// nil between parts, and for a part that is not the envelope.
        var isRoot = false
        var root: [UInt8]?
        var rootType: String?
        var decoder = TransferDecoder(nil)
        var contentType: String?
        var contentID: String?
        /// In the order in which they came.
        var files: [(mark: String, draft: FileDraft, contentType: String?)] = []
        var attachments: [MultipartMessage.Attachment] = []
        /// Why a value that stood in the message could not be saved.
        var failure: (any Error)?
        var isOver = false
    }

    /// In memory.
    private static let mostRootBytes = XMLLimits().bytes

    private let name: String
    private let overwrites: Bool
    private let files: any WorkspaceFiles
    /// The first file, begun before anything is sent: better said before the work than after it.
    private let first: FileDraft
    private let state = Mutex(State())

    /// nil when the step saves nothing.
    /// - Parameters:
    ///   - saveTo: the name of the member that holds the file's name; `overwrite` that of the member beside it.
    /// - Throws: `bad_input`, `file` or `conflict`; nothing has been sent then.
    init?(_ input: ActionInput, _ saveTo: String, _ overwrite: String, files: any WorkspaceFiles) async throws {
        guard let name = try input.text(saveTo), !name.isEmpty else {
            guard input.value(overwrite) == nil else {
                throw ConnectorError(type: "bad_input", "\"\(overwrite)\" goes with \"\(saveTo)\", which is missing")
            }
            return nil
        }
        (self.name, self.files) = (name, files)
        let overwrites = try input.flag(overwrite, default: true)
        self.overwrites = overwrites
        first = try await BlockingWork.run { _ in
            try FileDraft(files.path(of: name), name: name, overwrite: overwrites, notes: files.draftNotes)
        }
    }

    // MARK: - While the answer arrives

    /// Takes answers in parts; others are kept in memory.
    var download: HTTPDownload {
        HTTPDownload(
            takes: { [self] head in
                // Those that have nothing to say are small.
                guard (200..<300).contains(head.status), head.status != 202, head.mediaType.hasPrefix("multipart/")
                else { return false }
                return begin(head.header("content-type") ?? "")
            },
            write: { [self] bytes in try await BlockingWork.run { [self] _ in try take(bytes) } },
            shown: { [self] in shown })
    }

    private func begin(_ contentType: String) -> Bool {
        guard let parser = try? MultipartMessage.parser(contentType) else { return false }
        state.withLock { state in
            state.parser = parser
            state.start = ContentTypeHeader.identifier("start", of: contentType)
        }
        return true
    }

    private func take(_ bytes: [UInt8]) throws {
        try state.withLock { state in
            guard var parser = state.parser, !state.isOver else { throw ConnectorError.file("write", name, 0) }
            state.parser = nil
            do {
                try parser.append(bytes) { try take($0, &state) }
            } catch let error as ConnectorError {
                throw HTTPSaving.late(error)
            } catch { throw Self.bad(MultipartMessage.error(error)) }
            state.parser = parser
        }
    }

    private func take(_ event: MultipartParser.Event, _ state: inout State) throws {
        switch event {
        case .begin(let head):
            state.decoder = TransferDecoder(head.transferEncoding)
            (state.contentType, state.contentID) = (head.contentType, head.contentID)
            // The first part, unless another one is named (RFC 2387 §3.2).
            let isNamed = state.start == nil || head.contentID == nil || head.contentID == state.start
            state.isRoot = state.root == nil && isNamed
            if state.isRoot {
                (state.root, state.rootType) = ([], head.contentType)
            } else {
                let mark = try beginFile(contentType: head.contentType, &state)
                state.attachments.append(
                    MultipartMessage.Attachment(
                        contentID: head.contentID, contentType: head.contentType, content: .file(mark: mark)))
            }
        case .bytes(let bytes): try add(state.decoder.decode(bytes), &state)
        case .end: try add(state.decoder.finish(), &state)
        }
    }

    private func add(_ bytes: [UInt8], _ state: inout State) throws {
        guard state.isRoot else {
            try state.files.last?.draft.write(bytes)
            return
        }
        guard (state.root?.count ?? 0) + bytes.count <= Self.mostRootBytes else {
            throw XMLError(.tooLarge, "its envelope has more than \(Self.mostRootBytes) bytes")
        }
        state.root? += bytes
    }

    /// - Returns: the text that stands for the file.
    private func beginFile(contentType: String?, _ state: inout State) throws -> String {
        let number = state.files.count + 1
        guard number <= MultipartParser.mostParts else {
            throw XMLError(.tooLarge, "it has more than \(MultipartParser.mostParts) binary values")
        }
        var draft = first
        if number > 1 {
            let name = name(number)
            draft = try FileDraft(files.path(of: name), name: name, overwrite: overwrites, notes: files.draftNotes)
        }
        // Nobody on the other side can know this text.
        let mark = "galley-file-\(number)-\(UInt64.random(in: 0 ... .max))-\(UInt64.random(in: 0 ... .max))"
        state.files.append((mark, draft, contentType))
        return mark
    }

    /// `report.pdf`, `report-2.pdf`, `report-3.pdf`
    private func name(_ number: Int) -> String {
        let folder = name.lastIndex(of: "/").map { name[...$0] } ?? ""
        let last = name[folder.endIndex...]
        guard let point = last.lastIndex(of: "."), point > last.startIndex else { return "\(name)-\(number)" }
        return "\(name[..<point])-\(number)\(name[point...])"
    }

    // MARK: - When it is there

    /// Whether the answer's body came here.
    var hasTaken: Bool { state.withLock { $0.parser != nil } }

    /// The answer in parts; nil for one that is in memory.
    /// - Throws: `malformed` when it is not whole.
    func message() throws(XMLError) -> MultipartMessage? {
        do {
            return try state.withLock { state in
                guard let parser = state.parser else { return nil }
                try parser.finish()
                guard let root = state.root else {
                    throw XMLError(
                        .malformed, "the answer is in parts, but none is the one that its Content-Type names")
                }
                return MultipartMessage(root: root, rootType: state.rootType, attachments: state.attachments)
            }
        } catch { throw MultipartMessage.error(error) }
    }

    /// Saves a value that stood in the message itself, as base64: whether a service sends it so is the service's choice.
    /// - Returns: the text that stands for the file; the same text for one that is none.
    func saving(_ base64: String) -> String {
        state.withLock { state in
            guard !base64.isEmpty, state.failure == nil, !state.files.contains(where: { $0.mark == base64 }),
                let bytes = Base64Text.decode(base64)
            else { return base64 }
            do {
                let mark = try beginFile(contentType: nil, &state)
                try state.files.last?.draft.write(bytes)
                return mark
            } catch {
                state.failure = (error as? ConnectorError).map { HTTPSaving.late($0) } ?? error
                return base64
            }
        }
    }

    /// `{file, size_bytes, content_type}` for the text that stands for a file.
    func file(_ mark: String) -> JSON {
        state.withLock { state in
            guard let file = state.files.first(where: { $0.mark == mark }) else { return .string(mark) }
            var object: JSONObject = [
                "file": .string(file.draft.name), "size_bytes": .integer(file.draft.sizeBytes),
            ]
            object["content_type"] = file.contentType.map { .string($0) }
            return .object(object)
        }
    }

    /// The output with files where texts stand for them.
    func withFiles(_ json: JSON) throws -> JSON {
        let (marks, failure) = state.withLock { (Set($0.files.map(\.mark)), $0.failure) }
        if let failure { throw failure }
        return marks.isEmpty ? json : withFiles(json, marks)
    }

    private func withFiles(_ json: JSON, _ marks: Set<String>) -> JSON {
        switch json {
        case .string(let text): marks.contains(text) ? file(text) : json
        case .array(let items): .array(items.map { withFiles($0, marks) })
        case .object(let object):
            .object(JSONObject(uniqueEntries: object.entries.map { ($0.key, withFiles($0.value, marks)) }))
        default: json
        }
    }

    /// Gives the files their names, when the step has succeeded.
    func commit() async throws {
        let drafts = state.withLock { $0.files.map(\.draft) }
        try await BlockingWork.run { _ in
            do { for draft in drafts { try draft.commit() } } catch { throw HTTPSaving.late(error) }
        }
    }

    /// Leaves no file, unless it was committed. A write that is still under way must not keep one.
    func discard() {
        let drafts = state.withLock { state in
            state.isOver = true
            return state.files.map(\.draft)
        }
        first.discard()
        for draft in drafts { draft.discard() }
    }

    private var shown: MessageParts? {
        state.withLock { state in
            guard state.parser != nil, let root = state.root else { return nil }
            return MessageParts(
                root: root,
                attachments: zip(state.attachments, state.files).map { attachment, file in
                    MessageParts.Attachment(
                        contentID: attachment.contentID, contentType: attachment.contentType,
                        sizeBytes: file.draft.sizeBytes)
                })
        }
    }

    /// The other side has done what it was asked for, although its answer can't be used.
    private static func bad(_ error: XMLError) -> ConnectorError {
        ConnectorError(
            type: error.kind == .tooLarge ? "too_large" : "bad_answer",
            "the answer can't be used: \(error.description)", outcome: .unknown)
    }
}
