// An IMAP server on loopback that says what it is told to say: what no sane server can be brought to do.

import Glibc
import Testing

/// Takes one connection and answers each command with what its script has for it.
final class ScriptedMailbox: Sendable {
    /// From the words of a command, without its tag, to the answer; `TAG` in it stands for the tag. nil: the connection ends.
    typealias Script = @Sendable (String) -> String?

    let port: Int
    private let listener: CInt

    init(_ script: @escaping Script) throws {
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
        let server: ScriptedMailbox
        let script: Script
        init(server: ScriptedMailbox, script: @escaping Script) { (self.server, self.script) = (server, script) }
    }

    private func serve(_ script: Script) {
        let connection = accept(listener, nil, nil)
        close(listener)
        defer { close(connection) }
        func say(_ text: String) {
            _ = text.utf8CString.withUnsafeBytes {
                send(connection, $0.baseAddress, $0.count - 1, Int32(MSG_NOSIGNAL))
            }
        }
        say("* OK scripted\r\n")
        var pending: [UInt8] = []
        while true {
            while let end = pending.firstIndex(of: 0x0A) {
                let line = String(decoding: pending[..<end].dropLast(), as: UTF8.self)
                pending.removeFirst(end + 1)
                let tag = String(line.prefix { $0 != " " })
                let command = String(line.dropFirst(tag.count + 1))
                guard let answer = script(command) ?? Self.usual(command) else { return }
                say(answer.replacing("TAG", with: tag))
            }
            var buffer = [UInt8](repeating: 0, count: 64 << 10)
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return }
            pending += buffer.prefix(count)
        }
    }

    private static func usual(_ command: String) -> String? {
        switch command.prefix(while: { $0 != " " }).uppercased() {
        case "CAPABILITY": "* CAPABILITY IMAP4rev1\r\nTAG OK done\r\n"
        case "LOGIN": "TAG OK welcome\r\n"
        case "EXAMINE", "SELECT": "* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 9] ok\r\nTAG OK done\r\n"
        default: nil
        }
    }
}
