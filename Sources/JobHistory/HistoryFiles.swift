// Whether the files of the history are still the ones that were opened.

import Foundation
import Synchronization

/// The database, its log and the log's index, as they are found in the data folder.
///
/// A file that is removed or replaced while it is open stays where it is for whoever has it open, and goes with the process: what
/// is written to it, however durably, is lost. So the owner looks before it says that something is on disk. The folder is
/// held open, not its name: moving the workspace does no harm. The system says when anything in it came or went (inotify(7)), which
/// spares each commit some 40 µs of looking at the files.
final class HistoryFiles: Sendable {
    private static let names = ["history.db", "history.db-wal", "history.db-shm"]
    private let folder: Int32
    private let watch = Mutex(Watch())
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

    deinit {
        closeFile(folder)
        watch.withLock { if $0.news >= 0 { closeFile($0.news) } }
    }

    private struct Watch {
        var looks = 0
        /// Reads as empty while nothing came or went; -1 before there is one, and where the system has no more to give.
        var news: Int32 = -1

        mutating func begin(_ folder: Int32) {
            news = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
            let events = UInt32(IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_UNMOUNT)
            guard news >= 0, inotify_add_watch(news, "/proc/self/fd/\(folder)", events) < 0 else { return }
            closeFile(news)
            news = -1
        }

        /// Whether something came or went since this was asked last; true when it can't be known.
        func hasNews() -> Bool {
            guard news >= 0 else { return true }
            return withUnsafeTemporaryAllocation(byteCount: 4_096, alignment: 8) { buffer in
                var isAny = false
                while let start = buffer.baseAddress, read(news, start, buffer.count) > 0 { isAny = true }
                return isAny || errno != EAGAIN
            }
        }
    }

    /// The first looks are at the files themselves: a process that runs one small job would wait for the end of a watch, some
    /// 10 ms, when it ends.
    private func mayHaveChanged() -> Bool {
        watch.withLock { watch in
            watch.looks += 1
            guard watch.looks == Self.looksWithout else { return watch.hasNews() }
            watch.begin(folder)
            return true
        }
    }

    private static let looksWithout = 20

    /// A file was removed or replaced; nothing may be written any more.
    struct Gone: Error {
        let name: String

        var sentence: String {
            "\(name) was removed or replaced while galley was using it, so that what it writes is kept nowhere; restore the history from a backup"
        }
    }

    /// - Throws: `Gone` when one is gone, or another one is there under its name.
    func verify() throws {
        guard mayHaveChanged() else { return }
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
