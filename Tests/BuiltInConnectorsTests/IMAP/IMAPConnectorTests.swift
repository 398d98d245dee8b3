// `imap` against a real Dovecot: new mail once and in order, also when the folder is numbered anew; search, marks, moves.

import BuiltInConnectors
import ConnectorKit
import Foundation
import JSONCore
import Synchronization
import Testing

@Suite(.mailboxServer, .timeLimit(.minutes(5)))
struct IMAPConnectorTests {
    private var server: MailboxServer {
        get throws { try #require(MailboxServer.current) }
    }

    private func trial(_ user: String, _ settings: JSONObject = [:]) throws -> Trial {
        var trial = try Trial()
        trial.connection = try server.connection(user, settings)
        return trial
    }

    static func mail(_ subject: String, _ text: String = "Hello") -> String {
        "From: Ada <ada@acme.example>\r\nTo: box@acme.example\r\nSubject: \(subject)\r\nMessage-ID: <\(subject)@acme.example>\r\nDate: Fri, 08 Mar 2024 09:05:01 +0100\r\n\r\n\(text)\r\n"
    }

    /// Polls until there is no more, and gives subjects and the cursor.
    private func poll(
        _ trial: Trial, _ cursor: JSON?, _ input: JSON = [:]
    ) async throws -> (events: [PolledEvent], cursor: JSON?) {
        var (events, cursor) = ([PolledEvent](), cursor)
        while true {
            let page = Mutex<[PolledEvent]>([])
            let end = try await IMAPConnector.standard.poll("new_mail", input, from: cursor, in: trial.context) {
                found in
                page.withLock { $0 += found }
            }
            events += page.withLock { $0 }
            cursor = end.cursor
            if !end.hasMore { return (events, cursor) }
        }
    }

    private func subjects(_ events: [PolledEvent]) -> [String] { events.map { $0.event["subject"]?.string ?? "?" } }

    @Test func `new mails come once, the oldest first, in pages, and stay unread`() async throws {
        let trial = try trial("ada")
        try server.deliver([Self.mail("before")], to: "ada")
        var (events, cursor) = try await poll(trial, nil)
        #expect(events.isEmpty)
        try server.deliver((1...120).map { Self.mail("mail \($0)") }, to: "ada")
        (events, cursor) = try await poll(trial, cursor)
        #expect(subjects(events) == (1...120).map { "mail \($0)" })
        #expect(Set(events.map(\.key)).count == 120)
        #expect(events.first?.event["seen"] == false)
        #expect(events.first?.event["text"]?.string == "Hello\n")
        #expect(events.first?.event["date"]?.string == "2024-03-08T08:05:01.000Z")
        (events, cursor) = try await poll(trial, cursor)
        #expect(events.isEmpty)
        let unread = try await trial.call("imap.search", ["seen": false, "limit": 200])
        #expect(unread["count"] == 121)
    }

    @Test func `a folder that is numbered anew gives no mail twice, and none of those of before the start`()
        async throws
    {
        let (trial, server) = (try trial("bob"), try server)
        let box: JSON = ["folder": "Box"]
        func deliver(_ subjects: [String], at time: String = Self.tomorrow, anew: Bool = false) throws {
            try server.deliver(subjects.map { Self.mail($0) }, to: "bob", folder: "Box", at: time, anew: anew)
        }
        try deliver(["known"], at: "01-Mar-2024 10:00:00 +0000")
        var (events, cursor) = try await poll(trial, nil, box)
        // Two mails that are equal are two mails.
        try deliver(["a", "b", "b"])
        (events, cursor) = try await poll(trial, cursor, box)
        let keys = events.map(\.key)
        #expect(subjects(events) == ["a", "b", "b"])
        #expect(Set(keys).count == 3)
        let validity = events.first?.event["uid_validity"]
        try deliver(["known"], at: "01-Mar-2024 10:00:00 +0000", anew: true)
        try deliver(["a", "b", "b", "c"])
        (events, cursor) = try await poll(trial, cursor, box)
        #expect(events.first?.event["uid_validity"] != validity)
        #expect(subjects(events) == ["a", "b", "b", "c"])
        #expect(events.prefix(3).map(\.key) == keys, "the same keys, by which the intake knows them")
        (events, cursor) = try await poll(trial, cursor, box)
        #expect(events.isEmpty)
    }

    /// After any start of a test, in whatever zone.
    private static let tomorrow: String = {
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(identifier: "UTC")
        format.dateFormat = "dd-MMM-yyyy HH:mm:ss '+0000'"
        return format.string(from: Date(timeIntervalSinceNow: 86_400))
    }()

    @Test func `since says where to begin`() async throws {
        let trial = try trial("cyd")
        for (subject, time) in [("old", "28-Feb-2024 23:59:59 +0000"), ("new", "01-Mar-2024 00:00:00 +0000")] {
            try server.deliver([Self.mail(subject)], to: "cyd", at: time)
        }
        let (events, cursor) = try await poll(trial, "2024-03-01T00:00:00Z")
        #expect(subjects(events) == ["new"])
        // What is moved into the folder later is new, whatever its time.
        try server.deliver([Self.mail("moved in")], to: "cyd", at: "01-Jan-2020 00:00:00 +0000")
        #expect(subjects(try await poll(trial, cursor).events) == ["moved in"])
    }

    @Test func `finds, fetches, marks and moves mails`() async throws {
        let trial = try trial("dan")
        let mixed = String(decoding: Self.mixed, as: UTF8.self)
        try server.deliver([Self.mail("one"), Self.mail("Größe".latin1Words), mixed], to: "dan")
        let all = try await trial.call("imap.search", [:])
        let mails = try #require(all["mails"]?.array)
        #expect(mails.compactMap { $0["subject"]?.string } == ["Bericht für März", "Größe", "one"])
        let found = try await trial.call("imap.search", ["subject": "Größe"])
        #expect(found["count"] == 1)
        #expect(try await trial.call("imap.search", ["from": "no\"body\\"])["count"] == 0)
        #expect(try await trial.call("imap.search", ["message_id": "<one@acme.example>"])["count"] == 1)
        #expect(try await trial.call("imap.search", ["since": "2020-01-01", "before": "2020-01-02"])["count"] == 0)

        let uid = try #require(mails[0]["uid"])
        let validity = try #require(mails[0]["uid_validity"])
        let mail = try await trial.call("imap.fetch", ["uid": uid, "uid_validity": validity])
        #expect(mail["text"]?.string == "Guten Tag, € 5\n")
        #expect(mail["html"]?.string == "<p>Guten Tag</p>")
        #expect(mail["from"]?["name"]?.string == "Müller, Jörg")
        let file = try #require(mail["attachments"]?[0])
        #expect(file["name"]?.string == "Übersicht März.csv" && file["type"]?.string == "text/csv")
        #expect(file["base64"]?.string == "YTtiCjE7Mgo=")
        let saved = try await trial.call("imap.fetch", ["uid": uid, "save_to": "mail/in"])
        let path = try #require(saved["attachments"]?[0]?["file"]?.string)
        #expect(path.hasPrefix("mail/in/") && path.hasSuffix("-1.csv"))
        #expect(try trial.workspace.text(path) == "a;b\n1;2\n")

        #expect(try await trial.call("imap.mark", ["uid": uid, "seen": true, "flagged": true]) == ["count": 1])
        #expect(try await trial.call("imap.search", ["seen": true, "flagged": true])["count"] == 1)
        #expect(try await trial.call("imap.mark", ["uid": [uid, 999], "seen": false]) == ["count": 1])
        #expect(try await trial.call("imap.search", ["seen": true])["count"] == 0)

        #expect(try await trial.failure("imap.move", ["uid": uid, "to": "Erledigt/Jährlich"]).type == "not_found")
        let move: JSON = ["uid": uid, "to": "Erledigt/Jährlich", "make_folder": true]
        #expect(try await trial.call("imap.move", move) == ["count": 1])
        #expect(try await trial.call("imap.move", move) == ["count": 0])
        #expect(try await trial.call("imap.search", ["folder": "Erledigt/Jährlich"])["count"] == 1)
        #expect(try await trial.failure("imap.fetch", ["uid": uid]).type == "not_found")
        #expect(try await trial.failure("imap.search", ["folder": "None"]).type == "not_found")
        #expect(try await trial.failure("imap.fetch", ["uid": 1, "uid_validity": 7]).type == "conflict")
        for input: JSON in [[:], ["uid": "x"], ["uid": 0], ["uid": [1, "2 (FLAGS)"]]] {
            #expect(try await trial.failure("imap.fetch", input).type == "bad_input")
        }
    }

    /// A mail as mailers write it, in bytes that are read as Latin-1 on their way.
    private static var mixed: [UInt8] {
        let text = """
            From: =?UTF-8?Q?M=C3=BCller=2C_J=C3=B6rg?= <joerg@acme.example>
            To: "Bo, Ada" <ada@acme.example>, bob@acme.example
            Subject: =?iso-8859-1?Q?Bericht_f=FCr?= =?UTF-8?B?IE3DpHJ6?=
            Date: Fri, 08 Mar 2024 09:05:01 +0100
            MIME-Version: 1.0
            Content-Type: multipart/mixed; boundary="outer"

            --outer
            Content-Type: multipart/alternative; boundary="inner"

            --inner
            Content-Type: text/plain; charset=iso-8859-15
            Content-Transfer-Encoding: quoted-printable

            Guten Tag, =A4 5

            --inner
            Content-Type: text/html; charset=utf-8

            <p>Guten Tag</p>
            --inner--
            --outer
            Content-Type: text/csv; name="x.csv"
            Content-Disposition: attachment; filename*0*=UTF-8''%C3%9Cbersicht;
             filename*1*=%20M%C3%A4rz; filename*2=.csv
            Content-Transfer-Encoding: base64

            YTtiCjE7Mgo=
            --outer--
            """
        return Array(text.replacing("\n", with: "\r\n").utf8)
    }

    @Test func `signs in over TLS, with a password or a token`() async throws {
        let server = try server
        let secure: JSONObject = ["tls": "tls", "port": .integer(server.securePort)]
        var trial = try Trial()
        for settings in [secure, ["tls": "starttls"], [:]] {
            trial.connection = server.connection("eve", settings)
            #expect(try await IMAPConnector.standard.sendTest(in: trial.context))
        }
        // A token that was refused is replaced, once.
        let tokens = Mutex(["old", MailboxServer.token])
        trial.http = StubClient { _, _ in
            let token = tokens.withLock { $0.isEmpty ? "none" : $0.removeFirst() }
            return HTTPAnswer(
                status: 200, headers: [("Content-Type", "application/json")],
                body: Array(#"{"access_token": "\#(token)", "token_type": "Bearer", "expires_in": 3600}"#.utf8), url: ""
            )
        }
        let oauth: JSONObject = [
            "type": "oauth2", "grant": "client_credentials", "token_url": "https://login.example.com/token",
            "client_id": "galley", "client_secret": "shh-secret",
        ]
        var settings = secure
        settings["username"] = "fay"
        trial.connection = server.connection("fay", settings, oauth)
        #expect(try await IMAPConnector.standard.sendTest(in: trial.context))
        #expect(tokens.withLock { $0.isEmpty })
    }

    @Test func `says what is wrong with a connection, and never the password`() async throws {
        let server = try server
        let secure: JSONObject = ["tls": "tls", "port": .integer(server.securePort)]
        let wrong: JSONObject = ["username": "eve", "password": "s3cret-wrong"]
        let silent = try RawPort()
        let cases: [(Connection, type: String, says: String)] = [
            (server.connection("eve", ["host": "no-such-host.invalid", "tls": "tls"]), "dns", "there is no address"),
            (server.connection("eve", ["port": 1]), "connection", "can't be reached on port 1"),
            (server.connection("eve", ["port": .integer(silent.port), "timeout": 1]), "timeout", "within 1 seconds"),
            (server.connection("eve", secure, authority: false), "tls", "no safe connection"),
            (server.connection("eve", ["tls": "tls"]), "tls", "no safe connection"),
            (server.connection("eve", [:], wrong), "auth", "does not accept the user name and password"),
            (server.connection("eve", [:], [:]), "auth", "needs \"username\" and \"password\""),
            (server.connection("eve", ["host": "mail.acme.example", "tls": "none"]), "tls", "not sent in plain text"),
        ]
        for (connection, type, says) in cases {
            var trial = try Trial()
            trial.connection = connection
            let error = await #expect(throws: ConnectorError.self) {
                _ = try await IMAPConnector.standard.sendTest(in: trial.context)
            }
            #expect(
                error?.type == type && error?.message.contains(says) == true, "\(says): \(String(describing: error))")
            #expect(error?.message.contains("s3cret") == false)
        }
    }
}

extension String {
    /// As an encoded word.
    fileprivate var latin1Words: String {
        "=?ISO-8859-1?Q?" + unicodeScalars.map { "=" + String($0.value, radix: 16, uppercase: true) }.joined() + "?="
    }
}
