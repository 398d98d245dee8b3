// The tables of the history, by version: numbered migrations, each in one transaction with its number.

import GRDB

/// One step from a schema to the next.
struct Migration: Sendable {
    /// `PRAGMA user_version` after it.
    let version: Int
    let sql: String
}

enum Schema {
    /// In order; the last one's version is what this program knows.
    static let migrations = [
        Migration(version: 1, sql: version1),
        Migration(version: 2, sql: version2),
        Migration(version: 3, sql: version3),
        Migration(version: 4, sql: version4),
        Migration(version: 5, sql: JobCounts.tablesMigration),
        Migration(version: 6, sql: JobCounts.rollingMigration),
        Migration(version: 7, sql: version7),
        Migration(version: 8, sql: version8),
        Migration(version: 9, sql: version9),
        Migration(version: 10, sql: version10),
        Migration(version: 11, sql: version11),
        Migration(version: 12, sql: version12),
        Migration(version: 13, sql: version13),
        Migration(version: 14, sql: version14),
        Migration(version: 15, sql: version15),
        Migration(version: 16, sql: version16),
    ]

    /// Brings the database to the newest of `migrations`.
    ///
    /// A migration and its number are one transaction, so a process that dies in between leaves the older schema whole.
    static func migrate(_ database: Database, with migrations: [Migration]) throws {
        let known = migrations.last?.version ?? 0
        let found = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        guard found <= known else { throw StoreError.newerSchema(found: found, known: known) }
        for migration in migrations where migration.version > found {
            try database.execute(sql: "BEGIN IMMEDIATE")
            do {
                try database.execute(sql: migration.sql)
                try database.execute(sql: "PRAGMA user_version = \(migration.version)")
                try database.execute(sql: "COMMIT")
            } catch {
                if database.isInsideTransaction { try database.execute(sql: "ROLLBACK") }
                throw error
            }
        }
    }

    // A job's payload columns (event, result, error, response) and a step's (input, output, error) hold JSON text, or
    // the SHA-256 of one (a blob) that is in `payload`. Columns that lists read come before them: SQLite reads a row
    // from its front. The states are `JobState` and `StepState`, the effects `Effect.storedNumber`.
    //
    // A step's key is job and seq in one integer (see `StepKey`): a rowid table fills its pages when rows are appended,
    // where a table without rowids leaves a quarter empty and moves rows above 1 KB to pages of their own.
    private static let version1 = """
        CREATE TABLE owner(
            one INTEGER PRIMARY KEY CHECK (one = 1), epoch INTEGER NOT NULL, watermark INTEGER NOT NULL,
            workspace TEXT NOT NULL) STRICT;
        INSERT INTO owner VALUES (1, 0, 0, lower(hex(randomblob(16))));
        CREATE TABLE recipe(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
        CREATE TABLE recipe_version(
            id INTEGER PRIMARY KEY, recipe INTEGER NOT NULL, number INTEGER NOT NULL, hash BLOB NOT NULL,
            registered_ms INTEGER NOT NULL, source BLOB NOT NULL, UNIQUE (recipe, hash), UNIQUE (recipe, number)) STRICT;
        CREATE TABLE job(
            id INTEGER PRIMARY KEY, recipe INTEGER NOT NULL, version INTEGER NOT NULL, state INTEGER NOT NULL,
            epoch INTEGER NOT NULL, deaths INTEGER NOT NULL, created_ms INTEGER NOT NULL, started_ms INTEGER,
            finished_ms INTEGER, run_after_ms INTEGER, active_ms INTEGER NOT NULL, origin TEXT NOT NULL,
            parent_job INTEGER, parent_address TEXT, rerun_of INTEGER, reason TEXT, error_message TEXT, report TEXT,
            event ANY NOT NULL, result ANY, error ANY, response ANY) STRICT;
        CREATE INDEX job_recipe ON job(recipe);
        CREATE INDEX job_created ON job(created_ms);
        CREATE INDEX job_open ON job(state, recipe, run_after_ms) WHERE \(JobState.openCondition);
        CREATE INDEX job_failed ON job(state) WHERE \(JobState.failedCondition);
        CREATE INDEX job_parent ON job(parent_job) WHERE parent_job IS NOT NULL;
        CREATE TABLE step(
            key INTEGER PRIMARY KEY, number INTEGER NOT NULL, state INTEGER NOT NULL, effect INTEGER NOT NULL,
            attempt INTEGER NOT NULL, round INTEGER NOT NULL, superseded INTEGER NOT NULL, started_ms INTEGER NOT NULL,
            duration_us INTEGER, address TEXT NOT NULL, idempotency_key TEXT, input ANY, output ANY, error ANY) STRICT;
        CREATE TABLE payload(hash BLOB PRIMARY KEY, body TEXT NOT NULL) STRICT;
        CREATE TABLE payload_use(job INTEGER NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (job, hash)) STRICT, WITHOUT ROWID;
        CREATE INDEX payload_use_hash ON payload_use(hash);
        CREATE TABLE dedupe(
            recipe INTEGER NOT NULL, key ANY NOT NULL, job INTEGER NOT NULL, PRIMARY KEY (recipe, key)) STRICT, WITHOUT ROWID;
        CREATE TABLE pruned_job(job INTEGER PRIMARY KEY) STRICT;
        """ + views

    // What a server keeps beside the jobs: which recipes are off, and the webhook deliveries of late. `verdict` is
    // `Delivery.Verdict`; `headers` is a JSON object; `body` is kept of refused deliveries only, since the event of a job
    // holds the others.
    private static let version2 = """
        CREATE TABLE recipe_switch(
            name TEXT PRIMARY KEY, is_on INTEGER NOT NULL, changed_ms INTEGER NOT NULL, reason TEXT) STRICT, WITHOUT ROWID;
        CREATE TABLE delivery(
            id INTEGER PRIMARY KEY, received_ms INTEGER NOT NULL, verdict INTEGER NOT NULL, method TEXT NOT NULL,
            path TEXT NOT NULL, sender TEXT NOT NULL, size_bytes INTEGER NOT NULL, recipe TEXT, job INTEGER, reason TEXT,
            headers TEXT NOT NULL, body BLOB) STRICT;
        CREATE INDEX delivery_refused ON delivery(id) WHERE verdict > 1;
        """

    // What starts recipes by itself. `schedule`: `next_ms` is the earliest due time that was not dealt with, `start_ms` when
    // that is to be done; `pending` counts due times since `last_ms` without a job. `schedule_fire` is what makes a due time
    // start one job at most; `verdict` is `Fire.Verdict`. `poller`: `cursor` is JSON, `failures` counts those since the last
    // success. The partial indexes hold only what has a future.
    private static let version3 = """
        CREATE TABLE schedule(
            recipe INTEGER PRIMARY KEY, start_ms INTEGER, next_ms INTEGER, last_ms INTEGER, pending INTEGER NOT NULL,
            missed INTEGER NOT NULL, skipped INTEGER NOT NULL, paused_ms INTEGER, pause_reason TEXT,
            forgotten_ms INTEGER, fingerprint TEXT NOT NULL) STRICT;
        CREATE INDEX schedule_start ON schedule(start_ms) WHERE start_ms IS NOT NULL;
        CREATE TABLE schedule_fire(
            recipe INTEGER NOT NULL, due_ms INTEGER NOT NULL, fired_ms INTEGER NOT NULL, verdict INTEGER NOT NULL,
            job INTEGER, reason TEXT, PRIMARY KEY (recipe, due_ms)) STRICT, WITHOUT ROWID;
        CREATE TABLE poller(
            recipe INTEGER PRIMARY KEY, next_ms INTEGER, polled_ms INTEGER, events INTEGER NOT NULL,
            refused INTEGER NOT NULL, failures INTEGER NOT NULL, failed_ms INTEGER, error TEXT, paused_ms INTEGER,
            pause_reason TEXT, fingerprint TEXT NOT NULL, is_primed INTEGER NOT NULL, cursor TEXT) STRICT;
        CREATE INDEX poller_next ON poller(next_ms) WHERE next_ms IS NOT NULL;
        """

    // Polls in a row that found nothing new, while nobody says how often is asked: the wait for the next one follows from it.
    private static let version15 = """
        ALTER TABLE poller ADD COLUMN empty_polls INTEGER NOT NULL DEFAULT 0;
        """

    /// For people with the `sqlite3` shell: names for states, times as ISO text, payloads in place of their hashes.
    private static let views = """

        CREATE VIEW jobs AS SELECT
            job.id, recipe.name AS recipe, recipe_version.number AS version, \(stateName) AS state, job.origin,
            \(time("job.created_ms")) AS created, \(time("job.started_ms")) AS started,
            \(time("job.finished_ms")) AS finished,
            CASE WHEN job.run_after_ms > 0 THEN \(time("job.run_after_ms")) END AS run_after, job.active_ms, job.deaths,
            job.parent_job, job.parent_address, job.rerun_of, job.reason, job.error_message, job.report,
            \(body("job.event")) AS event, \(body("job.result")) AS result, \(body("job.error")) AS error,
            \(body("job.response")) AS response
            FROM job LEFT JOIN recipe ON recipe.id = job.recipe LEFT JOIN recipe_version ON recipe_version.id = job.version;
        CREATE VIEW steps AS SELECT
            key >> \(StepKey.seqBits) AS job, key & \(StepKey.largestSeq) AS seq, address, number,
            CASE state WHEN 0 THEN 'started' WHEN 1 THEN 'succeeded' WHEN 2 THEN 'failed' WHEN 3 THEN 'skipped'
                WHEN 4 THEN 'canceled' WHEN 5 THEN 'waiting' END AS state,
            CASE effect WHEN 0 THEN 'pure' WHEN 1 THEN 'read' WHEN 2 THEN 'idempotent' WHEN 3 THEN 'keyed'
                WHEN 4 THEN 'unsafe' END AS effect,
            attempt, round, superseded, \(time("started_ms")) AS started,
            \(time("started_ms + duration_us / 1000.0")) AS finished, duration_us / 1000.0 AS duration_ms,
            idempotency_key, \(body("input")) AS input, \(body("output")) AS output, \(body("error")) AS error
            FROM step;
        """

    private static let stateName =
        "CASE job.state "
        + JobState.allCases.map { "WHEN \($0.rawValue) THEN '\($0)'" }.joined(separator: " ") + " END"
    private static func time(_ column: String) -> String {
        "strftime('%Y-%m-%dT%H:%M:%fZ', (\(column)) / 1000.0, 'unixepoch')"
    }
    private static func body(_ column: String) -> String {
        "CASE typeof(\(column)) WHEN 'blob' THEN (SELECT body FROM payload WHERE hash = \(column)) ELSE \(column) END"
    }
}

extension JobState {
    /// Of the index over jobs that are not finished.
    static let openCondition = "state < 5"
    /// Of the index over jobs that failed or were canceled.
    static let failedCondition = "state > 5"

    /// Jobs in this state. SQLite uses a partial index only for a query that repeats the index's own condition.
    var sqlCondition: String {
        switch self {
        case .queued, .running, .waiting, .needsDecision, .quarantined: "state = \(rawValue) AND \(Self.openCondition)"
        case .succeeded: "state = \(rawValue)"
        case .failed, .canceled: "state = \(rawValue) AND \(Self.failedCondition)"
        }
    }
}
