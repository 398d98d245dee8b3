// Counts of finished jobs by minute and by hour: what statistics read in place of the jobs themselves.

/// The tables `job_minute` and `job_hour`, and the triggers that keep them.
///
/// A row counts the jobs made in one slot, of one recipe, that ended in one state after about the same running time. The
/// triggers run in the transaction that moves a job, whoever moves it, so a count never differs from the jobs.
enum JobCounts {
    /// Milliseconds of the slots of each table.
    static let minute: Milliseconds = 60_000
    static let hour: Milliseconds = 3_600_000

    static let migration: String = tables + triggers + filling

    private static let names = [("job_minute", minute), ("job_hour", hour)]

    private static let tables: String = names.map { table, _ -> String in
        """
        CREATE TABLE \(table)(
            slot INTEGER NOT NULL, recipe INTEGER NOT NULL, state INTEGER NOT NULL, took_ms INTEGER NOT NULL,
            jobs INTEGER NOT NULL, PRIMARY KEY (slot, recipe, state, took_ms)) STRICT, WITHOUT ROWID;

        """
    }.joined()

    private static let filling: String = names.map { table, length -> String in
        """
        INSERT INTO \(table) SELECT created_ms / \(length) AS slot, recipe, state, \(took("active_ms")) AS took, count(*)
            FROM job WHERE state >= \(JobState.succeeded.rawValue) GROUP BY slot, recipe, state, took;

        """
    }.joined()

    private static let triggers: String = """
        CREATE TRIGGER job_counted AFTER INSERT ON job WHEN NEW.state >= \(JobState.succeeded.rawValue) BEGIN
        \(counting) END;
        CREATE TRIGGER job_ended AFTER UPDATE OF state ON job
        WHEN NEW.state >= \(JobState.succeeded.rawValue) AND OLD.state < \(JobState.succeeded.rawValue) BEGIN
        \(counting) END;
        CREATE TRIGGER job_reopened AFTER UPDATE OF state ON job
        WHEN NEW.state < \(JobState.succeeded.rawValue) AND OLD.state >= \(JobState.succeeded.rawValue) BEGIN
        \(discounting) END;
        CREATE TRIGGER job_dropped AFTER DELETE ON job WHEN OLD.state >= \(JobState.succeeded.rawValue) BEGIN
        \(discounting) END;

        """

    private static let counting: String = names.map { table, length -> String in
        """
        INSERT INTO \(table) VALUES
            (NEW.created_ms / \(length), NEW.recipe, NEW.state, \(took("NEW.active_ms")), 1)
            ON CONFLICT DO UPDATE SET jobs = jobs + 1;

        """
    }.joined()

    private static let discounting: String = names.map { table, length -> String in
        let row: String = """
            slot = OLD.created_ms / \(length) AND recipe = OLD.recipe AND state = OLD.state
            AND took_ms = \(took("OLD.active_ms"))
            """
        return """
            UPDATE \(table) SET jobs = jobs - 1 WHERE \(row);
            DELETE FROM \(table) WHERE \(row) AND jobs <= 0;

            """
    }.joined()

    /// A running time with its first digit and a half: 7, 45, 150, 2500. Percentiles need no more.
    private static func took(_ time: String) -> String {
        let decades: [String] = stride(from: 1, through: 7, by: 1).map { power in
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
