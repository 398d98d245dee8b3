// Triggers of a declarative connector that ask: what is sent, what comes of the answer, and where the next poll begins.

import ConnectorKit
import JSONCore
import RecipeLanguage
import Synchronization
import Testing

@testable import BuiltInConnectors

struct PollingTests {
    private static func connector(_ poll: String, more: String = "") throws -> DeclarativeConnector {
        let triggers = #"""
            "triggers": { "new_lead": { "title": "New lead", "event_schema": { "$ref": "#/objects/lead" }, \#(more)
              "poll": { \#(poll) } } },
            "actions": {
            """#
        let source = Acme.source.replacing("\"actions\": {", with: triggers)
        let (connector, diagnostics) = DeclarativeConnector.read(Array(source.utf8), name: "acme", file: "f")
        #expect(diagnostics.isEmpty, "\(diagnostics)")
        return try #require(connector)
    }

    private static let byTime =
        #""action": "list", "input": { "since": "{{ cursor }}" }, "cursor": "{{ item.at }}", "dedupe": "{{ item.id }}", "every": "1m""#

    /// One poll: its events page by page, its end and what was sent.
    private static func poll(
        _ connector: DeclarativeConnector, from cursor: JSON?, input: JSON = [:], answers: [JSON]
    ) async throws -> (pages: [[PolledEvent]], end: PollEnd, requests: [String]) {
        let client = StubClient { request, number in
            guard number <= answers.count else {
                throw ConnectorError(type: "internal", "no answer for \(request.url)")
            }
            return .json(answers[number - 1])
        }
        var trial = try Trial()
        (trial.http, trial.connection) = (client, Acme.connection)
        let pages = Mutex<[[PolledEvent]]>([])
        let end = try await connector.poll("new_lead", input, from: cursor, in: trial.context) { events in
            pages.withLock { $0.append(events) }
        }
        return (pages.withLock { $0 }, end, client.requests.map(\.url))
    }

    @Test func `pages come one by one, and the next poll begins at the record furthest on`() async throws {
        let (pages, end, requests) = try await Self.poll(
            try Self.connector(Self.byTime), from: "2026-01-01T00:00:00Z",
            answers: [
                [
                    "leads": [["id": "a", "at": "2026-01-03T00:00:00Z"], ["id": 7, "at": "2026-01-02T00:00:00Z"]],
                    "next": "p2",
                ],
                ["leads": [["id": "c", "at": "2026-01-02T23:59:00-05:00"], ["at": nil]], "next": nil],
            ])
        #expect(pages.map { $0.map(\.key) } == [["a", "7"], ["c", nil]])
        #expect(pages.first?.first?.event == ["id": "a", "at": "2026-01-03T00:00:00Z"])
        #expect(end == PollEnd(cursor: "2026-01-02T23:59:00-05:00", hasMore: false))
        #expect(
            requests == [
                "https://north.acme.example/v3/leads?since=2026-01-01T00%3A00%3A00Z",
                "https://north.acme.example/v3/leads?since=2026-01-01T00%3A00%3A00Z&cursor=p2",
            ])
    }

    @Test func `without a cursor nothing is sent for it, and without records it stays where it is`() async throws {
        let connector = try Self.connector(Self.byTime)
        let (pages, end, requests) = try await Self.poll(connector, from: nil, answers: [["leads": []]])
        #expect(pages.allSatisfy(\.isEmpty) && end.cursor == nil)
        #expect(requests == ["https://north.acme.example/v3/leads"])
        #expect(try await Self.poll(connector, from: 5, answers: [["leads": []]]).end.cursor == 5)
    }

    @Test func `a list without pages, and one that says where its records are`() async throws {
        let body = try Self.connector(#""action": "search", "items": "output.body.leads", "dedupe": "{{ item.id }}""#)
        let (pages, end, _) = try await Self.poll(body, from: nil, answers: [["leads": [["id": "a"]]]])
        #expect(pages.map { $0.map(\.key) } == [["a"]] && end == PollEnd(cursor: nil, hasMore: false))
        let all = try Self.connector(#""action": "list_body", "items": "output.leads", "dedupe": "{{ item.id }}""#)
        let found = try await Self.poll(
            all, from: nil, answers: [["leads": [["id": "a"], ["id": "b"]]], ["leads": [["id": "c"]]]])
        #expect(found.pages.map { $0.map(\.key) } == [["a", "b", "c"]])
        let wrong = try Self.connector(#""action": "search", "dedupe": "{{ item.id }}""#)
        await #expect(throws: ConnectorError.self) {
            _ = try await Self.poll(wrong, from: nil, answers: [["leads": []]])
        }
    }

    @Test func `what items takes of the output may depend on the cursor`() async throws {
        let connector = try Self.connector(
            #""action": "search", "items": "output.body.leads.select { |l| cursor.nil? || l.n > cursor }", "cursor": "{{ item.n }}", "dedupe": "{{ item.n }}""#
        )
        let answer: JSON = ["leads": [["n": 1], ["n": 2], ["n": 3]]]
        let first = try await Self.poll(connector, from: nil, answers: [answer])
        #expect(first.pages.map { $0.map(\.key) } == [["1", "2", "3"]])
        let next = try await Self.poll(connector, from: 2, answers: [answer])
        #expect(next.pages.map { $0.map(\.key) } == [["3"]] && next.end.cursor == 3)
        await #expect {
            _ = try await Self.poll(connector, from: 2, answers: [["leads": 7]])
        } throws: {
            ($0 as? ConnectorError)?.type == "bad_answer"
                && ($0 as? ConnectorError)?.message.contains("\"items\" of the poll can't be made") == true
        }
    }

    @Test func `more records than the limit are said to be there`() async throws {
        let connector = try Self.connector(
            #""action": "list", "input": { "since": "{{ cursor }}", "limit": 1 }, "cursor": "{{ item.n }}", "dedupe": "{{ item.n }}""#
        )
        let (pages, end, _) = try await Self.poll(
            connector, from: 1, answers: [["leads": [["n": 2], ["n": 3]], "next": nil]])
        #expect(pages.map { $0.map(\.key) } == [["2"]])
        #expect(end == PollEnd(cursor: 2, hasMore: true))
    }

    @Test func `start says where the first poll begins`() throws {
        let connector = try Self.connector(Self.byTime + #", "start": "{{ 40 + 2 }}""#)
        #expect(try connector.firstCursor(of: "new_lead", [:], in: Trial().context) == 42)
        #expect(try Self.connector(Self.byTime).firstCursor(of: "new_lead", [:], in: Trial().context) == nil)
    }

    @Test(
        arguments: [
            (JSON.integer(9), JSON.integer(10)), ("9", "10"), ("0009", "10"), ("a", "b"),
            ("2026-01-01T00:00:00Z", "2025-12-31T23:00:00-05:00"),
            ("2026-01-01T00:00:00.9Z", "2026-01-01T00:00:00.95Z"),
            (.null, 0), (.number(JSONNumber(validated: "1.5")), 2),
        ] as [(JSON, JSON)])
    func `cursors have an order`(earlier: JSON, later: JSON) {
        #expect(CursorOrder.isLater(later, than: earlier))
        #expect(earlier.isNull || !CursorOrder.isLater(earlier, than: later))
        #expect(!CursorOrder.isLater(later, than: later))
    }

    @Test func `a trigger has every and since, and names of its own that are free`() throws {
        let spec = try Self.connector(Self.byTime).spec.trigger("new_lead")
        #expect(spec?.input.properties.map(\.name) == ["every", "since"])
        #expect(spec?.poll?.every == .seconds(60))
        func codes(_ poll: String, _ more: String = "") -> [String] {
            let triggers = #""triggers": { "t": { "title": "T", \#(more) "poll": { \#(poll) } } }, "actions": {"#
            let source = Acme.source.replacing("\"actions\": {", with: triggers)
            return DeclarativeConnector.read(Array(source.utf8), name: "acme", file: "f").diagnostics.map(\.code)
        }
        #expect(codes(Self.byTime, #""input": { "type": "object", "properties": { "since": {} } },"#) == ["taken_name"])
        #expect(codes(#""action": "form", "dedupe": "{{ item.id }}""#) == ["wrong_effect"])
        #expect(
            codes(#""action": "list", "input": { "sinc": "{{ cursor }}" }, "dedupe": "{{ item.id }}""#) == [
                "unknown_field"
            ])
        #expect(codes(#""action": "list", "dedupe": "{{ item.id }}", "every": "500ms""#) == ["out_of_range"])
        #expect(codes(#""action": "list", "dedupe": "{{ item.id }}", "start": "{{ 1 }}""#) == ["no_effect"])
        #expect(codes(#""action": "list""#) == ["missing_key"])
    }

    @Test func `a fixture plays a poll`() async throws {
        let text = #"""
            { "trigger": "new_lead", "cursor": "2026-01-01T00:00:00Z",
              "connection": { "settings": { "site": "north" }, "credentials": { "key": "test-key" } },
              "exchanges": [ { "request": { "method": "GET", "url": "https://north.acme.example/v3/leads?since=2026-01-01T00%3A00%3A00Z" },
                "response": { "status": 200, "json": { "leads": [ { "id": "L1", "at": "2026-01-02T00:00:00Z" } ] } } } ],
              "output": { "events": [ { "key": "L1", "event": { "id": "L1", "at": "2026-01-02T00:00:00Z" } } ], "cursor": "2026-01-02T00:00:00Z" } }
            """#
        let connector = try Self.connector(Self.byTime)
        #expect(await FixtureRun(connector).run(Array(text.utf8), file: "f").differences.isEmpty)
        let wrong = await FixtureRun(connector).run(
            Array(text.replacing("\"key\": \"L1\"", with: "\"key\": \"L2\"").utf8), file: "f")
        #expect(wrong.differences == ["the output: /events/0/key is \"L1\"; it should be \"L2\""])
        let unknown = await FixtureRun(connector).run(
            Array(text.replacing("new_lead", with: "new_laed").utf8), file: "f")
        #expect(unknown.differences.first?.contains("did you mean \"new_lead\"?") == true)
    }
}
