// The settings of a connector's trigger with their pills filled in.

import ConnectorKit
import JSONCore
import JobHistory
import RecipeLanguage

struct TriggerSettings: Sendable {
    /// The trigger's own.
    var input: JSON
    /// Between two polls.
    var every: Milliseconds
    /// The recipe says how often: empty polls change nothing about it.
    var isEveryFixed: Bool
    /// Where the first poll begins, when the recipe says so.
    var since: JSON?
}

extension TriggerSource {
    /// - Throws: `ConnectorError` when a pill has no value or one that does not fit.
    func settings(_ environment: FormulaEnvironment) throws -> TriggerSettings {
        let filled: JSON
        do throws(InputError) {
            filled = try settings.json([], Evaluation(environment, address: "trigger")) ?? [:]
        } catch {
            throw ConnectorError(type: "bad_input", "the trigger's input can't be made: \(error.error.message)")
        }
        let (typed, mismatches) = spec.input.typed(filled)
        if let first = mismatches.first {
            throw ConnectorError(type: "bad_input", "the trigger's input is wrong: \(first.message)")
        }
        var own = typed.object ?? [:]
        let (every, since) = (own["every"]?.string, own["since"])
        if spec.poll != nil { (own["every"], own["since"]) = (nil, nil) }
        if spec.poll != nil, spec.isCalled { own[TriggerSpec.webhookSetting.name] = nil }
        let fixed = every.flatMap(DurationText.parse)
        let interval = fixed ?? spec.poll?.every ?? .seconds(300)
        return TriggerSettings(
            input: .object(own), every: max(interval, TriggerSpec.Poll.shortest).milliseconds,
            isEveryFixed: fixed != nil,
            since: since.flatMap { $0.isNull ? nil : $0 })
    }
}

extension EngineServices {
    /// What formulas see before there is a job.
    var intakeEnvironment: FormulaEnvironment {
        FormulaEnvironment(
            nowNanoseconds: clock() * 1_000_000, timeZone: timeZone, properties: properties, tables: tables,
            seed: "intake", limits: limits.formulas)
    }

    /// What a connector is given for a trigger, outside of any job.
    /// - Parameter key: the idempotency key.
    /// - Throws: when the connection is missing or incomplete.
    func triggerContext(
        connection name: String?, _ environment: FormulaEnvironment, key: String = "", topics: (any TopicStore)?
    ) throws -> ActionContext {
        ActionContext(
            connection: try name.map(connection), http: http, logger: logger, idempotencyKey: key,
            nowMilliseconds: environment.nowNanoseconds / 1_000_000, files: files, tables: tables,
            formulas: environment,
            topics: topics)
    }
}

extension Engine {
    func triggerContext(
        connection: String?, _ environment: FormulaEnvironment, key: String = ""
    ) throws -> ActionContext {
        try services.triggerContext(connection: connection, environment, key: key, topics: stores(for: 0))
    }

    /// The job that an event of a connector's trigger makes; nil when the recipe's `when` doesn't hold for it.
    /// - Throws: when it can't be told from others, or the recipe's formulas fail for it.
    func job(from event: PolledEvent, of version: RecipeVersions.Loaded, origin: String) throws -> NewJob? {
        guard let filter = try filter(version.recipe, event.event) else { return nil }
        let own = event.key.flatMap { $0.allSatisfy(\.isWhitespace) ? nil : "event \($0)" }
        guard let key = filter.dedupeKey ?? own else {
            throw StepFailure(
                type: "intake", "a record has no value by which it can be told from others (\"dedupe\")",
                step: "trigger")
        }
        return NewJob(
            recipe: version.recipe.id, version: version.id, createdAt: services.clock(),
            event: services.redact(event.event), dedupeKey: key, origin: origin)
    }
}
