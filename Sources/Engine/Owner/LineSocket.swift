// JSON lines over a Unix socket: connecting, listening, reading and writing, on threads of their own.

import Foundation
import JSONCore
import Synchronization

/// One connection. Reading blocks, so it belongs on a thread and not in Swift's pool.
final class LineSocket: Sendable {
    static let longestLine = 64 << 20
    /// A reader that takes nothing for this long counts as gone: what it watches must not wait for it.
    private static let longestWrite = timeval(tv_sec: 5, tv_usec: 0)
    private let descriptor: Int32
    /// Held for a whole line: several branches of a job write at the same time.
    private let isOpen = Mutex(true)

    init(descriptor: Int32) {
        self.descriptor = descriptor
        var limit = Self.longestWrite
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }
    deinit { close(descriptor) }

    /// nil when nobody listens at `path`.
    static func connect(to path: String) -> LineSocket? {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        let socket = LineSocket(descriptor: descriptor)
        guard withAddress(path, { Glibc.connect(descriptor, $0, $1) }) == 0 else { return nil }
        return socket
    }

    /// - Returns: false when the other side is gone.
    @discardableResult func write(_ json: JSON) -> Bool {
        var bytes: [UInt8] = []
        json.write(to: &bytes)
        bytes.append(0x0A)
        return isOpen.withLock { isOpen in
            isOpen = isOpen && send(bytes)
            return isOpen
        }
    }

    private func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// Calls `line` with each line until it answers false, the other side closes, or a line is not JSON or too long.
    func readLines(_ line: (JSON) -> Bool) {
        var rest: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = chunk.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            var start = rest.count  // what was there before holds no end of line
            rest += chunk[0..<count]
            while let end = rest[start...].firstIndex(of: 0x0A) {
                guard let json = try? JSON(parsing: Array(rest[0..<end])), line(json) else { return }
                rest.removeSubrange(0...end)
                start = 0
            }
            guard rest.count <= Self.longestLine else { return }
        }
    }

    /// Wakes a blocked reader, which then ends.
    func shutdown() { Glibc.shutdown(descriptor, Int32(SHUT_RDWR)) }
}

/// Accepts connections on a Unix socket (mode 0600) on a thread of its own.
final class LineListener: Sendable {
    private let descriptor: Int32
    let path: String

    /// The caller holds the workspace's lock, so a socket that is there is a dead one's.
    /// - Throws: `OwnerError` with the system's reason.
    init(path: String, accept: @escaping @Sendable (LineSocket) -> Void) throws {
        self.path = path
        unlink(path)
        let listening = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard listening >= 0 else { throw OwnerError("no socket could be made: \(String(cString: strerror(errno)))") }
        let mask = umask(0o177)
        let bound = withAddress(path) { bind(listening, $0, $1) }
        umask(mask)
        guard bound == 0, listen(listening, 64) == 0 else {
            let reason = String(cString: strerror(errno))
            Glibc.close(listening)
            throw OwnerError("the socket \(path) could not be made: \(reason)")
        }
        descriptor = listening
        let thread = Thread {
            while true {
                let client = Glibc.accept(listening, nil, nil)
                if client < 0 {
                    // Closing makes it invalid; anything else, like too many open files, passes.
                    if errno == EINVAL || errno == EBADF { return }
                    if errno != EINTR, errno != ECONNABORTED { usleep(50_000) }
                    continue
                }
                accept(LineSocket(descriptor: client))
            }
        }
        thread.stackSize = 256 << 10
        thread.start()
    }

    func close() {
        Glibc.shutdown(descriptor, Int32(SHUT_RDWR))
        Glibc.close(descriptor)
        unlink(path)
    }
}

/// Where the owner of a data folder listens. A path over the 107 bytes that a socket's name may have is replaced by one in
/// the user's private run folder, named after it.
public enum OwnerSocketPath {
    public static func of(dataFolder: String) -> String {
        let path = dataFolder + "/owner.sock"
        guard path.utf8.count > 107 else { return path }
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325  // FNV-1a
        for byte in path.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let folder = "/tmp/galley-\(getuid())"
        mkdir(folder, 0o700)
        // Somebody else may have made it: then the long path stays, and its use fails with a reason.
        var status = stat()
        guard lstat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_mode & 0o077 == 0,
            status.st_uid == getuid()
        else { return path }
        return "\(folder)/\(String(hash, radix: 16)).sock"
    }
}

/// Why the owner can't be reached or be one.
public struct OwnerError: Error, Sendable, CustomStringConvertible {
    public let description: String

    init(_ sentence: String) { description = sentence }
}

private func withAddress(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
        errno = ENAMETOOLONG
        return -1
    }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    return withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
    }
}
