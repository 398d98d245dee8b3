// The page of one recipe: what it does, how it went, when it starts, its versions; running it by hand.

import Engine
import Foundation
import HTTPTypes
import Hummingbird
import JSONCore
import JobHistory
import RecipeLanguage

extension Dashboard {
    /// Columns of the grid of jobs and steps.
    private static let jobsInGrid = 15
    private static let versionsShown = 20
    private static let timesShown = 20

    func recipePage(_ request: RouteRequest) async throws -> Page {
        let (id, times) = (request["recipe"], times)
        guard let entry = await engine.recipes.entries[id] else {
            return problem(
                .notFound, "There is no such recipe", "This workspace has no recipe \(id).", back: .recipes)
        }
        let role = request.principal?.role ?? .viewer
        var filter = JobListFilter()
        filter.recipe = id
        var values = Self.head(of: entry)
        values["canAct"] = .flag(role >= .operator)
        values["jobsLink"] = .text(filter.link)
        values["version"] = .text(entry.version.map { "version \($0.number)" })
        values["offReason"] = .text(
            entry.position.isOn
                ? entry.obstacle : "It is off: no event of it makes a job. \(entry.position.reason ?? "")")
        let mistakes = entry.problems.filter { $0.severity == .error }
        values["mistakesAny"] = .flag(!mistakes.isEmpty)
        values["goesOn"] = .flag(entry.version != nil)
        values["mistakes"] = .items(mistakes.prefix(20)) { .text($0.message) }
        values["about"] = .text(description(of: id))
        if let recipe = entry.version?.recipe {
            let trigger = triggerWords(recipe)
            values["trigger"] = .text(trigger)
            values["flow"] = .markup(FlowDiagram.draw(recipe, trigger: trigger))
            values["outline"] = .markup(FlowDiagram.outline(recipe.outline))
            values["canRun"] = .flag(role >= .author)
            values["fields"] = RunForm(recipe.trigger, now: now).fields
            values["schedule"] = schedule(recipe)
            values["matrix"] = try await matrix(recipe)
        }
        let span = TimeSpan(TimeSpan.choices[4], now: now)
        let statistics = try await store.statistics(
            from: span.start, slotLength: span.slotLength, count: span.count, recipe: id)
        (filter.since, filter.until) = (statistics.start, statistics.end)
        values.merge(Self.chart(statistics, times, filter)) { $1 }
        values["versions"] = try await versions(of: id)
        return Page(values["name"]?.plainText ?? id, in: .recipes, "recipe", values)
    }

    /// What its file says that it does.
    private func description(of id: String) -> String? {
        guard let source = try? engine.services.recipeSource(id), let file = try? JSON(parsing: source) else {
            return nil
        }
        return file["description"]?.string
    }

    private func matrix(_ recipe: Recipe) async throws -> PageValue {
        guard let jobs = try await store.outcomes(of: [recipe.id], limit: Self.jobsInGrid)[recipe.id] else {
            return .none
        }
        return .markup(StepMatrix.draw(recipe, jobs, try await store.stepStates(of: jobs.map(\.job))))
    }

    private func schedule(_ recipe: Recipe) -> PageValue {
        guard let schedule = ScheduleBoard.schedule(of: recipe, zone: engine.services.timeZone) else { return .none }
        let start = Date(timeIntervalSince1970: Double(now) / 1000)
        let next = schedule.next(after: start, count: Self.timesShown)
        return [
            "words": .text(schedule.words), "isShort": .flag(true),
            "notes": .items(schedule.clockChangeWords(after: start)) { .text($0) },
            "times": .items(next) { .text(schedule.clockText($0)) },
        ]
    }

    private func versions(of id: String) async throws -> PageValue {
        let versions = try await store.versions(of: id)
        return .items(versions.prefix(Self.versionsShown)) { version in
            let before = versions.first { $0.number < version.number }?.number
            return [
                "number": .text("\(version.number)"), "at": times.value(version.registeredAt),
                "before": .text(before.map { "\($0)" }),
                "diff": .text(before.map { path("recipes", id, "diff") + "?from=\($0)&to=\(version.number)" }),
            ]
        }
    }

    func diffPage(_ request: RouteRequest) async throws -> Page {
        let id = request["recipe"]
        func wanted(_ name: String) -> String? { request.address.query[name]?.string }
        let comparison: RecipeComparison
        do {
            comparison = try await store.compareVersions(
                of: id, from: wanted("from"), to: wanted("to"), file: try? engine.services.recipeSource(id))
        } catch let failure as OwnerFailure {
            return problem(.notFound, "There is nothing to compare", failure.description, back: .recipes)
        }
        let (name, to) = (await engine.recipes.entries[id]?.version?.recipe.name ?? id, Self.named(comparison.to))
        let counts = RecipeChange.Kind.allCases.compactMap { kind -> String? in
            let count = comparison.changes.count { $0.kind == kind }
            return count == 0 ? nil : "\(count) \(kind.rawValue)"
        }
        return Page(
            "\(name): \(Self.named(comparison.from)) and \(to)", in: .recipes, "diff",
            [
                "name": .text(name), "from": .text(Self.named(comparison.from)), "to": .text(to),
                "href": .text(path("recipes", id)),
                "sentence": .text(
                    counts.isEmpty ? "No step changed." : "Steps and settings: \(counts.joined(separator: ", "))."),
                "changes": .items(comparison.changes) { change in
                    [
                        "kind": .text(change.kind.rawValue), "word": .text(change.kind.rawValue.capitalized + ":"),
                        "what": .text(Self.what(change)),
                        "details": .items(change.fields) {
                            [
                                "field": .text($0.field), "one": .text(JSONDifference.text($0.one)),
                                "other": .text(JSONDifference.text($0.other)),
                            ]
                        },
                    ]
                },
                "rollback": .text(
                    (request.principal?.role ?? .viewer) >= .author && Int(comparison.from) != nil
                        ? comparison.from : nil),
            ])
    }

    private static func named(_ version: String) -> String {
        version == "file" ? "the file" : "version \(version)"
    }

    private static func what(_ change: RecipeChange) -> String {
        guard change.kind == .changed else { return change.sentences.joined() }
        return change.step.map { "step `\($0)`" } ?? "the trigger or the settings"
    }

    func rollBackRecipe(_ request: RouteRequest) async throws -> Response {
        let (id, form) = (request["recipe"], try await request.form())
        guard let number = form["version"]?.string.flatMap({ Int($0) }) else {
            throw Problem(.badRequest, "say which version to go back to")
        }
        request.subject.set("recipe \(id) to version \(number)")
        try await engine.rollBack(id, to: number, force: form["force"]?.string == "yes")
        return .seeOther(path("recipes", id) + "?notice=\(Notice.rolledBack.rawValue)")
    }

    func runRecipe(_ request: RouteRequest) async throws -> Response {
        let id = request["recipe"]
        let version = try await engine.currentVersion(of: id)
        let event = try RunForm(version.recipe.trigger, now: now).event(try await request.form())
        let job = try await engine.enqueue(id, event: event)
        return .seeOther("/jobs/\(job)?notice=\(Notice.running.rawValue)")
    }
}

extension PageValue {
    /// The text, of a text.
    var plainText: String? { if case .text(let text) = self { text } else { nil } }
}
