// One call that the rules are tried with: from a fixture, or made up from the action's schema.

import ConnectorKit
import JSONCore
import Logging
import RecipeLanguage
import Synchronization

/// A call of an action, and the answers that it gets when all is well.
struct ConformanceTrial: Sendable {
    let action: String
    let input: JSON
    let settings: JSONObject
    var credentials: JSONObject
    var idempotencyKey: String
    let nowMilliseconds: Int64
    let files: any WorkspaceFiles
    let answers: [HTTPAnswer]
    /// What the call ends with; nil when it is made up.
    let output: JSON?
    /// Where it is from, for messages.
    let source: String

    /// How a call ended.
    enum Ended: Sendable {
        case gave(JSON)
        case failed(ConnectorError)
        /// With an error that no recipe could branch on.
        case broke(String)

        var words: String {
            switch self {
            case .gave: "in success"
            case .failed(let error): "in \"\(error.type)\" (\(error.message.prefix(200)))"
            case .broke(let what): "in an error without a type (\(what.prefix(200)))"
            }
        }
    }

    func call(_ connector: any Connector, _ http: any HTTPClient, logger: Logger? = nil) async -> Ended {
        let connection = Connection(
            name: "conformance", connector: connector.spec.name, settings: settings, credentials: credentials)
        let context = ActionContext(
            connection: connection, http: TokenAnswers(inner: http),
            logger: logger ?? Logger(label: "conformance") { _ in SwiftLogNoOpLogHandler() },
            idempotencyKey: idempotencyKey, nowMilliseconds: nowMilliseconds, files: files, tables: NoTables(),
            formulas: FormulaEnvironment(
                nowNanoseconds: nowMilliseconds * 1_000_000, tables: NoTables(), seed: idempotencyKey),
            fixedMoment: SigningMoment(milliseconds: nowMilliseconds, nonce: FixtureRun.nonce))
        do {
            return .gave(try await connector.execute(action, input, in: context))
        } catch let error as ConnectorError {
            return error.type == "internal" || error.type.isEmpty ? .broke(error.message) : .failed(error)
        } catch {
            return .broke("\(error)")
        }
    }
}

/// A system that answers as told and remembers what it was sent.
final class MadeUpSystem: HTTPClient {
    private let answer: @Sendable (HTTPRequest, _ number: Int) throws -> HTTPAnswer
    private let seen = Mutex<[HTTPRequest]>([])

    /// - Parameter answer: given the request and its number, from 1.
    init(_ answer: @escaping @Sendable (HTTPRequest, _ number: Int) throws -> HTTPAnswer) { self.answer = answer }

    /// Gives these answers in order, the last one again and again.
    convenience init(answers: [HTTPAnswer]) {
        self.init { request, number in
            answers.indices.contains(number - 1) ? answers[number - 1] : answers.last ?? .empty(of: request)
        }
    }

    var requests: [HTTPRequest] { seen.withLock { $0 } }

    func send(_ request: HTTPRequest) async throws -> HTTPAnswer {
        let number = seen.withLock { seen in
            seen.append(request)
            return seen.count
        }
        return try answer(request, number)
    }
}

/// A system that recognises a repeat by the idempotency key, wherever it stands in a request.
final class RememberingSystem: HTTPClient {
    private struct State {
        var requests: [HTTPRequest] = []
        /// The different requests under each key, by method and address; a repeat of one adds none.
        var effects: [String: Set<[UInt8]>] = [:]
    }
    private let state = Mutex(State())
    private let answers: [HTTPAnswer]
    private let key: String

    init(_ answers: [HTTPAnswer], key: String) { (self.answers, self.key) = (answers, key) }

    var requests: [HTTPRequest] { state.withLock { $0.requests } }
    /// How often something was done, by what it was.
    var effects: [String: Int] { state.withLock { $0.effects.mapValues(\.count) } }

    func send(_ request: HTTPRequest) async throws -> HTTPAnswer {
        let key = key
        let place = state.withLock { state -> Int in
            let place = answers.isEmpty ? 0 : state.requests.count % answers.count
            state.requests.append(request)
            let carriesKey =
                request.headers.contains { $0.value.contains(key) } || request.url.contains(key)
                || String(decoding: request.body, as: UTF8.self).contains(key)
            if carriesKey { state.effects["\(request.method) \(request.url)", default: []].insert(request.body) }
            return place
        }
        return answers.isEmpty ? .empty(of: request) : answers[place]
    }
}

extension HTTPAnswer {
    /// 200 with an empty JSON object.
    static func empty(of request: HTTPRequest) -> HTTPAnswer {
        HTTPAnswer(
            status: 200, headers: [("content-type", "application/json")], body: Array("{}".utf8), url: request.url)
    }
}
