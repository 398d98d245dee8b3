// The rules for all connectors: those of this repository hold them, and one that breaks a rule is found.

import ConnectorKit
import JSONCore
import RecipeLanguage
import Testing

@testable import BuiltInConnectors

struct ConformanceTests {
    /// A connector whose one action is a closure.
    private struct Loose: Connector {
        let spec: ConnectorSpec
        let body: @Sendable (JSON, ActionContext) async throws -> JSON

        init(_ effect: Effect = .read, _ body: @escaping @Sendable (JSON, ActionContext) async throws -> JSON) {
            let action = OperationSpec(
                name: "act", title: "Act", effect: effect, input: .any, output: .object([.integer("id")], open: true))
            spec = ConnectorSpec(name: "loose", title: "Loose", actions: [action])
            self.body = body
        }

        func execute(_ action: String, _ input: JSON, in context: ActionContext) async throws -> JSON {
            try await body(input, context)
        }
    }

    private static func get(_ context: ActionContext, header: String? = nil, body: String = "") async throws
        -> HTTPAnswer
    {
        var request = HTTPRequest("POST", "https://acme.example/", body: Array(body.utf8), isRepeatable: true)
        if let header { request.setHeader("X-Key", header) }
        let answer = try await context.http.send(request)
        if let error = answer.error(isRepeatable: true) { throw error }
        return answer
    }

    private static func results(
        _ connector: Loose, output: JSON = ["id": 1], redacts: Bool = true, paged: Bool = false,
        answers: [String] = ["{\"id\": 1}"]
    ) async throws -> [ConformanceRule: [String]] {
        let answers = answers.map {
            HTTPAnswer(status: 200, headers: [("content-type", "application/json")], body: Array($0.utf8), url: "")
        }
        let trial = ConformanceTrial(
            action: "act", input: [:], settings: [:], credentials: ["token": "secret"], idempotencyKey: "key-1",
            nowMilliseconds: 0, files: try TemporaryWorkspace(), answers: answers, output: output, source: "f.json")
        let suite = Conformance(
            connector: connector, scheme: ["type": "bearer"], trials: [trial], untried: [],
            pagedActions: paged ? ["act"] : [],
            redact: { secrets in
                { json in
                    guard redacts else { return json }
                    var text = json.compact
                    for secret in secrets {
                        for form in SecretSearch.forms(of: secret.value) { text = text.replacing(form, with: "*") }
                    }
                    return .string(text)
                }
            })
        let results = await suite.results()
        return Dictionary(uniqueKeysWithValues: results.map { ($0.rule, $0.problems) })
    }

    @Test func `a careful connector holds every rule`() async throws {
        let found = try await Self.results(
            Loose(.keyed) { _, context in
                let answer = try await Self.get(context, header: context.idempotencyKey)
                do { return try JSON(parsing: answer.body) } catch {
                    throw ConnectorError(type: "bad_answer", "the answer is not JSON")
                }
            })
        let problems = found.values.flatMap { $0 }
        #expect(problems == [])
    }

    @Test func `an output that does not fit its schema is found`() async throws {
        let found = try await Self.results(Loose { _, _ in ["id": 1] }, output: ["id": "one"])
        #expect(found[.schemas]?.count == 1)
    }

    @Test func `failures without a type, and those that count as success, are found`() async throws {
        struct Odd: Error {}
        let typeless = try await Self.results(
            Loose { _, context in
                do { _ = try await Self.get(context) } catch { throw Odd() }
                return [:]
            })
        #expect(typeless[.errors]?.contains { $0.contains("an error without a type") } == true)
        let blind = try await Self.results(
            Loose { _, context in
                _ = try await context.http.send(HTTPRequest("GET", "https://acme.example/", isRepeatable: true))
                return [:]
            })
        #expect(blind[.errors]?.contains("act: 404 with an empty object counts as success") == true)
        let patient = try await Self.results(
            Loose { _, context in
                do { _ = try await Self.get(context) } catch let error as ConnectorError {
                    throw ConnectorError(type: "odd", "it went wrong", status: error.status)
                }
                return [:]
            })
        let words = try #require(patient[.errors])
        #expect(words.contains { $0.contains("it must be \"auth\"") })
        #expect(words.contains { $0.contains("how long to wait") })
    }

    @Test(
        arguments: [
            { (secret: String) in secret }, { Base64Text.encode(Array("ada:\($0)!".utf8)) },
            { PercentEncoding.query([("token", $0)]) }, { PercentEncoding.form([("token", $0)]) },
            { JSON.object(["a": .string($0)]).compact }, { JSON.string(JSON.string($0).compact).compact },
        ] as [@Sendable (String) -> String])
    func `a secret is found in each encoding, in outputs, errors and logs`(
        encoded: @escaping @Sendable (String) -> String
    ) async throws {
        @Sendable func secret(_ context: ActionContext) -> String {
            encoded(context.connection?.credentials["token"]?.string ?? "")
        }
        let given = try await Self.results(Loose { _, context in ["id": 1, "text": .string("x" + secret(context))] })
        #expect(given[.secrets]?.first?.contains("the output holds the credential \"token\"") == true)
        let failed = try await Self.results(
            Loose { _, context in throw ConnectorError(type: "odd", "with \(secret(context))") })
        #expect(failed[.secrets]?.first?.contains("the error holds") == true)
        let logged = try await Self.results(
            Loose { _, context in
                context.logger.info("called", metadata: ["with": "\(secret(context))"])
                return ["id": 1]
            })
        #expect(logged[.secrets]?.first?.contains("the log holds") == true)
    }

    @Test func `a secret that the system sends back must be taken out`() async throws {
        let connector = Loose { _, context in
            try JSON(
                parsing: try await Self.get(context, header: context.connection?.credentials["token"]?.string).body)
        }
        #expect(try await Self.results(connector)[.secrets] == [])
        #expect(try await Self.results(connector, redacts: false)[.secrets]?.isEmpty == false)
    }

    @Test func `a repeat that is another request, and a key that is not sent, are found`() async throws {
        let random = try await Self.results(
            Loose(.idempotent) { _, context in
                _ = try await Self.get(context, body: "\(Int.random(in: 0..<Int.max))")
                return [:]
            })
        #expect(random[.repeats]?.first?.contains("another request the second time") == true)
        let keyless = try await Self.results(
            Loose(.keyed) { _, context in
                _ = try await Self.get(context)
                return [:]
            })
        #expect(keyless[.repeats]?.contains { $0.contains("no request carries the idempotency key") } == true)
        let twice = try await Self.results(
            Loose(.keyed) { _, context in
                _ = try await Self.get(context, header: context.idempotencyKey, body: "\(Int.random(in: 0..<Int.max))")
                return [:]
            })
        #expect(twice[.repeats]?.contains { $0.contains("stands for two different requests") } == true)
    }

    @Test func `a list that never ends is found`() async throws {
        let endless = Loose { _, context in
            for _ in 0..<10_000 { _ = try await Self.get(context) }
            return [:]
        }
        let found = try await Self.results(endless, paged: true, answers: [#"{"next": "a1"}"#, "{}"])
        #expect(found[.pages]?.contains { $0.contains("is asked for ever") } == true)
        #expect(found[.pages]?.contains { $0.contains("were asked for") } == true)
    }

    @Test func `built-in connectors hold the rule of the schemas`() async {
        let library = ConnectorLibrary(folders: [:])
        for name in library.names {
            let results = await library.conformance(of: name) { _ in { $0 } }
            let problems = results.flatMap(\.problems)
            #expect(results.map(\.rule) == [.schemas] && problems == [], "\(name)")
        }
    }
}
