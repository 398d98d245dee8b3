// /api/v1/recipes and /api/v1/schedules: what there is, what it does, and running it.

import Engine
import Foundation
import JSONCore
import JobHistory
import RecipeLanguage

struct RecipeAPI: Sendable {
    let engine: Engine

    var list: [Route] {
        [
            .api(
                .get, "/recipes", .viewer,
                APIOperation(
                    id: "recipes.list", scope: .recipes, summary: "The recipes of the workspace",
                    answer: (200, .list("recipes", of: "Recipe")))
            ) { _ in
                let entries = await engine.recipes.entries.values.sorted { $0.id < $1.id }
                return ["recipes": .array(entries.map { .object($0.json) })]
            },
            .api(
                .get, "/recipes/{recipe}", .viewer,
                APIOperation(
                    id: "recipes.get", scope: .recipes, summary: "What a recipe does, and what is wrong with it",
                    answer: (200, .shape("RecipeDetail")))
            ) { request in
                let entry = try await entry(request)
                var object = entry.json
                object["mistakes"] = .array(entry.problems.map(\.json))
                object["steps"] = .array((entry.version?.recipe.outline ?? []).map(\.json))
                return .object(object)
            },
            .api(
                .post, "/recipes/{recipe}/run", .author,
                APIOperation(
                    id: "recipes.run", scope: .recipes,
                    summary: "Run a recipe with an event; `job` is null when its `when` does not want it",
                    body: .record(["event": ["description": "What its trigger would have delivered."]]),
                    answer: (202, .record(["job": .nullable("integer")])))
            ) { try await run($0) },
            .api(.post, "/recipes/{recipe}/start", .operator, Self.turning("start", "Let events of a recipe in again"))
            {
                try await turn($0, on: true)
            },
            .api(.post, "/recipes/{recipe}/stop", .operator, Self.turning("stop", "Let no more events of a recipe in"))
            {
                try await turn($0, on: false)
            },
            .api(
                .get, "/recipes/{recipe}/versions", .viewer,
                APIOperation(
                    id: "recipes.versions", scope: .recipes, summary: "Every version that ran, newest first",
                    answer: (200, .list("versions", of: "RecipeVersion")))
            ) { request in
                ["versions": .array(try await engine.store.versions(of: request.asked["recipe"]).map(\.json))]
            },
            .api(
                .get, "/recipes/{recipe}/versions/{number}", .viewer,
                APIOperation(
                    id: "recipes.version", scope: .recipes, summary: "One version with its source as text",
                    answer: (200, .shape("RecipeVersion")))
            ) { try await version($0) },
            .api(
                .get, "/schedules", .viewer,
                APIOperation(
                    id: "schedules.list", scope: .schedules, summary: "The recipes that start by the clock",
                    answer: (200, .list("schedules", of: "Schedule")))
            ) { _ in await schedules() },
            .api(
                .get, "/schedules/{recipe}/next", .viewer,
                APIOperation(
                    id: "schedules.next", scope: .schedules, summary: "The next times of a recipe's schedule",
                    parameters: [.init("count", "How many, up to 100; 5 when left out.", .whole)],
                    answer: (200, .record(["next": .listSchema("string")])))
            ) { try await next($0) },
        ]
    }

    private func entry(_ request: APIRequest) async throws -> LiveRecipes.Entry {
        let id = request.asked["recipe"]
        guard let entry = await engine.recipes.entries[id] else { throw Problem(.notFound, "there is no recipe \(id)") }
        return entry
    }

    private func run(_ request: APIRequest) async throws -> JSON {
        let entry = try await entry(request)
        let event = request.body["event"] ?? [:]
        do {
            let intake = try await engine.accept(entry.id, event: event, origin: "api")
            return ["job": intake.map { .integer(Int($0.job)) } ?? .null]
        } catch let failure as StepFailure {
            throw Problem(.unprocessableContent, failure.message)
        }
    }

    // MARK: On and off

    private static func turning(_ verb: String, _ summary: String) -> APIOperation {
        APIOperation(
            id: "recipes.\(verb)", scope: .recipes, summary: summary,
            body: .record(verb == "stop" ? ["reason": .textSchema("Why, for whoever looks at it later.")] : [:]),
            answer: (200, .shape("Recipe")))
    }

    private func turn(_ request: APIRequest, on: Bool) async throws -> JSON {
        let entry = try await entry(request)
        try await engine.recipes.turn(entry.id, on: on, reason: request.body["reason"]?.string)
        return .object(try await self.entry(request).json)
    }

    private func version(_ request: APIRequest) async throws -> JSON {
        let (id, number) = (request.asked["recipe"], try request.asked.number("number"))
        guard let version = try await engine.store.versions(of: id).first(where: { $0.number == Int(number) }),
            var object = version.json.object
        else { throw Problem(.notFound, "\(id) has no version \(number) that ran") }
        object["source"] = .string(String(decoding: try await engine.store.versionSource(version.id), as: UTF8.self))
        return .object(object)
    }

    // MARK: Schedules

    private func schedule(_ entry: LiveRecipes.Entry) -> Schedule? {
        guard let trigger = entry.version?.recipe.trigger, trigger.use == LanguageTriggers.schedule.name else {
            return nil
        }
        return Schedule.read(trigger.input, timeZone: engine.services.timeZone).schedule
    }

    private func schedules() async -> JSON {
        let now = Date(timeIntervalSince1970: Double(engine.services.clock()) / 1_000)
        let entries = await engine.recipes.entries.values.sorted { $0.id < $1.id }
        return [
            "schedules": .array(
                entries.compactMap { entry in
                    schedule(entry).map { schedule in
                        ScheduleShape.json(
                            of: entry.id, schedule, errors: entry.problems.count { $0.severity == .error }, now: now)
                    }
                })
        ]
    }

    private func next(_ request: APIRequest) async throws -> JSON {
        guard let schedule = schedule(try await entry(request)) else {
            throw Problem(.notFound, "\(request.asked["recipe"]) does not start by a schedule")
        }
        let now = Date(timeIntervalSince1970: Double(engine.services.clock()) / 1_000)
        let times = schedule.next(after: now, count: try request.number("count", in: 1...100) ?? 5)
        return ["next": .array(times.map { .string(schedule.isoText($0)) })]
    }
}
