"""Histories of every released schema, upgraded under kills; and histories of a newer galley, which an older one refuses."""
import contextlib
import hashlib
import re
import shutil
import sqlite3

from disk import preload
from frame import HERE, OPEN, Stop, shim
from receiver import Receiver

# Tables that the first schemas had; what later migrations make is made from these.
COPIED = ("owner", "recipe", "recipe_version", "job", "step", "payload", "payload_use", "dedupe", "pruned_job", "recipe_switch",
          "delivery", "schedule", "schedule_fire", "poller")
MORE_JOBS = 2_000


def sections():
    """The SQL of each schema, by its number."""
    parts = re.split(r"^-- schema (\d+)$", (HERE / "schemas.sql").read_text(), flags=re.M)
    return {int(number): sql for number, sql in zip(parts[1::2], parts[2::2])}


def version_of(path):
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)) as database:
        return database.execute("PRAGMA user_version").fetchone()[0]


def interrupted(workspace, receiver, row):
    """A history with jobs in many states, by a batch that is killed in the middle."""
    taken = 0

    def behave(request, _):
        nonlocal taken
        taken += request["path"] == "/pay"
        if taken == 40:
            process.kill()
        return False

    receiver.behave = behave
    process = workspace.start("run", "order", "--lines", workspace.lines(range(100)))
    workspace.ended(process)
    receiver.behave = None
    if not workspace.is_whole() or not [job for job in workspace.jobs() if job["state"] in OPEN]:
        raise Stop("no history with open jobs could be made")


def make_old(path, schema, source):
    """The history `source` as a galley of an older schema would have kept it, with more finished jobs."""
    for end in ("", "-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        for number, sql in sections().items():
            if number <= schema:
                database.executescript(sql)
        database.execute("ATTACH ? AS source", (str(source),))
        database.execute("BEGIN")
        for table in COPIED:
            columns = [line[1] for line in database.execute(f"PRAGMA main.table_info({table})")]
            if columns:
                names = ", ".join(columns)
                database.execute(f"DELETE FROM main.{table}")
                database.execute(f"INSERT INTO main.{table}({names}) SELECT {names} FROM source.{table}")
        last, done = database.execute("SELECT max(id), min(CASE WHEN state = 5 THEN id END) FROM main.job").fetchone()
        columns = [line[1] for line in database.execute("PRAGMA main.table_info(job)")]
        names = ", ".join(columns)
        values = ", ".join({"id": f"{last} + number", "created_ms": "created_ms - number * 60000",
                            "event": "json_object('body', json_object('id', -number))"}.get(name, name) for name in columns)
        database.execute(f"WITH RECURSIVE n(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM n WHERE number < {MORE_JOBS}) "
                         f"INSERT INTO main.job({names}) SELECT {values} FROM main.job, n WHERE id = {done}")
        database.execute("COMMIT")


def upgrade(row):
    """Galley is killed at its N-th write to a history of an older schema, for N = 1, 2, 3… until the upgrade is through."""
    library = shim(row.folder)
    receiver = Receiver(row, delay=0)
    workspace = row.workspace(receiver=receiver)
    workspace.run("jobs", "resume", codes=(0,))
    newest = version_of(workspace.history)
    known = sections()
    if not row.expect("the newest schema of schemas.sql (add what galley's migrations add)", max(known), newest):
        return
    with contextlib.closing(sqlite3.connect(":memory:")) as database:
        for sql in known.values():
            database.executescript(sql)
        listing = "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY 1, 2"
        frozen = database.execute(listing).fetchall()
    row.expect("the tables that schemas.sql makes, against galley's own", [tuple(line.values()) for line in workspace.rows(listing)], frozen)
    interrupted(workspace, receiver, row)
    source, old = row.folder / "source.db", row.folder / "old.db"
    with contextlib.closing(sqlite3.connect(workspace.history)) as database, contextlib.closing(sqlite3.connect(source)) as copy:
        database.backup(copy)
    schemas = list(known)
    if row.short:
        schemas = [1, 5, row.chance.choice([2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15])]
    for schema in schemas:
        make_old(old, schema, source)
        with contextlib.closing(sqlite3.connect(old)) as database:
            wanted = database.execute("SELECT count(*) FROM job").fetchone()[0]
        nth = row.chance.randrange(1, 9) if row.short else 1
        through = 0
        while not row.problems and through < 2:
            # Each turn starts from the old history; kills come ever later, until the upgrade is through before they do.
            put_back(old, workspace)
            fault = preload(library, "write", "history.db", nth, "KILL", row.folder / "faults.log")
            code, _, messages = workspace.run("jobs", "resume", timeout=120, **fault)
            if code not in (0, 1, -9):
                row.problem(f"schema {schema}, killed at write {nth}: exit code {code}: {messages[-300:]}")
            workspace.is_whole()
            found = version_of(workspace.history)
            if not schema <= found <= newest:
                row.problem(f"schema {schema}, killed at write {nth}: left at schema {found}")
            row.expect(f"jobs of schema {schema} after a kill at write {nth}", workspace.rows("SELECT count(*) AS n FROM job")[0]["n"], wanted)
            row.cycles += code == -9
            through += found == newest
            nth += 1 if row.has_time and not row.short else 40
        workspace.finish()
        row.expect(f"schema after the upgrade from {schema}", version_of(workspace.history), newest)
        states = {job["state"] for job in workspace.jobs()}
        row.expect(f"states of jobs after the upgrade from {schema}", states - {"succeeded", "needs_decision", "quarantined"}, set())
        counted = workspace.rows("SELECT sum(jobs) AS n FROM job_minute")[0]["n"]
        row.expect(f"finished jobs that statistics count after the upgrade from {schema}", counted,
                   workspace.rows("SELECT count(*) AS n FROM job WHERE state >= 5")[0]["n"])
        keys = {order: {request["key"] for request in receiver.requests(order, "/pay")} for order in range(100)}
        row.expect(f"orders paid under two keys after the upgrade from {schema}", [order for order, found in keys.items() if len(found) > 1], [])
        row.count("schemas")
        if row.problems:
            break


def put_back(old, workspace):
    """Puts the old history in place of what is there."""
    for end in ("", "-wal", "-shm"):
        workspace.history.with_name(workspace.history.name + end).unlink(missing_ok=True)
    shutil.copy(old, workspace.history)


def older(row):
    """Commands of an older galley on a newer history: refused with a sentence, and nothing is changed."""
    receiver = Receiver(row, delay=0)
    workspace = row.workspace(receiver=receiver)
    workspace.run("run", "order", "--lines", workspace.lines(range(5)), codes=(0,))
    known = version_of(workspace.history)
    if row.extra.get("older"):
        row.galley = row.extra["older"]
    else:
        with contextlib.closing(sqlite3.connect(workspace.history)) as database:
            database.execute(f"PRAGMA user_version = {known + 1}")
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = hashlib.sha256(workspace.history.read_bytes()).hexdigest()
    for words in (("serve", "--port", "0"), ("run", "order", "--input", '{"body": {"id": 99}}'), ("jobs", "resume"), ("jobs", "list"),
                  ("jobs", "show", "1"), ("jobs", "retry", "1"), ("stats",), ("backup", str(row.folder / "copy.db"))):
        code, _, messages = workspace.run(*words, timeout=60)
        row.cycles += 1
        if code not in (65, 66, 69) or "newer galley" not in messages:
            row.problem(f"`{' '.join(words)}` on a newer history ended with {code}: {messages[-300:]}")
    row.expect("the newer history after that", hashlib.sha256(workspace.history.read_bytes()).hexdigest(), before)
    row.figures.update(history=version_of(workspace.history), by="its number" if not row.extra.get("older") else "an older binary")


ROWS = {
    "upgrade": (upgrade, "histories of each released schema, galley killed at its N-th write to them: old or new, never in between, "
                         "no job lost, open ones end"),
    "older": (older, "commands on the history of a newer galley: each is refused with a sentence, the history keeps its bytes"),
}
