// Counts of finished jobs by minute, hour and day: what statistics read in place of the jobs themselves.

/// The tables of counts, and the triggers that keep them.
///
/// - `job_minute`: jobs made in a minute, by recipe, state and running time; for short stretches.
/// - `job_hour`: jobs made in an hour, by recipe and state.
/// - `job_day`: jobs made in a day (UTC), by recipe and running time.
///
/// The triggers run in the transaction that moves a job, whoever moves it, so a count never differs from the jobs.
enum JobCounts {
    static let minute: Milliseconds = 60_000
    static let hour: Milliseconds = 3_600_000
    static let day: Milliseconds = 86_400_000

    static let migration: String = creation + triggers + filling

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

    private static let triggers: String = """
        CREATE TRIGGER job_counted AFTER INSERT ON job WHEN NEW.\(ended) BEGIN
        \(counting) END;
        CREATE TRIGGER job_ended AFTER UPDATE OF state ON job WHEN NEW.\(ended) AND OLD.\(notEnded) BEGIN
        \(counting) END;
        CREATE TRIGGER job_reopened AFTER UPDATE OF state ON job WHEN NEW.\(notEnded) AND OLD.\(ended) BEGIN
        \(discounting) END;
        CREATE TRIGGER job_dropped AFTER DELETE ON job WHEN OLD.\(ended) BEGIN
        \(discounting) END;

        """

    private static let counting: String = tables.map { table -> String in
        let values: [String] = table.key("NEW.").map(\.value)
        return """
            INSERT INTO \(table.name) VALUES (NEW.created_ms / \(table.length), \(values.joined(separator: ", ")), 1)
                ON CONFLICT DO UPDATE SET jobs = jobs + 1;

            """
    }.joined()

    private static let discounting: String = tables.map { table -> String in
        let key: [String] = table.key("OLD.").map { "\($0.name) = \($0.value)" }
        let row: String = "slot = OLD.created_ms / \(table.length) AND " + key.joined(separator: " AND ")
        return """
            UPDATE \(table.name) SET jobs = jobs - 1 WHERE \(row);
            DELETE FROM \(table.name) WHERE \(row) AND jobs <= 0;

            """
    }.joined()

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
