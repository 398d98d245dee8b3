// The lines typed before, kept in a file of the user's.

import Foundation

/// Lines of earlier and of this session, oldest first. A file that can't be read or written is no reason to stop.
struct LineHistory {
    private(set) var lines: [String] = []
    private let file: String?
    /// The most that are kept.
    static let most = 1_000

    /// - Parameter file: nil to keep nothing beyond the process.
    init(file: String?) {
        self.file = file
        guard let file, let data = FileManager.default.contents(atPath: file), data.count <= 4 << 20 else { return }
        lines = String(decoding: data, as: UTF8.self).split(separator: "\n").suffix(Self.most).map(Self.read)
    }

    /// `$XDG_STATE_HOME/galley/NAME` or `~/.local/state/galley/NAME`; nil without a home.
    static func file(named name: String) -> String? {
        let environment = ProcessInfo.processInfo.environment
        // The specification has relative paths ignored.
        if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") { return "\(state)/galley/\(name)" }
        return environment["HOME"].flatMap { $0.hasPrefix("/") ? "\($0)/.local/state/galley/\(name)" : nil }
    }

    /// Adds a line, unless it is blank or the one before again, and writes the file.
    mutating func add(_ line: String) {
        guard line.contains(where: { !$0.isWhitespace }), line != lines.last else { return }
        lines = (lines + [line]).suffix(Self.most)
        save()
    }

    private func save() {
        guard let file else { return }
        let folder = (file as NSString).deletingLastPathComponent
        try? FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        // Written whole and moved into place, so that two sessions never leave half a file.
        let temporary = "\(file).\(getpid())"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        let text = lines.map { Self.written($0) + "\n" }.joined()
        guard (try? handle.write(contentsOf: Data(text.utf8))) != nil else {
            unlink(temporary)
            return
        }
        if rename(temporary, file) != 0 { unlink(temporary) }
    }

    private static func written(_ line: String) -> String {
        line.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
    }

    private static func read(_ line: Substring) -> String {
        var (text, isEscaped) = ("", false)
        for character in line {
            if isEscaped {
                text.append(character == "n" ? "\n" : character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else {
                text.append(character)
            }
        }
        return text
    }
}
