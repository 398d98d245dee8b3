// A mail server on loopback that says what it is told to say, and remembers what it was sent.

import Glibc
import Synchronization
import Testing

/// Takes one connection and answers each command by its first word, or as usual.
final class ScriptedMailServer: Sendable {
    struct Script: Sendable {
        /// From a command's first word (`MAIL`, `.` for the end of the mail) to the answer; empty closes the connection.
        var replies: [String: String] = [:]
        var extensions = ["SIZE 10000000"]
        /// Says nothing any more after the mail was sent.
        var isSilentAfterMail = false
    }
    private struct State {
        var lines: [String] = []
        var mail: [UInt8] = []
    }
    private let state = Mutex(State())
    private let listener: CInt
    let port: Int

    init(_ script: Script = Script()) throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(listener, address, length) == 0 && listen(listener, 4) == 0
                    && getsockname(listener, address, &length) == 0
            }
        }
        try #require(bound)
        port = Int(UInt16(bigEndian: address.sin_port))
        // A thread of its own: the server blocks, and tests share few threads.
        let pointer = Unmanaged.passRetained(Job(server: self, script: script)).toOpaque()
        var thread = pthread_t()
        pthread_create(
            &thread, nil,
            { pointer in
                guard let pointer else { return nil }
                let job = Unmanaged<Job>.fromOpaque(pointer).takeRetainedValue()
                job.server.serve(job.script)
                return nil
            }, pointer)
        pthread_detach(thread)
    }

    private final class Job {
        let server: ScriptedMailServer
        let script: Script
        init(server: ScriptedMailServer, script: Script) { (self.server, self.script) = (server, script) }
    }

    /// The commands it was sent.
    var commands: [String] { state.withLock { $0.lines } }
    /// The mail, doubled dots undone.
    var mail: String { state.withLock { String(decoding: $0.mail, as: UTF8.self) } }

    private func serve(_ script: Script) {
        let connection = accept(listener, nil, nil)
        close(listener)
        defer { close(connection) }
        var pending: [UInt8] = []
        func say(_ text: String) {
            _ = (text + "\r\n").utf8CString.withUnsafeBytes {
                send(connection, $0.baseAddress, $0.count - 1, Int32(MSG_NOSIGNAL))
            }
        }
        func line() -> [UInt8]? {
            while true {
                if let end = pending.firstIndex(of: 0x0A) {
                    let line = Array(pending[..<end].dropLast())
                    pending.removeFirst(end + 1)
                    return line
                }
                var buffer = [UInt8](repeating: 0, count: 64 << 10)
                let count = recv(connection, &buffer, buffer.count, 0)
                guard count > 0 else { return nil }
                pending += buffer.prefix(count)
            }
        }
        say("220 scripted")
        while let bytes = line() {
            let text = String(decoding: bytes, as: UTF8.self)
            state.withLock { $0.lines.append(text) }
            let word = String(text.prefix { $0 != " " }).uppercased()
            if let reply = script.replies[word] {
                guard !reply.isEmpty else { return }
                say(reply)
                continue
            }
            switch word {
            case "EHLO":
                say(
                    (["scripted"] + script.extensions).enumerated().map {
                        "250\($0 == script.extensions.count ? " " : "-")\($1)"
                    }.joined(separator: "\r\n"))
            case "DATA":
                say("354 go on")
                while let bytes = line(), bytes != [0x2E] {
                    state.withLock {
                        $0.mail += (bytes.first == 0x2E ? Array(bytes.dropFirst()) : bytes) + [0x0D, 0x0A]
                    }
                }
                if let reply = script.replies["."] {
                    guard !reply.isEmpty else { return }
                    say(reply)
                } else if script.isSilentAfterMail {
                    _ = line()
                    return
                } else {
                    say("250 taken")
                }
            case "AUTH":
                say("334 ")
                _ = line()
                say("235 welcome")
            case "QUIT":
                say("221 bye")
                return
            default: say("250 ok")
            }
        }
    }
}
