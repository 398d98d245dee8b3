-- The tables of the history as each released version made them: what `Scripts/torture upgrade` starts from.
-- Frozen: a new migration adds a section; the test holds all sections against what galley itself makes.

-- schema 1
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
CREATE INDEX job_open ON job(state, recipe, run_after_ms) WHERE state < 5;
CREATE INDEX job_failed ON job(state) WHERE state > 5;
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
CREATE VIEW jobs AS SELECT
    job.id, recipe.name AS recipe, recipe_version.number AS version, CASE job.state WHEN 0 THEN 'queued' WHEN 1 THEN 'running' WHEN 2 THEN 'waiting' WHEN 3 THEN 'needs_decision' WHEN 4 THEN 'quarantined' WHEN 5 THEN 'succeeded' WHEN 6 THEN 'failed' WHEN 7 THEN 'canceled' END AS state, job.origin,
    strftime('%Y-%m-%dT%H:%M:%fZ', (job.created_ms) / 1000.0, 'unixepoch') AS created, strftime('%Y-%m-%dT%H:%M:%fZ', (job.started_ms) / 1000.0, 'unixepoch') AS started,
    strftime('%Y-%m-%dT%H:%M:%fZ', (job.finished_ms) / 1000.0, 'unixepoch') AS finished,
    CASE WHEN job.run_after_ms > 0 THEN strftime('%Y-%m-%dT%H:%M:%fZ', (job.run_after_ms) / 1000.0, 'unixepoch') END AS run_after, job.active_ms, job.deaths,
    job.parent_job, job.parent_address, job.rerun_of, job.reason, job.error_message, job.report,
    CASE typeof(job.event) WHEN 'blob' THEN (SELECT body FROM payload WHERE hash = job.event) ELSE job.event END AS event, CASE typeof(job.result) WHEN 'blob' THEN (SELECT body FROM payload WHERE hash = job.result) ELSE job.result END AS result, CASE typeof(job.error) WHEN 'blob' THEN (SELECT body FROM payload WHERE hash = job.error) ELSE job.error END AS error,
    CASE typeof(job.response) WHEN 'blob' THEN (SELECT body FROM payload WHERE hash = job.response) ELSE job.response END AS response
    FROM job LEFT JOIN recipe ON recipe.id = job.recipe LEFT JOIN recipe_version ON recipe_version.id = job.version;
CREATE VIEW steps AS SELECT
    key >> 26 AS job, key & 67108863 AS seq, address, number,
    CASE state WHEN 0 THEN 'started' WHEN 1 THEN 'succeeded' WHEN 2 THEN 'failed' WHEN 3 THEN 'skipped'
        WHEN 4 THEN 'canceled' WHEN 5 THEN 'waiting' END AS state,
    CASE effect WHEN 0 THEN 'pure' WHEN 1 THEN 'read' WHEN 2 THEN 'idempotent' WHEN 3 THEN 'keyed'
        WHEN 4 THEN 'unsafe' END AS effect,
    attempt, round, superseded, strftime('%Y-%m-%dT%H:%M:%fZ', (started_ms) / 1000.0, 'unixepoch') AS started,
    strftime('%Y-%m-%dT%H:%M:%fZ', (started_ms + duration_us / 1000.0) / 1000.0, 'unixepoch') AS finished, duration_us / 1000.0 AS duration_ms,
    idempotency_key, CASE typeof(input) WHEN 'blob' THEN (SELECT body FROM payload WHERE hash = input) ELSE input END AS input, CASE typeof(output) WHEN 'blob' THEN (SELECT body FROM payload WHERE hash = output) ELSE output END AS output, CASE typeof(error) WHEN 'blob' THEN (SELECT body FROM payload WHERE hash = error) ELSE error END AS error
    FROM step;
PRAGMA user_version = 1;

-- schema 2
CREATE TABLE recipe_switch(
    name TEXT PRIMARY KEY, is_on INTEGER NOT NULL, changed_ms INTEGER NOT NULL, reason TEXT) STRICT, WITHOUT ROWID;
CREATE TABLE delivery(
    id INTEGER PRIMARY KEY, received_ms INTEGER NOT NULL, verdict INTEGER NOT NULL, method TEXT NOT NULL,
    path TEXT NOT NULL, sender TEXT NOT NULL, size_bytes INTEGER NOT NULL, recipe TEXT, job INTEGER, reason TEXT,
    headers TEXT NOT NULL, body BLOB) STRICT;
CREATE INDEX delivery_refused ON delivery(id) WHERE verdict > 1;
PRAGMA user_version = 2;

-- schema 3
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
PRAGMA user_version = 3;

-- schema 4
CREATE TABLE user(
    name TEXT PRIMARY KEY, role INTEGER NOT NULL, password TEXT NOT NULL, created_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
CREATE TABLE session(
    hash BLOB PRIMARY KEY, user TEXT NOT NULL, created_ms INTEGER NOT NULL, used_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
CREATE TABLE token(
    name TEXT PRIMARY KEY, hash BLOB NOT NULL UNIQUE, kind INTEGER NOT NULL, role INTEGER NOT NULL,
    scopes TEXT NOT NULL, per_minute INTEGER NOT NULL, created_ms INTEGER NOT NULL, created_by TEXT NOT NULL,
    expires_ms INTEGER, used_ms INTEGER) STRICT, WITHOUT ROWID;
CREATE TABLE audit(
    id INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, who TEXT NOT NULL, kind TEXT NOT NULL, sender TEXT NOT NULL,
    action TEXT NOT NULL, subject TEXT NOT NULL) STRICT;
PRAGMA user_version = 4;

-- schema 5
CREATE TABLE job_minute(slot INTEGER NOT NULL, recipe INTEGER NOT NULL, state INTEGER NOT NULL, took_ms INTEGER NOT NULL, jobs INTEGER NOT NULL,
    PRIMARY KEY (slot, recipe, state, took_ms)) STRICT, WITHOUT ROWID;
CREATE TABLE job_hour(slot INTEGER NOT NULL, recipe INTEGER NOT NULL, state INTEGER NOT NULL, jobs INTEGER NOT NULL,
    PRIMARY KEY (slot, recipe, state)) STRICT, WITHOUT ROWID;
CREATE TABLE job_day(slot INTEGER NOT NULL, recipe INTEGER NOT NULL, took_ms INTEGER NOT NULL, jobs INTEGER NOT NULL,
    PRIMARY KEY (slot, recipe, took_ms)) STRICT, WITHOUT ROWID;
CREATE TRIGGER job_counted AFTER INSERT ON job WHEN NEW.state >= 5 BEGIN
INSERT INTO job_minute VALUES (NEW.created_ms / 60000, NEW.recipe, NEW.state, CASE WHEN NEW.active_ms < 10 THEN max(NEW.active_ms, 0) WHEN NEW.active_ms < 100 THEN NEW.active_ms / 5 * 5 WHEN NEW.active_ms < 1000 THEN NEW.active_ms / 50 * 50 WHEN NEW.active_ms < 10000 THEN NEW.active_ms / 500 * 500 WHEN NEW.active_ms < 100000 THEN NEW.active_ms / 5000 * 5000 WHEN NEW.active_ms < 1000000 THEN NEW.active_ms / 50000 * 50000 WHEN NEW.active_ms < 10000000 THEN NEW.active_ms / 500000 * 500000 WHEN NEW.active_ms < 100000000 THEN NEW.active_ms / 5000000 * 5000000 ELSE NEW.active_ms / 50000000 * 50000000 END, 1)
    ON CONFLICT DO UPDATE SET jobs = jobs + 1;
INSERT INTO job_hour VALUES (NEW.created_ms / 3600000, NEW.recipe, NEW.state, 1)
    ON CONFLICT DO UPDATE SET jobs = jobs + 1;
INSERT INTO job_day VALUES (NEW.created_ms / 86400000, NEW.recipe, CASE WHEN NEW.active_ms < 10 THEN max(NEW.active_ms, 0) WHEN NEW.active_ms < 100 THEN NEW.active_ms / 5 * 5 WHEN NEW.active_ms < 1000 THEN NEW.active_ms / 50 * 50 WHEN NEW.active_ms < 10000 THEN NEW.active_ms / 500 * 500 WHEN NEW.active_ms < 100000 THEN NEW.active_ms / 5000 * 5000 WHEN NEW.active_ms < 1000000 THEN NEW.active_ms / 50000 * 50000 WHEN NEW.active_ms < 10000000 THEN NEW.active_ms / 500000 * 500000 WHEN NEW.active_ms < 100000000 THEN NEW.active_ms / 5000000 * 5000000 ELSE NEW.active_ms / 50000000 * 50000000 END, 1)
    ON CONFLICT DO UPDATE SET jobs = jobs + 1;
END;
CREATE TRIGGER job_ended AFTER UPDATE OF state ON job WHEN NEW.state >= 5 AND OLD.state < 5 BEGIN
INSERT INTO job_minute VALUES (NEW.created_ms / 60000, NEW.recipe, NEW.state, CASE WHEN NEW.active_ms < 10 THEN max(NEW.active_ms, 0) WHEN NEW.active_ms < 100 THEN NEW.active_ms / 5 * 5 WHEN NEW.active_ms < 1000 THEN NEW.active_ms / 50 * 50 WHEN NEW.active_ms < 10000 THEN NEW.active_ms / 500 * 500 WHEN NEW.active_ms < 100000 THEN NEW.active_ms / 5000 * 5000 WHEN NEW.active_ms < 1000000 THEN NEW.active_ms / 50000 * 50000 WHEN NEW.active_ms < 10000000 THEN NEW.active_ms / 500000 * 500000 WHEN NEW.active_ms < 100000000 THEN NEW.active_ms / 5000000 * 5000000 ELSE NEW.active_ms / 50000000 * 50000000 END, 1)
    ON CONFLICT DO UPDATE SET jobs = jobs + 1;
INSERT INTO job_hour VALUES (NEW.created_ms / 3600000, NEW.recipe, NEW.state, 1)
    ON CONFLICT DO UPDATE SET jobs = jobs + 1;
INSERT INTO job_day VALUES (NEW.created_ms / 86400000, NEW.recipe, CASE WHEN NEW.active_ms < 10 THEN max(NEW.active_ms, 0) WHEN NEW.active_ms < 100 THEN NEW.active_ms / 5 * 5 WHEN NEW.active_ms < 1000 THEN NEW.active_ms / 50 * 50 WHEN NEW.active_ms < 10000 THEN NEW.active_ms / 500 * 500 WHEN NEW.active_ms < 100000 THEN NEW.active_ms / 5000 * 5000 WHEN NEW.active_ms < 1000000 THEN NEW.active_ms / 50000 * 50000 WHEN NEW.active_ms < 10000000 THEN NEW.active_ms / 500000 * 500000 WHEN NEW.active_ms < 100000000 THEN NEW.active_ms / 5000000 * 5000000 ELSE NEW.active_ms / 50000000 * 50000000 END, 1)
    ON CONFLICT DO UPDATE SET jobs = jobs + 1;
END;
CREATE TRIGGER job_reopened AFTER UPDATE OF state ON job WHEN NEW.state < 5 AND OLD.state >= 5 BEGIN
UPDATE job_minute SET jobs = jobs - 1 WHERE slot = OLD.created_ms / 60000 AND recipe = OLD.recipe AND state = OLD.state AND took_ms = CASE WHEN OLD.active_ms < 10 THEN max(OLD.active_ms, 0) WHEN OLD.active_ms < 100 THEN OLD.active_ms / 5 * 5 WHEN OLD.active_ms < 1000 THEN OLD.active_ms / 50 * 50 WHEN OLD.active_ms < 10000 THEN OLD.active_ms / 500 * 500 WHEN OLD.active_ms < 100000 THEN OLD.active_ms / 5000 * 5000 WHEN OLD.active_ms < 1000000 THEN OLD.active_ms / 50000 * 50000 WHEN OLD.active_ms < 10000000 THEN OLD.active_ms / 500000 * 500000 WHEN OLD.active_ms < 100000000 THEN OLD.active_ms / 5000000 * 5000000 ELSE OLD.active_ms / 50000000 * 50000000 END;
DELETE FROM job_minute WHERE slot = OLD.created_ms / 60000 AND recipe = OLD.recipe AND state = OLD.state AND took_ms = CASE WHEN OLD.active_ms < 10 THEN max(OLD.active_ms, 0) WHEN OLD.active_ms < 100 THEN OLD.active_ms / 5 * 5 WHEN OLD.active_ms < 1000 THEN OLD.active_ms / 50 * 50 WHEN OLD.active_ms < 10000 THEN OLD.active_ms / 500 * 500 WHEN OLD.active_ms < 100000 THEN OLD.active_ms / 5000 * 5000 WHEN OLD.active_ms < 1000000 THEN OLD.active_ms / 50000 * 50000 WHEN OLD.active_ms < 10000000 THEN OLD.active_ms / 500000 * 500000 WHEN OLD.active_ms < 100000000 THEN OLD.active_ms / 5000000 * 5000000 ELSE OLD.active_ms / 50000000 * 50000000 END AND jobs <= 0;
UPDATE job_hour SET jobs = jobs - 1 WHERE slot = OLD.created_ms / 3600000 AND recipe = OLD.recipe AND state = OLD.state;
DELETE FROM job_hour WHERE slot = OLD.created_ms / 3600000 AND recipe = OLD.recipe AND state = OLD.state AND jobs <= 0;
UPDATE job_day SET jobs = jobs - 1 WHERE slot = OLD.created_ms / 86400000 AND recipe = OLD.recipe AND took_ms = CASE WHEN OLD.active_ms < 10 THEN max(OLD.active_ms, 0) WHEN OLD.active_ms < 100 THEN OLD.active_ms / 5 * 5 WHEN OLD.active_ms < 1000 THEN OLD.active_ms / 50 * 50 WHEN OLD.active_ms < 10000 THEN OLD.active_ms / 500 * 500 WHEN OLD.active_ms < 100000 THEN OLD.active_ms / 5000 * 5000 WHEN OLD.active_ms < 1000000 THEN OLD.active_ms / 50000 * 50000 WHEN OLD.active_ms < 10000000 THEN OLD.active_ms / 500000 * 500000 WHEN OLD.active_ms < 100000000 THEN OLD.active_ms / 5000000 * 5000000 ELSE OLD.active_ms / 50000000 * 50000000 END;
DELETE FROM job_day WHERE slot = OLD.created_ms / 86400000 AND recipe = OLD.recipe AND took_ms = CASE WHEN OLD.active_ms < 10 THEN max(OLD.active_ms, 0) WHEN OLD.active_ms < 100 THEN OLD.active_ms / 5 * 5 WHEN OLD.active_ms < 1000 THEN OLD.active_ms / 50 * 50 WHEN OLD.active_ms < 10000 THEN OLD.active_ms / 500 * 500 WHEN OLD.active_ms < 100000 THEN OLD.active_ms / 5000 * 5000 WHEN OLD.active_ms < 1000000 THEN OLD.active_ms / 50000 * 50000 WHEN OLD.active_ms < 10000000 THEN OLD.active_ms / 500000 * 500000 WHEN OLD.active_ms < 100000000 THEN OLD.active_ms / 5000000 * 5000000 ELSE OLD.active_ms / 50000000 * 50000000 END AND jobs <= 0;
END;
CREATE TRIGGER job_dropped AFTER DELETE ON job WHEN OLD.state >= 5 BEGIN
UPDATE job_minute SET jobs = jobs - 1 WHERE slot = OLD.created_ms / 60000 AND recipe = OLD.recipe AND state = OLD.state AND took_ms = CASE WHEN OLD.active_ms < 10 THEN max(OLD.active_ms, 0) WHEN OLD.active_ms < 100 THEN OLD.active_ms / 5 * 5 WHEN OLD.active_ms < 1000 THEN OLD.active_ms / 50 * 50 WHEN OLD.active_ms < 10000 THEN OLD.active_ms / 500 * 500 WHEN OLD.active_ms < 100000 THEN OLD.active_ms / 5000 * 5000 WHEN OLD.active_ms < 1000000 THEN OLD.active_ms / 50000 * 50000 WHEN OLD.active_ms < 10000000 THEN OLD.active_ms / 500000 * 500000 WHEN OLD.active_ms < 100000000 THEN OLD.active_ms / 5000000 * 5000000 ELSE OLD.active_ms / 50000000 * 50000000 END;
DELETE FROM job_minute WHERE slot = OLD.created_ms / 60000 AND recipe = OLD.recipe AND state = OLD.state AND took_ms = CASE WHEN OLD.active_ms < 10 THEN max(OLD.active_ms, 0) WHEN OLD.active_ms < 100 THEN OLD.active_ms / 5 * 5 WHEN OLD.active_ms < 1000 THEN OLD.active_ms / 50 * 50 WHEN OLD.active_ms < 10000 THEN OLD.active_ms / 500 * 500 WHEN OLD.active_ms < 100000 THEN OLD.active_ms / 5000 * 5000 WHEN OLD.active_ms < 1000000 THEN OLD.active_ms / 50000 * 50000 WHEN OLD.active_ms < 10000000 THEN OLD.active_ms / 500000 * 500000 WHEN OLD.active_ms < 100000000 THEN OLD.active_ms / 5000000 * 5000000 ELSE OLD.active_ms / 50000000 * 50000000 END AND jobs <= 0;
UPDATE job_hour SET jobs = jobs - 1 WHERE slot = OLD.created_ms / 3600000 AND recipe = OLD.recipe AND state = OLD.state;
DELETE FROM job_hour WHERE slot = OLD.created_ms / 3600000 AND recipe = OLD.recipe AND state = OLD.state AND jobs <= 0;
UPDATE job_day SET jobs = jobs - 1 WHERE slot = OLD.created_ms / 86400000 AND recipe = OLD.recipe AND took_ms = CASE WHEN OLD.active_ms < 10 THEN max(OLD.active_ms, 0) WHEN OLD.active_ms < 100 THEN OLD.active_ms / 5 * 5 WHEN OLD.active_ms < 1000 THEN OLD.active_ms / 50 * 50 WHEN OLD.active_ms < 10000 THEN OLD.active_ms / 500 * 500 WHEN OLD.active_ms < 100000 THEN OLD.active_ms / 5000 * 5000 WHEN OLD.active_ms < 1000000 THEN OLD.active_ms / 50000 * 50000 WHEN OLD.active_ms < 10000000 THEN OLD.active_ms / 500000 * 500000 WHEN OLD.active_ms < 100000000 THEN OLD.active_ms / 5000000 * 5000000 ELSE OLD.active_ms / 50000000 * 50000000 END;
DELETE FROM job_day WHERE slot = OLD.created_ms / 86400000 AND recipe = OLD.recipe AND took_ms = CASE WHEN OLD.active_ms < 10 THEN max(OLD.active_ms, 0) WHEN OLD.active_ms < 100 THEN OLD.active_ms / 5 * 5 WHEN OLD.active_ms < 1000 THEN OLD.active_ms / 50 * 50 WHEN OLD.active_ms < 10000 THEN OLD.active_ms / 500 * 500 WHEN OLD.active_ms < 100000 THEN OLD.active_ms / 5000 * 5000 WHEN OLD.active_ms < 1000000 THEN OLD.active_ms / 50000 * 50000 WHEN OLD.active_ms < 10000000 THEN OLD.active_ms / 500000 * 500000 WHEN OLD.active_ms < 100000000 THEN OLD.active_ms / 5000000 * 5000000 ELSE OLD.active_ms / 50000000 * 50000000 END AND jobs <= 0;
END;
INSERT INTO job_minute SELECT created_ms / 60000, recipe, state, CASE WHEN active_ms < 10 THEN max(active_ms, 0) WHEN active_ms < 100 THEN active_ms / 5 * 5 WHEN active_ms < 1000 THEN active_ms / 50 * 50 WHEN active_ms < 10000 THEN active_ms / 500 * 500 WHEN active_ms < 100000 THEN active_ms / 5000 * 5000 WHEN active_ms < 1000000 THEN active_ms / 50000 * 50000 WHEN active_ms < 10000000 THEN active_ms / 500000 * 500000 WHEN active_ms < 100000000 THEN active_ms / 5000000 * 5000000 ELSE active_ms / 50000000 * 50000000 END, count(*)
    FROM job WHERE state >= 5 GROUP BY 1, 2, 3, 4;
INSERT INTO job_hour SELECT created_ms / 3600000, recipe, state, count(*)
    FROM job WHERE state >= 5 GROUP BY 1, 2, 3;
INSERT INTO job_day SELECT created_ms / 86400000, recipe, CASE WHEN active_ms < 10 THEN max(active_ms, 0) WHEN active_ms < 100 THEN active_ms / 5 * 5 WHEN active_ms < 1000 THEN active_ms / 50 * 50 WHEN active_ms < 10000 THEN active_ms / 500 * 500 WHEN active_ms < 100000 THEN active_ms / 5000 * 5000 WHEN active_ms < 1000000 THEN active_ms / 50000 * 50000 WHEN active_ms < 10000000 THEN active_ms / 500000 * 500000 WHEN active_ms < 100000000 THEN active_ms / 5000000 * 5000000 ELSE active_ms / 50000000 * 50000000 END, count(*)
    FROM job WHERE state >= 5 GROUP BY 1, 2, 3;
PRAGMA user_version = 5;

-- schema 6
CREATE TABLE job_rolled(one INTEGER PRIMARY KEY CHECK (one = 1), before_ms INTEGER NOT NULL) STRICT;
INSERT INTO job_rolled SELECT 1, coalesce(max(slot) + 1, 0) * 3600000 FROM job_hour;
DROP TRIGGER IF EXISTS job_counted;
DROP TRIGGER IF EXISTS job_ended;
DROP TRIGGER IF EXISTS job_reopened;
DROP TRIGGER IF EXISTS job_dropped;
CREATE TRIGGER job_counted AFTER INSERT ON job WHEN NEW.state >= 5 BEGIN
INSERT INTO job_minute VALUES (NEW.created_ms / 60000, NEW.recipe, NEW.state, CASE WHEN NEW.active_ms < 10 THEN max(NEW.active_ms, 0) WHEN NEW.active_ms < 100 THEN NEW.active_ms / 5 * 5 WHEN NEW.active_ms < 1000 THEN NEW.active_ms / 50 * 50 WHEN NEW.active_ms < 10000 THEN NEW.active_ms / 500 * 500 WHEN NEW.active_ms < 100000 THEN NEW.active_ms / 5000 * 5000 WHEN NEW.active_ms < 1000000 THEN NEW.active_ms / 50000 * 50000 WHEN NEW.active_ms < 10000000 THEN NEW.active_ms / 500000 * 500000 WHEN NEW.active_ms < 100000000 THEN NEW.active_ms / 5000000 * 5000000 ELSE NEW.active_ms / 50000000 * 50000000 END, 1)
    ON CONFLICT DO UPDATE SET jobs = jobs + 1;
 END;
CREATE TRIGGER job_counted_late AFTER INSERT ON job
    WHEN NEW.state >= 5 AND NEW.created_ms < (SELECT before_ms FROM job_rolled) BEGIN
INSERT INTO job_hour VALUES (NEW.created_ms / 3600000, NEW.recipe, NEW.state, 1)
    ON CONFLICT DO UPDATE SET jobs = jobs + 1;
INSERT INTO job_day VALUES (NEW.created_ms / 86400000, NEW.recipe, CASE WHEN NEW.active_ms < 10 THEN max(NEW.active_ms, 0) WHEN NEW.active_ms < 100 THEN NEW.active_ms / 5 * 5 WHEN NEW.active_ms < 1000 THEN NEW.active_ms / 50 * 50 WHEN NEW.active_ms < 10000 THEN NEW.active_ms / 500 * 500 WHEN NEW.active_ms < 100000 THEN NEW.active_ms / 5000 * 5000 WHEN NEW.active_ms < 1000000 THEN NEW.active_ms / 50000 * 50000 WHEN NEW.active_ms < 10000000 THEN NEW.active_ms / 500000 * 500000 WHEN NEW.active_ms < 100000000 THEN NEW.active_ms / 5000000 * 5000000 ELSE NEW.active_ms / 50000000 * 50000000 END, 1)
    ON CONFLICT DO UPDATE SET jobs = jobs + 1;
 END;
CREATE TRIGGER job_ended AFTER UPDATE OF state ON job WHEN NEW.state >= 5 AND OLD.state < 5 BEGIN
INSERT INTO job_minute VALUES (NEW.created_ms / 60000, NEW.recipe, NEW.state, CASE WHEN NEW.active_ms < 10 THEN max(NEW.active_ms, 0) WHEN NEW.active_ms < 100 THEN NEW.active_ms / 5 * 5 WHEN NEW.active_ms < 1000 THEN NEW.active_ms / 50 * 50 WHEN NEW.active_ms < 10000 THEN NEW.active_ms / 500 * 500 WHEN NEW.active_ms < 100000 THEN NEW.active_ms / 5000 * 5000 WHEN NEW.active_ms < 1000000 THEN NEW.active_ms / 50000 * 50000 WHEN NEW.active_ms < 10000000 THEN NEW.active_ms / 500000 * 500000 WHEN NEW.active_ms < 100000000 THEN NEW.active_ms / 5000000 * 5000000 ELSE NEW.active_ms / 50000000 * 50000000 END, 1)
    ON CONFLICT DO UPDATE SET jobs = jobs + 1;
 END;
CREATE TRIGGER job_ended_late AFTER UPDATE OF state ON job
    WHEN NEW.state >= 5 AND OLD.state < 5 AND NEW.created_ms < (SELECT before_ms FROM job_rolled) BEGIN
INSERT INTO job_hour VALUES (NEW.created_ms / 3600000, NEW.recipe, NEW.state, 1)
    ON CONFLICT DO UPDATE SET jobs = jobs + 1;
INSERT INTO job_day VALUES (NEW.created_ms / 86400000, NEW.recipe, CASE WHEN NEW.active_ms < 10 THEN max(NEW.active_ms, 0) WHEN NEW.active_ms < 100 THEN NEW.active_ms / 5 * 5 WHEN NEW.active_ms < 1000 THEN NEW.active_ms / 50 * 50 WHEN NEW.active_ms < 10000 THEN NEW.active_ms / 500 * 500 WHEN NEW.active_ms < 100000 THEN NEW.active_ms / 5000 * 5000 WHEN NEW.active_ms < 1000000 THEN NEW.active_ms / 50000 * 50000 WHEN NEW.active_ms < 10000000 THEN NEW.active_ms / 500000 * 500000 WHEN NEW.active_ms < 100000000 THEN NEW.active_ms / 5000000 * 5000000 ELSE NEW.active_ms / 50000000 * 50000000 END, 1)
    ON CONFLICT DO UPDATE SET jobs = jobs + 1;
 END;
CREATE TRIGGER job_reopened AFTER UPDATE OF state ON job WHEN NEW.state < 5 AND OLD.state >= 5 BEGIN
UPDATE job_minute SET jobs = jobs - 1 WHERE slot = OLD.created_ms / 60000 AND recipe = OLD.recipe AND state = OLD.state AND took_ms = CASE WHEN OLD.active_ms < 10 THEN max(OLD.active_ms, 0) WHEN OLD.active_ms < 100 THEN OLD.active_ms / 5 * 5 WHEN OLD.active_ms < 1000 THEN OLD.active_ms / 50 * 50 WHEN OLD.active_ms < 10000 THEN OLD.active_ms / 500 * 500 WHEN OLD.active_ms < 100000 THEN OLD.active_ms / 5000 * 5000 WHEN OLD.active_ms < 1000000 THEN OLD.active_ms / 50000 * 50000 WHEN OLD.active_ms < 10000000 THEN OLD.active_ms / 500000 * 500000 WHEN OLD.active_ms < 100000000 THEN OLD.active_ms / 5000000 * 5000000 ELSE OLD.active_ms / 50000000 * 50000000 END;
DELETE FROM job_minute WHERE slot = OLD.created_ms / 60000 AND recipe = OLD.recipe AND state = OLD.state AND took_ms = CASE WHEN OLD.active_ms < 10 THEN max(OLD.active_ms, 0) WHEN OLD.active_ms < 100 THEN OLD.active_ms / 5 * 5 WHEN OLD.active_ms < 1000 THEN OLD.active_ms / 50 * 50 WHEN OLD.active_ms < 10000 THEN OLD.active_ms / 500 * 500 WHEN OLD.active_ms < 100000 THEN OLD.active_ms / 5000 * 5000 WHEN OLD.active_ms < 1000000 THEN OLD.active_ms / 50000 * 50000 WHEN OLD.active_ms < 10000000 THEN OLD.active_ms / 500000 * 500000 WHEN OLD.active_ms < 100000000 THEN OLD.active_ms / 5000000 * 5000000 ELSE OLD.active_ms / 50000000 * 50000000 END AND jobs <= 0;
 END;
CREATE TRIGGER job_reopened_late AFTER UPDATE OF state ON job
    WHEN NEW.state < 5 AND OLD.state >= 5 AND OLD.created_ms < (SELECT before_ms FROM job_rolled) BEGIN
UPDATE job_hour SET jobs = jobs - 1 WHERE slot = OLD.created_ms / 3600000 AND recipe = OLD.recipe AND state = OLD.state;
DELETE FROM job_hour WHERE slot = OLD.created_ms / 3600000 AND recipe = OLD.recipe AND state = OLD.state AND jobs <= 0;
UPDATE job_day SET jobs = jobs - 1 WHERE slot = OLD.created_ms / 86400000 AND recipe = OLD.recipe AND took_ms = CASE WHEN OLD.active_ms < 10 THEN max(OLD.active_ms, 0) WHEN OLD.active_ms < 100 THEN OLD.active_ms / 5 * 5 WHEN OLD.active_ms < 1000 THEN OLD.active_ms / 50 * 50 WHEN OLD.active_ms < 10000 THEN OLD.active_ms / 500 * 500 WHEN OLD.active_ms < 100000 THEN OLD.active_ms / 5000 * 5000 WHEN OLD.active_ms < 1000000 THEN OLD.active_ms / 50000 * 50000 WHEN OLD.active_ms < 10000000 THEN OLD.active_ms / 500000 * 500000 WHEN OLD.active_ms < 100000000 THEN OLD.active_ms / 5000000 * 5000000 ELSE OLD.active_ms / 50000000 * 50000000 END;
DELETE FROM job_day WHERE slot = OLD.created_ms / 86400000 AND recipe = OLD.recipe AND took_ms = CASE WHEN OLD.active_ms < 10 THEN max(OLD.active_ms, 0) WHEN OLD.active_ms < 100 THEN OLD.active_ms / 5 * 5 WHEN OLD.active_ms < 1000 THEN OLD.active_ms / 50 * 50 WHEN OLD.active_ms < 10000 THEN OLD.active_ms / 500 * 500 WHEN OLD.active_ms < 100000 THEN OLD.active_ms / 5000 * 5000 WHEN OLD.active_ms < 1000000 THEN OLD.active_ms / 50000 * 50000 WHEN OLD.active_ms < 10000000 THEN OLD.active_ms / 500000 * 500000 WHEN OLD.active_ms < 100000000 THEN OLD.active_ms / 5000000 * 5000000 ELSE OLD.active_ms / 50000000 * 50000000 END AND jobs <= 0;
 END;
CREATE TRIGGER job_dropped AFTER DELETE ON job WHEN OLD.state >= 5 BEGIN
UPDATE job_minute SET jobs = jobs - 1 WHERE slot = OLD.created_ms / 60000 AND recipe = OLD.recipe AND state = OLD.state AND took_ms = CASE WHEN OLD.active_ms < 10 THEN max(OLD.active_ms, 0) WHEN OLD.active_ms < 100 THEN OLD.active_ms / 5 * 5 WHEN OLD.active_ms < 1000 THEN OLD.active_ms / 50 * 50 WHEN OLD.active_ms < 10000 THEN OLD.active_ms / 500 * 500 WHEN OLD.active_ms < 100000 THEN OLD.active_ms / 5000 * 5000 WHEN OLD.active_ms < 1000000 THEN OLD.active_ms / 50000 * 50000 WHEN OLD.active_ms < 10000000 THEN OLD.active_ms / 500000 * 500000 WHEN OLD.active_ms < 100000000 THEN OLD.active_ms / 5000000 * 5000000 ELSE OLD.active_ms / 50000000 * 50000000 END;
DELETE FROM job_minute WHERE slot = OLD.created_ms / 60000 AND recipe = OLD.recipe AND state = OLD.state AND took_ms = CASE WHEN OLD.active_ms < 10 THEN max(OLD.active_ms, 0) WHEN OLD.active_ms < 100 THEN OLD.active_ms / 5 * 5 WHEN OLD.active_ms < 1000 THEN OLD.active_ms / 50 * 50 WHEN OLD.active_ms < 10000 THEN OLD.active_ms / 500 * 500 WHEN OLD.active_ms < 100000 THEN OLD.active_ms / 5000 * 5000 WHEN OLD.active_ms < 1000000 THEN OLD.active_ms / 50000 * 50000 WHEN OLD.active_ms < 10000000 THEN OLD.active_ms / 500000 * 500000 WHEN OLD.active_ms < 100000000 THEN OLD.active_ms / 5000000 * 5000000 ELSE OLD.active_ms / 50000000 * 50000000 END AND jobs <= 0;
 END;
CREATE TRIGGER job_dropped_late AFTER DELETE ON job
    WHEN OLD.state >= 5 AND OLD.created_ms < (SELECT before_ms FROM job_rolled) BEGIN
UPDATE job_hour SET jobs = jobs - 1 WHERE slot = OLD.created_ms / 3600000 AND recipe = OLD.recipe AND state = OLD.state;
DELETE FROM job_hour WHERE slot = OLD.created_ms / 3600000 AND recipe = OLD.recipe AND state = OLD.state AND jobs <= 0;
UPDATE job_day SET jobs = jobs - 1 WHERE slot = OLD.created_ms / 86400000 AND recipe = OLD.recipe AND took_ms = CASE WHEN OLD.active_ms < 10 THEN max(OLD.active_ms, 0) WHEN OLD.active_ms < 100 THEN OLD.active_ms / 5 * 5 WHEN OLD.active_ms < 1000 THEN OLD.active_ms / 50 * 50 WHEN OLD.active_ms < 10000 THEN OLD.active_ms / 500 * 500 WHEN OLD.active_ms < 100000 THEN OLD.active_ms / 5000 * 5000 WHEN OLD.active_ms < 1000000 THEN OLD.active_ms / 50000 * 50000 WHEN OLD.active_ms < 10000000 THEN OLD.active_ms / 500000 * 500000 WHEN OLD.active_ms < 100000000 THEN OLD.active_ms / 5000000 * 5000000 ELSE OLD.active_ms / 50000000 * 50000000 END;
DELETE FROM job_day WHERE slot = OLD.created_ms / 86400000 AND recipe = OLD.recipe AND took_ms = CASE WHEN OLD.active_ms < 10 THEN max(OLD.active_ms, 0) WHEN OLD.active_ms < 100 THEN OLD.active_ms / 5 * 5 WHEN OLD.active_ms < 1000 THEN OLD.active_ms / 50 * 50 WHEN OLD.active_ms < 10000 THEN OLD.active_ms / 500 * 500 WHEN OLD.active_ms < 100000 THEN OLD.active_ms / 5000 * 5000 WHEN OLD.active_ms < 1000000 THEN OLD.active_ms / 50000 * 50000 WHEN OLD.active_ms < 10000000 THEN OLD.active_ms / 500000 * 500000 WHEN OLD.active_ms < 100000000 THEN OLD.active_ms / 5000000 * 5000000 ELSE OLD.active_ms / 50000000 * 50000000 END AND jobs <= 0;
 END;
PRAGMA user_version = 6;

-- schema 7
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
CREATE TRIGGER job_alerting_new AFTER INSERT ON job WHEN NEW.state IN (3, 4, 6) AND EXISTS (SELECT 1 FROM alert_watch) BEGIN
INSERT INTO alert_event(kind, at_ms, recipe, job) VALUES (NEW.state, NEW.finished_ms, NEW.recipe, NEW.id); END;
CREATE TRIGGER job_alerting AFTER UPDATE OF state ON job
    WHEN NEW.state IN (3, 4, 6) AND NEW.state <> OLD.state AND EXISTS (SELECT 1 FROM alert_watch) BEGIN
INSERT INTO alert_event(kind, at_ms, recipe, job) VALUES (NEW.state, NEW.finished_ms, NEW.recipe, NEW.id); END;
CREATE TRIGGER schedule_missing AFTER UPDATE OF missed ON schedule WHEN NEW.missed > OLD.missed AND EXISTS (SELECT 1 FROM alert_watch) BEGIN
INSERT INTO alert_event(kind, recipe, count)
    VALUES (20, NEW.recipe, NEW.missed - OLD.missed); END;
CREATE TRIGGER poller_failing AFTER UPDATE OF failures ON poller WHEN NEW.failures > OLD.failures AND EXISTS (SELECT 1 FROM alert_watch) BEGIN
INSERT INTO alert_event(kind, at_ms, recipe, count, message)
    VALUES (21, NEW.failed_ms, NEW.recipe, NEW.failures, NEW.error); END;
PRAGMA user_version = 7;

-- schema 8
CREATE TABLE step_attempt(
    key INTEGER NOT NULL, attempt INTEGER NOT NULL, started_ms INTEGER NOT NULL, duration_us INTEGER NOT NULL,
    wait_ms INTEGER, wait_reason TEXT, error TEXT, exchanges TEXT, PRIMARY KEY (key, attempt)
    ) STRICT, WITHOUT ROWID;
PRAGMA user_version = 8;

-- schema 9
CREATE TABLE step_effect(key TEXT PRIMARY KEY, job INTEGER NOT NULL, answer TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX step_effect_job ON step_effect(job);
CREATE TABLE lookup_table(
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, columns TEXT NOT NULL, is_text INTEGER NOT NULL,
    file_hash TEXT NOT NULL, last_row INTEGER NOT NULL, row_count INTEGER NOT NULL, changed_ms INTEGER NOT NULL) STRICT;
CREATE TABLE lookup_row(key INTEGER PRIMARY KEY, cells TEXT NOT NULL) STRICT;
CREATE TABLE lookup_cell(
    tbl INTEGER NOT NULL, col INTEGER NOT NULL, cell INTEGER NOT NULL, row INTEGER NOT NULL,
    PRIMARY KEY (tbl, col, cell, row)) STRICT, WITHOUT ROWID;
CREATE TABLE topic(
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, last_offset INTEGER NOT NULL, created_ms INTEGER NOT NULL) STRICT;
CREATE TABLE topic_message(
    id INTEGER PRIMARY KEY, topic INTEGER NOT NULL, message_offset INTEGER NOT NULL, published_ms INTEGER NOT NULL,
    job INTEGER, key TEXT, data TEXT NOT NULL, UNIQUE (topic, message_offset)) STRICT;
CREATE INDEX topic_message_time ON topic_message(published_ms);
PRAGMA user_version = 9;

-- schema 10
ALTER TABLE delivery ADD COLUMN query TEXT;
PRAGMA user_version = 10;

-- schema 11
CREATE TABLE approval(
    id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, job INTEGER NOT NULL, place TEXT NOT NULL,
    state INTEGER NOT NULL, is_awaited INTEGER NOT NULL, asked_ms INTEGER NOT NULL, deadline_ms INTEGER,
    on_deadline TEXT NOT NULL, escalate_ms INTEGER, is_escalated INTEGER NOT NULL, needed INTEGER NOT NULL,
    rejections INTEGER, reason_rule TEXT NOT NULL, decided_ms INTEGER, by_deadline INTEGER NOT NULL,
    title TEXT NOT NULL, body TEXT NOT NULL) STRICT;
CREATE INDEX approval_open ON approval(id) WHERE state = 0;
CREATE INDEX approval_job ON approval(job);
CREATE TABLE approver(
    approval INTEGER NOT NULL, place INTEGER NOT NULL, name TEXT NOT NULL, folded TEXT NOT NULL,
    is_later INTEGER NOT NULL, PRIMARY KEY (approval, place)) STRICT, WITHOUT ROWID;
CREATE TABLE approval_link(
    hash BLOB PRIMARY KEY, approval INTEGER NOT NULL, place INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX approval_link_approval ON approval_link(approval);
CREATE TABLE approval_answer(
    approval INTEGER NOT NULL, name TEXT NOT NULL, person TEXT NOT NULL, approves INTEGER NOT NULL, reason TEXT,
    answered_ms INTEGER NOT NULL, way TEXT NOT NULL, entered_by TEXT, PRIMARY KEY (approval, name)
    ) STRICT, WITHOUT ROWID;
PRAGMA user_version = 11;

-- schema 12
CREATE TABLE subscription(
    id INTEGER PRIMARY KEY, recipe INTEGER NOT NULL, fingerprint TEXT NOT NULL, token TEXT NOT NULL UNIQUE,
    connector TEXT NOT NULL, trigger_name TEXT NOT NULL, connection TEXT, input TEXT NOT NULL, url TEXT NOT NULL,
    made_ms INTEGER NOT NULL, state INTEGER NOT NULL, next_ms INTEGER, active_ms INTEGER, expires_ms INTEGER,
    ending_ms INTEGER, failures INTEGER NOT NULL, failed_ms INTEGER, error TEXT, answer TEXT,
    deliveries INTEGER NOT NULL, delivered_ms INTEGER) STRICT;
PRAGMA user_version = 12;

-- schema 13
CREATE TRIGGER subscription_failing AFTER UPDATE OF failures ON subscription
    WHEN NEW.failures > OLD.failures AND EXISTS (SELECT 1 FROM alert_watch) BEGIN
INSERT INTO alert_event(kind, at_ms, recipe, count, message)
    VALUES (23, NEW.failed_ms, NEW.recipe, NEW.failures, NEW.error); END;
PRAGMA user_version = 13;

-- schema 14
CREATE TABLE invitation(
    hash BLOB PRIMARY KEY, name TEXT NOT NULL UNIQUE, role INTEGER NOT NULL, until_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
PRAGMA user_version = 14;

-- schema 15
ALTER TABLE poller ADD COLUMN empty_polls INTEGER NOT NULL DEFAULT 0;
PRAGMA user_version = 15;

-- schema 16
DROP TRIGGER job_alerting_new;
DROP TRIGGER job_alerting;
CREATE TRIGGER job_alerting_new AFTER INSERT ON job WHEN (NEW.state = 3 OR NEW.state = 4 OR NEW.state = 6) AND EXISTS (SELECT 1 FROM alert_watch) BEGIN
INSERT INTO alert_event(kind, at_ms, recipe, job) VALUES (NEW.state, NEW.finished_ms, NEW.recipe, NEW.id); END;
CREATE TRIGGER job_alerting AFTER UPDATE OF state ON job
    WHEN (NEW.state = 3 OR NEW.state = 4 OR NEW.state = 6) AND NEW.state <> OLD.state AND EXISTS (SELECT 1 FROM alert_watch) BEGIN
INSERT INTO alert_event(kind, at_ms, recipe, job) VALUES (NEW.state, NEW.finished_ms, NEW.recipe, NEW.id); END;
PRAGMA user_version = 16;
