// The lock that makes one process the owner of a data folder.

import Foundation

/// An exclusive `flock` on the file `lock` of a data folder, which holds the owner's pid.
///
/// The kernel gives the lock up with the process, however that ends: a file that is left behind means nothing.
final class OwnerLock: Sendable {
    private let descriptor: Int32

    /// Takes the lock of the folder, which has to exist.
    /// - Throws: `StoreError.owned` at once when another process (or another store of this one) holds it.
    init(folder: String) throws {
        let path = folder + "/lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw StoreError.cannotOpen(path, errno) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let reason = errno
            let pid = Self.pid(in: descriptor)
            close(descriptor)
            if reason == EWOULDBLOCK { throw StoreError.owned(pid: pid) }
            throw StoreError.disk("cannot lock \(path): \(String(cString: strerror(reason)))")
        }
        let text = Array("\(getpid())\n".utf8)
        // A full disk may refuse the pid; the lock holds all the same.
        if ftruncate(descriptor, 0) == 0 { _ = pwrite(descriptor, text, text.count, 0) }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// The owner of a folder, or nil when nobody owns it.
    static func owner(of folder: String) -> Int32? {
        let descriptor = open(folder + "/lock", O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        // A shared lock that is given back at once: an owner that starts in this moment tries again (see `take`).
        guard flock(descriptor, LOCK_SH | LOCK_NB) != 0 else { return nil }
        return pid(in: descriptor)
    }

    /// The pid in the file; a new owner may be about to write it, so it is looked for a few times.
    private static func pid(in descriptor: Int32) -> Int32 {
        for _ in 0..<20 {
            var text = [UInt8](repeating: 0, count: 16)
            let count = pread(descriptor, &text, text.count, 0)
            if count > 0, let pid = Int32(String(decoding: text[..<count], as: UTF8.self).prefix { $0.isNumber }) {
                return pid
            }
            usleep(1_000)
        }
        return 0
    }

    /// As `init`, trying for a moment when the holder is only looking (`owner(of:)`).
    static func take(folder: String) throws -> OwnerLock {
        for _ in 0..<5 {
            do {
                return try OwnerLock(folder: folder)
            } catch StoreError.owned(let pid) {
                if pid != 0, pid != getpid(), kill(pid, 0) == 0 { throw StoreError.owned(pid: pid) }
                usleep(2_000)
            }
        }
        return try OwnerLock(folder: folder)
    }
}

/// `close(2)`, for types that have a `close` of their own.
func closeFile(_ descriptor: Int32) { close(descriptor) }
