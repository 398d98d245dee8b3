// A mail server on loopback that says what it is told to say, and remembers what it was sent.

import Glibc
import Synchronization

/// Takes one connection and answers each command by its first word, or as usual.
final class ScriptedMailServer: Sendable {
    struct Script: Sendable {
        /// From a command's first word (`MAIL`, `.` for the end of the mail) to the answer; empty closes the connection.
        var replies: [String: String] = [:]
        var extensions = ["SIZE 10000000"]
        /// Says nothing any more after the mail was sent.
        var isSilentAfterMail = false
    }
    private final class Received: Sendable {
        let lines = Mutex<[String]>([])
        let mail = Mutex<[UInt8]>([])
    }
    private let received: Received
    let port: Int

    init(_ script: Script = Script()) throws {
        let received = Received()
        self.received = received
        port = try OneConnection.listen { Self.serve($0, script, received) }
    }

    /// The commands it was sent.
    var commands: [String] { received.lines.withLock { $0 } }
    /// The mail, doubled dots undone.
    var mail: String { received.mail.withLock { String(decoding: $0, as: UTF8.self) } }

    private static func serve(_ connection: CInt, _ script: Script, _ received: Received) {
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
            received.lines.withLock { $0.append(text) }
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
                    received.mail.withLock {
                        $0 += (bytes.first == 0x2E ? Array(bytes.dropFirst()) : bytes) + [0x0D, 0x0A]
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
