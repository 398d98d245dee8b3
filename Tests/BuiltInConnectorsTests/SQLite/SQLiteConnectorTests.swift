// `sqlite` on real database files.

import ConnectorKit
import JSONCore
import Testing

struct SQLiteConnectorTests {
    /// A workspace with one database, and a connection to it.
    private func trial(_ statements: [String] = []) async throws -> Trial {
        var trial = try Trial()
        trial.connection = Connection(
            name: "orders", connector: "sqlite", settings: ["file": "data/orders.db", "create": true], credentials: [:])
        let schema = "CREATE TABLE orders (id TEXT PRIMARY KEY, customer TEXT, total NUMERIC, note BLOB)"
        for sql in [schema] + statements { _ = try await trial.call("sqlite.execute", ["sql": .string(sql)]) }
        return trial
    }

    @Test func `writes and reads values of every kind`() async throws {
        let trial = try await trial()
        let insert = "INSERT INTO orders (id, customer, total, note) VALUES (:id, :customer, :total, :note)"
        let number = try JSON(parsing: "12.5")
        let values: JSON = ["id": "O-1", "customer": "Grün & Söhne \u{0} 🎉", "total": number, "note": nil]
        #expect(try await trial.call("sqlite.execute", ["sql": .string(insert), "parameters": values])["changes"] == 1)
        let sets: JSON = [["O-2", 9_007_199_254_740_993, true], ["O-3", ["a": [1]], false]]
        let more = try await trial.call(
            "sqlite.execute", ["sql": "INSERT INTO orders (id, customer, total) VALUES (?, ?, ?)", "sets": sets])
        #expect(more["changes"] == 2)
        let found = try await trial.call(
            "sqlite.query", ["sql": "SELECT id, customer, total, note FROM orders ORDER BY id"])
        #expect(
            found["rows"] == [
                ["id": "O-1", "customer": "Grün & Söhne \u{0} 🎉", "total": number, "note": nil],
                ["id": "O-2", "customer": "9007199254740993", "total": 1, "note": nil],
                ["id": "O-3", "customer": "{\"a\":[1]}", "total": 0, "note": nil],
            ])
        #expect(found["columns"] == ["id", "customer", "total", "note"])
        #expect(found["more"] == false)
    }

    @Test func `keeps digits that a double would lose, and large integers`() async throws {
        let trial = try Trial()
        try trial.workspace.write("e.db", "")
        let parameters = try JSON(parsing: "[9007199254740993, 0.1, 12345678901234567.25, 1e400, 10.00, \"\"]")
        let row = try await trial.call(
            "sqlite.query",
            ["file": "e.db", "sql": "SELECT ? AS a, ? AS b, ? AS c, ? AS d, ? AS e, ? AS f", "parameters": parameters])
        #expect(
            row["rows"]?[0]?.compact
                == #"{"a":9007199254740993,"b":0.1,"c":"12345678901234567.25","d":"1e400","e":10.0,"f":""}"#)
    }

    @Test func `gives bytes as base64 and stops at the limit`() async throws {
        let trial = try await trial()
        let sql =
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10) SELECT i, x'ff00' AS b FROM n"
        let found = try await trial.call("sqlite.query", ["sql": .string(sql), "limit": 3])
        #expect(found["rows"] == [["i": 1, "b": "/wA="], ["i": 2, "b": "/wA="], ["i": 3, "b": "/wA="]])
        #expect(found["more"] == true)
    }

    @Test func `updates what is there and inserts what is not`() async throws {
        let trial = try await trial(["INSERT INTO orders VALUES ('O-1', 'old', 1, NULL)"])
        let rows: JSON = [["id": "O-1", "customer": "new"], ["id": "O-2", "customer": "two"]]
        let input: JSON = ["table": "orders", "key": ["id"], "rows": rows]
        for _ in 0..<2 { #expect(try await trial.call("sqlite.upsert", input) == ["count": 2]) }
        let found = try await trial.call("sqlite.query", ["sql": "SELECT id, customer, total FROM orders ORDER BY id"])
        #expect(
            found["rows"] == [
                ["id": "O-1", "customer": "new", "total": 1], ["id": "O-2", "customer": "two", "total": nil],
            ])
    }

    @Test func `all sets of values or none`() async throws {
        let trial = try await trial()
        let input: JSON = ["sql": "INSERT INTO orders (id) VALUES (?)", "sets": [["a"], ["b"], ["a"]]]
        let error = try await trial.failure("sqlite.execute", input)
        #expect(error.type == "conflict")
        #expect(error.message.contains("UNIQUE constraint failed"))
        #expect(try await trial.call("sqlite.query", ["sql": "SELECT count(*) AS n FROM orders"])["rows"] == [["n": 0]])
    }

    @Test(
        arguments: [
            ("sqlite.query", ["sql": "DELETE FROM orders"], "bad_input", "use sqlite.execute"),
            ("sqlite.query", ["sql": "SELECT 1; SELECT 2"], "bad_input", "more than one statement"),
            ("sqlite.query", ["sql": " -- nothing"], "bad_input", "holds no statement"),
            ("sqlite.query", ["sql": "SELEC 1"], "bad_input", "near \"SELEC\": syntax error"),
            (
                "sqlite.query", ["sql": "SELECT 1 AS a, 2 AS a"], "bad_input",
                "two columns of the result are called \"a\""
            ),
            ("sqlite.query", ["sql": "SELECT ?"], "bad_input", "has 1 parameters, but 0 values are given"),
            (
                "sqlite.query", ["sql": "SELECT :a", "parameters": ["b": 1]], "bad_input",
                "no value for the parameter :a"
            ),
            (
                "sqlite.query", ["sql": "SELECT :a", "parameters": ["a": 1, "b": 1]], "bad_input", "has no parameter :b"
            ),
            ("sqlite.query", ["sql": "SELECT ?", "parameters": ["a": 1]], "bad_input", "must be a list"),
            ("sqlite.query", ["sql": "SELECT 1", "file": "none.db"], "not_found", "there is no database \"none.db\""),
            ("sqlite.query", ["sql": "SELECT 1", "file": "../x.db"], "file", "leads out of the workspace"),
            ("sqlite.query", ["sql": "SELECT * FROM t", "file": "text.db"], "file", "is no sound SQLite database"),
            ("sqlite.query", ["sql": "PRAGMA journal_mode = DELETE"], "bad_input", "not allowed here"),
            ("sqlite.query", ["sql": "SELECT load_extension('x')"], "bad_input", "not"),
            ("sqlite.execute", ["sql": "ATTACH 'other.db' AS other"], "bad_input", "not allowed here"),
            ("sqlite.execute", ["sql": "VACUUM INTO 'copy.db'"], "bad_input", "can't run this"),
            ("sqlite.execute", ["sql": "BEGIN"], "bad_input", "not allowed here"),
            ("sqlite.execute", ["sql": "COMMIT"], "bad_input", "not allowed here"),
            ("sqlite.execute", ["sql": "/* x */ ROLLBACK"], "bad_input", "not allowed here"),
            ("sqlite.execute", ["sql": "SAVEPOINT x"], "bad_input", "not allowed here"),
            ("sqlite.execute", ["sql": "PRAGMA writable_schema = 1"], "bad_input", "not allowed here"),
            (
                "sqlite.upsert", ["table": "orders", "key": ["id"], "rows": [["id": 1], ["x": 2]]], "bad_input",
                "row 2 has other columns"
            ),
            ("sqlite.upsert", ["table": "orders", "key": ["id"], "rows": [["x": 2]]], "bad_input", "no column \"id\""),
            (
                "sqlite.upsert", ["table": "orders", "key": ["customer"], "rows": [["customer": 2]]], "bad_input",
                "ON CONFLICT"
            ),
            (
                "sqlite.upsert", ["table": "o\"; DROP TABLE orders; --", "key": ["id"], "rows": [["id": 1]]],
                "bad_input", "no such table"
            ),
        ] as [(String, JSON, String, String)])
    func `says what is wrong and changes nothing`(use: String, input: JSON, type: String, says: String) async throws {
        let trial = try await trial(["INSERT INTO orders (id) VALUES ('O-1')"])
        try trial.workspace.write("text.db", "this is a text and no database, however long it is made to be")
        let error = try await trial.failure(use, input)
        #expect(error.type == type)
        #expect(error.message.contains(says), "\(error.message)")
        #expect(try await trial.call("sqlite.query", ["sql": "SELECT id FROM orders"])["rows"] == [["id": "O-1"]])
        #expect(try trial.workspace.names() == ["data", "text.db"])
    }

    @Test func `ends a statement that takes too long`() async throws {
        var trial = try Trial()
        trial.connection = Connection(
            name: "slow", connector: "sqlite", settings: ["file": "s.db", "timeout": 1], credentials: [:])
        try trial.workspace.write("s.db", "")
        let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) AS m FROM n"
        let error = try await trial.failure("sqlite.query", ["sql": .string(endless)])
        #expect(error.type == "timeout")
        let step = Task { [trial] in try await trial.call("sqlite.query", ["sql": .string(endless)]) }
        step.cancel()
        await #expect(throws: CancellationError.self) { try await step.value }
    }

    @Test func `makes a database only where the connection says so`() async throws {
        let error = try await Trial().failure("sqlite.execute", ["file": "new.db", "sql": "CREATE TABLE t (a)"])
        #expect(error.type == "not_found")
    }
}
