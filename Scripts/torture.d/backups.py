"""Backups beside a loaded server while both are killed, and the last of them restored and run."""
import contextlib
import shutil
import sqlite3
import subprocess
import time

from frame import Ledger, Senders
from receiver import Receiver


def backup(row):
    receiver = Receiver(row)
    workspace = row.workspace(receiver=receiver)
    ledger = Ledger(workspace, receiver)
    senders = Senders(workspace, pause=0.01)
    last = None
    copies = row.folder / "copies"
    copies.mkdir()
    while row.goes_on(3):
        server = workspace.serve()
        time.sleep(row.chance.uniform(0.1, 0.5))
        for turn in range(3):
            path = copies / f"{row.cycles}-{turn}.db"
            with senders.lock:
                accepted = set(senders.accepted)
            process = workspace.start("backup", str(path))
            kill_server = turn == 2
            try:
                process.wait(row.chance.uniform(0.001, 0.1) if turn else 60)
            except subprocess.TimeoutExpired:
                (server.process if kill_server else process).kill()
            code, _, messages = workspace.ended(process, 60)
            if code == 0:
                check(row, path, accepted)
                last = path if path.exists() else last
                row.count("whole")
            else:
                row.count("cut_short")
                # What is under its name is whole, also when the command or the server died.
                if path.exists():
                    check(row, path, set())
                if code not in (-9, 69, 70, 74):
                    row.problem(f"a backup ended with {code}: {messages[-300:]}")
        if server.process.poll() is None:
            server.kill()
        row.cycles += 1
        ledger.look()
    server = workspace.serve()
    accepted = senders.stop()
    server.wait_until_idle()
    server.stop()
    ledger.judge(accepted)
    # The restore of docs/operate.md, into the same workspace; keyed effects keep their keys, unsafe ones may come again.
    for end in ("", "-wal", "-shm"):
        workspace.history.with_name(workspace.history.name + end).unlink(missing_ok=True)
    shutil.copy(last, workspace.history)
    workspace.finish()
    restored = Ledger(workspace, receiver)
    restored.judge(doubled_unsafe=True)
    row.figures.update(accepted=len(accepted), jobs_in_the_restored=len(workspace.jobs()))


def check(row, path, accepted):
    """A backup is whole by itself and holds every order that was accepted before it began."""
    if not row.expect(f"whether {path.name} is there", path.exists(), True):
        return
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as database:
        row.expect(f"integrity_check of {path.name}", database.execute("PRAGMA integrity_check").fetchone()[0], "ok")
        orders = {order for (order,) in database.execute("SELECT json_extract(event, '$.body.id') FROM jobs")}
    if missing := accepted - orders:
        row.problem(f"the backup {path.name} lacks {len(missing)} orders accepted before it began")


ROWS = {
    "backup": (backup, "backups beside a loaded server, either of them killed: each is whole and has all that was accepted before; "
                       "the last one is restored and run"),
}
