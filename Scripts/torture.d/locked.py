"""Another program holds a lock on the database: a sqlite3 shell that somebody left open, a backup tool."""
import contextlib
import sqlite3
import time

from frame import Ledger, Senders, wait_until
from receiver import Receiver


def locked(row):
    """Each cycle locks the history against writers for longer than galley waits for a lock."""
    receiver = Receiver(row)
    workspace = row.workspace(receiver=receiver)
    ledger = Ledger(workspace, receiver)
    server = workspace.serve()
    senders = Senders(workspace, pause=0.01)
    while row.goes_on(1):
        wait_until(lambda: len(senders.accepted) > 5 * (row.cycles + 1), "orders are accepted", 30)
        with contextlib.closing(sqlite3.connect(workspace.history, timeout=30, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            accepted = len(senders.accepted)
            time.sleep(6.5)
            row.expect("deliveries accepted while the history is locked", len(senders.accepted) - accepted <= 4, True)
            if server.process.poll() is not None:
                row.problem(f"the server ended with {server.process.returncode}: {server.log[-300:]}")
                break
            # Readers don't wait for a writer.
            started = time.monotonic()
            workspace.run("jobs", "list", "--limit", "5", codes=(0,), timeout=20)
            row.most("list_while_locked_ms", round((time.monotonic() - started) * 1000))
            accepted = len(senders.accepted)
            other.execute("ROLLBACK")
        started = time.monotonic()
        wait_until(lambda: len(senders.accepted) > accepted + 3, "orders are accepted when the lock is gone", 30)
        row.most("accepts_again_after_ms", round((time.monotonic() - started) * 1000))
        row.cycles += 1
        ledger.look()
    accepted = senders.stop()
    server.wait_until_idle()
    server.stop()
    # A start on a locked history waits for it a while, and says what is in the way.
    with contextlib.closing(sqlite3.connect(workspace.history, timeout=30, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        code, _, messages = workspace.run("serve", "--port", "0", timeout=60)
        row.expect("exit code of a start on a locked history", code, 69)
        if "lock" not in messages:
            row.problem(f"the message doesn't speak of the lock: {messages[-300:]}")
        other.execute("ROLLBACK")
    ledger.judge(accepted, decisions=False, quarantine=False)
    row.figures.update(accepted=len(accepted), refused_with_503=senders.refused.get(503, 0))


ROWS = {
    "locked": (locked, "another program locks the history for longer than galley waits: deliveries are refused or wait, lists work, work goes on"),
}
