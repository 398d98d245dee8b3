// `imap` against servers that answer oddly: split and unasked answers, ends in the middle, what is no number.

import BuiltInConnectors
import ConnectorKit
import JSONCore
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(2)))
struct IMAPAnswerTests {
    /// Polls behind the second mail once.
    private func poll(
        _ search: String, _ summaries: String, _ body: String?
    ) async throws -> (events: [PolledEvent], end: PollEnd) {
        let server = try ScriptedMailbox { command in
            switch command {
            case _ where command.hasPrefix("UID SEARCH"): search + "TAG OK done\r\n"
            case _ where command.contains("RFC822.SIZE"): summaries + "TAG OK done\r\n"
            case _ where command.contains("BODY.PEEK"): body
            default: nil
            }
        }
        var trial = try Trial()
        var network = NetworkPermissions()
        network.privateAddresses = true
        trial.connection = Connection(
            name: "box", connector: "imap",
            settings: ["host": "127.0.0.1", "port": .integer(server.port), "tls": "none", "timeout": 2],
            credentials: ["username": "ada", "password": "s3cret"], network: network)
        let events = Mutex<[PolledEvent]>([])
        let end = try await IMAPConnector.standard.poll(
            "new_mail", [:], from: ["validity": 7, "uid": 2, "since": 0], in: trial.context
        ) { found in events.withLock { $0 += found } }
        return (events.withLock { $0 }, end)
    }

    private static let size = "RFC822.SIZE 17 INTERNALDATE \" 8-Mar-2024 09:05:01 +0000\""
    private static let mail = "* 1 FETCH (UID 3 BODY[]<0> {17}\r\nSubject: a\r\n\r\nb\r\n)\r\nTAG OK done\r\n"

    @Test(arguments: [
        "* 1 FETCH (UID 3 FLAGS (\\Seen) \(size))\r\n",
        // In two answers, and a mark that someone else changes meanwhile.
        "* 1 FETCH (UID 3 \(size))\r\n* 1 FETCH (UID 3 FLAGS (\\Seen))\r\n",
        "* 1 FETCH (FLAGS (\\Seen) UID 3)\r\n* 9 EXISTS\r\n* 1 FETCH (UID 3 \(size))\r\n* 5 FETCH (UID 8 FLAGS ())\r\n",
        "* 2 EXPUNGE\r\n* 1 fetch (uid 3 flags (\\Seen) \(size))\r\n* OK [ALERT] disk {nearly} full\r\n",
    ])
    func `a mail is the same in one answer and in several`(summaries: String) async throws {
        let found = try await poll("* SEARCH 3\r\n", summaries, Self.mail)
        let event = try #require(found.events.first)
        #expect(event.event["size"] == 17 && event.event["seen"] == true && event.event["complete"] == true)
        #expect(event.event["received"] == "2024-03-08T09:05:01.000Z")
        #expect(event.event["subject"] == "a" && event.event["text"] == "b\n")
        #expect(found.end.cursor?["uid"] == 3 && !found.end.hasMore)
    }

    @Test(
        arguments: [
            ("* BYE going down\r\n", "connection", true, "BYE going down"),
            ("* 1 FETCH (UID 3 BODY[]<0> {17}\r\nSubject: a", "timeout", true, "did not answer"),
            (nil, "connection", true, "ended the connection"),
            ("TAG NO [UNAVAILABLE] later\r\n", "refused", false, "later"),
            ("* 1 FETCH (UID 3 BODY[]<0> {99999999999}\r\n", "too_large", false, "more than was asked for"),
        ] as [(String?, String, Bool, String)])
    func `an end in the middle is a failure and moves nothing`(
        body: String?, type: String, isTransient: Bool, says: String
    ) async throws {
        do {
            _ = try await poll("* SEARCH 3\r\n", "* 1 FETCH (UID 3 \(Self.size))\r\n", body)
            Issue.record("it has to fail")
        } catch let error as ConnectorError {
            #expect(error.type == type && error.isTransient == isTransient, "\(error)")
            #expect(error.message.contains(says), "\(error.message)")
        }
    }

    @Test func `a mail that is gone is passed over, and a folder with nothing new says so`() async throws {
        var found = try await poll("* SEARCH 3\r\n", "", nil)
        #expect(found.events.isEmpty && found.end.cursor?["uid"] == 3)
        // `UID 3:*` finds the last mail even when its number is below 3.
        found = try await poll("* SEARCH 2\r\n", "", nil)
        #expect(found.events.isEmpty && found.end.cursor?["uid"] == 2)
    }
}
