// `collection`: SQL over lists, and what hostile SQL comes to.

import ConnectorKit
import JSONCore
import Testing

struct CollectionConnectorTests {
    private static let lists: JSON = [
        "orders": [
            ["id": "O-1", "customer": 1, "total": 20, "tags": ["a", "b"], "paid": true],
            ["id": "O-2", "customer": 2, "total": 9_007_199_254_740_993, "note": nil],
            ["id": "O-3", "customer": 1, "total": 22, "paid": false],
        ],
        "customers": [["id": 1, "name": "Grün & \"Söhne\""], ["id": 2, "name": "Acme"], ["id": 3, "name": "None"]],
        "names": ["x", 2, nil, "y"], "empty": [], "odd \"name\"": [["a\"b; DROP TABLE orders": 1]],
    ]

    private func rows(_ sql: String, _ parameters: JSON = nil, lists: JSON = Self.lists) async throws -> JSON? {
        try await Trial().call(
            "collection.query", ["sql": .string(sql), "lists": lists, "parameters": parameters])["rows"]
    }

    @Test(
        arguments: [
            (
                "SELECT c.name, count(o.id) AS n FROM customers c LEFT JOIN orders o ON o.customer = c.id GROUP BY c.id ORDER BY c.id",
                nil,
                [["name": "Grün & \"Söhne\"", "n": 2], ["name": "Acme", "n": 1], ["name": "None", "n": 0]]
            ),
            (
                "SELECT total, tags, paid, note FROM orders WHERE total > :least ORDER BY id", ["least": 20],
                [
                    ["total": 9_007_199_254_740_993, "tags": nil, "paid": nil, "note": nil],
                    ["total": 22, "tags": nil, "paid": 0, "note": nil],
                ]
            ),
            (
                "SELECT e.value AS tag FROM orders o, json_each(o.tags) e WHERE o.id = ?", ["O-1"],
                [["tag": "a"], ["tag": "b"]]
            ),
            ("SELECT value FROM names", nil, [["value": "x"], ["value": 2], ["value": nil], ["value": "y"]]),
            ("SELECT count(*) AS n FROM empty", nil, [["n": 0]]),
            (#"SELECT "a""b; DROP TABLE orders" AS a FROM "odd ""name""""#, nil, [["a": 1]]),
            (
                "SELECT id, sum(total) OVER (ORDER BY id) AS s FROM orders WHERE customer = 1", nil,
                [["id": "O-1", "s": 20], ["id": "O-3", "s": 42]]
            ),
            ("SELECT ? AS injected", ["'; DROP TABLE orders; --"], [["injected": "'; DROP TABLE orders; --"]]),
        ] as [(String, JSON, JSON)])
    func `joins, groups and filters`(sql: String, parameters: JSON, expected: JSON) async throws {
        #expect(try await rows(sql, parameters) == expected)
    }

    @Test func `stops at the limit and says so`() async throws {
        let answer = try await Trial().call(
            "collection.query",
            ["sql": "SELECT id FROM orders ORDER BY id DESC", "lists": Self.lists, "limit": 2])
        #expect(answer == ["rows": [["id": "O-3"], ["id": "O-2"]], "columns": ["id"], "count": 2, "more": true])
    }

    @Test(
        arguments: [
            ("ATTACH 'x.db' AS x", "not allowed here"), ("VACUUM INTO 'x.db'", "only a statement that reads"),
            ("PRAGMA temp_store_directory = '/tmp'", "not allowed here"),
            ("SELECT load_extension('x')", "not"), ("SELECT readfile('/etc/passwd')", "no such function"),
            ("SELECT writefile('/tmp/x', 'y')", "no such function"), ("SELECT edit('x')", "no such function"),
            ("DROP TABLE orders", "only a statement that reads"), ("DELETE FROM orders", "only a statement that reads"),
            ("CREATE TEMP TABLE t (a)", "only a statement that reads"), ("BEGIN", "not allowed here"),
            ("SELECT 1; SELECT 2", "more than one statement"), ("SELEC", "the collection can't run this"),
            ("SELECT * FROM invoices", "no such table: invoices"), ("", "must not be empty"),
            ("SELECT fts3_tokenizer('simple')", "not"), ("SELECT * FROM pragma_database_list", "not"),
        ])
    func `refuses all but one SELECT over the lists`(sql: String, says: String) async throws {
        let trial = try Trial()
        let error = try await trial.failure("collection.query", ["sql": .string(sql), "lists": Self.lists])
        #expect(error.type == "bad_input")
        #expect(error.message.contains(says), "\(error.message)")
        #expect(try trial.workspace.names() == [])
    }

    @Test(
        arguments: [
            (["l": 1], "the list \"l\" must be a list"), (["l": [["a": 1, "A": 2]]], "\"a\" and \"A\""),
            (["l": [["a": 1]], "L": []], "two lists called \"L\""), (["": []], "needs another name"),
            (["sqlite_x": []], "needs another name"),
        ] as [(JSON, String)])
    func `says what is wrong with a list`(lists: JSON, says: String) async throws {
        let error = try await Trial().failure("collection.query", ["sql": "SELECT 1", "lists": lists])
        #expect(error.type == "bad_input")
        #expect(error.message.contains(says), "\(error.message)")
    }

    private static let counting = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"

    @Test(
        arguments: [
            ("\(counting) SELECT max(i) FROM n", "timeout"),
            (
                "SELECT count(*) FROM \(Array(repeating: "l", count: 12).enumerated().map { "l AS t\($0.offset)" }.joined(separator: ", "))",
                "timeout"
            ),
            ("\(counting) SELECT i, randomblob(1000) AS b FROM n ORDER BY b", "too_large"),
            ("\(counting) SELECT DISTINCT randomblob(100000) FROM n", "too_large"),
            ("SELECT \((0..<200).map { "hex(randomblob(2000000)) AS c\($0)" }.joined(separator: ", "))", "too_large"),
            ("SELECT randomblob(900000000)", "too_large"),
            ("\(counting) SELECT i, hex(randomblob(50000)) AS h FROM n", "too_large"),
        ])
    func `ends what takes too long or too much`(sql: String, type: String) async throws {
        let lists: JSON = ["l": .array(Array(repeating: 1, count: 50))]
        let error = try await Trial().failure(
            "collection.query",
            ["sql": .string(sql), "lists": lists, "timeout": type == "timeout" ? 1 : 20, "limit": 100_000])
        #expect(error.type == type, "\(error.message)")
    }

    @Test func `ends with its job`() async throws {
        let trial = try Trial()
        let step = Task {
            try await trial.call(
                "collection.query", ["sql": .string("\(Self.counting) SELECT max(i) FROM n"), "lists": [:]])
        }
        step.cancel()
        await #expect(throws: CancellationError.self) { try await step.value }
    }
}
