// A session with an IMAP server (RFC 3501): libcurl connects, secures and signs in, commands go over its connection. Blocking.

import CCurl
import ConnectorKit
import Glibc

/// Signed in. It belongs to one thread at a time.
final class IMAPSession {
    private let link: MailLink
    private let socket: CInt
    private var buffer: [UInt8] = []
    private var place = 0
    private var count = 0
    private(set) var capabilities: Set<String> = []

    /// A line of an answer, without its literals.
    private static let mostLineBytes = 4 << 20
    /// Answers to one command.
    private static let mostAnswers = 400_000

    var server: MailServer { link.server }

    /// - Throws: `dns`, `connection`, `tls`, `auth`, `timeout`, `CancellationError`.
    init(_ server: MailServer, _ flag: CancellationFlag) throws {
        link = try MailLink(server, flag)
        galley_curl_set_long(link.curl, CURLOPT_CONNECT_ONLY, 1)
        let end = link.perform()
        guard end.code == CURLE_OK else {
            if end.code == CURLE_ABORTED_BY_CALLBACK, flag.isRaised { throw CancellationError() }
            throw link.connectionFailure(end.code, status: 0, detail: end.detail) ?? link.lost(end.detail)
        }
        var socket: curl_socket_t = -1
        guard galley_curl_get_socket(link.curl, &socket) == CURLE_OK, socket >= 0 else {
            throw ConnectorError(type: "internal", "libcurl gives no connection to \(server.place)")
        }
        self.socket = socket
        for answer in try command("CAPABILITY") where answer.word == "CAPABILITY" {
            capabilities.formUnion(answer.values.dropFirst().compactMap { $0.text?.uppercased() })
        }
    }

    deinit {
        // Good-bye; whether it is heard does not matter.
        var sent = 0
        let bye = Array("G0 LOGOUT\r\n".utf8)
        _ = galley_curl_send(link.curl, bye, bye.count, &sent)
    }

    // MARK: - Commands

    /// A part of a command.
    enum Part {
        case plain(String)
        /// A text of a recipe: sent so that it can't be anything else.
        case text(String)
    }

    func command(_ text: String, mostBytes: Int = 0) throws -> [IMAPAnswer] {
        try command([.plain(text)], mostBytes: mostBytes)
    }

    /// Sends a command and waits for its end.
    /// - Parameter mostBytes: of a literal in the answers, in addition to a little for texts.
    /// - Returns: the answers before the last one, which said OK, and that one.
    /// - Throws: `refused` with the server's words for NO and BAD.
    func command(_ parts: [Part], mostBytes: Int = 0) throws -> [IMAPAnswer] {
        count += 1
        let tag = "G\(count)"
        var line = Array("\(tag) ".utf8)
        for part in parts {
            switch part {
            case .plain(let text): line += text.utf8
            case .text(let text):
                guard !text.utf8.contains(0) else {
                    throw ConnectorError(type: "bad_input", "a null character can't be sent to a mail server")
                }
                if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }), text.utf8.count < 1_000 {
                    line += "\"\(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\"".utf8
                } else {
                    // The server has to ask for it before it is sent.
                    line += "{\(text.utf8.count)}\r\n".utf8
                    try send(line)
                    line = Array(text.utf8)
                    let asked = try answer(0)
                    guard asked.tag == "+" else { throw refusal(asked) }
                }
            }
        }
        try send(line + [0x0D, 0x0A])
        var answers: [IMAPAnswer] = []
        while true {
            let answer = try answer(mostBytes)
            answers.append(answer)
            if answer.tag == tag {
                guard answer.word == "OK" else { throw refusal(answer) }
                return answers
            }
            if answer.tag == "*", answer.word == "BYE" { throw refusal(answer) }
            guard answers.count < Self.mostAnswers else {
                throw ConnectorError(type: "too_large", "\(server.place) does not stop answering")
            }
        }
    }

    private func refusal(_ answer: IMAPAnswer) -> ConnectorError {
        let words = String(
            answer.line.unicodeScalars.prefix(300).filter { $0.value >= 0x20 && $0.value != 0x7F }.map { Character($0) }
        )
        let code = answer.line.uppercased()
        let type =
            code.contains("[NONEXISTENT]") || code.contains("DOESN'T EXIST") || code.contains("[TRYCREATE]")
            ? "not_found"
            : code.contains("[AUTHENTICATIONFAILED]") ? "auth" : answer.word == "BYE" ? "connection" : "refused"
        return ConnectorError(
            type: type, "\(server.place) says: \(server.redacted(words))", isTransient: answer.word == "BYE")
    }

    // MARK: - Bytes

    private func send(_ bytes: [UInt8]) throws {
        let deadline = ContinuousClock.now + .seconds(server.timeoutSeconds)
        var done = 0
        while done < bytes.count {
            var sent = 0
            let code = bytes.withUnsafeBytes { all in
                galley_curl_send(link.curl, all.baseAddress.map { $0 + done }, all.count - done, &sent)
            }
            done += sent
            switch code {
            case CURLE_OK: continue
            case CURLE_AGAIN: try wait(Int16(POLLOUT), deadline)
            default: throw lost
            }
        }
    }

    /// The next answer with its literals.
    private func answer(_ mostBytes: Int) throws -> IMAPAnswer {
        var pieces: [[UInt8]] = []
        var left = mostBytes + (1 << 20)
        var lineLeft = Self.mostLineBytes
        while true {
            var line = try line(&lineLeft)
            guard line.last == UInt8(ascii: "}"), let open = line.lastIndex(of: UInt8(ascii: "{")),
                let length = Int(String(decoding: line[(open + 1)..<(line.count - 1)], as: UTF8.self)), length >= 0
            else {
                pieces.append(line)
                return IMAPAnswer(pieces)
            }
            guard length <= left else {
                throw ConnectorError(type: "too_large", "\(server.place) sends more than was asked for")
            }
            left -= length
            line.removeSubrange(open...)
            pieces.append(line)
            pieces.append(try bytes(length))
        }
    }

    /// Up to the next line end, without it.
    private func line(_ left: inout Int) throws -> [UInt8] {
        var line: [UInt8] = []
        while true {
            let end = buffer[place...].firstIndex(of: 0x0A)
            line += buffer[place..<(end ?? buffer.count)]
            left -= (end ?? buffer.count) - place
            guard left > 0 else {
                throw ConnectorError(type: "too_large", "\(server.place) sends a line without an end")
            }
            if let end {
                place = end + 1
                if line.last == 0x0D { line.removeLast() }
                return line
            }
            try receive()
        }
    }

    private func bytes(_ length: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(length)
        while bytes.count < length {
            if place == buffer.count { try receive() }
            let piece = buffer[place..<min(buffer.count, place + length - bytes.count)]
            bytes += piece
            place += piece.count
        }
        return bytes
    }

    /// Fills the buffer anew; what was in it has been used.
    private func receive() throws {
        let deadline = ContinuousClock.now + .seconds(server.timeoutSeconds)
        (buffer, place) = ([], 0)
        var room = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            try link.flag.check()
            var received = 0
            switch galley_curl_receive(link.curl, &room, room.count, &received) {
            case CURLE_OK where received > 0:
                buffer = Array(room.prefix(received))
                return
            case CURLE_AGAIN: try wait(Int16(POLLIN), deadline)
            default: throw lost
            }
        }
    }

    private func wait(_ events: Int16, _ deadline: ContinuousClock.Instant) throws {
        try link.flag.check()
        guard ContinuousClock.now < deadline else {
            throw ConnectorError(
                type: "timeout", "\(server.place) did not answer within \(server.timeoutSeconds) seconds",
                isTransient: true)
        }
        var place = pollfd(fd: socket, events: events, revents: 0)
        poll(&place, 1, 50)
    }

    private var lost: ConnectorError {
        ConnectorError(type: "connection", "\(server.place) ended the connection", isTransient: true)
    }
}
