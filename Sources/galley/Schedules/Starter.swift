// How one recipe that starts by itself stands, in words and as JSON.

import Engine
import Foundation
import JSONCore
import JobHistory
import RecipeLanguage

/// What the history knows of all schedules and pollers; empty when nothing ever ran here.
struct Standing {
    var schedules: [String: ScheduleState] = [:]
    var pollers: [String: PollerState] = [:]
    var switches: [String: RecipeSwitch] = [:]

    static func read(_ dataFolder: String) async throws -> Standing {
        var standing = Standing()
        let store: JobStore
        do {
            store = try JobStore.openReader(folder: dataFolder)
        } catch StoreError.noHistory {
            return standing
        } catch StoreError.olderSchema {
            return standing  // from before there were any
        }
        let result = await Task {
            (try await store.schedules(), try await store.pollers(), try await store.switches())
        }.result
        await store.close()
        (standing.schedules, standing.pollers, standing.switches) = try result.get()
        return standing
    }
}

struct Starter {
    enum State: String { case on, paused, stopped, broken, over, overdue, failing }

    let recipe: String
    let isPoller: Bool
    let state: State
    /// Why it is in its state.
    let reason: String?
    /// What it means, in English.
    let words: String
    let nextWords: String
    let lastWords: String
    let missedWords: String
    let json: JSON

    /// nil for a recipe that starts in another way.
    init?(_ id: String, _ session: Session, _ standing: Standing, now: Milliseconds) throws {
        let source = try session.workspace.recipeSource(id)
        let use = session.catalog.recipes[id]?.triggerUse ?? ""
        let isSchedule = use == LanguageTriggers.schedule.name
        guard isSchedule || (use.contains(".") && LanguageTriggers.spec(use) == nil) else { return nil }
        let checked = Recipe.check(source.bytes, id: id, file: source.path, catalog: session.catalog)
        let errors = checked.diagnostics.count { $0.severity == .error }
        if let trigger = checked.recipe?.trigger, !isSchedule, trigger.source?.spec.poll == nil { return nil }
        (recipe, isPoller) = (id, !isSchedule)
        let position = standing.switches[id]
        let isOff = position.map { !$0.isOn } ?? false
        var json: JSONObject = ["recipe": .string(id), "kind": isSchedule ? "schedule" : "poller"]
        let (schedule, poller) = (standing.schedules[id], standing.pollers[id])
        let pause = isSchedule ? schedule?.pause : poller?.pause
        var (state, reason): (State, String?) = (.on, nil)
        if checked.recipe == nil {
            (state, reason) = (.broken, "galley check \(id)")
        } else if isOff {
            (state, reason) = (.stopped, position?.reason)
        } else if let pause {
            (state, reason) = (.paused, pause.reason)
        }
        if isSchedule {
            let timetable = checked.recipe.flatMap {
                Schedule.read($0.trigger.input, timeZone: session.workspace.settings.timeZone).schedule
            }
            let words = timetable?.words ?? "\(errors) mistakes: galley check \(id)"
            let text = { (time: Milliseconds) in timetable?.isoText(Date(time)) ?? InstantText.iso(time) }
            var next: Milliseconds?
            if state == .on, let timetable {
                next = schedule?.next ?? timetable.next(after: Date(now)).map(\.milliseconds)
                if next == nil { state = .over }
                if let start = schedule?.start, start < now - StartWatch.patience {
                    (state, reason) = (.overdue, "it should have started at \(timetable.clockText(Date(start)))")
                }
            }
            nextWords =
                next.flatMap { next in timetable.map { $0.clockText(Date(next)) } } ?? (state == .over ? "never" : "-")
            lastWords = schedule?.last.flatMap { last in timetable.map { $0.clockText(Date(last)) } } ?? "-"
            let (missed, skipped) = (schedule?.missed ?? 0, schedule?.skipped ?? 0)
            missedWords = skipped == 0 ? "\(missed)" : "\(missed), \(skipped) skipped"
            json["words"] = timetable.map { .string($0.words) } ?? .null
            json["time_zone"] = timetable.map { .string($0.timeZone) } ?? .null
            json["next"] = next.map { .string(text($0)) } ?? .null
            json["last"] = schedule?.last.map { .string(text($0)) } ?? .null
            (json["missed"], json["skipped"]) = (.integer(missed), .integer(skipped))
            self.words = words
        } else {
            let next = state == .on ? poller?.next : nil
            if state == .on, let poller, poller.failures > 0 {
                let failed = poller.failures == 1 ? "" : "\(poller.failures) times in a row: "
                (state, reason) = (.failing, failed + (poller.error ?? "its last poll failed"))
            } else if state == .on, let next, next < now - StartWatch.patience {
                (state, reason) = (.overdue, "it should have been polled at \(InstantText.words(next))")
            }
            nextWords = next.map(InstantText.words) ?? "-"
            lastWords = poller?.polledAt.map(InstantText.words) ?? "-"
            missedWords = poller.map { $0.refused == 0 ? "" : "\($0.refused) refused" } ?? ""
            words = checked.recipe == nil ? "\(errors) mistakes: galley check \(id)" : "\(use), by polling"
            json["words"] = .string(words)
            (json["next"], json["last"]) = (.time(next), .time(poller?.polledAt))
            (json["events"], json["refused"]) = (.integer(poller?.events ?? 0), .integer(poller?.refused ?? 0))
            json["failures"] = .integer(poller?.failures ?? 0)
            json["error"] = poller?.error.map { .string($0) } ?? .null
        }
        json["state"] = .string(state.rawValue)
        json["reason"] = reason.map { .string($0) } ?? .null
        json["paused_reason"] = pause.map { .string($0.reason) } ?? .null
        json["errors"] = .integer(errors)
        (self.state, self.reason, self.json) = (state, reason, .object(json))
    }
}
