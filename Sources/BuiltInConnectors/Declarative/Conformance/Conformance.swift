// What every connector has to hold, whatever system it is for; each rule is tried against a made-up system.

import ConnectorKit
import JSONCore
import RecipeLanguage

/// One rule of the suite that `galley connectors test` runs over every connector.
public enum ConformanceRule: String, CaseIterable, Sendable {
    /// Examples fit the input's schema, and what comes of recorded answers fits the output's.
    case schemas
    /// Whatever a system answers, the step's failure has a type that recipes can branch on.
    case errors
    /// A list that comes in pages ends, with the last page as with a system that goes in circles.
    case pages
    /// No credential comes out again: not in outputs, not in errors, not in logs, in no encoding.
    case secrets
    /// The same call under the same idempotency key is the same request, and has one effect.
    case repeats
}

/// How a connector did with one rule.
public struct ConformanceResult: Sendable, Hashable {
    public let rule: ConformanceRule
    /// How many actions it was tried with.
    public let tried: Int
    /// Everything that was wrong, as sentences that name the action.
    public let problems: [String]
    /// Actions that could not be tried, with the reason.
    public let untried: [String]
    public var passed: Bool { problems.isEmpty }
}

/// Runs the rules over one connector.
struct Conformance: Sendable {
    let connector: any Connector
    /// `connection.auth` of its connector.json.
    let scheme: JSONObject
    /// Calls to try the rules with, from fixtures where there are some.
    let trials: [ConformanceTrial]
    /// Actions without a call that can be tried, with the reason.
    let untried: [String]
    /// Which actions gather pages.
    let pagedActions: Set<String>
    /// Takes secrets out of what is recorded and printed, as the running engine does.
    let redact: Redaction

    /// Makes a redaction for these secrets, by name.
    typealias Redaction = @Sendable (_ secrets: [(name: String, value: String)]) -> @Sendable (JSON) -> JSON

    func results() async -> [ConformanceResult] {
        [schemas(), await errors(), await pages(), await secrets(), await repeats()]
    }

    func result(_ rule: ConformanceRule, _ tried: Int, _ problems: [String], also skipped: [String] = [])
        -> ConformanceResult
    {
        ConformanceResult(rule: rule, tried: tried, problems: problems, untried: untried + skipped)
    }

    // MARK: - Schemas

    private func schemas() -> ConformanceResult {
        var problems: [String] = []
        for action in connector.spec.actions {
            for example in action.examples where !example.compact.contains("{{") {
                problems += action.input.typed(example).mismatches.map {
                    "\(action.name): an example does not fit the input's schema: \($0.message)"
                }
            }
        }
        for trial in trials {
            guard let expected = trial.output, let action = connector.spec.action(trial.action) else { continue }
            problems += action.output.typed(expected).mismatches.map {
                "\(trial.action): the output in \(trial.source) does not fit output_schema: \($0.message)"
            }
        }
        return ConformanceResult(
            rule: .schemas, tried: connector.spec.actions.count, problems: problems, untried: [])
    }

    // MARK: - Errors

    private func errors() async -> ConformanceResult {
        var problems: [String] = []
        for trial in trials {
            for answer in HostileAnswer.all {
                let system = MadeUpSystem { _, _ in answer.answer }
                let ended = await trial.call(connector, system)
                problems += answer.problems(with: ended, sent: system.requests.count).map { "\(trial.action): \($0)" }
            }
            let unreachable = ConnectorError(
                type: "timeout", "the server did not answer in time", isTransient: true, outcome: .unknown)
            let ended = await trial.call(connector, MadeUpSystem { _, _ in throw unreachable })
            if case .failed(let error) = ended, error.type == unreachable.type { continue }
            problems.append(
                "\(trial.action): a system that does not answer must end in a \"timeout\", not \(ended.words)")
        }
        return result(.errors, trials.count, problems)
    }

    // MARK: - Pages

    private func pages() async -> ConformanceResult {
        var (problems, skipped, tried): ([String], [String], Int) = ([], [], 0)
        for trial in trials where pagedActions.contains(trial.action) {
            guard trial.answers.count > 1, let first = trial.answers.first, let last = trial.answers.last else {
                skipped.append(
                    trial.output == nil
                        ? "\(trial.action): no fixture shows its pages"
                        : "\(trial.action): \(trial.source) shows one page only; a second shows how a list ends")
                continue
            }
            tried += 1
            let pagesBefore = 3
            let ending = MadeUpSystem { _, number in
                number <= pagesBefore ? ChangedAnswer.of(first, number) : last
            }
            let ended = await trial.call(connector, ending)
            if case .failed(let error) = ended {
                problems.append("\(trial.action): a list of four pages fails: \(error.message)")
            } else if !(2...pagesBefore + 1).contains(ending.requests.count) {
                // Fewer than four is right where an answer tells how many pages there are.
                problems.append(
                    "\(trial.action): of a list of four pages \(ending.requests.count) were asked for")
            }
            let circle = MadeUpSystem { _, number in
                guard number <= 50 else { throw ConnectorError(type: "endless", "asked for 50 pages") }
                return first
            }
            if case .failed(let error) = await trial.call(connector, circle), error.type == "endless" {
                problems.append("\(trial.action): a system that gives the same page again and again is asked for ever")
            }
        }
        return ConformanceResult(rule: .pages, tried: tried, problems: problems, untried: skipped)
    }

    // MARK: - Repeats

    private func repeats() async -> ConformanceResult {
        var (problems, tried): ([String], Int) = ([], 0)
        for trial in trials {
            guard let effect = connector.spec.action(trial.action)?.effect, effect != .unsafe, effect != .pure else {
                continue
            }
            tried += 1
            let system = RememberingSystem(trial.answers, key: trial.idempotencyKey)
            _ = await trial.call(connector, system)
            let first = system.requests
            _ = await trial.call(connector, system)
            let second = Array(system.requests.dropFirst(first.count))
            if !Self.same(first, second) {
                problems.append(
                    "\(trial.action): the same call under the same idempotency key sends another request the second time"
                )
            }
            guard effect == .keyed else { continue }
            if system.effects.isEmpty {
                problems.append("\(trial.action): is \"keyed\", but no request carries the idempotency key")
            } else if system.effects.values.contains(where: { $0 > 1 }) {
                problems.append("\(trial.action): one idempotency key stands for two different requests")
            }
            var other = trial
            other.idempotencyKey = trial.idempotencyKey + "-other"
            let next = MadeUpSystem(answers: trial.answers)
            _ = await other.call(connector, next)
            if Self.same(first, next.requests) {
                problems.append("\(trial.action): another idempotency key makes the same request")
            }
        }
        return result(.repeats, tried, problems)
    }

    private static func same(_ one: [HTTPRequest], _ other: [HTTPRequest]) -> Bool {
        one.elementsEqual(other) { first, second in
            first.method == second.method && first.url == second.url && first.body == second.body
                && first.headers.elementsEqual(second.headers) { $0 == $1 }
        }
    }
}
