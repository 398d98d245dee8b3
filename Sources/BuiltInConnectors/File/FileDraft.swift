// A file while it is being written: in the folder where it is to be, but under a name that nobody looks for.

import ConnectorKit
import Glibc
import RecipeLanguage
import Synchronization

/// Becomes the file in one move when it is whole. One that is let go before leaves nothing.
final class FileDraft: Sendable {
    /// As the recipe says it.
    let name: String
    private let path: String
    private let overwrites: Bool
    private let temporary: String
    /// A link to the draft, for whoever cleans up after a crash; see `DraftNotes`.
    private let note: String?
    private struct State: Sendable {
        /// nil when closed.
        var descriptor: CInt?
        var sizeBytes = 0
    }
    private let state: Mutex<State>

    /// Makes the folders on the way.
    /// - Parameters:
    ///   - path: where it really is.
    ///   - overwrite: when false, a file that is there is left and `conflict` thrown.
    ///   - notes: `WorkspaceFiles.draftNotes`
    init(_ path: String, name: String, overwrite: Bool, notes: String? = nil) throws {
        (self.path, self.name, overwrites) = (path, name, overwrite)
        try FileWriting.makeFolders(to: path, name: name)
        // Better said before the work than after it.
        var found = stat()
        let isThere = stat(path, &found) == 0
        if isThere, found.st_mode & S_IFMT == S_IFDIR { throw ConnectorError.file("write", name, EISDIR) }
        if isThere, !overwrite { throw ConnectorError.file("write", name, EEXIST) }
        let number = UInt64.random(in: 0 ... .max)
        let temporary = "\(FileWriting.folderOf(path))/.galley-\(number).tmp"
        let note = notes.flatMap { Self.leaveNote(of: temporary, as: "\($0)/\(number)", in: $0) }
        (self.temporary, self.note) = (temporary, note)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else {
            let reason = errno
            if let note { unlink(note) }
            throw ConnectorError.file("write", name, reason)
        }
        // Held for as long as the file is being written: who cleans up leaves it alone.
        flock(descriptor, LOCK_EX | LOCK_NB)
        // A file that is replaced keeps its rights.
        if isThere { fchmod(descriptor, found.st_mode & 0o777) }
        state = Mutex(State(descriptor: descriptor))
    }

    deinit { discard() }

    var sizeBytes: Int { state.withLock { $0.sizeBytes } }

    /// Adds to the end.
    func write(_ bytes: [UInt8]) throws {
        try state.withLock { state in
            guard let descriptor = state.descriptor else { throw ConnectorError.file("write", name, EBADF) }
            try FileWriting.writeAll(bytes, to: descriptor, name: name)
            state.sizeBytes += bytes.count
        }
    }

    /// Makes it the file, on disk before this returns.
    func commit() throws {
        try state.withLock { state in
            guard let descriptor = state.descriptor else { throw ConnectorError.file("write", name, EBADF) }
            guard fsync(descriptor) == 0 else { throw ConnectorError.file("write", name, errno) }
            if overwrites {
                guard rename(temporary, path) == 0 else { throw ConnectorError.file("write", name, errno) }
            } else {
                guard FileWriting.giveSecondName(temporary, path) else {
                    throw ConnectorError.file("write", name, errno)
                }
                unlink(temporary)
            }
            close(descriptor)
            if let note { unlink(note) }
            state.descriptor = nil
        }
        FileWriting.syncFolder(FileWriting.folderOf(path))
    }

    /// Removes what was written, unless it was committed.
    func discard() {
        state.withLock { state in
            guard let descriptor = state.descriptor else { return }
            close(descriptor)
            unlink(temporary)
            if let note { unlink(note) }
            state.descriptor = nil
        }
    }

    /// - Returns: the note; nil when there can't be one, which is no reason not to write.
    private static func leaveNote(of temporary: String, as note: String, in folder: String) -> String? {
        if symlink(temporary, note) == 0 { return note }
        guard errno == ENOENT, mkdir(folder, 0o700) == 0 || errno == EEXIST else { return nil }
        return symlink(temporary, note) == 0 ? note : nil
    }
}
