// SMTP dialogues over a real connection, and what the mailbox shows of the mails.

import JSONCore
import NIOCore
import Testing

@testable import Sandbox

struct MailTests {
    private static let start = ["EHLO test", "MAIL FROM:<a@x.example>", "RCPT TO:<b@x.example>", "DATA"]

    /// Sends commands one after the other and gives the codes of the replies, the greeting first.
    private static func codes(_ sandbox: RunningSandbox, _ commands: [String]) async throws -> [String] {
        try await TestConnection.open(port: sandbox.addresses.smtpPort) { connection in
            var codes = [String(try await connection.reply().prefix(3))]
            for command in commands { codes.append(String(try await connection.command(command).prefix(3))) }
            return codes
        }
    }

    private static func mails(_ sandbox: RunningSandbox) async throws -> [JSON] {
        try await sandbox.call("GET", "/mail/messages").json["messages"]?.array ?? []
    }

    @Test func `a mail is taken, un-stuffed and listed`() async throws {
        try await RunningSandbox.use { sandbox in
            let mail = "Subject: Two\r\n lines\r\nFrom: A <a@x.example>\r\nTo: b@x.example\r\n\r\nHello\r\n..dot\r\n.\r"
            let codes = try await Self.codes(
                sandbox,
                [
                    "EHLO test", "MAIL FROM:<a@x.example> SIZE=200 BODY=8BITMIME", "RCPT TO:<b@x.example>",
                    "RCPT TO:<c@x.example>", "DATA", String(mail.dropLast(0)), "QUIT",
                ].map { $0 == mail ? String(mail.dropLast()) : $0 })
            #expect(codes == ["220", "250", "250", "250", "250", "354", "250", "221"])
            let mails = try await Self.mails(sandbox)
            #expect(mails.count == 1)
            #expect(mails[0]["subject"] == "Two lines" && mails[0]["text"] == "Hello\r\n.dot\r\n")
            #expect(mails[0]["recipients"] == ["b@x.example", "c@x.example"] && mails[0]["sender"] == "a@x.example")
            let ledger = try await sandbox.ledger()
            #expect(ledger.count == 1 && ledger[0]["operation"] == "receive_mail" && ledger[0]["subject"] == "E-1001")
        }
    }

    @Test(arguments: [
        (commands: ["MAIL FROM:<a@x.example>"], codes: ["220", "503"]),
        (commands: ["EHLO t", "RCPT TO:<b@x.example>"], codes: ["220", "250", "503"]),
        (commands: ["EHLO t", "DATA"], codes: ["220", "250", "503"]),
        (commands: ["EHLO t", "MAIL FROM:<>", "DATA"], codes: ["220", "250", "250", "554"]),
        (commands: ["EHLO t", "MAIL FROM: a@x.example"], codes: ["220", "250", "501"]),
        (commands: ["EHLO t", "MAIL FROM:<a@x.example> SIZE=99999999"], codes: ["220", "250", "552"]),
        (commands: ["EHLO t", "MAIL FROM:<a@x.example> ODD=1"], codes: ["220", "250", "555"]),
        (commands: ["EHLO t", "MAIL FROM:<a@x.example>", "RCPT TO:<no one>"], codes: ["220", "250", "250", "553"]),
        (commands: ["HELO t", "NOOP", "VRFY a", "RSET", "TURN"], codes: ["220", "250", "250", "252", "250", "500"]),
        (commands: ["EHLO t", "AUTH PLAIN AGdhbGxleQBkZW1vLW1haWwtcGFzc3dvcmQ="], codes: ["220", "250", "235"]),
        (commands: ["EHLO t", "AUTH PLAIN", "AGdhbGxleQB3cm9uZw=="], codes: ["220", "250", "334", "535"]),
        (
            commands: ["EHLO t", "AUTH LOGIN", "Z2FsbGV5", "ZGVtby1tYWlsLXBhc3N3b3Jk"],
            codes: ["220", "250", "334", "334", "235"]
        ),
        (commands: ["EHLO t", "AUTH CRAM-MD5"], codes: ["220", "250", "504"]),
    ])
    func `commands out of place or form are refused`(commands: [String], codes: [String]) async throws {
        try await RunningSandbox.use { sandbox in
            let seen = try await Self.codes(sandbox, commands)
            #expect(seen == codes)
            #expect(try await Self.mails(sandbox) == [])
        }
    }

    @Test func `a mail above the limit is refused and the dialogue goes on`() async throws {
        try await RunningSandbox.use { sandbox in
            let line = String(repeating: "x", count: 60_000)
            let large = Array(repeating: line, count: 180).joined(separator: "\r\n") + "\r\n."
            let codes = try await Self.codes(sandbox, Self.start + [large] + Self.start.dropFirst() + ["small\r\n."])
            #expect(codes == ["220", "250", "250", "250", "354", "552", "250", "250", "354", "250"])
            #expect(try await Self.mails(sandbox).count == 1)
        }
    }

    @Test func `commands sent all at once are answered in order`() async throws {
        try await RunningSandbox.use { sandbox in
            let all = (Self.start + ["Subject: p", "", "body", ".", "QUIT"]).joined(separator: "\r\n") + "\r\n"
            let text = try await TestConnection.open(port: sandbox.addresses.smtpPort) { connection in
                try await connection.write(all)
                return String(decoding: await connection.readToEnd(), as: UTF8.self)
            }
            let codes = text.split(separator: "\r\n").filter { $0.dropFirst(3).first == " " }.map { $0.prefix(3) }
            #expect(codes == ["220", "250", "250", "250", "354", "250", "221"])
        }
    }

    @Test func `mails can be made to fail`() async throws {
        try await RunningSandbox.use { sandbox in
            _ = try await sandbox.call("POST", "/control/fail", ["app": "mail", "times": 1, "status": 451])
            let codes = try await Self.codes(sandbox, Self.start + ["one\r\n."] + Self.start.dropFirst() + ["two\r\n."])
            #expect(codes == ["220", "250", "250", "250", "354", "451", "250", "250", "354", "250"])
            #expect(try await Self.mails(sandbox).count == 1)
            #expect(try await sandbox.ledger().map { $0["status"] } == [451, 250])
        }
    }

    @Test(arguments: [
        ("a\nb\r\n", [MailReader.Line.line(Array("a\nb".utf8))]),
        ("\r\n\r\n", [.line([]), .line([])]),
        ("a\r", []),
        ("LONG\r\nb\r\n", [.tooLong, .line(Array("b".utf8))]),
    ])
    func `only CR LF ends a line`(text: String, lines: [MailReader.Line]) {
        for size in [1, 7, 1_000_000] {
            var reader = MailReader()
            var seen: [MailReader.Line] = []
            let long = String(repeating: "y", count: MailReader.longestLine + 1)
            var rest = Array(text.replacing("LONG", with: long).utf8)[...]
            while !rest.isEmpty {
                reader.append(ByteBuffer(bytes: rest.prefix(size)))
                rest = rest.dropFirst(size)
                while let line = reader.next() { seen.append(line) }
            }
            #expect(seen == lines)
        }
    }

    @Test(arguments: [
        ("Content-Transfer-Encoding: base64\r\n\r\nR3LDvMOf\r\nZQ==\r\n", "Grüße"),
        ("Content-Transfer-Encoding: quoted-printable\r\n\r\nGr=C3=BC=C3=9F=\r\ne =\r\n", "Grüße "),
        (
            "Content-Type: multipart/mixed; boundary=\"b-1\"\r\n\r\nnot this\r\n--b-1\r\nContent-Type: text/html\r\n\r\n<p>\r\n--b-1\r\n\r\nplain\r\n--b-1--\r\n",
            "plain"
        ),
        ("Content-Type: text/html\r\n\r\n<p>", nil),
        ("Content-Type: multipart/mixed\r\n\r\nx", nil),
    ])
    func `the plain text of a mail is found`(mail: String, text: String?) {
        #expect(MailMessage(Array(mail.utf8)).text == text)
    }

    @Test(arguments: [
        ("=?UTF-8?B?R3LDvMOfZQ==?= an =?utf-8?Q?alle_hier?=", "Grüße an alle hier"),
        ("=?UTF-8?Q?a?= =?UTF-8?Q?b?=", "ab"), ("plain =? text", "plain =? text"), ("=?latin1?Q?a?=", "=?latin1?Q?a?="),
    ])
    func `encoded words in a subject are read`(text: String, decoded: String) {
        #expect(EncodedWords.decode(text) == decoded)
    }
}
