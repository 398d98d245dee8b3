// An IMAP server on loopback that says what it is told to say: what no sane server can be brought to do.

import Glibc

/// Takes one connection and answers each command with what its script has for it.
final class ScriptedMailbox: Sendable {
    /// From the words of a command, without its tag, to the answer; `TAG` in it stands for the tag. nil: the connection ends.
    typealias Script = @Sendable (String) -> String?

    let port: Int

    init(_ script: @escaping Script) throws {
        port = try OneConnection.listen { Self.serve($0, script) }
    }

    private static func serve(_ connection: CInt, _ script: Script) {
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
                guard let answer = script(command) ?? usual(command) else { return }
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
