// A fixture: one call of an action with the exchanges it makes and what comes of it, as a JSON file.

import ConnectorKit
import JSONCore
import RecipeLanguage
import XML

/// A recorded (or documented) call.
struct Fixture: Sendable {
    /// A request that is expected, and its answer.
    struct Exchange: Sendable {
        var method: String
        var url: String
        /// Compared by name; null means that the header must not be there.
        var headers: JSONObject
        var json: JSON?
        var text: String?
        /// Compared as trees: prefixes and white space between elements don't count.
        var xml: String?
        /// Fields of a form body, compared without order.
        var form: JSONObject?
        /// Parts of a multipart body, in order.
        var multipart: [JSON]?
        var status: Int
        var answerHeaders: JSONObject
        var answer: [UInt8]

        /// The answer as a client gives it.
        var httpAnswer: HTTPAnswer {
            var headers: [(name: String, value: String)] = []
            for entry in answerHeaders {
                for value in entry.value.array ?? [entry.value] {
                    headers.append((entry.key.lowercased(), value.scalarText ?? value.compact))
                }
            }
            return HTTPAnswer(status: status, headers: headers, body: answer, url: url)
        }
    }
    /// What is done with a trigger that is called, in place of polling it.
    enum WebhookCall: String, Sendable, CaseIterable { case subscribe, find, renew, unsubscribe, deliver }

    /// What arrives at the address.
    struct Arrival: Sendable {
        var method = "POST"
        var headers = JSONObject()
        var query = JSONObject()
        var body: [UInt8] = []
        /// The secret that its signature has to be right with; nil: it is not looked at.
        var signedWith: String?
        /// Seconds since 1970; `now_ms` when nil.
        var receivedAt: Int64?
    }

    /// What the call has to end with.
    enum Outcome: Sendable {
        case output(JSON)
        /// Members of the error that are compared: `type`, `status`, `message`, `transient`, `outcome`, `retry_after`.
        case error(JSONObject)
    }

    /// The action's name, or the trigger's.
    let action: String
    /// Whether a trigger is polled, and from where.
    let isPoll: Bool
    let cursor: JSON?
    let settings: JSONObject
    let credentials: JSONObject
    let input: JSON
    let idempotencyKey: String
    /// Nanoseconds since 1970 that `now` is.
    let nowMilliseconds: Int64
    let exchanges: [Exchange]
    /// The workspace's files, from their names to their texts.
    let files: JSONObject
    let outcome: Outcome
    var webhook: WebhookCall?
    /// What subscribing gave.
    var subscription = JSON.null
    var arrival = Arrival()
}

/// Reads a fixture; every mistake is collected.
struct FixtureReader {
    private(set) var mistakes: [String] = []

    /// - Returns: nil when there are mistakes.
    static func read(_ bytes: [UInt8]) -> (fixture: Fixture?, mistakes: [String]) {
        let json: JSON
        do { json = try JSON(parsing: bytes) } catch {
            return (nil, ["this is not JSON: \(error.message) (at byte \(error.offset))"])
        }
        var reader = FixtureReader()
        let fixture = reader.fixture(json)
        return (reader.mistakes.isEmpty ? fixture : nil, reader.mistakes)
    }

    private mutating func fixture(_ json: JSON) -> Fixture? {
        let keys = [
            "action", "trigger", "cursor", "connection", "input", "exchanges", "output", "error", "source", "note",
            "title",
            "idempotency_key", "files",
            "now_ms", "webhook", "subscription", "delivery",
        ]
        guard let top = object(json, "a fixture", allowed: keys) else { return nil }
        let connection =
            top["connection"].flatMap { object($0, "\"connection\"", allowed: ["settings", "credentials"]) } ?? [:]
        let trigger = top["trigger"]?.string
        guard let action = top["action"]?.string ?? trigger, trigger == nil || top["action"] == nil else {
            mistakes.append(
                trigger == nil
                    ? "a fixture needs \"action\": the name of the action it calls"
                    : "a fixture has either \"action\" or \"trigger\"")
            return nil
        }
        if trigger == nil, top["cursor"] != nil { mistakes.append("\"cursor\" belongs to a fixture of a \"trigger\"") }
        var exchanges: [Fixture.Exchange] = []
        if let list = top["exchanges"] {
            guard let elements = list.array else {
                mistakes.append("\"exchanges\" must be a list")
                return nil
            }
            for (place, element) in elements.enumerated() {
                if let exchange = exchange(element, "exchanges[\(place)]") { exchanges.append(exchange) }
            }
        }
        let outcome: Fixture.Outcome
        switch (top["output"], top["error"]) {
        case (let output?, nil): outcome = .output(output)
        case (nil, let error?):
            let keys = ["type", "status", "message", "transient", "outcome", "retry_after"]
            guard let members = object(error, "\"error\"", allowed: keys) else { return nil }
            outcome = .error(members)
        default:
            mistakes.append("a fixture needs either \"output\" or \"error\": what the call has to end with")
            return nil
        }
        let webhook = top["webhook"].flatMap { $0.string.flatMap { Fixture.WebhookCall(rawValue: $0) } }
        if top["webhook"] != nil, webhook == nil || trigger == nil {
            let known = Fixture.WebhookCall.allCases.map(\.rawValue).joined(separator: ", ")
            mistakes.append("\"webhook\" belongs to a fixture of a \"trigger\" and is one of \(known)")
        }
        var fixture = Fixture(
            action: action, isPoll: trigger != nil && webhook == nil, cursor: top["cursor"],
            settings: connection["settings"]?.object ?? [:],
            credentials: connection["credentials"]?.object ?? [:], input: top["input"] ?? [:],
            idempotencyKey: top["idempotency_key"]?.string ?? "fixture-key",
            nowMilliseconds: Int64(top["now_ms"]?.integer ?? 1_704_067_200_000), exchanges: exchanges,
            files: top["files"]?.object ?? [:], outcome: outcome)
        (fixture.webhook, fixture.subscription) = (webhook, top["subscription"] ?? .null)
        if let delivery = top["delivery"] { fixture.arrival = arrival(delivery) }
        return fixture
    }

    private mutating func arrival(_ json: JSON) -> Fixture.Arrival {
        var arrival = Fixture.Arrival()
        let keys = ["method", "headers", "query", "json", "text", "signed_with", "received_at"]
        guard let members = object(json, "\"delivery\"", allowed: keys) else { return arrival }
        arrival.method = members["method"]?.string ?? "POST"
        for entry in members["headers"]?.object ?? [:] { arrival.headers[entry.key.lowercased()] = entry.value }
        arrival.query = members["query"]?.object ?? [:]
        arrival.body = members["json"]?.compactBytes ?? Array((members["text"]?.string ?? "").utf8)
        arrival.signedWith = members["signed_with"]?.string
        arrival.receivedAt = members["received_at"]?.integer.map { Int64($0) }
        return arrival
    }

    private mutating func exchange(_ json: JSON, _ what: String) -> Fixture.Exchange? {
        guard let both = object(json, what, allowed: ["request", "response"]),
            let request = object(
                both["request"] ?? .null, "\(what).request",
                allowed: ["method", "url", "headers", "json", "text", "xml", "form", "multipart"]),
            let answer = object(
                both["response"] ?? .null, "\(what).response",
                allowed: ["status", "headers", "json", "text", "xml", "base64"])
        else { return nil }
        guard let method = request["method"]?.string, let url = request["url"]?.string else {
            mistakes.append("\(what).request needs \"method\" and \"url\"")
            return nil
        }
        guard let status = answer["status"]?.integer, (100...599).contains(status) else {
            mistakes.append("\(what).response needs \"status\", from 100 to 599")
            return nil
        }
        var headers = answer["headers"]?.object ?? [:]
        var body: [UInt8] = []
        if let json = answer["json"] {
            body = json.compactBytes
            if !headers.keys.contains(where: { $0.lowercased() == "content-type" }) {
                headers["content-type"] = "application/json"
            }
        } else if let text = answer["text"]?.string {
            body = Array(text.utf8)
        } else if let xml = answer["xml"] {
            body = Array((self.xml(xml, "\(what).response.xml") ?? "").utf8)
            if !headers.keys.contains(where: { $0.lowercased() == "content-type" }) {
                headers["content-type"] = "text/xml; charset=utf-8"
            }
        } else if let text = answer["base64"]?.string {
            guard let bytes = Base64Text.decode(text) else {
                mistakes.append("\(what).response.base64 is not base64")
                return nil
            }
            body = bytes
        }
        return Fixture.Exchange(
            method: method, url: url, headers: request["headers"]?.object ?? [:], json: request["json"],
            text: request["text"]?.string, xml: request["xml"].flatMap { xml($0, "\(what).request.xml") },
            form: request["form"]?.object, multipart: request["multipart"]?.array,
            status: status, answerHeaders: headers,
            answer: body)
    }

    /// A document as a text, or as a list of its lines.
    private mutating func xml(_ json: JSON, _ what: String) -> String? {
        let lines = json.array?.compactMap(\.string)
        guard let text = json.string ?? lines?.joined(separator: "\n"), lines?.count == json.array?.count else {
            mistakes.append("\(what) must be a text or a list of lines")
            return nil
        }
        do { _ = try XMLElement.parse(Array(text.utf8)) } catch {
            mistakes.append("\(what) is not XML: \(error.description)")
        }
        return text
    }

    private mutating func object(_ json: JSON, _ what: String, allowed: [String]) -> JSONObject? {
        guard let object = json.object else {
            mistakes.append("\(what) must be an object, not \(json.kind)")
            return nil
        }
        for key in object.keys where !allowed.contains(key) {
            let hint = Suggestion.didYouMean(key, among: allowed) ?? "it may have \(allowed.joined(separator: ", "))"
            mistakes.append("\(what) has no \"\(key)\": \(hint)")
        }
        return object
    }
}
