"""SIGTERM under load, and an owner that is stopped (SIGSTOP) for longer than anybody waits."""
import http.client
import os
import re
import signal
import time

from frame import Ledger, Senders, free_port, wait_until
from receiver import Receiver


def sigterm(row):
    """Servers are asked to stop under load: they do in order, and nothing is cut short."""
    receiver = Receiver(row)
    workspace = row.workspace(receiver=receiver)
    ledger = Ledger(workspace, receiver)
    senders = Senders(workspace, pause=0.005)
    while row.goes_on(2):
        server = workspace.serve()
        time.sleep(row.chance.uniform(0.2, 1.5))
        started = time.monotonic()
        server.stop()
        row.most("slowest_ms", round((time.monotonic() - started) * 1000))
        row.cycles += 1
        ledger.look()
        row.expect("jobs that were left running", workspace.rows("SELECT id FROM jobs WHERE state = 'running'"), [])
        row.expect("jobs whose runner counts as dead", workspace.rows("SELECT id FROM jobs WHERE deaths > 0"), [])
    server = workspace.serve()
    time.sleep(0.3)
    accepted = senders.stop()
    server.wait_until_idle()
    server.stop()
    ledger.judge(accepted, decisions=False, quarantine=False)
    row.figures.update(accepted=len(accepted))


def sigstop(row):
    """A stopped owner keeps its workspace; when its lock file is taken away, the next owner fences it off."""
    receiver = Receiver(row, delay=0.02)
    workspace = row.workspace(receiver=receiver)
    ledger = Ledger(workspace, receiver)
    senders = Senders(workspace, pause=0.02, timeout=2)
    while row.goes_on(1):
        server = workspace.serve()
        wait_for_work(workspace, senders)
        server.process.send_signal(signal.SIGSTOP)
        # The lock is the kernel's and has no lease: nobody takes over from a process that is only slow.
        started = time.monotonic()
        code, _, messages = workspace.run("serve", "--port", "0", timeout=30)
        row.most("refused_after_ms", round((time.monotonic() - started) * 1000))
        row.expect("exit code of a second server", code, 69)
        if str(server.process.pid) not in messages:
            row.problem(f"the second server doesn't name the owner: {messages[-200:]}")
        time.sleep(0.5 if row.short else row.chance.uniform(0.5, 5))
        server.process.send_signal(signal.SIGCONT)
        wait_for_work(workspace, senders)
        # The lock file is removed while the owner sleeps, as by a careful person who believes it dead.
        workspace.port = free_port()
        next_server = stop_outside_a_transaction(workspace, server)
        wait_for_work(workspace, senders)
        server.process.send_signal(signal.SIGCONT)
        offer_until_it_ends(server, row)
        code, _, messages = workspace.ended(server.process, 60)
        if code == 0 or "taken over" not in messages:
            row.problem(f"the fenced owner ended with {code}: {messages[-300:]}")
        ledger.look()
        next_server.stop()
        row.cycles += 1
    server = workspace.serve()
    time.sleep(0.3)
    accepted = senders.stop()
    server.wait_until_idle()
    server.stop()
    ledger.judge(accepted)
    row.figures.update(accepted=len(accepted))


def offer_until_it_ends(server, row):
    """A fenced owner learns of it at its next write: an event is one, and may not be accepted."""
    deadline = time.monotonic() + 60
    while server.process.poll() is None and time.monotonic() < deadline:
        try:
            status, _ = server.ask("POST", "/hooks/orders", {"id": -1 - row.cycles}, timeout=5)
        except (OSError, http.client.HTTPException):
            continue
        if status == 202:
            row.problem("a fenced owner accepted an event")
            return
        time.sleep(0.05)


def wait_for_work(workspace, senders):
    """Until three more orders have been accepted."""
    before = len(senders.accepted)
    wait_until(lambda: len(senders.accepted) >= before + 3, "orders are accepted", 30)


def stop_outside_a_transaction(workspace, server):
    """Stops the owner and starts another; again when the first was stopped in the middle of writing."""
    lock = workspace.folder / ".galley/lock"
    for _ in range(20):
        server.process.send_signal(signal.SIGSTOP)
        moved = lock.with_name("lock.old")
        os.rename(lock, moved)
        successor = workspace.serve(ready=False)
        while successor.process.poll() is None and "galley serves" not in successor.log:
            time.sleep(0.02)
        if successor.process.poll() is None:
            return successor
        code, _, messages = workspace.ended(successor.process)
        if not re.search("lock|busy", messages):
            workspace.row.problem(f"a successor of a stopped owner ended with {code}: {messages[-300:]}")
        os.rename(moved, lock)
        server.process.send_signal(signal.SIGCONT)
        workspace.row.count("stopped_while_writing")
        time.sleep(0.05)
    workspace.row.problem("no successor could start")
    return successor


ROWS = {
    "sigterm": (sigterm, "serve stopped in order under load: exit 0, nothing running or counted dead, nothing lost or doubled"),
    "sigstop": (sigstop, "a stopped owner keeps its workspace, a second one is refused; fenced off, it ends without doubling"),
}
