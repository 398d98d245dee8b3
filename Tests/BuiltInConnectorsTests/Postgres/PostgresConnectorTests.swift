// `postgres` on a real server: values of every kind, hostile SQL, connections, limits, and triggers.

import ConnectorKit
import Foundation
import JSONCore
import Synchronization
import Testing

@testable import BuiltInConnectors

@Suite(.databaseServer)
struct PostgresConnectorTests {
    func server() throws -> DatabaseServer { try #require(DatabaseServer.current) }

    func trial(_ connection: Connection? = nil) throws -> Trial {
        var trial = try Trial()
        trial.connection = try connection ?? server().local()
        return trial
    }

    func table(_ columns: String) async throws -> (name: String, trial: Trial) {
        let name = "t\(UInt32.random(in: 0 ... .max))"
        let trial = try trial()
        _ = try await trial.call("postgres.execute", ["sql": .string("CREATE TABLE \(name) (\(columns))")])
        return (name, trial)
    }

    func query(_ sql: String, _ parameters: JSON = [], _ trial: Trial? = nil) async throws -> JSON {
        try await (trial ?? self.trial()).call("postgres.query", ["sql": .string(sql), "parameters": parameters])
    }

    // MARK: - Values

    @Test(
        arguments: [
            ("true", "true"), ("1::int2", "1"), ("9223372036854775807::int8", "9223372036854775807"),
            ("10.00::numeric", "10.00"),
            ("123456789012345678901234567890.123456789::numeric", "123456789012345678901234567890.123456789"),
            ("0.1::float8", "0.1"), ("'NaN'::numeric", #""NaN""#), ("'-Infinity'::float8", #""-Infinity""#),
            ("'Grün 🎉'::text", #""Grün 🎉""#), ("NULL::int", "null"), ("''::text", #""""#),
            (#"'{"b": 10.00, "a": [1, null]}'::json"#, #"{"b":10.00,"a":[1,null]}"#), ("'\"x\"'::jsonb", #""x""#),
            (#"'\x00ff'::bytea"#, #""AP8=""#), ("''::bytea", #""""#),
            ("'2024-03-08 10:05:01.25+01'::timestamptz", #""2024-03-08T09:05:01.25Z""#),
            ("'2024-03-08 10:05:01'::timestamp", #""2024-03-08T10:05:01""#),
            ("'infinity'::timestamptz", #""infinity""#),
            ("'2024-03-08'::date", #""2024-03-08""#), ("'1 day 2 hours'::interval", #""P1DT2H""#),
            ("'6f1f9c1e-6f8e-4d6c-9a0e-0c4b9f0f8a11'::uuid", #""6f1f9c1e-6f8e-4d6c-9a0e-0c4b9f0f8a11""#),
            ("ARRAY[1, NULL, 3]", "[1,null,3]"), ("ARRAY[]::int[]", "[]"), ("ARRAY[[1,2],[3,4]]", "[[1,2],[3,4]]"),
            (#"ARRAY['a"b', 'c\d', 'NULL', NULL, '', 'x,y', '{z}']"#, #"["a\"b","c\\d","NULL",null,"","x,y","{z}"]"#),
            ("'[0:1]={5,6}'::int[]", "[5,6]"), ("ARRAY[1.50, 2]::numeric[]", "[1.50,2]"),
            (#"ARRAY['{"a":1}']::jsonb[]"#, #"[{"a":1}]"#), (#"ARRAY['\x01'::bytea]"#, #"["AQ=="]"#),
            ("ARRAY['2024-03-08 09:00+00']::timestamptz[]", #"["2024-03-08T09:00:00Z"]"#),
            ("int4range(1, 5)", #""[1,5)""#), ("ROW(1, 'a')", #""(1,a)""#), ("'a'::\"char\"", #""a""#),
        ])
    func `values keep their kind and all their digits`(sql: String, expected: String) async throws {
        let found = try await query("SELECT \(sql) AS v")
        #expect(found["rows"]?[0]?["v"]?.compact == expected)
    }

    @Test func `what was read can be written again`() async throws {
        let (name, trial) = try await table(
            "id int, b bool, n numeric, f float8, t text, j jsonb, y bytea, w timestamptz, a int[], s text[], k jsonb[], u uuid, d date"
        )
        let row = try JSON(
            parsing: #"""
                {"id":1,"b":false,"n":10.00,"f":0.1,"t":"a'b\\c\"","j":{"x":[1,"2",null,true]},"y":"AP8=","w":"2024-03-08T09:05:01.25Z",
                 "a":[[1,2],[3,null]],"s":["a,b","\"q\"","NULL",null,"\\"],"k":[{"a":"b"},"text",null],"u":"6f1f9c1e-6f8e-4d6c-9a0e-0c4b9f0f8a11","d":"2024-02-29"}
                """#)
        _ = try await trial.call("postgres.insert", ["table": .string(name), "rows": [row]])
        let read = try await query("SELECT * FROM \(name)", [], trial)["rows"]?[0]
        #expect(read?.compact == row.compact)
        for value: JSON in ["text", "{\"not\": \"parsed\"}", 5, [1], nil] {
            _ = try await trial.call(
                "postgres.execute", ["sql": .string("UPDATE \(name) SET j = $1"), "parameters": [value]])
            #expect(try await query("SELECT j FROM \(name)", [], trial)["rows"]?[0]?["j"] == value)
        }
    }

    @Test func `knows the database's own types`() async throws {
        let trial = try trial()
        let mood = "mood\(UInt32.random(in: 0 ... .max))"
        for sql in [
            "CREATE TYPE \(mood) AS ENUM ('ok', 'not, ok')", "CREATE DOMAIN \(mood)d AS numeric CHECK (value > 0)",
        ] {
            _ = try await trial.call("postgres.execute", ["sql": .string(sql)])
        }
        let found = try await query(
            "SELECT $1::\(mood) AS m, $2::\(mood)[] AS l, $3::\(mood)d AS d", ["ok", ["not, ok", "ok"], 1], trial)
        #expect(found["rows"]?[0] == ["m": "ok", "l": ["not, ok", "ok"], "d": 1])
    }

    @Test func `no value becomes SQL`() async throws {
        let (name, trial) = try await table("v text")
        let hostile: JSON = ["'; DROP TABLE \(name); --", "$1", "\\'; SELECT 1; --", "%s\u{1}", "{{x}}"].map {
            .string($0)
        }.asList
        for value in hostile.array ?? [] {
            _ = try await trial.call("postgres.insert", ["table": .string(name), "rows": [["v": value]]])
        }
        #expect(try await query("SELECT array_agg(v) AS v FROM \(name)", [], trial)["rows"]?[0]?["v"] == hostile)
        let odd: JSON = ["table": .string(name), "rows": [["v\"; DROP TABLE \(name); --": 1]]]
        #expect(try await trial.failure("postgres.insert", odd).message.contains("does not exist"))
    }

    // MARK: - Changes

    @Test func `inserts many rows at once, or none`() async throws {
        let (name, trial) = try await table("id serial PRIMARY KEY, v int CHECK (v >= 0), note text")
        let rows: [JSON] = (0..<2_500).map { ["v": .integer($0), "note": .string("n\($0)")] }
        let made = try await trial.call(
            "postgres.insert", ["table": .string("public.\(name)"), "rows": .array(rows), "returning": ["id", "v"]])
        #expect(made["count"] == 2_500)
        #expect(made["rows"]?.array?.count == 2_500)
        #expect(made["rows"]?[2_499] == ["id": 2_500, "v": 2_499])
        let error = try await trial.failure(
            "postgres.insert", ["table": .string(name), "rows": .array(rows + [["v": -1, "note": "x"]])])
        #expect(error.type == "conflict")
        #expect(error.details?["sqlstate"] == "23514")
        #expect(try await query("SELECT count(*) AS n FROM \(name)", [], trial)["rows"]?[0]?["n"] == 2_500)
    }

    @Test func `updates what is there and inserts what is not, and a repeat changes nothing`() async throws {
        let (name, trial) = try await table("id text PRIMARY KEY, v int, note text DEFAULT 'kept'")
        let rows: JSON = [["id": "a", "v": 1], ["id": "b", "v": 2], ["id": "a", "v": 3]]
        for _ in 0..<2 {
            let input: JSON = ["table": .string(name), "rows": rows, "key": ["id"]]
            #expect(try await trial.call("postgres.upsert", input) == ["count": 2])
        }
        _ = try await trial.call(
            "postgres.upsert", ["table": .string(name), "rows": [["id": "a", "v": 9]], "key": ["id"], "update": []])
        #expect(
            try await query("SELECT * FROM \(name) ORDER BY id", [], trial)["rows"] == [
                ["id": "a", "v": 3, "note": "kept"], ["id": "b", "v": 2, "note": "kept"],
            ])
    }

    @Test func `changes rows, with what RETURNING gives`() async throws {
        let (name, trial) = try await table("id int, v int")
        let sets = try await trial.call(
            "postgres.execute",
            [
                "sql": .string("INSERT INTO \(name) VALUES ($1, $2) RETURNING id"),
                "sets": [[1, 10], [2, 20], [3, nil]],
            ])
        #expect(sets == ["changes": 3, "rows": [["id": 1], ["id": 2], ["id": 3]], "more": false])
        let update = try await trial.call(
            "postgres.execute", ["sql": .string("UPDATE \(name) SET v = 0 WHERE id > $1"), "parameters": [1]])
        #expect(update == ["changes": 2, "rows": [], "more": false])
    }

    // MARK: - Failures

    @Test(
        arguments: [
            ("postgres.query", "SELEC 1", [], "bad_input", "42601", "at character 1"),
            ("postgres.query", "SELECT * FROM nowhere", [], "not_found", "42P01", "nowhere"),
            ("postgres.query", "SELECT nothing", [], "bad_input", "42703", "nothing"),
            ("postgres.query", "SELECT 1 / $1::int", [0], "bad_input", "22012", "division by zero"),
            ("postgres.query", "SELECT $1::int", ["x"], "bad_input", "22P02", "invalid input"),
            ("postgres.query", "SELECT 1; SELECT 2", [], "bad_input", "42601", "multiple commands"),
            ("postgres.query", "CREATE TABLE x (a int)", [], "bad_input", nil, "postgres.execute"),
            ("postgres.query", "INSERT INTO pg_temp.x VALUES (1) RETURNING 1", [], nil, nil, "pg_temp"),
            (
                "postgres.query", "WITH d AS (DELETE FROM pg_class RETURNING 1) SELECT * FROM d", [], "bad_input",
                "25006", "postgres.execute"
            ),
            ("postgres.query", "SELECT 1 AS a, 2 AS a", [], "bad_input", nil, "two columns"),
            ("postgres.query", "SELECT $1::int", [], "bad_input", nil, "1 parameters, but 0 values"),
            ("postgres.query", "SELECT $1::bytea", ["???"], "bad_input", nil, "base64"),
            ("postgres.query", "SELECT $1::int[]", [1], "bad_input", nil, "must be a list"),
            ("postgres.query", "SELECT $1::text", ["a\u{0}b"], "bad_input", nil, "null character"),
            ("postgres.query", "COPY pg_class TO STDOUT", [], "bad_input", nil, "gives no rows"),
            ("postgres.execute", "COPY pg_class TO STDOUT", [], "bad_input", nil, "COPY"),
        ] as [(String, String, JSON, String?, JSON?, String)])
    func `failures are typed by their SQLSTATE`(
        use: String, sql: String, parameters: JSON, type: String?, state: JSON?, says: String
    ) async throws {
        let error = try await trial().failure(use, ["sql": .string(sql), "parameters": parameters])
        if let type { #expect(error.type == type, "\(error)") }
        if let state { #expect(error.details?["sqlstate"] == state) }
        #expect(error.message.contains(says), "\(error.message)")
        #expect(error.outcome == .refused)
    }

    @Test(
        arguments: [
            ("40001", "conflict", true), ("40P01", "conflict", true), ("55P03", "conflict", true),
            ("23505", "conflict", false), ("23503", "conflict", false), ("53300", "server", true),
            ("57P03", "server", true), ("42501", "not_allowed", false), ("54000", "too_large", false),
            ("XX001", "server", false), ("P0001", "refused", false), ("08006", "connection", true),
        ])
    func `an SQLSTATE says whether trying again may help`(state: String, type: String, isTransient: Bool) async throws {
        let sql = "DO $$ BEGIN RAISE EXCEPTION 'on purpose' USING ERRCODE = '\(state)'; END $$"
        let error = try await trial().failure("postgres.execute", ["sql": .string(sql)])
        #expect(error.type == type)
        #expect(error.isTransient == isTransient)
        #expect(error.message.contains("on purpose"))
        #expect(error.details?["sqlstate"] == .string(state))
    }

    // MARK: - Limits

    @Test func `stops at the limit`() async throws {
        let found = try await trial().call(
            "postgres.query", ["sql": "SELECT generate_series(1, 100000000) AS i", "limit": 3])
        #expect(found == ["rows": [["i": 1], ["i": 2], ["i": 3]], "columns": ["i"], "count": 3, "more": true])
        let error = try await trial().failure(
            "postgres.query", ["sql": "SELECT repeat('x', 1000000) FROM generate_series(1, 1000)"])
        #expect(error.type == "too_large")
    }

    @Test func `a statement that takes too long ends on the server too`() async throws {
        let mark = "mark_\(UInt32.random(in: 0 ... .max))"
        let trial = try trial()
        let error = try await trial.failure(
            "postgres.query", ["sql": .string("SELECT pg_sleep(100) AS \(mark)"), "timeout": 1])
        #expect(error.type == "timeout")
        #expect(error.outcome == .refused)
        #expect(try await running(mark, trial) == 0)
    }

    @Test func `ends with its job, on the server too`() async throws {
        let mark = "mark_\(UInt32.random(in: 0 ... .max))"
        let trial = try trial()
        let step = Task { try await query("SELECT pg_sleep(100) AS \(mark)", [], trial) }
        try await waitUntilRunning(mark, trial)
        step.cancel()
        await #expect(throws: CancellationError.self) { try await step.value }
        #expect(try await running(mark, trial) == 0)
    }

    /// - Parameter hasWritten: and a row of it has been written.
    func waitUntilRunning(_ mark: String, _ trial: Trial, hasWritten: Bool = false) async throws {
        for _ in 0..<1_000 where try await running(mark, trial, hasWritten: hasWritten) != 0 { return }
        Issue.record("the statement never began")
    }

    func running(_ mark: String, _ trial: Trial, hasWritten: Bool = false) async throws -> Int? {
        let sql =
            "SELECT count(*) AS n FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid() AND query LIKE $1"
            + (hasWritten ? " AND backend_xid IS NOT NULL" : "")
        return try await query(sql, [.string("%\(mark)%")], trial)["rows"]?[0]?["n"]?.integer
    }

    @Test func `writes a large result to a file row by row, and leaves none that is half`() async throws {
        let trial = try trial()
        let sql = "SELECT i AS id, repeat('ü\"', 500) AS note, ARRAY[i, 2] AS l FROM generate_series(1, 2000) AS i"
        let csv = try await trial.call("postgres.export", ["sql": .string(sql), "file": "out/rows.csv"])
        #expect(csv["count"] == 2_000)
        #expect((csv["size_bytes"]?.integer ?? 0) > 2_000_000)
        let lines = try await trial.call(
            "postgres.export",
            ["sql": "SELECT i AS id, ARRAY[i] AS l FROM generate_series(1, 2) AS i", "file": "x.jsonl", "as": "jsonl"])
        #expect(lines["count"] == 2)
        #expect(try trial.workspace.text("x.jsonl") == "{\"id\":1,\"l\":[1]}\n{\"id\":2,\"l\":[2]}\n")
        let error = try await trial.failure(
            "postgres.export", ["sql": "SELECT 1 / (3 - i) FROM generate_series(1, 5) AS i", "file": "half.csv"])
        #expect(error.details?["sqlstate"] == "22012")
        #expect(try trial.workspace.names() == ["out", "x.jsonl"])
    }

    // MARK: - Connections

    @Test func `signs in over TLS, checking the certificate`() async throws {
        let secure = try trial(server().remote())
        #expect(try await PostgresConnector.standard.sendTest(in: secure.context))
        let found = try await query("SELECT ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()", [], secure)
        #expect(found["rows"]?[0]?["ssl"] == true)
        let unchecked = try trial(server().remote(["tls": "require"], authority: false))
        #expect(try await query("SELECT 1 AS a", [], unchecked)["count"] == 1)
        let plain = try trial(server().remote(["tls": "none"], user: "plain", password: nil))
        #expect(try await query("SELECT 1 AS a", [], plain)["count"] == 1)
    }

    @Test func `says what is wrong with a connection, and never the password`() async throws {
        let server = try server()
        let cases: [(Connection, String, String)] = [
            (server.remote(password: "wrong-\(DatabaseServer.password)"), "auth", "does not let ada in"),
            (server.remote(password: nil), "auth", "does not let ada in"),
            (server.remote(user: "nobody"), "auth", "does not let nobody in"),
            (server.remote(["database": "nowhere"]), "not_found", "no database \"nowhere\""),
            (server.remote(["database": "host=example.com dbname=x"]), "not_found", "no database"),
            (server.remote(authority: false), "tls", "certificate"),
            (server.remote(["host": "localhost.invalid"]), "dns", "no address"),
            (server.remote(["port": 1]), "connection", "can't be reached on port 1"),
            (server.remote(["tls": "none"]), "auth", "pg_hba.conf"),
            (server.remote(["host": "db.example.com", "tls": "none"]), "tls", "not sent in plain text"),
            (server.remote(["host": "a,b"]), "bad_input", "no host name"),
        ]
        for (connection, type, says) in cases {
            let error = try await trial(connection).failure("postgres.query", ["sql": "SELECT 1"])
            #expect(error.type == type, "\(error)")
            let tested = await #expect(throws: ConnectorError.self) {
                try await PostgresConnector.standard.sendTest(in: trial(connection).context)
            }
            #expect(tested?.message == error.message)
            #expect(error.message.contains(says), "\(error.message)")
            #expect(!error.message.contains(DatabaseServer.password))
            #expect(!error.message.contains(server.folder))
        }
        let inside = Connection(
            name: "c", connector: "postgres", settings: ["host": "127.0.0.1", "database": "shop"],
            credentials: ["username": "ada", "password": "x"])
        #expect(
            try await trial(inside).failure("postgres.query", ["sql": "SELECT 1"]).message.contains("private_addresses")
        )
        let password: JSON = .string("SELECT '\(DatabaseServer.password)'::int")
        let error = try await trial(server.remote()).failure("postgres.query", ["sql": password])
        #expect(error.type == "bad_input" && !error.message.contains(DatabaseServer.password))
        let denied = try await trial(server.remote(user: "spy")).failure(
            "postgres.query", ["sql": "SELECT * FROM pg_authid"])
        #expect(denied.type == "not_allowed")
    }

    @Test func `takes nothing from the environment`() async throws {
        let connection = try server().local()
        func options(_ environment: [String: String]) throws -> [String: String] {
            let all = try PostgresServer(connection, seconds: nil).options(environment: environment)
            return Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0.value) })
        }
        #expect(try options([:])["options"] == nil && options([:])["password"] == nil)
        let set = try options(["PGOPTIONS": "-c search_path=nowhere", "PGPASSWORD": "other", "PGHOST": "other"])
        #expect(set["options"] == " " && set["password"] == " ")
        #expect(set["host"] == connection.settings["host"]?.string)
        #expect(throws: ConnectorError.self) { try options(["PGSERVICE": "other"]) }
    }

    @Test func `a server that goes away is a passing failure`() async throws {
        let trial = try trial()
        let step = Task { try await query("SELECT pg_sleep(100) AS goes_away", [], trial) }
        try await waitUntilRunning("goes_away", trial)
        _ = try await query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(100) AS goes_away'",
            [], trial)
        let error = await #expect(throws: ConnectorError.self) { try await step.value }
        #expect(error?.isTransient == true)
        #expect(error?.type == "server" || error?.type == "connection")
    }
}

extension [JSON] {
    fileprivate var asList: JSON { .array(self) }
}
