// The list of jobs: filters, report columns, pages by cursor. Reads no payload of a job.

import Engine
import JSONCore
import JobHistory

extension Dashboard {
    private static let pageLength = 50
    /// Report columns beside each other.
    private static let mostColumns = 4

    func jobListPage(_ request: RouteRequest) async throws -> Page {
        let times = times
        let filter = try JobListFilter(request.address.query, times)
        let found = try await find(filter)
        let jobs = found.jobs
        let counts = try await counts(filter)
        let entries = await engine.recipes.entries
        let columns = Self.columns(jobs, atMost: filter.recipe == nil ? 2 : Self.mostColumns)
        let mayAct = (request.principal?.role ?? .viewer) >= .operator
        var values = Self.controls(filter, counts, times)
        values["recipes"] = .items(entries.values.sorted { $0.id < $1.id }) { entry in
            [
                "id": .text(entry.id), "name": .text(entry.version?.recipe.name ?? entry.id),
                "chosen": .flag(entry.id == filter.recipe),
            ]
        }
        (values["columns"], values["any"]) = (.items(columns) { .text($0) }, .flag(!jobs.isEmpty))
        values["rows"] = .items(jobs) { job in
            PageValue.object([
                "id": .text("\(job.id)"), "recipe": .text(entries[job.recipe]?.version?.recipe.name ?? job.recipe),
                "recipeLink": .text(path("recipes", job.recipe)),
                "cells": .items(columns) { .text(String(Self.cell(job.report?[$0]).prefix(200))) },
                "what": .text(job.errorMessage ?? job.reason), "made": times.value(job.createdAt),
                "took": .text(
                    job.finishedAt == nil && job.activeMilliseconds == 0 ? nil : took(job.activeMilliseconds)),
            ]).merging(job.state.members)
        }
        values["canAct"] = .flag(mayAct && !jobs.isEmpty)
        for (name, states) in [("retryLink", BulkAction.retry.states), ("cancelLink", BulkAction.cancel.states)] {
            guard filter.states.isEmpty || !filter.states.isDisjoint(with: states),
                counts == nil || states.contains(where: { counts?[$0] ?? 0 > 0 })
            else { continue }
            let action = name == "retryLink" ? "retry" : "cancel"
            var all = filter
            all.before = nil
            values[name] = .text("/jobs/bulk?" + JobListFilter.encoded([("action", action)] + all.fields))
        }
        var older = filter
        older.before = found.next
        var newest = filter
        newest.before = nil
        values["older"] = .text(found.next == nil ? nil : older.link)
        values["newest"] = .text(filter.before == nil ? nil : newest.link)
        values["paged"] = .flag(found.next != nil || filter.before != nil)
        if let back = found.searchedBackTo, found.next != nil {
            values["searched"] = .text(
                "Searched back to job \(back). “Older” searches further.")
        }
        var page = Page("Jobs", in: .jobs, "jobs", values, live: filter.before == nil ? "/api/v1/events" : nil)
        page.find = filter.text
        return page
    }

    private static func controls(
        _ filter: JobListFilter, _ counts: [JobState: Int]?, _ times: TimeWords
    ) -> [String: PageValue] {
        var all = filter
        (all.states, all.before) = ([], nil)
        let total = counts?.values.reduce(0, +)
        var states: [PageValue] = [
            [
                "href": .text(all.link), "label": "All", "current": .flag(filter.states.isEmpty),
                "n": .text(total.map(NumberWords.count)),
            ]
        ]
        for state in JobState.allCases {
            states.append([
                "href": .text(filter.with(state).link), "label": .text(state.word), "key": .text(state.key),
                "current": .flag(filter.states.contains(state)),
                "n": .text(counts.map { NumberWords.count($0[state] ?? 0) }),
            ])
        }
        let shown = counts.map { counts in
            filter.states.isEmpty ? total ?? 0 : filter.states.reduce(0) { $0 + (counts[$1] ?? 0) }
        }
        return [
            "states": .list(states), "text": .text(filter.text ?? ""),
            "stateField": .text(filter.with().withStates(filter.states).fields.first { $0.name == "state" }?.value),
            "since": .text(filter.since.map(times.field) ?? ""), "until": .text(filter.until.map(times.field) ?? ""),
            "isFiltered": .flag(!filter.fields.isEmpty),
            "summary": .text(
                (shown.map { NumberWords.count($0) + " " } ?? "") + filter.words(times) + ", newest first"),
        ]
    }

    /// The titles of report columns among these jobs.
    private static func columns(_ jobs: [JobSummary], atMost most: Int) -> [String] {
        var titles: [String] = []
        for job in jobs {
            for title in job.report?.object?.keys ?? [] where !titles.contains(title) { titles.append(title) }
            if titles.count >= most { break }
        }
        return Array(titles.prefix(most))
    }

    static func cell(_ value: JSON?) -> String {
        guard let value, !value.isNull else { return "" }
        return value.string ?? value.compact
    }

    /// nil where counting would read every job.
    private func counts(_ filter: JobListFilter) async throws -> [JobState: Int]? {
        guard filter.text == nil else { return nil }
        if filter.parent != nil {
            var all = filter
            (all.states, all.before) = ([], nil)
            return try await store.counts(all.jobFilter(limit: 0))
        }
        return try await store.quickCounts(recipe: filter.recipe, since: filter.since, until: filter.until)
    }

    // MARK: Finding

    private struct Found {
        var jobs: [JobSummary] = []
        /// The cursor of the next page.
        var next: JobID?
        /// Of a search for a text that has not gone through all jobs yet.
        var searchedBackTo: JobID?
    }

    /// A page of jobs. A text is searched for in stretches of jobs, for a moment: what it has not reached by then comes with
    /// the next page.
    private func find(_ filter: JobListFilter) async throws -> Found {
        var query = filter.jobFilter(limit: Self.pageLength + 1)
        guard filter.text != nil else {
            let jobs = try await store.jobs(query)
            let page = Array(jobs.prefix(Self.pageLength))
            return Found(jobs: page, next: jobs.count > page.count ? page.last?.id : nil)
        }
        var newest = JobFilter()
        (newest.limit, newest.before) = (1, filter.before)
        guard let first = try await store.jobs(newest).first?.id else { return Found() }
        var (found, top) = (Found(), first + 1)
        let deadline = ContinuousClock.now + .milliseconds(60)
        repeat {
            (query.before, query.from) = (top, max(1, top - 2_000))
            found.jobs += try await store.jobs(query)
            top = query.from ?? 1
        } while found.jobs.count <= Self.pageLength && top > 1 && ContinuousClock.now < deadline
        found.searchedBackTo = top
        if found.jobs.count > Self.pageLength {
            found.jobs = Array(found.jobs.prefix(Self.pageLength))
            found.next = found.jobs.last?.id
            found.searchedBackTo = nil
        } else if top > 1 {
            found.next = top
        }
        return found
    }
}

extension JobListFilter {
    func withStates(_ states: Set<JobState>) -> JobListFilter {
        var filter = self
        filter.states = states
        return filter
    }
}

extension JobState {
    /// The members that the `state` partial shows.
    var members: [String: PageValue] { ["key": .text(key), "word": .text(word)] }
}

extension StepState {
    var members: [String: PageValue] { ["key": .text(key), "word": .text(word)] }
}
