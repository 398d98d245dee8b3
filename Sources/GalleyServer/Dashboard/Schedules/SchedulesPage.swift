// The schedules of all recipes: rhythm in words, next starts, changes of the clocks.

import Engine
import Foundation
import JSONCore
import JobHistory
import RecipeLanguage

extension Templates {
    static let schedules: [String: String] = [
        "schedules": #"""
        <div class="head"><h1>Schedules</h1></div>
        <p class="sub"><span>{{summary}}</span><span>times of this workspace are in {{zone}}</span></p>
        <section class="card" aria-label="List of schedules">{{#any}}<div class="scroll" tabindex="0" role="region" aria-label="Schedules"><table><thead><tr><th scope="col">Recipe</th><th scope="col">State</th><th scope="col">When</th><th scope="col">Last job</th><th scope="col">Next starts</th></tr></thead><tbody>{{#rows}}<tr><td><a class="strong" href="{{href}}">{{name}}</a></td><td>{{> state}}</td><td><span class="what">{{words}}</span>{{#notes}}<span class="what small">{{.}}</span>{{/notes}}</td><td>{{#last}}<a href="/jobs/{{job}}">{{#at}}{{> time}}{{/at}}</a>{{/last}}{{^last}}never{{/last}}</td><td>{{#next}}<span class="nowrap">{{.}}</span><br>{{/next}}{{^next}}none{{/next}}</td></tr>{{/rows}}</tbody></table></div>{{/any}}
        {{^any}}<p class="empty">No recipe starts by a schedule.</p>{{/any}}</section>
        """#
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
        return Page(
            "Schedules", in: .schedules, "schedules",
            [
                "summary": .text(NumberWords.plural(board.rows.count, "schedule")),
                "zone": .text(engine.services.timeZone), "any": .flag(!board.rows.isEmpty),
                "rows": .items(board.rows) { row in
                    let next =
                        row.isLive && row.state?.pause == nil
                        ? row.schedule.next(after: start, count: Self.startsShown) : []
                    let head = entries[row.recipe].map(Self.head) ?? [:]
                    return PageValue.object(head).merging([
                        "words": .text(row.schedule.words),
                        "notes": .items(
                            (row.state?.pause.map { ["paused \(times.relative($0.at)): \($0.reason)"] } ?? [])
                                + row.schedule.clockChangeWords(after: start)
                        ) { .text($0) },
                        "last": last[row.recipe]?.first.map {
                            ["job": .text("\($0.job)"), "at": times.value($0.createdAt)]
                        } ?? .none,
                        "next": .items(next) { .text(row.schedule.clockText($0)) },
                    ])
                },
            ], live: "/api/v1/events")
    }
}
