// Programs of this machine that tests run: to their end, or as servers on a free port.

import CGlibc
import Foundation
import Glibc
import Synchronization
import Testing

enum LocalProgram {
    /// Runs a program to its end; it has to succeed.
    /// - Returns: what it printed.
    @discardableResult
    static func run(_ command: [String]) throws -> String {
        let output = NSTemporaryDirectory() + "/galley-output-\(UInt64.random(in: 0 ... .max))"
        defer { unlink(output) }
        let status = RunningProgram(try spawn(command, output: output)).end()
        try #require(status == 0, "\(command)")
        return try String(contentsOfFile: output, encoding: .utf8)
    }

    /// Starts a server that ends by itself after some minutes, whatever happens to the test.
    static func start(_ command: [String], signal: String = "TERM", log: String = "/dev/null") throws -> RunningProgram
    {
        RunningProgram(try spawn(["/usr/bin/timeout", "--signal=\(signal)", "500"] + command, output: log))
    }

    /// Not Foundation's `Process`: waiting for its end needs a run loop, which threads of async tests don't have.
    private static func spawn(_ command: [String], output: String) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        // Files of other tests are none of a server's business.
        posix_spawn_file_actions_addclosefrom_np(&actions, 3)
        // Threads of a pool hold signals back, and a child would do so for good.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var (none, all) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF))
        let arguments = command.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var id: pid_t = 0
        try #require(posix_spawn(&id, command[0], &actions, &attributes, arguments, environ) == 0, "\(command[0])")
        return id
    }

    static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        return try withUnsafeMutablePointer(to: &address) {
            try $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                try #require(bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0)
                return Int(UnsafeRawPointer($0).assumingMemoryBound(to: sockaddr_in.self).pointee.sin_port.bigEndian)
            }
        }
    }

    /// Waits until something takes connections on a port of this machine.
    static func waitFor(port: Int, of process: RunningProgram) throws {
        for _ in 0..<6_000 where process.isRunning {
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(descriptor) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = in_port_t(port).bigEndian
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            let isThere = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                }
            }
            if isThere { return }
            usleep(20_000)
        }
        throw Problem("nothing took connections on port \(port)")
    }

    struct Problem: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }
}

/// A child process.
final class RunningProgram: Sendable {
    private let id: pid_t
    private let status = Mutex<Int32?>(nil)

    init(_ id: pid_t) { self.id = id }

    var isRunning: Bool { wait(WNOHANG) == nil }

    /// Asks it to end, and waits for that.
    func terminate() {
        if isRunning { kill(id, SIGTERM) }
        end()
    }

    /// Waits for its end.
    /// - Returns: what `waitpid` says; 0 when it succeeded.
    @discardableResult
    func end() -> Int32 { wait(0) ?? -1 }

    private func wait(_ options: Int32) -> Int32? {
        status.withLock { known in
            if known != nil { return known }
            var status: Int32 = 0
            if waitpid(id, &status, options) == id { known = status }
            return known
        }
    }
}
