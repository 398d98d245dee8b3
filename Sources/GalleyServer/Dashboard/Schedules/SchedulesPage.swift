// The page of what starts by itself: rhythm in words, next starts, changes of the clocks, polls; pausing and going on.

import Engine
import Foundation
import Hummingbird
import JSONCore
import JobHistory
import RecipeLanguage

extension Templates {
    static let schedules: [String: String] = [
        "schedules": #"""
        <div class="head"><h1>Schedules</h1></div>
        <p class="sub"><span>{{summary}}</span><span>times of this workspace are in {{zone}}</span></p>
        <section class="card" aria-label="List of schedules">{{#any}}<div class="scroll" tabindex="0" role="region" aria-label="Schedules"><table><thead><tr><th scope="col">Recipe</th><th scope="col">State</th><th scope="col">When</th><th scope="col">Last job</th><th scope="col">Next starts</th>{{#canAct}}<th scope="col"><span class="hidden">Pause or go on</span></th>{{/canAct}}</tr></thead><tbody>{{#rows}}<tr><td><a class="strong" href="{{href}}">{{name}}</a></td><td>{{> state}}</td><td><span class="what">{{words}}</span>{{#notes}}<span class="what small">{{.}}</span>{{/notes}}</td><td>{{#last}}<a href="/jobs/{{job}}">{{#at}}{{> time}}{{/at}}</a>{{/last}}{{^last}}never{{/last}}</td><td>{{#next}}<span class="nowrap">{{.}}</span><br>{{/next}}{{^next}}none{{/next}}</td>{{#canAct}}<td>{{> pause}}</td>{{/canAct}}</tr>{{/rows}}</tbody></table></div>{{/any}}
        {{^any}}<p class="empty">No recipe starts by a schedule. One does with the trigger <code>schedule</code>; <code>galley recipes new</code> writes it.</p>{{/any}}</section>
        {{#anyPolls}}<section class="card" aria-labelledby="polls"><h2 id="polls">Recipes that ask their app for news</h2><div class="scroll" tabindex="0" role="region" aria-label="Polls"><table><thead><tr><th scope="col">Recipe</th><th scope="col">State</th><th scope="col">Asks</th><th scope="col">Asked last</th><th scope="col">Asks next</th><th scope="col" class="num">Events so far</th>{{#canAct}}<th scope="col"><span class="hidden">Pause or go on</span></th>{{/canAct}}</tr></thead><tbody>{{#polls}}<tr><td><a class="strong" href="{{href}}">{{name}}</a></td><td>{{> state}}</td><td><span class="what">{{words}}</span>{{#notes}}<span class="what small">{{.}}</span>{{/notes}}</td><td>{{#last}}{{> time}}{{/last}}{{^last}}never{{/last}}</td><td>{{#next}}{{> time}}{{/next}}{{^next}}–{{/next}}</td><td class="num">{{events}}</td>{{#canAct}}<td>{{> pause}}</td>{{/canAct}}</tr>{{/polls}}</tbody></table></div></section>{{/anyPolls}}
        """#,
        "pause": #"""
        {{#isPaused}}<form method="post" action="{{self}}/resume"><button class="primary" aria-label="Go on with {{name}}">Go on</button></form>{{/isPaused}}{{^isPaused}}{{#isOn}}<details id="pause-{{id}}"><summary class="button" aria-label="Pause {{name}}">Pause…</summary><form method="post" action="{{self}}/pause"><div class="field"><label for="reason-{{id}}">Why?</label><input id="reason-{{id}}" name="reason" required maxlength="300"></div><button>Pause {{name}}</button></form></details>{{/isOn}}{{/isPaused}}
        """#,
    ]
}

extension Dashboard {
    /// Next starts of each recipe.
    private static let startsShown = 3

    func schedulesPage(_ request: RouteRequest) async throws -> Page {
        let (times, entries) = (times, await engine.recipes.entries)
        let board = ScheduleBoard(entries, try await store.schedules(), times, zone: engine.services.timeZone)
        let last = try await store.outcomes(of: board.rows.map(\.recipe), limit: 1)
        let start = Date(timeIntervalSince1970: Double(now) / 1000)
        let polls = try await store.pollers()
        let polled = entries.values.filter { $0.version?.recipe.trigger.source?.spec.poll != nil }
            .sorted { $0.id < $1.id }
        return Page(
            "Schedules", in: .schedules, "schedules",
            [
                "summary": .text(NumberWords.plural(board.rows.count, "schedule")),
                "zone": .text(engine.services.timeZone), "any": .flag(!board.rows.isEmpty),
                "canAct": .flag((request.principal?.role ?? .viewer) >= .operator),
                "rows": .items(board.rows) { row in
                    let next =
                        row.isLive && row.state?.pause == nil
                        ? row.schedule.next(after: start, count: Self.startsShown) : []
                    return Self.switchable(entries[row.recipe], row.state?.pause).merging([
                        "words": .text(row.schedule.words),
                        "notes": .items(
                            Self.notes(row.state?.pause, times) + Self.counts(row.state)
                                + row.schedule.clockChangeWords(after: start)
                        ) { .text($0) },
                        "last": last[row.recipe]?.first.map {
                            ["job": .text("\($0.job)"), "at": times.value($0.createdAt)]
                        } ?? .none,
                        "next": .items(next) { .text(row.schedule.clockText($0)) },
                    ])
                },
                "anyPolls": .flag(!polled.isEmpty),
                "polls": .items(polled) { entry in
                    let state = polls[entry.id]
                    var values = Self.switchable(entry, state?.pause)
                    if entry.isLive, state?.pause == nil, state?.failures ?? 0 > 0 {
                        values = values.merging(["key": "failed", "word": "Failing"])
                    }
                    let notes = Self.notes(state?.pause, times) + Self.failures(state) + Self.emptiness(state)
                    return values.merging([
                        "words": .text(entry.version.map { triggerWords($0.recipe) } ?? ""),
                        "notes": .items(notes) { .text($0) },
                        "last": times.value(state?.polledAt),
                        "next": entry.isLive && state?.pause == nil ? times.value(state?.next) : .none,
                        "events": .text(NumberWords.count(state?.events ?? 0)),
                    ])
                },
            ], live: "/api/v1/events")
    }

    /// Name and state of a recipe, and what the `pause` partial needs.
    private static func switchable(_ entry: LiveRecipes.Entry?, _ pause: Pause?) -> PageValue {
        var values = entry.map(head) ?? [:]
        values["self"] = .text(path("schedules", entry?.id ?? ""))
        values["isPaused"] = .flag(pause != nil)
        if pause != nil, entry?.position.isOn == true { (values["key"], values["word"]) = ("waiting", "Paused") }
        return .object(values)
    }

    private static func notes(_ pause: Pause?, _ times: TimeWords) -> [String] {
        pause.map { ["paused \(times.relative($0.at)): \($0.reason)"] } ?? []
    }

    private static func counts(_ state: ScheduleState?) -> [String] {
        guard let state else { return [] }
        var notes: [String] = []
        if state.missed > 0 { notes.append("missed so far: \(NumberWords.count(state.missed))") }
        if state.skipped > 0 {
            notes.append("skipped, as the job before was still running: \(NumberWords.count(state.skipped))")
        }
        return notes
    }

    private static func failures(_ state: PollerState?) -> [String] {
        guard let state, state.failures > 0 else { return [] }
        let polls = state.failures == 1 ? "the last poll" : "the last \(NumberWords.count(state.failures)) polls"
        return ["\(polls) failed: \(state.error ?? "for an unknown reason")"]
    }

    /// Why the next poll is further away than usual.
    private static func emptiness(_ state: PollerState?) -> [String] {
        guard let state, state.emptyPolls > 1, state.failures == 0, state.pause == nil else { return [] }
        return [
            "nothing new in the last \(NumberWords.count(state.emptyPolls)) polls: it asks less often until there is"
        ]
    }

    // MARK: What the buttons do

    func pauseSchedule(_ request: RouteRequest) async throws -> Response {
        let recipe = request["recipe"]
        guard await engine.recipes.entries[recipe] != nil else { throw Problem.notFound }
        let reason = (try await request.form()["reason"]?.string ?? "").trimmed
        guard !reason.isEmpty else {
            throw Problem(.badRequest, "say why \(recipe) is paused, for those who find it so")
        }
        let name = request.principal.flatMap { $0.kind == .local ? nil : $0.name }
        try await engine.pause(recipe, reason: name.map { "\(reason) (\($0))" } ?? reason)
        return .seeOther("/schedules?notice=\(Notice.paused.rawValue)")
    }

    func resumeSchedule(_ request: RouteRequest) async throws -> Response {
        try await engine.unpause(request["recipe"])
        return .seeOther("/schedules?notice=\(Notice.resumed.rawValue)")
    }
}

extension String {
    fileprivate var trimmed: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}
