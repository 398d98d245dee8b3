// One event of a recipe's trigger, fetched to be looked at: no cursor moves, and no job is made.

import ConnectorKit
import JSONCore
import JobHistory
import RecipeLanguage
import Synchronization

public enum TriggerTrial {
    /// Asks the trigger's system as a poll would.
    ///
    /// It begins where the recipe's polling stands; when nothing is new there, at the beginning.
    /// - Parameter store: of the history, to be read; nil when there is none.
    /// - Returns: `event`, its `key`, whether the recipe's `when` holds for it (`wanted`), and whether it is `new`; `event` is
    ///   missing when there is none.
    /// - Throws: `ConnectorError`, and a sentence for a recipe whose trigger can't be asked.
    public static func fetch(_ recipe: Recipe, _ services: EngineServices, _ store: JobStore?) async throws -> JSON {
        guard let source = recipe.trigger.source, source.spec.poll != nil,
            let connector = services.connector(source.connector) as? any PollingConnector
        else {
            let way =
                recipe.trigger.source == nil
                ? "starts by \(recipe.trigger.use): `galley run \(recipe.id) --input …` stands for its event"
                : "is called by its system, which can't be asked: `galley deliveries list` shows what came"
            throw ControlError("\(recipe.id) \(way)")
        }
        let environment = services.intakeEnvironment
        let settings = try source.settings(environment)
        let context = try services.triggerContext(connection: source.connection, environment, topics: nil)
        let state = try await store?.poller(of: recipe.id)
        let known = state?.cursor ?? settings.since
        let found = Mutex<PolledEvent?>(nil)
        func poll(from cursor: JSON?) async throws -> PolledEvent? {
            do {
                _ = try await connector.poll(source.spec.name, settings.input, from: cursor, in: context) { events in
                    guard let first = events.first else { return }
                    found.withLock { $0 = $0 ?? first }
                    throw Enough()
                }
            } catch is Enough {}
            return found.withLock { $0 }
        }
        var event = try await poll(from: known)
        let isNew = event != nil && known != nil
        if event == nil, known != nil { event = try await poll(from: nil) }
        var answer: JSONObject = ["recipe": .string(recipe.id), "use": .string(recipe.trigger.use)]
        guard let event else { return .object(answer) }
        answer["event"] = services.redact(event.event)
        answer["key"] = event.key.map { .string($0) } ?? .null
        answer["new"] = .bool(isNew)
        answer["wanted"] = .bool(try recipe.wants(event.event, environment))
        return .object(answer)
    }

    /// One event was found: the rest need not be asked for.
    private struct Enough: Error {}
}

extension Recipe {
    /// Whether the trigger's `when` holds for an event.
    fileprivate func wants(_ event: JSON, _ environment: FormulaEnvironment) throws -> Bool {
        guard let when = trigger.when else { return true }
        var slots = [Value](repeating: .null, count: slotNames.count)
        slots[trigger.slot] = Value(event)
        do { return try when.evaluate(slots, Evaluation(environment, address: "trigger")).isTrue } catch {
            throw ControlError("the trigger's \"when\" fails for the event that was found: \(error.message)")
        }
    }
}
