// What a full disk meets: a warning, and some space that was held back for the last write.

import Glibc
import Synchronization

/// Tells once that the disk is full, and gives up its reserve once.
///
/// When the process has to end while the disk is full, the reserve lets it record what its running jobs did last; without
/// that, somebody would have to decide of each unsafe step whether it happened.
final class FullDisk: Sendable {
    private static let reserveBytes = 512 << 10
    private let path: String
    private let hasReserve: Atomic<Bool>
    /// When the disk was last found full.
    private let lastFound = Mutex<ContinuousClock.Instant?>(nil)
    private let tell: @Sendable () -> Void

    /// Takes the reserve, or does without when there is no space for it.
    /// - Parameter tell: called when the disk is found full after a minute or more of not being so.
    init(folder: String, tell: @escaping @Sendable () -> Void) {
        (path, self.tell) = (folder + "/reserve", tell)
        hasReserve = Atomic(Self.take(path))
    }

    private static func take(_ path: String) -> Bool {
        var found = stat()
        // Blocks are of 512 bytes, whatever the file system.
        if stat(path, &found) == 0, Int(found.st_blocks) * 512 >= reserveBytes { return true }
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { return false }
        defer { close(file) }
        if posix_fallocate(file, 0, off_t(reserveBytes)) == 0 { return true }
        unlink(path)
        return false
    }

    /// Whether the disk has a megabyte: where only a page fits, the next event would not.
    static func hasRoom(at path: String) -> Bool {
        var found = statvfs()
        guard statvfs(path, &found) == 0 else { return true }  // a write will tell
        return Int(found.f_bavail) * Int(found.f_frsize) >= 1 << 20
    }

    /// Somebody waits for space now.
    func isFound() {
        let last = lastFound.withLock { last in
            defer { last = .now }
            return last
        }
        if last.map({ $0.duration(to: .now) > .seconds(60) }) ?? true { tell() }
    }

    /// - Returns: whether there is more space now; false from the second time on.
    func giveUpReserve() -> Bool { hasReserve.exchange(false, ordering: .relaxed) && unlink(path) == 0 }
}
