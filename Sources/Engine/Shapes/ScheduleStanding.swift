// How one recipe that starts by itself stands: the shape of `schedules list --json` and of the API's list of schedules.

import Foundation
import JSONCore
import JobHistory
import RecipeLanguage

/// What the history knows of all schedules, pollers and switches; empty when nothing ever ran.
public struct KnownStarts: Sendable {
    public var schedules: [String: ScheduleState] = [:]
    public var pollers: [String: PollerState] = [:]
    public var switches: [String: RecipeSwitch] = [:]

    public init() {}

    public init(_ store: JobStore) async throws {
        schedules = try await store.schedules()
        pollers = try await store.pollers()
        switches = try await store.switches()
    }
}

/// A recipe with a schedule or a poller, and where it stands.
public struct ScheduleStanding: Sendable {
    public enum State: String, Sendable, CaseIterable {
        case on, paused, stopped, broken, over, overdue, failing
    }

    public let json: JSON

    /// - Parameters:
    ///   - use: the trigger that the recipe names, also when it has mistakes.
    ///   - recipe: nil when it can't run.
    ///   - errors: mistakes in its file.
    ///   - zone: the workspace's.
    /// - Returns: nil for a recipe that starts in another way.
    public init?(
        _ id: String, use: String, recipe: Recipe?, errors: Int, zone: String, _ known: KnownStarts, now: Milliseconds
    ) {
        let isSchedule = use == LanguageTriggers.schedule.name
        guard isSchedule || (use.contains(".") && LanguageTriggers.spec(use) == nil) else { return nil }
        if let trigger = recipe?.trigger, !isSchedule, trigger.source?.spec.poll == nil { return nil }
        let (schedule, poller) = (known.schedules[id], known.pollers[id])
        let pause = isSchedule ? schedule?.pause : poller?.pause
        var (state, reason): (State, String?) = (.on, nil)
        if recipe == nil {
            (state, reason) = (.broken, "galley check \(id)")
        } else if let position = known.switches[id], !position.isOn {
            (state, reason) = (.stopped, position.reason)
        } else if let pause {
            (state, reason) = (.paused, pause.reason)
        }
        let broken = recipe == nil ? "\(errors) mistakes: galley check \(id)" : nil
        var json: JSONObject = ["recipe": .string(id), "kind": isSchedule ? "schedule" : "poller"]
        let more =
            isSchedule
            ? Self.clock(recipe, schedule, zone, now, &state, &reason) : Self.polling(poller, now, &state, &reason)
        let topic = poller?.cursor?["topic"]?.string
        let words = topic.map { "each message of the topic \($0)" } ?? "\(use), by polling"
        json["words"] = broken.map { .string($0) } ?? (isSchedule ? .null : .string(words))
        for (name, value) in more { json[name] = value }
        json["state"] = .string(state.rawValue)
        json["reason"] = reason.map { .string($0) } ?? .null
        json["paused_reason"] = pause.map { .string($0.reason) } ?? .null
        json["errors"] = .integer(errors)
        self.json = .object(json)
    }

    private static func clock(
        _ recipe: Recipe?, _ known: ScheduleState?, _ zone: String, _ now: Milliseconds, _ state: inout State,
        _ reason: inout String?
    ) -> JSONObject {
        let schedule = recipe.flatMap { Schedule.read($0.trigger.input, timeZone: zone).schedule }
        func text(_ time: Milliseconds?) -> JSON {
            time.map { .string(schedule?.isoText(Date($0)) ?? InstantText.iso($0)) } ?? .null
        }
        var next: Milliseconds?
        if state == .on, let schedule {
            next = known?.next ?? schedule.next(after: Date(now)).map(\.milliseconds)
            if next == nil { state = .over }
            if let start = known?.start, start < now - StartWatch.patience {
                (state, reason) = (.overdue, "it should have started at \(schedule.clockText(Date(start)))")
            }
        }
        var more: JSONObject = [:]
        if let schedule { more["words"] = .string(schedule.words) }
        more["time_zone"] = schedule.map { .string($0.timeZone) } ?? .null
        (more["next"], more["last"]) = (text(next), text(known?.last))
        (more["missed"], more["skipped"]) = (.integer(known?.missed ?? 0), .integer(known?.skipped ?? 0))
        return more
    }

    private static func polling(
        _ poller: PollerState?, _ now: Milliseconds, _ state: inout State, _ reason: inout String?
    ) -> JSONObject {
        let next = state == .on ? poller?.next : nil
        if state == .on, let poller, poller.failures > 0 {
            let failed = poller.failures == 1 ? "" : "\(poller.failures) times in a row: "
            (state, reason) = (.failing, failed + (poller.error ?? "its last poll failed"))
        } else if state == .on, let next, next < now - StartWatch.patience {
            (state, reason) = (.overdue, "it should have been polled at \(InstantText.words(next))")
        }
        return [
            "next": .time(next), "last": .time(poller?.polledAt), "events": .integer(poller?.events ?? 0),
            "refused": .integer(poller?.refused ?? 0), "failures": .integer(poller?.failures ?? 0),
            "empty_polls": .integer(poller?.emptyPolls ?? 0),
            "error": poller?.error.map { .string($0) } ?? .null,
        ]
    }
}

/// The times of a schedule that come next.
public enum ScheduleTimes {
    /// - Parameters:
    ///   - recipe: whose own delay is told, when its schedule spreads starts.
    ///   - start: times after this one.
    public static func json(_ schedule: Schedule, recipe: String?, after start: Date, count: Int) -> JSON {
        var document: JSONObject = [
            "words": .string(schedule.words), "time_zone": .string(schedule.timeZone),
            "clock_changes": .array(schedule.clockChangeWords(after: start).map { .string($0) }),
            "next": .array(
                schedule.next(after: start, count: count).map { time in
                    [
                        "at": .string(schedule.isoText(time)), "utc": .string(time.formatted(.iso8601)),
                        "in_seconds": .integer(Int(time.timeIntervalSince(start).rounded(.up))),
                    ]
                }),
        ]
        if let recipe, schedule.jitter > .zero {
            document["delay_ms"] = .integer(Int(schedule.delay(of: recipe).milliseconds))
        }
        return .object(document)
    }
}
