// Files of a real SFTP server and mails of a real IMAP server under a real galley serve: each starts one job, through kill -9.

import Foundation
import JSONCore
import Testing

@Suite(.timeLimit(.minutes(5)))
struct NewFilesAndMailsTests {
    private static func recipe(_ use: String, _ settings: String, _ pill: String) -> String {
        """
        { "galley": 1, "name": "New", "connections": { "box": "box" }, "concurrency": 4,
          "trigger": { "id": "got", "use": "box.\(use)", "input": { "every": "1s", "since": "2001-01-01T00:00:00Z", \(settings) } },
          "report": { "What": "got.\(pill)" },
          "steps": [ { "return": { "what": "{{ got.\(pill) }}" } } ] }
        """
    }

    /// Serves, and is killed each time when another part of the jobs is there, until all are done.
    /// - Parameter add: puts the next part of what is new there.
    /// - Returns: what the jobs are about.
    private func run(_ place: CommandPlace, parts: Int, of size: Int, add: (Int) async throws -> Void) async throws
        -> [String]
    {
        func jobs() async throws -> [JSON] {
            try await place.galley("jobs", "list", "--json", "--limit", "1000").expect(0).lines
        }
        for part in 0..<parts {
            let server = try place.start("serve", "--port", "0")
            try await server.wait { $0.contains("galley serves") }
            let before = try await jobs().count
            try await add(part)
            // Somewhere within the poll that finds them, or while their jobs run.
            let wanted = before + [1, size / 3, size / 2, size - 1][part % 4]
            try await eventually("job \(wanted) of part \(part)") {
                try await jobs().count >= min(wanted, size * (part + 1))
            }
            server.send(SIGKILL)
            try await server.end().expect(128 + SIGKILL)
        }
        let server = try place.start("serve", "--port", "0")
        try await server.wait { $0.contains("galley serves") }
        try await eventually("all jobs are done") {
            let all = try await jobs()
            return all.count >= parts * size && all.allSatisfy { $0["state"] == "succeeded" }
        }
        server.send(SIGTERM)
        try await server.end().expect(0)
        return try await jobs().compactMap { $0["report"]?["What"]?.string }
    }

    @Test func `two hundred files make two hundred jobs`() async throws {
        let files = try SSHServer()
        defer { files.stop() }
        let place = try await CommandPlace([
            "new": Self.recipe("new_file", #""path": "in", "pattern": "*.csv""#, "name")
        ])
        try place.write(
            "Connections/box.json",
            """
            { "connector": "sftp", "network": { "private_addresses": true },
              "settings": { "host": "127.0.0.1", "port": \(files.port), "host_key": "\(files.hostKeys["ed25519"] ?? "")" },
              "auth": { "username": "\(files.user)", "private_key_file": "\(files.folder)/ed25519" } }
            """)
        try await place.galley("check").expect(0)
        try await place.galley("connections", "test", "box").expect(0)
        try files.write("in/other.txt", "not for us")
        let names = try await run(place, parts: 4, of: 50) { part in
            for number in 0..<50 { try files.write("in/\(part * 50 + number).csv", "a;b") }
        }
        #expect(names.sorted() == (0..<200).map { "\($0).csv" }.sorted())
    }

    @Test func `two hundred mails make two hundred jobs`() async throws {
        let mails = try MailboxServer()
        defer { mails.stop() }
        let place = try await CommandPlace(["new": Self.recipe("new_mail", #""folder": "INBOX""#, "subject")])
        try place.write(
            "Connections/box.json",
            """
            { "connector": "imap", "network": { "private_addresses": true },
              "settings": { "host": "127.0.0.1", "port": \(mails.port), "tls": "starttls" },
              "auth": { "username": "ada", "password": { "secret": "BOX" } } }
            """)
        try place.write("ca.crt", TestCertificates.authority + "\n")
        try place.write(
            "Connections/box.json",
            place.text("Connections/box.json").replacing(
                #""private_addresses": true"#, with: #""private_addresses": true, "certificate_authority": "ca.crt""#))
        try await place.galley("secrets", "set", "BOX", input: MailboxServer.password).expect(0)
        try await place.galley("check").expect(0)
        try await place.galley("connections", "test", "box").expect(0)
        let subjects = try await run(place, parts: 4, of: 50) { part in
            try mails.deliver(
                (0..<50).map { "From: a@b.example\r\nSubject: \(part * 50 + $0)\r\n\r\nx\r\n" }, to: "ada")
        }
        #expect(subjects.sorted() == (0..<200).map { "\($0)" }.sorted())
    }
}
