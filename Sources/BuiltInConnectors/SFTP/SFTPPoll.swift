// The trigger `sftp.new_file`: each file of a folder once, when it has stood still from one poll to the next.

import ConnectorKit
import JSONCore
import RecipeLanguage

/// What one poll asks for.
struct SFTPPoll: Sendable {
    static let pageSize = 500
    static let mostFiles = 50_000

    private let folder: String
    private let pattern: NamePattern

    static let trigger = TriggerSpec(
        name: "new_file", title: "New or changed file",
        summary:
            "Starts for each file of a folder, once it has the same size and time at two polls in a row; again when it has changed since.",
        input: .object(
            [
                .string("path", "the folder, relative to the connection's root; the root itself when left out"),
                .string("pattern", "only files whose names match: *.csv; * stands for any characters, ? for one"),
            ] + TriggerSpec.Poll.settings), event: SFTPEntry.schema, poll: .init(every: .seconds(60)))

    init(_ input: ActionInput) throws(ConnectorError) {
        folder = try input.text("path") ?? ""
        try SFTPPath.check(folder, member: "path")
        pattern = NamePattern(try input.text("pattern") ?? "*")
    }

    struct Found: Sendable {
        var events: [PolledEvent] = []
        var cursor: JSON?
    }

    /// The files that have come to rest. Without a cursor none: what is there then counts as known.
    func find(after cursor: JSON?, in session: SFTPSession) throws -> Found {
        var files: [SFTPEntry] = []
        try session.list(folder) { entry in
            // Hidden files are those that others, Galley among them, are still writing.
            guard entry.kind == .file, !entry.name.hasPrefix("."), pattern.matches(entry.name) else { return true }
            files.append(entry)
            guard files.count <= Self.mostFiles else {
                throw ConnectorError(
                    type: "too_large",
                    "the folder \"\(folder)\" has more than \(Self.mostFiles) files that match; move those that are done elsewhere"
                )
            }
            return true
        }
        return try Self.sorted(files, after: cursor)
    }

    /// Tells files that are known, that have come to rest, and that are to be looked at again.
    static func sorted(_ files: [SFTPEntry], after cursor: JSON?) throws -> Found {
        var (known, waiting) = (FileMarks(cursor?["known"]), FileMarks(cursor?["waiting"]))
        let since: Int?
        switch cursor {
        case nil, .null: since = .max
        case .string(let text):
            guard let instant = InstantText.instant(text) else { throw wrongSince }
            since = instant.seconds
        case .integer(let seconds): since = seconds
        case .object: since = nil
        default: throw wrongSince
        }
        var (nowKnown, nowWaiting) = (FileMarks(), FileMarks())
        var rested: [SFTPEntry] = []
        for file in files {
            let mark = FileMarks.mark(of: file)
            if let since, file.modified < since {
                nowKnown.add(mark)
            } else if known.has(mark) {
                nowKnown.add(mark)
            } else if waiting.has(mark) {
                rested.append(file)
                nowKnown.add(mark)
            } else {
                nowWaiting.add(mark)
            }
        }
        (known, waiting) = (nowKnown, nowWaiting)
        rested.sort { ($0.modified, $0.path) < ($1.modified, $1.path) }
        return Found(
            events: rested.map {
                PolledEvent(event: $0.json, key: "\($0.path)\n\($0.size)\n\($0.modified)")
            }, cursor: ["known": known.json, "waiting": waiting.json])
    }

    private static var wrongSince: ConnectorError {
        ConnectorError(
            type: "bad_input",
            "\"since\" must be a time with its zone, like 2026-03-02T09:00:00Z, or seconds since 1970")
    }
}

/// Files by path, size and time, 64 bits for each: what the cursor remembers of a folder.
struct FileMarks {
    private static let length = 16
    private var marks: Set<String> = []

    init(_ json: JSON? = nil) {
        let text = Array((json?.string ?? "").utf8)
        for start in stride(from: 0, to: text.count, by: Self.length) where start + Self.length <= text.count {
            marks.insert(String(decoding: text[start..<start + Self.length], as: UTF8.self))
        }
    }

    static func mark(of file: SFTPEntry) -> String {
        String(KeyDigest.text(of: "\(file.path)\n\(file.size)\n\(file.modified)").prefix(length))
    }

    mutating func add(_ mark: String) { marks.insert(mark) }
    func has(_ mark: String) -> Bool { marks.contains(mark) }
    /// In a fixed order, so that an unchanged folder has an unchanged cursor.
    var json: JSON { .string(marks.sorted().joined()) }
}
