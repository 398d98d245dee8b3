// `mail.send` against a server on loopback: what is sent, and what each failure means.

import ConnectorKit
import JSONCore
import Testing

struct MailConnectorTests {
    private func trial(
        _ server: ScriptedMailServer, settings: JSONObject = [:], credentials: JSONObject = [:], inside: Bool = true
    ) throws -> Trial {
        var trial = try Trial()
        var all: JSONObject = [
            "host": "127.0.0.1", "port": .integer(server.port), "tls": "none", "from": "Galley <galley@acme.example>",
        ]
        for entry in settings { all[entry.key] = entry.value }
        var network = NetworkPermissions()
        network.privateAddresses = inside
        trial.connection = Connection(
            name: "post", connector: "mail", settings: all, credentials: credentials, network: network)
        return trial
    }

    private static let simple: JSON = [
        "to": "ada@acme.example", "subject": "Hello", "text": "Line 1\n.hidden dot\nLine 3",
    ]

    @Test func `sends a mail with its envelope, headers and text`() async throws {
        let server = try ScriptedMailServer()
        let input: JSON = [
            "to": ["Ada Lovelace <ada@acme.example>", "bob@acme.example, \"Doe, Jane\" <jane@acme.example>"],
            "cc": "Jürgen <j@acme.example>", "bcc": "ada@acme.example, eve@acme.example",
            "reply_to": "desk@acme.example",
            "subject": "Rechnung für März — 100 €", "text": "Grüße\n.dot\n",
        ]
        let output = try await trial(server).call("mail.send", input)
        let addresses = ["ada", "bob", "jane", "j", "eve"].map { "\($0)@acme.example" }
        #expect(output["recipients"] == .array(addresses.map { .string($0) }))
        #expect(server.commands.filter { $0.hasPrefix("RCPT") } == addresses.map { "RCPT TO:<\($0)>" })
        #expect(server.commands.contains { $0.hasPrefix("MAIL FROM:<galley@acme.example>") })
        let mail = server.mail
        let head = mail.prefix(upTo: try #require(mail.firstRange(of: "\r\n\r\n")).lowerBound)
        #expect(head.contains("From: Galley <galley@acme.example>\r\n"))
        #expect(
            head.contains(
                "To: Ada Lovelace <ada@acme.example>, bob@acme.example,\r\n \"Doe, Jane\" <jane@acme.example>\r\n"))
        #expect(head.contains("Cc: =?UTF-8?B?SsO8cmdlbg==?= <j@acme.example>\r\n"))
        #expect(head.contains("Reply-To: desk@acme.example\r\n"))
        #expect(head.contains("Subject: =?UTF-8?B?UmVjaG51bmcgZsO8ciBNw6RyeiDigJQgMTAwIOKCrA==?=\r\n"))
        #expect(head.contains("Content-Transfer-Encoding: quoted-printable"))
        #expect(!head.lowercased().contains("bcc") && !head.contains("eve@"))
        #expect(mail.hasSuffix("\r\n\r\nGr=C3=BC=C3=9Fe\r\n.dot\r\n\r\n"))
        #expect(output["bytes"]?.integer == mail.utf8.count)
    }

    @Test func `the same step sends the same Message-ID, another step another`() async throws {
        var ids: [String?] = []
        for key in ["job/a/1", "job/a/1", "job/b/1\r\nX: y"] {
            var trial = try trial(try ScriptedMailServer())
            trial.key = key
            ids.append(try await trial.call("mail.send", Self.simple)["message_id"]?.string)
        }
        #expect(ids[0] == ids[1])
        #expect(ids[0] != ids[2])
        #expect(ids[2]?.hasSuffix("@acme.example>") == true)
        #expect(ids[2]?.contains("\r") == false)
    }

    @Test func `sends text, HTML and attachments as parts`() async throws {
        let server = try ScriptedMailServer()
        let trial = try trial(server)
        try trial.workspace.write("out/bill.pdf", Array(0...255))
        let input: JSON = [
            "to": "ada@acme.example", "subject": "Parts", "text": "plain", "html": "<p>html</p>",
            "attachments": [["file": "out/bill.pdf"], ["text": "a,b", "name": "größe.csv"]],
        ]
        _ = try await trial.call("mail.send", input)
        let mail = server.mail
        #expect(mail.ranges(of: "Content-Type: multipart/").count == 2)
        #expect(
            mail.contains("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 7bit\r\n\r\nplain\r\n")
        )
        #expect(mail.contains("Content-Type: text/html; charset=utf-8\r\n"))
        #expect(mail.contains("Content-Type: application/pdf;\r\n name=\"bill.pdf\"\r\n"))
        #expect(
            mail.contains(
                "Content-Disposition: attachment;\r\n filename=\"gr__e.csv\";\r\n filename*=UTF-8''gr%C3%B6%C3%9Fe.csv\r\n"
            ))
        #expect(mail.contains("\r\nYSxi\r\n"))
        #expect(mail.split(separator: "\r\n").allSatisfy { $0.utf8.count <= 78 })
    }

    @Test func `signs in, and never shows the password`() async throws {
        var script = ScriptedMailServer.Script()
        script.extensions = ["AUTH PLAIN"]
        let server = try ScriptedMailServer(script)
        let credentials: JSONObject = ["username": "ada", "password": "correct-horse"]
        _ = try await trial(server, credentials: credentials).call("mail.send", Self.simple)
        #expect(server.commands.contains { $0.hasPrefix("AUTH PLAIN") })
        script.replies["AUTH"] = "535 wrong: AGFkYQBjb3JyZWN0LWhvcnNl is correct-horse"
        let error = try await trial(ScriptedMailServer(script), credentials: credentials).failure(
            "mail.send", Self.simple)
        #expect(error.type == "auth")
        #expect(
            !error.message.contains("correct-horse") && !error.message.contains("AGFkYQBjb3JyZWN0LWhvcnNl"),
            "\(error.message)")
    }

    @Test(
        arguments: [
            (["MAIL": "550 not you"], "refused", false, ConnectorError.Outcome.refused, "(550): 550 not you"),
            (["RCPT": "550 no such mailbox"], "refused", false, .refused, "550 no such mailbox"),
            (["RCPT": "450 later"], "refused", true, .refused, "450 later"),
            (["DATA": "421 closing"], "refused", true, .refused, "421"),
            (
                ["RCPT": "550-5.1.1 The account does not exist.\r\n550-5.1.1 Check it.\r\n550 5.1.1 https://x.example"],
                "refused", false, .refused,
                "550-5.1.1 The account does not exist. 5.1.1 Check it. 5.1.1 https://x.example"
            ),
            (
                ["RCPT": "250-fine\r\n250 ok", "DATA": "452-4.2.2\r\n452 full"], "refused", true, .refused,
                "452-4.2.2 full"
            ),
            ([".": "554 looks like spam"], "refused", false, .refused, "554 looks like spam"),
            ([".": ""], "timeout", false, .unknown, "has the mail but did not say whether it takes it"),
            (["EHLO": "", "HELO": ""], "connection", true, .refused, "the connection to the mail server"),
        ] as [([String: String], String, Bool, ConnectorError.Outcome, String)])
    func `says what a failure means`(
        replies: [String: String], type: String, transient: Bool, outcome: ConnectorError.Outcome, says: String
    ) async throws {
        var script = ScriptedMailServer.Script()
        script.replies = replies
        let error = try await trial(ScriptedMailServer(script)).failure("mail.send", Self.simple)
        #expect(error.type == type)
        #expect(error.isTransient == transient)
        #expect(error.outcome == outcome)
        #expect(error.message.contains(says), "\(error.message)")
    }

    @Test func `silence after the mail leaves the outcome unknown`() async throws {
        var script = ScriptedMailServer.Script()
        script.isSilentAfterMail = true
        let error = try await trial(ScriptedMailServer(script), settings: ["timeout": 4]).failure(
            "mail.send", Self.simple)
        #expect(error.type == "timeout")
        #expect(error.outcome == .unknown)
    }

    @Test func `insists on TLS where it is asked for, and on permission for addresses inside`() async throws {
        let plain = try await trial(ScriptedMailServer(), settings: ["tls": "starttls"]).failure(
            "mail.send", Self.simple)
        #expect(plain.type == "tls")
        #expect(plain.outcome == .refused)
        let server = try ScriptedMailServer()
        let inside = try await trial(server, inside: false).failure("mail.send", Self.simple)
        #expect(inside.type == "connection")
        #expect(inside.message.contains("allow \"private_addresses\""), "\(inside.message)")
        #expect(server.commands.isEmpty)
        let secret = try await trial(
            server, settings: ["host": "mail.acme.example"], credentials: ["username": "a", "password": "b"]
        ).failure("mail.send", Self.simple)
        #expect(secret.message.contains("a password is not sent in plain text"))
    }

    @Test(
        arguments: [
            (["subject": "x", "text": "y"], "the mail has no recipient"),
            (["to": "ada@acme.example", "subject": "x"], "the mail is empty"),
            (
                ["to": "ada@acme.example", "subject": "x\r\nBcc: eve@acme.example", "text": "y"],
                "\"subject\" has a line break"
            ),
            (
                ["to": "ada@acme.example\r\nRCPT TO:<eve@x>", "subject": "x", "text": "y"],
                "an address in \"to\" has a line break"
            ),
            (["to": "Eve\n <eve@acme.example>", "subject": "x", "text": "y"], "an address in \"to\" has a line break"),
            (["to": "ada", "subject": "x", "text": "y"], "is no mail address: it has no @"),
            (["to": "ada@", "subject": "x", "text": "y"], "what stands behind the @ is no domain"),
            (["to": "a b@acme.example", "subject": "x", "text": "y"], "what stands before the @"),
            (["to": "ada@acme.example>", "subject": "x", "text": "y"], "is no domain"),
            (["to": "ädä@acme.example", "subject": "x", "text": "y"], "beyond ASCII"),
            (
                ["to": "ada@acme.example", "subject": "x", "text": "y", "from": "a@b@c"],
                "in \"from\" is no mail address"
            ),
            (
                ["to": "ada@acme.example", "subject": "x", "text": "y", "attachments": [["name": "x"]]],
                "attachment 1 needs exactly one"
            ),
            (
                [
                    "to": "ada@acme.example", "subject": "x", "text": "y",
                    "attachments": [["text": "x", "name": "a\nb"]],
                ], "attachment 1 needs a \"name\""
            ),
            (
                [
                    "to": "ada@acme.example", "subject": "x", "text": "y",
                    "attachments": [["text": "x", "name": "a", "type": "x\r\ny/z"]],
                ], "is no media type"
            ),
            (
                ["to": "ada@acme.example", "subject": "x", "text": "y", "attachments": [["file": "none.pdf"]]],
                "there is no \"none.pdf\""
            ),
        ] as [(JSON, String)])
    func `refuses what would make another mail of it`(input: JSON, says: String) async throws {
        let server = try ScriptedMailServer()
        let error = try await trial(server).failure("mail.send", input)
        #expect(error.message.contains(says), "\(error.message)")
        #expect(server.commands.isEmpty)
    }
}
