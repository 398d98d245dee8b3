// Counts of finished jobs by minute, hour and day: what statistics read in place of the jobs themselves.

/// The tables of counts, and the triggers that keep them.
///
/// - `job_minute`: jobs made in a minute, by recipe, state and running time; for short stretches.
/// - `job_hour`: jobs made in an hour, by recipe and state.
/// - `job_day`: jobs made in a day (UTC), by recipe and running time.
///
/// The triggers run in the transaction that moves a job, whoever moves it, so a count never differs from the jobs. A job
/// is counted into its minute only: one page more to write. Hours and days get the sums of their minutes when an hour is
/// over (`rollUp`); `job_rolled` says up to when that is done, and jobs from before then are counted into all three.
enum JobCounts {
    static let minute: Milliseconds = 60_000
    static let hour: Milliseconds = 3_600_000
    static let day: Milliseconds = 86_400_000

    /// Schema 5: the tables, filled from the jobs there are.
    static let tablesMigration: String = creation + filling

    /// Schema 6: the triggers, in place of those that counted each job three times.
    static let rollingMigration: String = """
        CREATE TABLE job_rolled(one INTEGER PRIMARY KEY CHECK (one = 1), before_ms INTEGER NOT NULL) STRICT;
        INSERT INTO job_rolled SELECT 1, coalesce(max(slot) + 1, 0) * \(hour) FROM job_hour;
        \(triggers)
        """

    /// Adds the minutes since the last roll-up to their hours and days.
    /// - Parameter time: the end of an hour.
    static func rollUp(to time: Milliseconds) -> String {
        tables.dropFirst().map { table -> String in
            let names: String = table.key("").map(\.name).joined(separator: ", ")
            return """
                INSERT INTO \(table.name) SELECT slot / \(table.length / minute), \(names), sum(jobs) FROM job_minute
                    WHERE slot >= \(rolledMinute) AND slot < \(time / minute)
                    GROUP BY slot / \(table.length / minute), \(names)
                    ON CONFLICT DO UPDATE SET jobs = jobs + excluded.jobs;

                """
        }.joined() + "UPDATE job_rolled SET before_ms = max(before_ms, \(time));"
    }

    /// SQL for the first minute that is in no hour and no day yet.
    static let rolledMinute = "(SELECT before_ms / \(minute) FROM job_rolled)"

    /// One table of counts.
    private struct Table {
        let name: String
        let length: Milliseconds
        let hasState: Bool
        let hasTook: Bool

        /// The columns of its key but the slot, from the row of a job.
        func key(_ row: String) -> [(name: String, value: String)] {
            [("recipe", "\(row)recipe")] + (hasState ? [("state", "\(row)state")] : [])
                + (hasTook ? [("took_ms", JobCounts.took("\(row)active_ms"))] : [])
        }
    }

    private static let tables = [
        Table(name: "job_minute", length: minute, hasState: true, hasTook: true),
        Table(name: "job_hour", length: hour, hasState: true, hasTook: false),
        Table(name: "job_day", length: day, hasState: false, hasTook: true),
    ]

    private static let ended = "state >= \(JobState.succeeded.rawValue)"
    private static let notEnded = "state < \(JobState.succeeded.rawValue)"

    private static let creation: String = tables.map { table -> String in
        let names: [String] = table.key("").map(\.name)
        let columns: String = names.map { "\($0) INTEGER NOT NULL" }.joined(separator: ", ")
        return """
            CREATE TABLE \(table.name)(slot INTEGER NOT NULL, \(columns), jobs INTEGER NOT NULL,
                PRIMARY KEY (slot, \(names.joined(separator: ", ")))) STRICT, WITHOUT ROWID;

            """
    }.joined()

    private static let filling: String = tables.map { table -> String in
        let values: [String] = table.key("").map(\.value)
        let groups: String = (1...values.count + 1).map { String($0) }.joined(separator: ", ")
        return """
            INSERT INTO \(table.name) SELECT created_ms / \(table.length), \(values.joined(separator: ", ")), count(*)
                FROM job WHERE \(ended) GROUP BY \(groups);

            """
    }.joined()

    private static let triggers: String =
        ["counted", "ended", "reopened", "dropped"].map { name -> String in
            "DROP TRIGGER IF EXISTS job_\(name);\n"
        }.joined()
        + trigger("counted", "INSERT", "NEW.\(ended)", "NEW", counting)
        + trigger("ended", "UPDATE OF state", "NEW.\(ended) AND OLD.\(notEnded)", "NEW", counting)
        + trigger("reopened", "UPDATE OF state", "NEW.\(notEnded) AND OLD.\(ended)", "OLD", discounting)
        + trigger("dropped", "DELETE", "OLD.\(ended)", "OLD", discounting)

    /// Two triggers: one for the minute, one for hour and day of a job from before the last roll-up.
    private static func trigger(
        _ name: String, _ event: String, _ condition: String, _ row: String, _ work: (Table) -> String
    ) -> String {
        """
        CREATE TRIGGER job_\(name) AFTER \(event) ON job WHEN \(condition) BEGIN
        \(work(tables[0])) END;
        CREATE TRIGGER job_\(name)_late AFTER \(event) ON job
            WHEN \(condition) AND \(row).created_ms < (SELECT before_ms FROM job_rolled) BEGIN
        \(tables.dropFirst().map(work).joined()) END;

        """
    }

    private static func counting(_ table: Table) -> String {
        let values: [String] = table.key("NEW.").map(\.value)
        return """
            INSERT INTO \(table.name) VALUES (NEW.created_ms / \(table.length), \(values.joined(separator: ", ")), 1)
                ON CONFLICT DO UPDATE SET jobs = jobs + 1;

            """
    }

    private static func discounting(_ table: Table) -> String {
        let key: [String] = table.key("OLD.").map { "\($0.name) = \($0.value)" }
        let row: String = "slot = OLD.created_ms / \(table.length) AND " + key.joined(separator: " AND ")
        return """
            UPDATE \(table.name) SET jobs = jobs - 1 WHERE \(row);
            DELETE FROM \(table.name) WHERE \(row) AND jobs <= 0;

            """
    }

    /// A running time with its first digit and a half: 7, 45, 150, 2500. Percentiles need no more.
    private static func took(_ time: String) -> String {
        let decades: [String] = (1...7).map { power -> String in
            let step = 5 * (0..<power - 1).reduce(1) { product, _ in product * 10 }
            return "WHEN \(time) < \(20 * step) THEN \(time) / \(step) * \(step)"
        }
        return "CASE WHEN \(time) < 10 THEN max(\(time), 0) \(decades.joined(separator: " ")) "
            + "ELSE \(time) / 50000000 * 50000000 END"
    }

    /// How far the rounding of `took` reaches above a rounded time.
    static func width(of took: Milliseconds) -> Milliseconds {
        guard took >= 10 else { return 1 }
        var step: Milliseconds = 5
        while took >= 20 * step, step < 50_000_000 { step *= 10 }
        return step
    }
}
