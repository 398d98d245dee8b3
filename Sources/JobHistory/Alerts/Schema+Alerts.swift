// The tables of alerts: what happened and is not dealt with yet, how things stand by rule, what is to be delivered.

extension Schema {
    // `alert_event` is filled by triggers, in the transaction in which the thing happens, and only while rules watch: so
    // nothing that happened is lost, and jobs that succeed cost nothing. `kind` is `AlertEvent.Kind`; `at_ms` is NULL where
    // the database can't know the time.
    //
    // `alert_standing`: by rule, `AlertRule.Kind` and subject (a recipe or a connection). `alert_delivery`: a message to one
    // place; `target` and `message` are JSON, `state` is `AlertDelivery.State`.
    static let version7 = """
        CREATE TABLE alert_watch(one INTEGER PRIMARY KEY CHECK (one = 1)) STRICT;
        CREATE TABLE alert_event(
            id INTEGER PRIMARY KEY AUTOINCREMENT, kind INTEGER NOT NULL, at_ms INTEGER, recipe INTEGER, job INTEGER,
            count INTEGER NOT NULL DEFAULT 1, subject TEXT, message TEXT) STRICT;
        CREATE TABLE alert_standing(
            rule TEXT NOT NULL, kind INTEGER NOT NULL, subject TEXT NOT NULL, recipe TEXT, since_ms INTEGER NOT NULL,
            opened_ms INTEGER, last_ms INTEGER, untold INTEGER NOT NULL, told_ms INTEGER, is_told INTEGER NOT NULL,
            due_ms INTEGER, job INTEGER, message TEXT, times TEXT NOT NULL, PRIMARY KEY (rule, kind, subject)
            ) STRICT, WITHOUT ROWID;
        CREATE TABLE alert_delivery(
            id INTEGER PRIMARY KEY AUTOINCREMENT, rule TEXT NOT NULL, state INTEGER NOT NULL, created_ms INTEGER NOT NULL,
            attempts INTEGER NOT NULL, next_ms INTEGER NOT NULL, ended_ms INTEGER, job INTEGER, error TEXT,
            target TEXT NOT NULL, message TEXT NOT NULL) STRICT;
        CREATE INDEX alert_delivery_due ON alert_delivery(next_ms) WHERE state = 0;
        \(jobTriggers)
        CREATE TRIGGER schedule_missing AFTER UPDATE OF missed ON schedule WHEN NEW.missed > OLD.missed AND \(watched) BEGIN
        INSERT INTO alert_event(kind, recipe, count)
            VALUES (\(AlertEvent.Kind.missedSchedule.rawValue), NEW.recipe, NEW.missed - OLD.missed); END;
        CREATE TRIGGER poller_failing AFTER UPDATE OF failures ON poller WHEN NEW.failures > OLD.failures AND \(watched) BEGIN
        INSERT INTO alert_event(kind, at_ms, recipe, count, message)
            VALUES (\(AlertEvent.Kind.pollFailed.rawValue), NEW.failed_ms, NEW.recipe, NEW.failures, NEW.error); END;
        """

    static let version13 = """
        CREATE TRIGGER subscription_failing AFTER UPDATE OF failures ON subscription
            WHEN NEW.failures > OLD.failures AND \(watched) BEGIN
        INSERT INTO alert_event(kind, at_ms, recipe, count, message)
            VALUES (\(AlertEvent.Kind.subscriptionFailed.rawValue), NEW.failed_ms, NEW.recipe, NEW.failures, NEW.error); END;
        """

    // They said `state IN (3, 4, 6)`: for that SQLite makes a table of its own, with each job that is written.
    static let version16 = """
        DROP TRIGGER job_alerting_new;
        DROP TRIGGER job_alerting;
        \(jobTriggers)
        """

    private static let jobTriggers = """
        CREATE TRIGGER job_alerting_new AFTER INSERT ON job WHEN \(alarming) AND \(watched) BEGIN
        \(noteJob) END;
        CREATE TRIGGER job_alerting AFTER UPDATE OF state ON job
            WHEN \(alarming) AND NEW.state <> OLD.state AND \(watched) BEGIN
        \(noteJob) END;
        """
    private static let alarming =
        "("
        + [JobState.needsDecision, .quarantined, .failed].map { "NEW.state = \($0.rawValue)" }.joined(separator: " OR ")
        + ")"
    private static let watched = "EXISTS (SELECT 1 FROM alert_watch)"
    // The kinds of jobs' events are the states' own numbers.
    private static let noteJob =
        "INSERT INTO alert_event(kind, at_ms, recipe, job) VALUES (NEW.state, NEW.finished_ms, NEW.recipe, NEW.id);"
}
