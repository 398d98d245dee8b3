// Rows of tables in the history: taken over from a file, changed once per key, found through the index, forgotten.

import JSONCore
import JobHistory
import RecipeLanguage
import Testing

struct TableTests {
    private static func file(_ count: Int = 3, isText: Bool = true) -> TableFile {
        let names: [JSON] = ["Acme", "Bolt", "Cog"]
        return TableFile(
            shape: TableShape(name: "t", columns: ["name", "n"], isText: isText), path: "Tables/t.csv", hash: "h",
            rowCount: count, cells: { [names[$0 % 3], isText ? .string("\($0)") : .integer($0)] })
    }

    @discardableResult
    private static func change(
        _ store: JobStore, _ change: TableChange, key: String, job: JobID = 1, from file: TableFile? = file(),
        mostRows: Int = 1_000
    ) async throws -> JSON {
        try await store.change(
            change, of: "t", from: file, by: StepWrite(key: key, job: job), at: noon, mostRows: mostRows)
    }

    private static func rows(_ store: JobStore) async throws -> [String] {
        guard let table = try await store.storedTable("t") else { return ["no table"] }
        return try await store.rows(of: table, after: 0, limit: 100).map { _, entry in
            "\(entry.id) " + entry.cells.map { $0.string ?? $0.compact }.joined(separator: " ")
        }
    }

    private static func filter(_ text: String) throws -> TableFilter { try TableFilter(try JSON(parsing: text)) }

    @Test func `reads that wait and reads at once never wait for each other, however many there are`() async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        try await Self.change(store, .add([["name": "Dyn", "n": 4]]), key: "k1")
        // More of both than there are connections and threads: each kind could take what the other needs to end.
        let counts = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<400 {
                group.addTask {
                    number % 2 == 0 ? try store.storedTablesNow().count : try await store.storedTables().count
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(counts == Array(repeating: 1, count: 400))
        await store.close()
    }

    @Test func `the first change takes the file over, and every change is made once under its key`() async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        let added = try await Self.change(store, .add([["name": "Dyn", "n": 4], ["name": "Eon"]]), key: "k1")
        #expect(added == ["count": 2, "id": 4, "ids": [4, 5]])
        #expect(try await Self.change(store, .add([["name": "Dyn", "n": 4], ["name": "Eon"]]), key: "k1") == added)
        #expect(try await Self.rows(store) == ["1 Acme 0", "2 Bolt 1", "3 Cog 2", "4 Dyn 4", "5 Eon "])
        let updated = try await Self.change(
            store, .update(.rows(try Self.filter(#"{"n": {"at_least": 2}}"#)), set: ["n": 9]), key: "k2")
        #expect(updated == ["count": 2, "ids": [3, 4]])
        #expect(try await Self.change(store, .delete(.id(1)), key: "k3") == ["count": 1])
        #expect(try await Self.change(store, .delete(.id(1)), key: "k4") == ["count": 0])
        // The process dies and the step runs again.
        await store.close()
        let again = try history.owner()
        #expect(
            try await Self.change(
                again, .update(.rows(try Self.filter(#"{"n": {"at_least": 2}}"#)), set: ["n": 9]), key: "k2") == updated
        )
        let upserted = try await Self.change(
            again,
            .upsert([["name": "Cog", "n": 7], ["name": "Fig", "n": 1], ["name": "Fig", "n": 2]], key: ["name"]),
            key: "k5", from: nil)
        #expect(upserted == ["added": 1, "updated": 2, "ids": [6, 3, 6]])
        #expect(try await Self.rows(again) == ["2 Bolt 1", "3 Cog 7", "4 Dyn 9", "5 Eon ", "6 Fig 2"])
        // Ids are never given again.
        try await Self.change(again, .delete(.rows(.all)), key: "k6")
        #expect(try await Self.change(again, .add([["name": "Gum"]]), key: "k7")["id"] == 7)
        await again.close()
    }

    @Test func `a change that can't be made changes nothing, not even the taking over`() async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        for (change, mostRows, sentence): (TableChange, Int, String) in [
            (.add([["nme": "x"]]), 9, "the table \"t\" has no column \"nme\"; did you mean \"name\"?"),
            (.add([["name": "x"], ["name": "y"]]), 4, "more than 4 rows (limit table_rows)"),
            (.add([]), 2, "more than 2 rows (limit table_rows)"),
            (.update(.id(1), set: ["zzz": 1]), 9, "has no column \"zzz\"; it has name and n"),
            (.upsert([["n": 1]], key: ["name"]), 9, "must have a value for the key column \"name\""),
            (.add([["name": .string(String(repeating: "x", count: 300_000))]]), 9, "a row has more than 256 KiB"),
        ] {
            do {
                try await Self.change(store, change, key: "k", mostRows: mostRows)
                Issue.record("it was made: \(sentence)")
            } catch StoreError.refused(let reason) {
                #expect(reason.contains(sentence))
            }
            #expect(try await store.storedTables().isEmpty)
        }
        #expect(try await Self.change(store, .add([["name": "x"]]), key: "k")["id"] == 4)
        await store.close()
    }

    @Test func `rows are found through the index, after every kind of change`() async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        try await Self.change(store, .add([["name": "Acme", "n": 50]]), key: "a", from: Self.file(300, isText: false))
        func ids(_ filter: String) async throws -> [Int] {
            var query = TableQuery()
            (query.filter, query.limit) = (try Self.filter(filter), 500)
            let table = try #require(try await store.storedTable("t"))
            return try await store.search(table, query).entries.map(\.id)
        }
        #expect(try await ids(#"{"name": "Acme", "n": 3}"#) == [4])
        #expect(try await ids(#"{"n": 50}"#) == [51, 301])
        #expect(try await ids(#"{"n": 50.0}"#) == [51, 301])
        #expect(try await ids(#"{"n": "50"}"#).isEmpty)
        try await Self.change(store, .update(.rows(try Self.filter(#"{"n": 50}"#)), set: ["n": 51]), key: "b")
        #expect(try await ids(#"{"n": 50}"#).isEmpty)
        #expect(try await ids(#"{"n": 51}"#) == [51, 52, 301])
        try await Self.change(store, .delete(.rows(try Self.filter(#"{"n": 51, "name": "Acme"}"#))), key: "c")
        #expect(try await ids(#"{"n": 51}"#) == [51])
        let table = try #require(try await store.storedTable("t"))
        #expect(table.rowCount == 299)
        #expect(try store.rowsNow(of: table, where: [("n", 51)], limit: 9) == [["name": "Cog", "n": 51]])
        #expect(try store.rowsNow(of: table, where: [], limit: 2).count == 2)
        #expect(throws: TableMistake.self) { try store.rowsNow(of: table, where: [("m", 51)], limit: 9) }
        await store.close()
    }

    @Test func `a table is forgotten with its rows, and comes back from the file`() async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        try await Self.change(store, .delete(.rows(.all)), key: "a")
        #expect(StoredTable.all(folder: history.folder).map(\.shape.name) == ["t"])
        #expect(try await store.forgetTable("t"))
        #expect(try await !store.forgetTable("t"))
        #expect(StoredTable.all(folder: history.folder).isEmpty)
        try await Self.change(store, .add([["name": "x"]]), key: "b")
        #expect(try await Self.rows(store) == ["1 Acme 0", "2 Bolt 1", "3 Cog 2", "4 x "])
        await store.close()
        #expect(StoredTable.all(folder: history.folder + "/nothing").isEmpty)
    }

    @Test func `the keys of a job's writes go with the job`() async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        let (old, other) = (try await store.run(), try await store.start())
        try await Self.change(store, .add([["name": "x"]]), key: "old", job: old)
        try await Self.change(store, .add([["name": "y"]]), key: "other", job: other)
        #expect(try await store.prune(finishedBefore: noon + 10) == 1)
        try await Self.change(store, .add([["name": "y"]]), key: "other", job: other)
        #expect(try await Self.rows(store).count == 5, "the running job's write is still known")
        try await Self.change(store, .add([["name": "x"]]), key: "old", job: old)
        #expect(try await Self.rows(store).count == 6)
        await store.close()
    }
}
