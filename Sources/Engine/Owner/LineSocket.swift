// JSON lines over a Unix socket: connecting, listening, reading and writing, on threads of their own.

import Foundation
import JSONCore

/// One connection. Reading blocks, so it belongs on a thread and not in Swift's pool.
final class LineSocket: Sendable {
    static let longestLine = 64 << 20
    private let descriptor: Int32

    init(descriptor: Int32) { self.descriptor = descriptor }
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
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
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
            rest += chunk[0..<count]
            while let end = rest.firstIndex(of: 0x0A) {
                guard let json = try? JSON(parsing: Array(rest[0..<end])), line(json) else { return }
                rest.removeSubrange(0...end)
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
                    if errno == EINTR || errno == ECONNABORTED { continue }
                    return
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
    guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return -1 }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    return withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
    }
}
