// Triggers of a declarative connector that are called: the requests around a subscription, handshakes and events.

import ConnectorKit
import JSONCore
import RecipeLanguage
import Testing

@testable import BuiltInConnectors

struct WebhookTests {
    private static func read(_ webhook: String, more: String = "") -> (DeclarativeConnector?, [String]) {
        let triggers = #"""
            "triggers": { "changed": { "title": "Changed", \#(more)
              "input": { "type": "object", "properties": { "list": { "type": "string" } } }, "webhook": { \#(webhook) } } },
            "actions": {
            """#
        let source = Acme.source.replacing("\"actions\": {", with: triggers)
        let (connector, diagnostics) = DeclarativeConnector.read(Array(source.utf8), name: "acme", file: "f")
        return (connector, diagnostics.map(\.message))
    }

    private static func connector(_ webhook: String, more: String = "") throws -> DeclarativeConnector {
        let (connector, messages) = read(webhook, more: more)
        #expect(messages.isEmpty, "\(messages)")
        return try #require(connector)
    }

    private static let whole = #"""
        "subscribe": { "method": "POST", "path": "/hooks", "headers": { "Idempotency-Key": "{{ idempotency_key }}" },
          "json": { "url": "{{ webhook_url }}", "secret": "{{ webhook_secret }}", "list": "{{ input.list }}" } },
        "subscription": { "id": "{{ response.body.data.id }}" }, "expires": "{{ response.body.data.until }}",
        "find": { "request": { "path": "/hooks" }, "found": "response.body.find { |hook| hook.url == webhook_url }",
          "subscription": { "id": "{{ item.id }}" } },
        "renew": { "method": "PATCH", "path": "/hooks/{{ subscription.id }}", "json": { "days": 3 } },
        "unsubscribe": { "method": "DELETE", "path": "/hooks/{{ subscription.id }}" },
        "verify": { "hmac": "sha256", "header": "X-Acme" }, "events": "{{ body.events }}", "dedupe": "{{ item.id }}"
        """#

    private static let call = SubscriptionCall(
        input: ["list": "L1"], url: "https://galley.example/hooks/subscriptions/t0", secret: "made by galley")

    private static func context(_ answers: [HTTPAnswer]) throws -> (ActionContext, StubClient) {
        let client = StubClient { request, number in
            guard number <= answers.count else {
                throw ConnectorError(type: "internal", "no answer for \(request.url)")
            }
            return answers[number - 1]
        }
        var trial = try Trial()
        (trial.http, trial.connection) = (client, Acme.connection)
        return (trial.context, client)
    }

    @Test func `subscribing tells address and secret, and keeps what ending needs`() async throws {
        let connector = try Self.connector(Self.whole)
        #expect(connector.spec.trigger("changed")?.isCalled == true)
        let webhook = try #require(connector.webhook(of: "changed"))
        #expect(webhook.subscribes && webhook.finds && webhook.renews && webhook.ends && webhook.secret == .generated)
        let (context, client) = try Self.context([
            .json(["data": ["id": 7, "until": "2026-03-01T00:00:00Z", "secret": "x"]], status: 201),
            .json(["data": ["until": 1_800_000_000]]), .json(nil, status: 404),
        ])
        let answer = try await connector.subscribe("changed", Self.call, in: context)
        #expect(answer.subscription == ["id": 7] && answer.secret == nil && answer.expiresAt == 1_772_323_200_000)
        let sent = client.requests[0]
        #expect(sent.method == "POST" && sent.url == "https://north.acme.example/v3/hooks" && !sent.isRepeatable)
        #expect(sent.header("X-Api-Key") == "s3cret-key")
        #expect(
            try JSON(parsing: sent.body) == [
                "url": "https://galley.example/hooks/subscriptions/t0", "secret": "made by galley", "list": "L1",
            ])
        var call = Self.call
        call.subscription = answer.subscription
        #expect(try await connector.renew("changed", call, in: context).expiresAt == 1_800_000_000_000)
        try await connector.unsubscribe("changed", call, in: context)
        #expect(
            client.requests[1...].map { "\($0.method) \($0.url.suffix(8))" } == ["PATCH /hooks/7", "DELETE /hooks/7"])
    }

    @Test(arguments: [
        (403, ConnectorError.Outcome.refused), (422, .refused),
    ]) func `a refusal is one`(status: Int, outcome: ConnectorError.Outcome) async throws {
        let connector = try Self.connector(Self.whole)
        let (context, _) = try Self.context([.json(["error": "no"], status: status)])
        let error = await #expect(throws: ConnectorError.self) {
            _ = try await connector.subscribe("changed", Self.call, in: context)
        }
        #expect(error?.outcome == outcome)
    }

    @Test func `a subscription is found by its address, or is not there`() async throws {
        let connector = try Self.connector(Self.whole)
        let hooks: JSON = [["id": 1, "url": "https://other.example"], ["id": 2, "url": .string(Self.call.url)]]
        let (context, _) = try Self.context([.json(hooks), .json([])])
        #expect(try await connector.find("changed", Self.call, in: context)?.subscription == ["id": 2])
        #expect(try await connector.find("changed", Self.call, in: context) == nil)
    }

    @Test func `events come with their keys, a single one too`() throws {
        let connector = try Self.connector(Self.whole)
        let (context, _) = try Self.context([])
        func events(_ body: JSON) throws -> [PolledEvent] {
            try connector.events(
                of: "changed", Self.call, DeliveredCall(method: "POST", body: body, headers: [:], query: [:]),
                in: context)
        }
        #expect(
            try events(["events": [["id": 1], ["id": "b"], ["x": 1]]]) == [
                PolledEvent(event: ["id": 1], key: "1"), PolledEvent(event: ["id": "b"], key: "b"),
                PolledEvent(event: ["x": 1], key: nil),
            ])
        #expect(try events(["events": ["id": 9]]).map(\.key) == ["9"])
        #expect(try events([:]).isEmpty)
        #expect(throws: ConnectorError.self) { _ = try events("no object") }
    }

    private static let shaking = #"""
        "subscribe": { "method": "POST", "path": "/hooks" }, "unsubscribe": { "method": "DELETE", "path": "/hooks" },
        "verify": { "scheme": "slack" }, "events": "{{ body }}",
        "handshakes": [
          { "when": "query.validationToken.present?", "unsigned": true, "respond": { "text": "{{ query.validationToken }}" } },
          { "when": "headers['x-hook-secret'].present?", "unsigned": true, "secret": "{{ headers['x-hook-secret'] }}",
            "respond": { "headers": { "X-Hook-Secret": "{{ headers['x-hook-secret'] }}" } } },
          { "when": "body.type == 'url_verification'", "respond": { "json": { "challenge": "{{ body.challenge }}" } } }
        ]
        """#

    @Test func `questions are answered: those that are not signed without reading the body`() throws {
        let connector = try Self.connector(Self.shaking)
        #expect(connector.webhook(of: "changed")?.secret == .handshake)
        let (context, _) = try Self.context([])
        func shake(_ verified: Bool, body: JSON = .null, headers: JSONObject = [:], query: JSONObject = [:]) throws
            -> WebhookHandshake?
        {
            try connector.handshake(
                "changed", Self.call, DeliveredCall(method: "POST", body: body, headers: headers, query: query),
                verified ? .verified : .unsigned, in: context)
        }
        #expect(try shake(false, query: ["validationToken": "a <b>"]) == WebhookHandshake(body: .text("a <b>")))
        #expect(
            try shake(false, headers: ["x-hook-secret": "s"])
                == WebhookHandshake(headers: ["X-Hook-Secret": "s"], secret: "s"))
        let challenge: JSON = ["type": "url_verification", "challenge": "c"]
        #expect(try shake(false, body: challenge) == nil)
        #expect(try shake(true, body: challenge) == WebhookHandshake(body: .json(["challenge": "c"])))
        #expect(try shake(true, query: ["validationToken": "a"]) == nil)
        #expect(throws: ConnectorError.self) { _ = try shake(false, headers: ["x-hook-secret": "a\r\nSet-Cookie: b"]) }
        #expect(throws: ConnectorError.self) {
            _ = try shake(false, headers: ["x-hook-secret": .string(String(repeating: "a", count: 5_000))])
        }
    }

    @Test func `a question that brings the secret in its body is answered before there is one, and only then`() throws {
        let connector = try Self.connector(
            #"""
            "verify": { "hmac": "sha256", "header": "X-Sig" }, "events": "{{ body }}",
            "handshakes": [ { "when": "body.token.present?", "first": true, "secret": "{{ body.token }}" } ],
            "respond": { "headers": { "Content-Type": "text/xml" }, "text": "<Response/>" }
            """#)
        let webhook = connector.webhook(of: "changed")
        #expect(webhook?.secret == .handshake)
        #expect(webhook?.answer == WebhookHandshake(headers: ["Content-Type": "text/xml"], body: .text("<Response/>")))
        let (context, _) = try Self.context([])
        let delivery = DeliveredCall(method: "POST", body: ["token": "t"], headers: [:], query: [:])
        func shake(_ moment: HandshakeMoment) throws -> WebhookHandshake? {
            try connector.handshake("changed", Self.call, delivery, moment, in: context)
        }
        #expect(try shake(.beforeSecret) == WebhookHandshake(secret: "t"))
        #expect(try shake(.unsigned) == nil && shake(.verified) == nil)
    }

    @Test func `a trigger with both halves shares the key, and one that wakes has no events`() throws {
        let poll = #""poll": { "action": "list", "dedupe": "{{ item.id }}@{{ item.at }}" },"#
        let both = Self.whole.replacing(#", "dedupe": "{{ item.id }}""#, with: "")
        let connector = try Self.connector(both, more: poll)
        let (context, _) = try Self.context([])
        let delivery = DeliveredCall(method: "POST", body: ["events": [["id": 1, "at": 2]]], headers: [:], query: [:])
        #expect(try connector.events(of: "changed", Self.call, delivery, in: context).map(\.key) == ["1@2"])
        let waking = both.replacing(#""events": "{{ body.events }}""#, with: #""wakes": true"#)
        #expect(try Self.connector(waking, more: poll).webhook(of: "changed")?.onlyWakes == true)
    }

    @Test func `a named secret is asked of the recipe`() throws {
        let connector = try Self.connector(
            #""verify": { "scheme": "stripe", "secret": "named" }, "events": "{{ body }}""#)
        #expect(connector.webhook(of: "changed")?.secret == .named)
        #expect(connector.spec.trigger("changed")?.input.property("signing_secret") != nil)
    }

    @Test(arguments: [
        (#""events": "{{ body }}""#, "needs \"verify\""),
        (#""verify": {}, "events": "{{ body }}""#, "needs a \"scheme\""),
        (#""verify": { "scheme": "githob" }, "events": "{{ body }}""#, "did you mean"),
        (#""verify": { "hmac": "md5", "header": "X" }, "events": "{{ body }}""#, "can't be \"md5\""),
        (#""verify": { "scheme": "github" }, "events": "{{ body }}""#, "needs to know the secret"),
        (#""verify": { "scheme": "github", "secret": "S" }, "events": "{{ body }}""#, "can only be \"named\""),
        (
            #""subscribe": { "method": "POST", "path": "/h" }, "verify": { "scheme": "github" }, "events": "{{ body }}""#,
            "nothing ends what"
        ),
        (#""verify": { "scheme": "github", "secret": "named" }, "wakes": true"#, "there is none"),
        (#""verify": { "scheme": "github", "secret": "named" }"#, "needs \"events\""),
        (
            #""verify": { "scheme": "github", "secret": "named" }, "events": "{{ body }}", "handshakes": [ { "when": "body.x", "unsigned": true } ]"#,
            "nothing here is called \"body\""
        ),
        (#""verify": { "scheme": "github", "secret": "named" }, "events": "{{ webhook_secret }}""#, "nothing here"),
        (
            #""verify": { "scheme": "github" }, "events": "{{ body }}", "handshakes": [ { "when": "body.x", "first": true } ]"#,
            "needs \"secret\""
        ),
        (
            #""verify": { "scheme": "github", "secret": "named" }, "events": "{{ body }}", "respond": { "status": 301 }"#,
            "from 200 to 299"
        ),
        (
            #""verify": { "scheme": "github", "secret": "named" }, "events": "{{ body }}", "respond": { "headers": { "X": "a\nb" } }"#,
            "can't be in a header"
        ),
    ]) func `mistakes are told`(webhook: String, message: String) {
        let (_, messages) = Self.read(webhook)
        #expect(messages.contains { $0.contains(message) }, "\(messages)")
    }
}
