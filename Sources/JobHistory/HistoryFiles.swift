// Whether the files of the history are still the ones that were opened.

import Foundation

/// The database, its log and the log's index, as they are found in the data folder.
///
/// A file that is removed or replaced while it is open stays where it is for whoever has it open, and goes with the process: what
/// is written to it, however durably, is lost. So the owner looks before it says that something is on disk. The folder is
/// held open, not its name: moving the workspace does no harm.
final class HistoryFiles: Sendable {
    private static let names = ["history.db", "history.db-wal", "history.db-shm"]
    private let folder: Int32
    private let identities: [Identity]

    private enum Identity: Equatable {
        case file(device: dev_t, number: ino_t)
        case missing
        /// It can't be looked at, as when the folder's permissions changed; what is open goes on to work.
        case hidden

        init(_ name: String, in folder: Int32) {
            var found = stat()
            if fstatat(folder, name, &found, AT_SYMLINK_NOFOLLOW) == 0 {
                self = .file(device: found.st_dev, number: found.st_ino)
            } else {
                self = errno == ENOENT ? .missing : .hidden
            }
        }
    }

    /// - Parameter folder: the data folder; the owner has its files open and has written to them.
    /// - Throws: when the folder can't be opened.
    init(folder: String) throws {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw StoreError.cannotOpen(folder, errno) }
        self.folder = descriptor
        identities = Self.names.map { Identity($0, in: descriptor) }
    }

    deinit { closeFile(folder) }

    /// A file was removed or replaced; nothing may be written any more.
    struct Gone: Error {
        let name: String

        var sentence: String {
            "\(name) was removed or replaced while galley was using it, so that what it writes is kept nowhere; restore the history from a backup"
        }
    }

    /// - Throws: `Gone` when one is gone, or another one is there under its name.
    func verify() throws {
        for (name, identity) in zip(Self.names, identities) {
            guard case .file = identity else { continue }
            let found = Identity(name, in: folder)
            if found == identity || found == .hidden { continue }
            throw Gone(name: name)
        }
    }

    /// Refuses a log without its database: SQLite would delete it, with everything in it that was not copied yet.
    /// - Parameter path: the database's.
    static func verifyLogHasDatabase(_ path: String) throws {
        func size(_ path: String) -> Int {
            var found = stat()
            return stat(path, &found) == 0 ? Int(found.st_size) : 0
        }
        guard size(path) == 0, size(path + "-wal") > 0 else { return }
        throw StoreError.corrupt(
            "\(path) is missing, but its log \(path)-wal is there: put the database back; or restore a backup, or begin with an empty history, and remove history.db-wal and history.db-shm for that"
        )
    }
}
