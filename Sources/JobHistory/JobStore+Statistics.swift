// Reading statistics: sums over counted slots, the last outcomes of recipes, what failed of late. Reads no payload of a job.

import GRDB
import JSONCore

extension JobStore {
    /// More open jobs than this are not put into slots.
    private static let mostOpen = 20_000

    /// The jobs made from `start` on, in `count` slots of the same length (whole minutes), the last one included.
    ///
    /// Costs what the number of counted slots costs, not what the number of jobs does.
    public func statistics(
        from start: Milliseconds, slotLength: Milliseconds, count: Int, recipe: String? = nil
    ) async throws -> JobStatistics {
        try await read { database in
            var statistics = JobStatistics(from: start, slotLength: slotLength, count: max(1, count))
            let names = try Self.recipeNames(database)
            let only = recipe.flatMap { name in names.first { $0.value == name }?.key }
            if recipe != nil, only == nil { return statistics }
            try Self.addEnds(to: &statistics, of: only, names, database)
            try Self.addOpen(to: &statistics, of: only, database)
            return statistics
        }
    }

    private static func recipeNames(_ database: Database) throws -> [Int64: String] {
        let statement = try SQLStatement(database, "SELECT id, name FROM recipe")
        return Dictionary(try statement.all { ($0.int64(0), $0.text(1)) }) { $1 }
    }

    private static func addEnds(
        to statistics: inout JobStatistics, of recipe: Int64?, _ names: [Int64: String], _ database: Database
    ) throws {
        var shares: [Int64: JobStatistics.RecipeShare] = [:]
        let byHour = statistics.usesHours
        func addEnd(_ time: Milliseconds, _ recipe: Int64, _ row: SQLStatement) {
            guard let state = JobState(rawValue: row.int(3)) else { return }
            let jobs = row.int(2)
            let slot = Int((time - statistics.start) / statistics.slotLength)
            if statistics.slots.indices.contains(slot) { statistics.slots[slot].ends.add(jobs, state) }
            statistics.ends.add(jobs, state)
            shares[recipe, default: .init(recipe: names[recipe] ?? "?")].ends.add(jobs, state)
        }
        func addTime(_ recipe: Int64, _ row: SQLStatement, took: Int32) {
            statistics.times.add(row.int(2), row.int64(took))
            shares[recipe, default: .init(recipe: names[recipe] ?? "?")].times.add(row.int(2), row.int64(took))
        }
        if byHour {
            try eachCount("state", in: "job_hour", JobCounts.hour, statistics, of: recipe, database, addEnd)
            // Whole days: a few hours more at the ends do not move a percentile.
            try eachCount("took_ms", in: "job_day", JobCounts.day, statistics, of: recipe, database) {
                addTime($1, $2, took: 3)
            }
        }
        try eachCount(
            "state, took_ms", in: "job_minute", JobCounts.minute, statistics, of: recipe, database,
            where: byHour ? "slot >= \(JobCounts.rolledMinute)" : "true"
        ) { time, recipe, row in
            addEnd(time, recipe, row)
            addTime(recipe, row, took: 4)
        }
        statistics.recipes = shares.values.sorted { $0.recipe < $1.recipe }
    }

    /// Every row of a table of counts within a stretch of time.
    /// - Parameters:
    ///   - columns: to have after slot, recipe and jobs.
    ///   - visit: with the start of its slot and its recipe.
    private static func eachCount(
        _ columns: String, in table: String, _ grain: Milliseconds, _ statistics: JobStatistics, of recipe: Int64?,
        _ database: Database, where condition: String = "true",
        _ visit: (_ time: Milliseconds, _ recipe: Int64, SQLStatement) -> Void
    ) throws {
        let statement = try SQLStatement(
            database,
            "SELECT slot, recipe, jobs, \(columns) FROM \(table) WHERE slot >= ?1 AND slot < ?2 AND \(condition)"
                + (recipe == nil ? "" : " AND recipe = ?3"))
        statement.bind(1, statistics.start / grain)
        statement.bind(2, (statistics.end + grain - 1) / grain)
        if let recipe { statement.bind(3, recipe) }
        defer { statement.reset() }
        while try statement.step() { visit(statement.int64(0) * grain, statement.int64(1), statement) }
    }

    private static func addOpen(
        to statistics: inout JobStatistics, of recipe: Int64?, _ database: Database
    ) throws {
        let ofRecipe = recipe == nil ? "" : " AND recipe = ?1"
        let counts = try SQLStatement(
            database,
            "SELECT state, count(*) FROM job INDEXED BY job_open WHERE \(JobState.openCondition)\(ofRecipe) GROUP BY state"
        )
        if let recipe { counts.bind(1, recipe) }
        for (state, count) in try counts.all({ ($0.int(0), $0.int(1)) }) {
            if let state = JobState(rawValue: state) { statistics.openNow[state] = count }
        }
        guard statistics.openNow.values.reduce(0, +) <= mostOpen else {
            statistics.countsOpen = false
            return
        }
        let times = try SQLStatement(
            database,
            """
            SELECT created_ms FROM job WHERE id IN
            (SELECT id FROM job INDEXED BY job_open WHERE \(JobState.openCondition)\(ofRecipe))
            """)
        if let recipe { times.bind(1, recipe) }
        for time in try times.all({ $0.int64(0) }) where time >= statistics.start {
            let slot = Int((time - statistics.start) / statistics.slotLength)
            if statistics.slots.indices.contains(slot) { statistics.slots[slot].open += 1 }
        }
    }

    /// How many jobs are in each state, of those made from `since` on and before `until` (rounded down to minutes).
    ///
    /// As `counts`, but from the counted slots: as quick with a million jobs.
    public func quickCounts(
        recipe: String?, since: Milliseconds?, until: Milliseconds?
    ) async throws -> [JobState: Int] {
        try await read { database in
            let names = try Self.recipeNames(database)
            let only = recipe.flatMap { name in names.first { $0.value == name }?.key }
            if recipe != nil, only == nil { return [:] }
            let ofRecipe = only.map { " AND recipe = \($0)" } ?? ""
            let (first, last) = ((since ?? 0) / JobCounts.minute, (until ?? .max / 2) / JobCounts.minute)
            let rolled = try SQLStatement(database, "SELECT \(JobCounts.rolledMinute)").one { $0.int64(0) } ?? 0
            // Whole hours as far as they are summed up, minutes before and after.
            let firstHour = (first + 59) / 60
            let lastHour = max(firstHour, min(last, rolled) / 60)
            let parts =
                firstHour < lastHour
                ? [
                    ("job_minute", first, firstHour * 60), ("job_hour", firstHour, lastHour),
                    ("job_minute", lastHour * 60, last),
                ] : [("job_minute", first, last)]
            var counts: [JobState: Int] = [:]
            func add(_ sql: String) throws {
                for (state, jobs) in try SQLStatement(database, sql).all({ (JobState(rawValue: $0.int(0)), $0.int(1)) })
                {
                    if let state { counts[state, default: 0] += jobs }
                }
            }
            for (table, from, to) in parts where from < to {
                try add(
                    """
                    SELECT state, sum(jobs) FROM \(table) WHERE slot >= \(from) AND slot < \(to)\(ofRecipe) GROUP BY state
                    """)
            }
            let times =
                since == nil && until == nil
                ? ""
                : " AND created_ms >= \(first * JobCounts.minute) AND created_ms < \(last * JobCounts.minute)"
            try add(
                """
                SELECT state, count(*) FROM job INDEXED BY job_open WHERE \(JobState.openCondition)\(ofRecipe)\(times)
                GROUP BY state
                """)
            return counts
        }
    }

    /// How many jobs of each recipe are in each state: finished ones from the counted hours, the others from their index.
    public func countsByRecipe() async throws -> [String: [JobState: Int]] {
        try await read { database in
            let names = try Self.recipeNames(database)
            var counts: [String: [JobState: Int]] = [:]
            for sql in [
                "SELECT recipe, state, sum(jobs) FROM job_hour GROUP BY recipe, state",
                """
                SELECT recipe, state, sum(jobs) FROM job_minute WHERE slot >= \(JobCounts.rolledMinute)
                GROUP BY recipe, state
                """,
                """
                SELECT recipe, state, count(*) FROM job INDEXED BY job_open WHERE \(JobState.openCondition)
                GROUP BY recipe, state
                """,
            ] {
                for (recipe, state, jobs) in try SQLStatement(database, sql).all({ ($0.int64(0), $0.int(1), $0.int(2)) }
                ) {
                    guard let name = names[recipe], let state = JobState(rawValue: state) else { continue }
                    counts[name, default: [:]][state, default: 0] += jobs
                }
            }
            return counts
        }
    }

    /// How one job of a recipe ended, or is.
    public struct Outcome: Sendable {
        public let job: JobID
        public let state: JobState
        public let createdAt: Milliseconds
        public let activeMilliseconds: Int64
    }

    /// The newest jobs of each recipe, newest first; recipes that never had one are left out.
    public func outcomes(of recipes: [String], limit: Int) async throws -> [String: [Outcome]] {
        try await read { database in
            var outcomes: [String: [Outcome]] = [:]
            let statement = try SQLStatement(
                database,
                """
                SELECT id, state, created_ms, active_ms FROM job INDEXED BY job_recipe
                WHERE recipe = (SELECT id FROM recipe WHERE name = ?) ORDER BY id DESC LIMIT ?
                """)
            for recipe in recipes {
                statement.bind(1, recipe)
                statement.bind(2, max(0, limit))
                let found = try statement.all { row in
                    JobState(rawValue: row.int(1)).map {
                        Outcome(job: row.int64(0), state: $0, createdAt: row.int64(2), activeMilliseconds: row.int64(3))
                    }
                }.compactMap { $0 }
                if !found.isEmpty { outcomes[recipe] = found }
            }
            return outcomes
        }
    }

    /// When the job that has been in the queue for longest was made; nil when nothing is queued.
    public func oldestQueued() async throws -> Milliseconds? {
        try await read { database in
            try SQLStatement(
                database,
                """
                SELECT created_ms FROM job WHERE id =
                (SELECT min(id) FROM job INDEXED BY job_open WHERE \(JobState.queued.sqlCondition))
                """
            ).one { $0.int64(0) }
        }
    }

    /// Which connectors the newest failed jobs failed at, among the newest `limit` failures.
    /// - Returns: by connector's name, the jobs made since `since`, newest first.
    public func failuresByConnector(since: Milliseconds, limit: Int = 500) async throws -> [String: [JobID]] {
        try await read { database in
            let statement = try SQLStatement(
                database,
                """
                SELECT id, error FROM job WHERE id IN (SELECT id FROM job INDEXED BY job_failed
                WHERE \(JobState.failed.sqlCondition) ORDER BY id DESC LIMIT ?2) AND created_ms >= ?1 ORDER BY id DESC
                """)
            statement.bind(1, since)
            statement.bind(2, limit)
            defer { statement.reset() }
            var jobs: [String: [JobID]] = [:]
            while try statement.step() {
                let error = try StoredPayload(statement, 1).resolved(in: database).json("the error of a job")
                if let name = error?["connector"]?.string { jobs[name, default: []].append(statement.int64(0)) }
            }
            return jobs
        }
    }
}
