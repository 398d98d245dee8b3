// `sftp.new_file` against a real sshd: each file once, none that still grows, nothing that was there before.

import ConnectorKit
import Foundation
import JSONCore
import Synchronization
import Testing

@testable import BuiltInConnectors

@Suite(.sshServer, .timeLimit(.minutes(2)))
struct SFTPTriggerTests {
    private func trial(_ folder: String) throws -> (trial: Trial, server: SSHServer) {
        let server = try #require(SSHServer.current)
        try FileManager.default.createDirectory(atPath: "\(server.files)/\(folder)", withIntermediateDirectories: true)
        var trial = try Trial()
        trial.connection = try server.connection(["root": .string(folder)])
        return (trial, server)
    }

    private func poll(_ trial: Trial, _ cursor: inout JSON?, _ input: JSON = [:]) async throws -> [PolledEvent] {
        let found = Mutex<[PolledEvent]>([])
        let end = try await SFTPConnector.standard.poll("new_file", input, from: cursor, in: trial.context) { page in
            found.withLock { $0 += page }
        }
        cursor = end.cursor
        return found.withLock { $0 }
    }

    private func names(_ events: [PolledEvent]) -> [String] { events.map { $0.event["name"]?.string ?? "?" } }

    /// Gives a file its time, so that no test has to wait for the clock.
    private func touch(_ path: String, _ seconds: Int) throws {
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: Double(seconds))], ofItemAtPath: path)
    }

    @Test func `a file comes once it has stood still, and again when it has changed`() async throws {
        let (trial, server) = try trial("inbox")
        try server.write("inbox/known.csv", "x")
        var cursor: JSON?
        #expect(try await poll(trial, &cursor).isEmpty)
        #expect(try await poll(trial, &cursor).isEmpty, "what was there is known")

        try server.write("inbox/b.csv", "12")
        try server.write("inbox/a.csv", "1")
        try server.write("inbox/.hidden.csv", "1")
        try server.write("inbox/folder/c.csv", "1")
        for name in ["a", "b"] { try touch("\(server.files)/inbox/\(name).csv", name == "a" ? 2_000 : 1_000) }
        #expect(try await poll(trial, &cursor).isEmpty, "they may still grow")
        try server.write("inbox/a.csv", "1234")
        try touch("\(server.files)/inbox/a.csv", 2_000)
        let first = try await poll(trial, &cursor)
        #expect(names(first) == ["b.csv"])
        #expect(first.first?.event["path"]?.string == "b.csv" && first.first?.event["size"] == 2)
        #expect(first.first?.event["modified"]?.string == "1970-01-01T00:16:40.000Z")
        #expect(names(try await poll(trial, &cursor)) == ["a.csv"])
        #expect(try await poll(trial, &cursor).isEmpty)

        try server.write("inbox/known.csv", "changed")
        #expect(try await poll(trial, &cursor).isEmpty)
        #expect(names(try await poll(trial, &cursor)) == ["known.csv"])
        // Gone and back, as it was: it has the key under which the intake knows it.
        try FileManager.default.removeItem(atPath: "\(server.files)/inbox/b.csv")
        #expect(try await poll(trial, &cursor).isEmpty)
        try server.write("inbox/b.csv", "12")
        try touch("\(server.files)/inbox/b.csv", 1_000)
        #expect(try await poll(trial, &cursor).isEmpty)
        #expect(try await poll(trial, &cursor).map(\.key) == first.map(\.key))
    }

    @Test func `since and pattern say which files`() async throws {
        let (trial, server) = try trial("since")
        for (name, seconds) in [("old.csv", 1_700_000_000), ("new.csv", 1_800_000_000), ("new.txt", 1_800_000_000)] {
            try server.write("since/" + name, "x")
            try touch("\(server.files)/since/\(name)", seconds)
        }
        var cursor: JSON? = "2026-01-01T00:00:00Z"
        #expect(try await poll(trial, &cursor, ["pattern": "*.csv"]).isEmpty)
        #expect(names(try await poll(trial, &cursor, ["pattern": "*.csv"])) == ["new.csv"])
        for wrong: JSON in ["yesterday", true, [1]] {
            var cursor: JSON? = wrong
            await #expect(throws: ConnectorError.self) { _ = try await poll(trial, &cursor) }
        }
        var none: JSON?
        await #expect(throws: ConnectorError.self) { _ = try await poll(trial, &none, ["path": "nowhere"]) }
    }

    @Test(arguments: [
        ("*", "a", true), ("*.csv", "a.csv", true), ("*.csv", "a.csv.part", false), ("?.csv", "ä.csv", true),
        ("a*b*c", "aXbYc", true), ("a*b*c", "aXbY", false), ("", "", true), ("", "a", false), ("a", "a", true),
        ("**", "", true), ("[a]", "a", false),
        (String(repeating: "*a", count: 500) + "b", String(repeating: "a", count: 2_000), false),
    ])
    func `matches names`(pattern: String, name: String, matches: Bool) {
        #expect(NamePattern(pattern).matches(name) == matches)
    }
}
