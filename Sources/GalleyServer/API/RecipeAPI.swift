// /api/v1/recipes: what there is, what it does, running it, and its versions.

import Engine
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
            .api(.get, "/recipes/{recipe}/diff", .viewer, Self.comparing) { request in
                let id = request.asked["recipe"]
                return try await engine.store.compareVersions(
                    of: id, from: request.text("from"), to: request.text("to"),
                    file: try? engine.services.recipeSource(id)
                ).json
            },
            .api(
                .get, "/recipes/{recipe}/graph", .viewer,
                APIOperation(
                    id: "recipes.graph", scope: .recipes, summary: "Which step of a recipe can come after which",
                    answer: (
                        200,
                        .record(
                            ["nodes": .listSchema("object"), "edges": .listSchema("object")],
                            required: ["nodes", "edges"])
                    ))
            ) { request in
                guard let recipe = try await entry(request).version?.recipe else {
                    throw Problem(.unprocessableContent, "\(request.asked["recipe"]) has mistakes and can't be drawn")
                }
                return RecipeGraph(recipe).json
            },
            .api(.post, "/recipes/{recipe}/rollback", .author, Self.rollingBack) { try await rollBack($0) },
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

    // MARK: Versions

    private static let comparing = APIOperation(
        id: "recipes.diff", scope: .recipes, summary: "What changed between two versions, in steps",
        parameters: [
            .init(
                "from", "A version's number, or `file`; the newest one that is another than `to` when left out.", .text),
            .init("to", "A version's number, or `file`, which is in the workspace now; `file` when left out.", .text),
        ],
        answer: (
            200,
            .record(
                [
                    "from": .typed("string"), "to": .typed("string"), "same": .typed("boolean"),
                    "changes": ["type": "array", "items": .shape("RecipeChange")],
                ], required: ["from", "to", "same", "changes"])
        ))

    private static let rollingBack = APIOperation(
        id: "recipes.rollback", scope: .recipes,
        summary: "Write an older version's text into the workspace's file, after a check",
        body: .record(
            [
                "version": ["type": "integer", "minimum": 1],
                "force": .truthSchema("Also when the file holds changes that never ran; they are lost."),
            ], required: ["version"]),
        answer: (
            200,
            .record([
                "recipe": .typed("string"), "version": .typed("integer"),
                "changed": .truthSchema("Whether the file was another one before."),
            ])
        ))

    private func rollBack(_ request: APIRequest) async throws -> JSON {
        let (id, number) = (request.asked["recipe"], request.body["version"]?.integer ?? 0)
        let isChanged = try await engine.rollBack(id, to: number, force: request.body["force"]?.bool ?? false)
        request.asked.subject.set("recipe \(id) to version \(number)")
        return ["recipe": .string(id), "version": .integer(number), "changed": .bool(isChanged)]
    }

    private func version(_ request: APIRequest) async throws -> JSON {
        let (id, number) = (request.asked["recipe"], try request.asked.number("number"))
        let (version, source) = try await engine.store.version(Int(number), of: id)
        var object = version.json.object ?? [:]
        object["source"] = .string(String(decoding: source, as: UTF8.self))
        return .object(object)
    }
}
