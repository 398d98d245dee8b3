// `table` and `topic` as a recipe's author meets them: what may be said, and what is refused before anything is changed.

import ConnectorKit
import JSONCore
import RecipeLanguage
import Synchronization
import Testing

@testable import BuiltInConnectors

/// Notes what it is asked for.
private final class NotingStores: TableStore, TopicStore {
    let asked = Mutex<[String]>([])

    func change(_ table: String, _ change: TableChange, key: String) async throws -> JSON {
        asked.withLock { $0.append("\(table) \(key) \(change)") }
        return ["count": 1]
    }

    func search(_ table: String, _ query: TableQuery) async throws -> TableFound {
        asked.withLock { $0.append("\(table) \(query.limit) \(query.offset) \(query.order.count)") }
        return TableFound(
            shape: TableShape(name: table, columns: ["name"], isText: true),
            entries: [TableEntry(id: 7, cells: ["Ada"])], total: 12)
    }

    func publish(_ data: JSON, key: String?, to topic: String, stepKey: String) async throws -> Int {
        asked.withLock { $0.append("\(topic) \(key ?? "-") \(data.compact) \(stepKey)") }
        return 3
    }

    func messages(of topic: String, after offset: Int, limit: Int) async throws -> [TopicMessage] {
        (max(offset, 4)..<6).map {
            TopicMessage(topic: topic, offset: $0 + 1, publishedAt: 0, key: nil, data: .integer($0), job: 1)
        }
    }

    func lastOffset(of topic: String) async throws -> Int { 6 }
}

struct TableConnectorTests {
    private func call(_ use: String, _ input: JSON) async throws -> (JSON, [String]) {
        let stores = NotingStores()
        var trial = try Trial()
        (trial.tableStore, trial.topics) = (stores, stores)
        let output = try await trial.call(use, input)
        return (output, stores.asked.withLock { $0 })
    }

    @Test func `a search gives rows with their ids, and says whether there are more`() async throws {
        let (found, asked) = try await call(
            "table.search", ["table": "t", "order": ["-name", "n"], "limit": 1, "offset": 4])
        #expect(
            found == ["entries": [["id": 7, "row": ["name": "Ada"]]], "count": 1, "total": 12, "more": true])
        #expect(asked == ["t 1 4 2"])
    }

    @Test func `a change is handed on under the step's key`() async throws {
        let (_, asked) = try await call("table.add", ["table": "t", "row": ["name": "Ada"]])
        #expect(asked.count == 1 && asked[0].hasPrefix("t job-1/step/1 add("))
    }

    @Test(
        arguments: [
            ("table.add", ["table": "t"], "give either \"row\" or \"rows\""),
            ("table.add", ["table": "t", "row": [:], "rows": []], "give either \"row\" or \"rows\""),
            ("table.add", ["table": "t", "rows": [1]], "\"rows\" must hold objects, but element 0 is a number"),
            (
                "table.update", ["table": "t", "set": ["a": 1]],
                "say which rows: \"id\", \"where\", or \"all\": true for every row"
            ),
            ("table.update", ["table": "t", "id": 1], "\"set\" is missing"),
            ("table.delete", ["table": "t"], "say which rows: \"id\", \"where\", or \"all\": true for every row"),
            (
                "table.delete", ["table": "t", "where": [:]],
                "say which rows: \"id\", \"where\", or \"all\": true for every row"
            ),
            ("table.delete", ["table": "t", "id": 1, "all": true], "give only one of \"id\", \"where\" and \"all\""),
            ("table.upsert", ["table": "t", "row": ["a": 1]], "\"key\" is missing"),
            ("table.search", ["table": "t", "limit": 10_001], "\"limit\" must be a whole number from 1 to 10000"),
            (
                "table.search", ["table": "t", "where": 5],
                "\"where\" must be an object or a list of objects, but it is a number"
            ),
            ("topic.publish", ["topic": "a b", "data": 1], TopicMessage.nameRule),
            ("topic.publish", ["topic": "a"], "\"data\" is missing"),
        ] as [(String, JSON, String)])
    func `what is not meant clearly is refused`(use: String, input: JSON, sentence: String) async throws {
        let stores = NotingStores()
        var trial = try Trial()
        (trial.tableStore, trial.topics) = (stores, stores)
        let error = try await trial.failure(use, input)
        #expect(error.type == "bad_input" && error.message == sentence)
        #expect(stores.asked.withLock { $0 }.isEmpty)
    }

    @Test func `a message is published under the step's key, within a bound`() async throws {
        let (output, asked) = try await call("topic.publish", ["topic": "orders.paid", "data": ["n": 1], "key": "C-1"])
        #expect(output == ["topic": "orders.paid", "offset": 3])
        #expect(asked == [#"orders.paid C-1 {"n":1} job-1/step/1"#])
        var trial = try Trial()
        trial.topics = NotingStores()
        let large = JSON.string(String(repeating: "x", count: 1 << 20))
        #expect(try await trial.failure("topic.publish", ["topic": "a", "data": large]).type == "too_large")
    }

    @Test(
        arguments: [
            (["topic": "t"], nil), (["topic": "t", "from": "now"], nil),
            (["topic": "t", "from": "beginning"], ["topic": "t", "after": 0]),
            (["topic": "t", "from": 5], ["topic": "t", "after": 4]),
            (["topic": "t", "from": "5"], ["topic": "t", "after": 4]),
        ] as [(JSON, JSON?)])
    func `a subscription begins where it says`(input: JSON, cursor: JSON?) async throws {
        let connector = TopicConnector()
        let context = try Trial().context
        #expect(try connector.firstCursor(of: "received", input, in: context) == cursor)
        #expect(throws: ConnectorError.self) {
            try connector.firstCursor(of: "received", ["topic": "t", "from": "soon"], in: context)
        }
    }

    @Test func `a poll takes what came after the cursor and says how much is missing`() async throws {
        var trial = try Trial()
        trial.topics = NotingStores()
        let connector = TopicConnector()
        let events = Mutex<[PolledEvent]>([])
        let end = try await connector.poll(
            "received", ["topic": "t"], from: ["topic": "t", "after": 2], in: trial.context
        ) { page in events.withLock { $0 += page } }
        #expect(end == PollEnd(cursor: ["topic": "t", "after": 6], hasMore: false))
        let found = events.withLock { $0 }
        #expect(found.map(\.key) == ["t 5", "t 6"] && found.map { $0.event["missed"] } == [2, 0])
        let first = try await connector.poll("received", ["topic": "t"], from: nil, in: trial.context) { _ in }
        #expect(first == PollEnd(cursor: ["topic": "t", "after": 6], hasMore: false))
    }
}
