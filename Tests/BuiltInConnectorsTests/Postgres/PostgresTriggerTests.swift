// New and changed rows of PostgreSQL: each once, in order, also those that are committed late.

import ConnectorKit
import Foundation
import JSONCore
import Synchronization
import Testing

@testable import BuiltInConnectors

extension PostgresConnectorTests {
    /// Polls until there is no more, or until there are `count` events: transactions of other tests hold rows back.
    private func poll(
        _ trigger: String, _ input: JSON, from cursor: JSON?, _ trial: Trial, count: Int = 0
    ) async throws -> (events: [PolledEvent], cursor: JSON?) {
        let found = Mutex<[PolledEvent]>([])
        var cursor = cursor
        for _ in 0..<2_000 {
            let end = try await PostgresConnector.standard.poll(trigger, input, from: cursor, in: trial.context) {
                events in
                found.withLock { $0 += events }
            }
            cursor = end.cursor
            if !end.hasMore, found.withLock({ $0.count >= count }) { break }
        }
        return (found.withLock { $0 }, cursor)
    }

    @Test func `finds each new row once, in order and in pages`() async throws {
        let (name, trial) = try await table("id serial PRIMARY KEY, v numeric")
        let input: JSON = ["table": .string(name), "by": "id", "limit": 100]
        _ = try await trial.call("postgres.insert", ["table": .string(name), "rows": [["v": 1], ["v": 2]]])
        var first = try await poll("new_row", input, from: nil, trial)
        for _ in 0..<2_000 where first.cursor != ["2", "2"] {
            first = try await poll("new_row", input, from: nil, trial)
        }
        #expect(first.events.isEmpty)
        #expect(first.cursor == ["2", "2"])
        let rows: [JSON] = (0..<250).map { ["v": .integer($0)] }
        _ = try await trial.call("postgres.insert", ["table": .string(name), "rows": .array(rows)])
        let next = try await poll("new_row", input, from: first.cursor, trial, count: 250)
        #expect(next.events.map(\.key) == (3...252).map { "\($0)" })
        #expect(next.events.first?.event == ["id": 3, "v": 0])
        #expect(try await poll("new_row", input, from: next.cursor, trial).events.isEmpty)
        let since = try await poll("new_row", input, from: 251, trial, count: 2)
        #expect(since.events.map(\.key) == ["251", "252"])
    }

    @Test func `begins with the first row of a table that was empty`() async throws {
        let (name, trial) = try await table("id serial PRIMARY KEY")
        let input: JSON = ["table": .string(name), "by": "id"]
        let first = try await poll("new_row", input, from: nil, trial)
        _ = try await trial.call("postgres.execute", ["sql": .string("INSERT INTO \(name) DEFAULT VALUES")])
        #expect(try await poll("new_row", input, from: first.cursor, trial, count: 1).events.map(\.key) == ["1"])
    }

    @Test func `a row that is committed late is not missed`() async throws {
        let (name, trial) = try await table("id int PRIMARY KEY")
        let input: JSON = ["table": .string(name), "by": "id"]
        let start = try await poll("new_row", input, from: nil, trial)
        // The transaction with the smaller id is open while the one with the larger is over, and until the gate has a row.
        let (gate, _) = try await self.table("opened int")
        let late = Task {
            try await trial.call(
                "postgres.execute",
                [
                    "sql": .string(
                        """
                        DO $$ BEGIN
                            INSERT INTO \(name) VALUES (1); -- late_row
                            WHILE NOT EXISTS (SELECT 1 FROM \(gate)) LOOP PERFORM pg_sleep(0.02); END LOOP;
                        END $$
                        """), "timeout": 300,
                ])
        }
        try await waitUntilRunning("late_row", trial, hasWritten: true)
        _ = try await trial.call("postgres.execute", ["sql": .string("INSERT INTO \(name) VALUES (2)")])
        let during = try await poll("new_row", input, from: start.cursor, trial)
        #expect(during.events.isEmpty)
        _ = try await trial.call("postgres.execute", ["sql": .string("INSERT INTO \(gate) VALUES (1)")])
        _ = try await late.value
        let after = try await poll("new_row", input, from: during.cursor, trial, count: 2)
        #expect(after.events.map(\.key) == ["1", "2"])
    }

    @Test func `finds changes, and rows of the same time, once`() async throws {
        let (name, trial) = try await table("id text PRIMARY KEY, at timestamptz")
        let input: JSON = ["table": .string(name), "by": "at", "key": "id", "limit": 2, "settle": 0]
        let start = try await poll("changed_row", input, from: nil, trial)
        let time = "2024-03-08T09:00:00.123456Z"
        let rows: [JSON] = ["a", "b", "c", "d", "e"].map { ["id": .string($0), "at": .string(time)] }
        _ = try await trial.call("postgres.insert", ["table": .string(name), "rows": .array(rows)])
        let found = try await poll("changed_row", input, from: start.cursor, trial, count: 5)
        #expect(found.events.map { $0.event["id"] } == ["a", "b", "c", "d", "e"])
        _ = try await trial.call(
            "postgres.execute", ["sql": .string("UPDATE \(name) SET at = at + interval '1 s' WHERE id = 'b'")])
        let changed = try await poll("changed_row", input, from: found.cursor, trial, count: 1)
        #expect(changed.events.map(\.key) == ["b@2024-03-08 09:00:01.123456+00"])
        let settled: JSON = ["table": .string(name), "by": "at", "key": "id"]
        _ = try await trial.call(
            "postgres.execute", ["sql": .string("UPDATE \(name) SET at = clock_timestamp() WHERE id = 'c'")])
        #expect(try await poll("changed_row", settled, from: changed.cursor, trial).events.isEmpty)
    }

    @Test func `says what is wrong with a trigger`() async throws {
        let (name, trial) = try await table("id int")
        let cases: [(JSON, String, String)] = [
            (["table": "nowhere", "by": "id"], "not_found", "no table \"nowhere\""),
            (["table": .string(name), "by": "nothing"], "bad_input", "no column \"nothing\""),
            (["table": .string("\(name)\"; DROP TABLE \(name); --"), "by": "id"], "not_found", "no table"),
        ]
        for (input, type, says) in cases {
            let error = await #expect(throws: ConnectorError.self) {
                try await poll("new_row", input, from: nil, trial)
            }
            #expect(error?.type == type)
            #expect(error?.message.contains(says) == true)
        }
        let view = "v\(name)"
        _ = try await trial.call("postgres.execute", ["sql": .string("CREATE VIEW \(view) AS SELECT * FROM \(name)")])
        let start = try await poll("new_row", ["table": .string(view), "by": "id"], from: nil, trial)
        _ = try await trial.call("postgres.execute", ["sql": .string("INSERT INTO \(name) VALUES (7)")])
        let found = try await poll("new_row", ["table": .string(view), "by": "id"], from: start.cursor, trial)
        #expect(found.events.map(\.key) == ["7"])
    }
}
