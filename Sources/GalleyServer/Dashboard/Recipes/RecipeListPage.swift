// The list of recipes: state, trigger in words, last outcomes, success, next start.

import Engine
import Hummingbird
import JSONCore
import JobHistory
import RecipeLanguage

extension Dashboard {
    /// Bars of last outcomes.
    private static let outcomesShown = 20

    func recipeListPage(_ request: RouteRequest) async throws -> Page {
        let times = times
        let entries = await engine.recipes.entries.values.sorted { $0.id < $1.id }
        let outcomes = try await store.outcomes(of: entries.map(\.id), limit: Self.outcomesShown)
        let week = TimeSpan.choices[4]
        let span = TimeSpan(week, now: now)
        let statistics = try await store.statistics(
            from: span.start, slotLength: span.slotLength, count: span.count)
        let shares = Dictionary(statistics.recipes.map { ($0.recipe, $0) }) { $1 }
        let board = ScheduleBoard(
            await engine.recipes.entries, try await store.schedules(), times, zone: engine.services.timeZone)
        let upcoming = Dictionary(board.upcoming(.max).map { ($0.recipe, $0.at) }) { min($0, $1) }
        let live = entries.count(where: \.isLive)
        return Page(
            "Recipes", in: .recipes, "recipes",
            [
                "summary": entries.isEmpty
                    ? .none
                    : .text(
                        "\(NumberWords.plural(entries.count, "recipe")), \(NumberWords.count(live)) of them on"),
                "any": .flag(!entries.isEmpty), "canAct": .flag((request.principal?.role ?? .viewer) >= .operator),
                "rows": .items(entries) { entry in
                    var filter = JobListFilter(since: statistics.start)
                    filter.recipe = entry.id
                    return PageValue.object(Self.head(of: entry)).merging([
                        "trigger": .text(entry.version.map { triggerWords($0.recipe) } ?? "–"),
                        "outcomes": outcomes[entry.id].map(Self.bars) ?? .none,
                        "rate": .text(shares[entry.id]?.ends.successRate.map(NumberWords.percent)),
                        "rateLink": .text(filter.link), "next": times.value(upcoming[entry.id]),
                    ])
                },
            ], live: "/api/v1/events")
    }

    /// Name, address, state and switch of a recipe.
    static func head(of entry: LiveRecipes.Entry) -> [String: PageValue] {
        let (key, word) =
            entry.version == nil
            ? ("broken", "Mistakes")
            : entry.obstacle != nil
                ? ("warning", "Can't start")
                : entry.position.isOn
                    ? ("on", entry.problems.contains { $0.severity == .error } ? "On, as before" : "On")
                    : ("off", "Off")
        return [
            "id": .text(entry.id), "name": .text(entry.version?.recipe.name ?? entry.id),
            "href": .text(path("recipes", entry.id)), "key": .text(key), "word": .text(word),
            "isOn": .flag(entry.position.isOn && entry.version != nil), "canStart": .flag(entry.version != nil),
        ]
    }

    /// For the `outcomes` partial: the newest on the right, the height by the running time.
    private static func bars(_ outcomes: [JobStore.Outcome]) -> PageValue {
        let longest = max(outcomes.map(\.activeMilliseconds).max() ?? 1, 1)
        let failed = outcomes.count { $0.state == .failed }
        return [
            "label": .text("Last \(NumberWords.jobs(outcomes.count)): \(failed) failed"),
            "bars": .items(outcomes.reversed()) { outcome in
                PageValue.object([
                    "job": .text("\(outcome.job)"), "took": .text(took(outcome.activeMilliseconds)),
                    "height": .text("\(1 + outcome.activeMilliseconds * 4 / longest)"),
                ]).merging(outcome.state.members)
            },
        ]
    }

    /// When a recipe starts, in words.
    func triggerWords(_ recipe: Recipe) -> String {
        let trigger = recipe.trigger
        switch trigger.use {
        case LanguageTriggers.manual.name: return "By hand"
        case LanguageTriggers.webhook.name:
            let method = trigger.input["method"]?.string ?? "POST"
            return "When a call arrives: \(method) /hooks/\(trigger.input["path"]?.string ?? "")"
        case LanguageTriggers.called.name: return "When another recipe calls it"
        case LanguageTriggers.request.name:
            return "When a client asks: \(trigger.input["method"]?.string ?? "") \(trigger.input["path"]?.string ?? "")"
        case LanguageTriggers.schedule.name:
            return ScheduleBoard.schedule(of: recipe, zone: engine.services.timeZone)?.words ?? "On a schedule"
        default:
            guard let source = trigger.source else { return "On \(trigger.use)" }
            return "\(source.spec.title), from \(source.connection ?? source.connector)"
        }
    }

    // MARK: What the buttons do

    func turnRecipe(_ request: RouteRequest, on: Bool) async throws -> Response {
        let reason = request.principal.flatMap { $0.kind == .local ? nil : "stopped by \($0.name)" }
        try await engine.recipes.turn(request["recipe"], on: on, reason: reason)
        return .seeOther(path("recipes", request["recipe"]) + "?notice=" + (on ? "started" : "stopped"))
    }
}
