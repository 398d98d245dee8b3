// The first page: how things stand in one sentence, the last hours in figures, and what needs a person.

import Engine
import JSONCore
import JobHistory
import RecipeLanguage

extension Dashboard {
    func homePage(_ request: RouteRequest) async throws -> Page {
        let times = times
        let span = TimeSpan(request.address.query, times)
        let statistics = try await store.statistics(
            from: span.start, slotLength: span.slotLength, count: span.count)
        let entries = await engine.recipes.entries
        let connections = workspace.connections()
        let board = ScheduleBoard(entries, try await store.schedules(), times, zone: engine.services.timeZone)
        let needs = try await needs(statistics, entries, connections, board)
        var values = try await span.values(at: "/", times)
        values["isNew"] = .flag(entries.isEmpty)
        let filter = JobListFilter(since: statistics.start, until: statistics.end)
        values["sentence"] = .text(Self.sentence(statistics, needs: needs.count, span.words(times)))
        values["tiles"] = try await tiles(statistics, filter)
        values.merge(Self.chart(statistics, times, filter)) { $1 }
        (values["needs"], values["needsAny"]) = (.list(needs), .flag(!needs.isEmpty))
        values["failing"] = Self.failing(statistics, filter, entries)
        values["slowest"] = Self.slowest(statistics, filter, entries)
        values["apps"] = try await apps(connections)
        values["upcoming"] = .items(board.upcoming(6)) { run in
            [
                "href": .text(path("recipes", run.recipe)), "name": .text(run.name), "rhythm": .text(run.words),
                "at": times.value(run.at),
            ]
        }
        return Page("Home", in: .home, "home", values, live: "/api/v1/events")
    }

    private static func sentence(_ statistics: JobStatistics, needs: Int, _ span: String) -> String {
        let ends = statistics.ends
        let worked =
            ends.total == 0
            ? "no job ended \(span)"
            : "\(NumberWords.jobs(ends.total)) ended \(span)"
                + (ends.successRate.map { ", \(NumberWords.percent($0)) succeeded" } ?? "")
        if needs > 0 { return "\(NumberWords.plural(needs, "thing needs", "things need")) a person; \(worked)." }
        guard ends.failed > 0 else { return "All is well: \(worked)." }
        return "Nothing waits for a person; \(worked), \(NumberWords.count(ends.failed)) failed."
    }

    private func tiles(_ statistics: JobStatistics, _ filter: JobListFilter) async throws -> PageValue {
        let (ends, open) = (statistics.ends, statistics.openNow)
        let oldest = (open[.queued] ?? 0) > 0 ? try await store.oldestQueued() : nil
        func tile(
            _ label: String, _ figure: String, _ note: String, _ filter: JobListFilter, alarm: Bool = false
        ) -> PageValue {
            [
                "label": .text(label), "figure": .text(figure), "note": .text(note), "href": .text(filter.link),
                "alarm": .flag(alarm),
            ]
        }
        let madeOpen = statistics.slots.reduce(0) { $0 + $1.open }
        return [
            tile(
                "Jobs", NumberWords.count(ends.total + madeOpen), "\(NumberWords.count(ends.succeeded)) succeeded",
                filter),
            tile(
                "Success rate", ends.successRate.map(NumberWords.percent) ?? "–",
                "\(NumberWords.count(ends.failed)) failed", filter.with(.failed), alarm: ends.successRate ?? 1 < 0.9),
            tile(
                "Typical running time", took(statistics.times.percentile(0.5)) ?? "–",
                within(statistics.times.percentile(0.95)).map { "95 of 100 within \($0)" }
                    ?? "no job succeeded or failed", filter.with(.succeeded)),
            tile(
                "In the queue", NumberWords.count(open[.queued] ?? 0),
                oldest.map { "the first since \(times.relative($0))" } ?? "nothing waits for its turn",
                JobListFilter().with(.queued)),
            tile(
                "Running now", NumberWords.count(open[.running] ?? 0),
                "\(NumberWords.count(open[.waiting] ?? 0)) wait for a time or an answer",
                JobListFilter().with(.running, .waiting)
            ),
        ]
    }

    /// For the `chart` partial.
    static func chart(_ statistics: JobStatistics, _ times: TimeWords, _ filter: JobListFilter) -> [String: PageValue] {
        let link: (JobStatistics.Slot) -> String = { slot in
            var filter = filter
            (filter.since, filter.until) = (slot.start, slot.start + statistics.slotLength)
            return filter.link
        }
        return [
            "svg": .markup(JobsChart.draw(statistics, times, link: link)),
            "rows": JobsChart.rows(statistics, times, link: link),
            "backlogNote": .text(
                statistics.countsOpen
                    ? nil : "Jobs that have not ended are too many to be drawn; the figures above count them."),
        ]
    }

    private static func failing(
        _ statistics: JobStatistics, _ filter: JobListFilter, _ entries: [String: LiveRecipes.Entry]
    ) -> PageValue {
        let worst = statistics.recipes.filter { $0.ends.failed > 0 }
            .sorted { ($0.ends.failed, $1.recipe) > ($1.ends.failed, $0.recipe) }.prefix(5)
        let most = worst.first?.ends.failed ?? 1
        return .items(worst) { share in
            var filter = filter.with(.failed)
            filter.recipe = share.recipe
            return [
                "recipe": .text(path("recipes", share.recipe)), "link": .text(filter.link),
                "name": .text(entries[share.recipe]?.version?.recipe.name ?? share.recipe),
                "figure": .text(
                    "\(NumberWords.count(share.ends.failed)) of \(NumberWords.count(share.ends.total)) failed"),
                "bar": .markup(Bar.draw(Double(share.ends.failed) / Double(most), "failed")),
            ]
        }
    }

    private static func slowest(
        _ statistics: JobStatistics, _ filter: JobListFilter, _ entries: [String: LiveRecipes.Entry]
    ) -> PageValue {
        let slow = statistics.recipes.compactMap { share in
            share.times.percentile(0.95).map { (share.recipe, share.times.percentile(0.5) ?? 0, $0) }
        }.sorted { ($0.2, $1.0) > ($1.2, $0.0) }.prefix(5)
        let most = Double(max(slow.first?.2 ?? 1, 1))
        return .items(slow) { recipe, typical, long in
            var filter = filter
            filter.recipe = recipe
            return [
                "recipe": .text(path("recipes", recipe)), "link": .text(filter.link),
                "name": .text(entries[recipe]?.version?.recipe.name ?? recipe),
                "figure": .text("half within \(within(typical) ?? ""), 95 of 100 within \(within(long) ?? "")"),
                "bar": .markup(Bar.draw(Double(long) / most, "block")),
            ]
        }
    }
}

/// A bar beside a figure.
enum Bar {
    /// - Parameter share: of the full length, from 0 to 1.
    static func draw(_ share: Double, _ kind: String) -> Markup {
        .element(
            "svg",
            ["class": "lane meter", "viewBox": "0 0 100 4", "preserveAspectRatio": "none", "aria-hidden": "true"],
            .element("rect", ["class": "ground", "width": "100", "height": "4"])
                + .element("rect", ["class": kind, "width": svg(max(0.6, min(1, share) * 100)), "height": "4"]))
    }
}

extension TimeSpan {
    /// For the `spans` partial.
    func values(at address: String, _ times: TimeWords) async throws -> [String: PageValue] {
        [
            "choices": .items(Self.choices) { choice in
                [
                    "href": .text("\(address)?range=\(choice.key)"), "label": .text(choice.label),
                    "current": .flag(choice.key == self.choice?.key),
                ]
            },
            "isCustom": .flag(choice == nil), "action": .text(address), "since": .text(times.field(start)),
            "until": .text(times.field(end)),
        ]
    }
}
