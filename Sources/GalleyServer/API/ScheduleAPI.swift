// /api/v1/schedules and triggers: what starts by itself, when, and how it stands; pausing it, and filling in times that are over.

import Engine
import Foundation
import JSONCore
import JobHistory
import RecipeLanguage

struct ScheduleAPI: Sendable {
    let engine: Engine

    var list: [Route] {
        [
            .api(
                .get, "/schedules", .viewer,
                APIOperation(
                    id: "schedules.list", scope: .schedules,
                    summary: "The recipes that start by the clock or by polling, and how they stand",
                    answer: (200, .list("schedules", of: "Schedule")))
            ) { _ in try await schedules() },
            .api(
                .get, "/triggers", .viewer,
                APIOperation(
                    id: "triggers.list", scope: .schedules,
                    summary: "The recipes that start by a connector's trigger: their polls and webhook subscriptions",
                    answer: (200, .list("triggers", of: "Trigger")))
            ) { _ in ["triggers": .array(try await engine.triggerStandings().map(\.json))] },
            .api(
                .get, "/schedules/{recipe}/next", .viewer,
                APIOperation(
                    id: "schedules.next", scope: .schedules, summary: "The next times of a recipe's schedule",
                    parameters: [
                        .init("count", "How many, up to 10000; 5 when left out.", .whole),
                        .init("from", "Times after this one; now when left out.", .text),
                    ], answer: (200, .shape("ScheduleTimes")))
            ) { try await next($0) },
            .api(
                .post, "/schedules/{recipe}/pause", .operator,
                APIOperation(
                    id: "schedules.pause", scope: .schedules,
                    summary: "Let a recipe start no more by itself until it is resumed",
                    body: .record(
                        ["reason": .textSchema("Why, for whoever looks at it later.")], required: ["reason"]),
                    answer: (200, .record(pausing.merging(["reason": .typed("string")]))))
            ) { request in
                let (id, reason) = (try await entry(request).id, request.body["reason"]?.string ?? "")
                guard !reason.allSatisfy(\.isWhitespace) else { throw Problem(.badRequest, "reason must say why") }
                try await engine.pause(id, reason: reason)
                return ["recipe": .string(id), "paused": true, "reason": .string(reason)]
            },
            .api(
                .post, "/schedules/{recipe}/resume", .operator,
                APIOperation(
                    id: "schedules.resume", scope: .schedules,
                    summary: "Let a paused recipe start by itself again; `next` is null when no time is left",
                    answer: (200, .record(pausing.merging(["next": .nullable("string")]))))
            ) { request in
                let id = try await entry(request).id
                return ["recipe": .string(id), "paused": false, "next": .time(try await engine.unpause(id))]
            },
            .api(.post, "/schedules/{recipe}/backfill", .operator, Self.backfilling) { request in
                let (id, body) = (try await entry(request).id, request.body)
                let apply = body["apply"]?.bool ?? false
                if !apply { request.asked.subject.set(nil) }
                return try await engine.backfill(
                    id, from: body["from"]?.string ?? "", to: body["to"]?.string ?? "", isPreview: !apply)
            },
        ]
    }

    private var pausing: JSONObject { ["recipe": .typed("string"), "paused": .typed("boolean")] }

    private static let backfilling = APIOperation(
        id: "schedules.backfill", scope: .schedules,
        summary: "Make the jobs of a schedule's times that are over; without `apply` only says which",
        body: .record(
            [
                "from": .textSchema("The first time, like 2026-01-31 or 2026-01-31T09:30; in the schedule's zone."),
                "to": .textSchema("The last time; a date holds the whole day."),
                "apply": .truthSchema("Make the jobs."),
            ], required: ["from", "to"]),
        answer: (
            200,
            .record([
                "times": .listSchema("string"),
                "marks": [
                    "type": "array", "description": "What becomes of each time.",
                    "items": ["type": "string", "enum": .array(Backfill.Mark.allCases.map { .string($0.rawValue) })],
                ], "count": .typed("integer"), "make": .typed("integer"),
                "repeated": .typed("integer"), "forgotten": .typed("integer"), "made": .typed("boolean"),
                "jobs": .listSchema("integer"), "refusals": .listSchema("string"),
            ])
        ))

    private func entry(_ request: APIRequest) async throws -> LiveRecipes.Entry {
        let id = request.asked["recipe"]
        guard let entry = await engine.recipes.entries[id] else { throw Problem(.notFound, "there is no recipe \(id)") }
        return entry
    }

    private func schedules() async throws -> JSON {
        let known = try await KnownStarts(engine.store)
        let (now, zone) = (engine.services.clock(), engine.services.timeZone)
        let entries = await engine.recipes.entries.values.sorted { $0.id < $1.id }
        return [
            "schedules": .array(
                entries.compactMap { entry in
                    // A recipe that never was without mistakes names its trigger in its file.
                    let use =
                        entry.version?.recipe.trigger.use
                        ?? (try? engine.services.recipeSource(entry.id))
                        .flatMap { Recipe.signature(of: $0)?.triggerUse }
                    return ScheduleStanding(
                        entry.id, use: use ?? "", recipe: entry.version?.recipe,
                        errors: entry.problems.count { $0.severity == .error }, zone: zone, known, now: now
                    )?.json
                })
        ]
    }

    private func next(_ request: APIRequest) async throws -> JSON {
        let entry = try await entry(request)
        // As `galley schedules next` says it where the workspace is: with the mistakes.
        guard let trigger = entry.version?.recipe.trigger else { throw RecipeBroken(diagnostics: entry.problems) }
        guard trigger.use == LanguageTriggers.schedule.name,
            let schedule = Schedule.read(trigger.input, timeZone: engine.services.timeZone).schedule
        else { throw ControlError("\(entry.id) starts by \(trigger.use), not by a schedule") }
        var start = Date(engine.services.clock())
        if let from = request.text("from") {
            guard let time = schedule.time(from) else {
                throw Problem(.badRequest, "from must be \(Schedule.timeForm), not \"\(from.prefix(40))\"")
            }
            start = time
        }
        let count = try request.number("count", in: 0...10_000) ?? 5
        return ScheduleTimes.json(schedule, recipe: entry.id, after: start, count: count)
    }
}
