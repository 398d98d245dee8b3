"""Disks that fill up, that fail to flush, and that fail at each single call."""
import subprocess
import time

from frame import Ledger, Senders, Stop, shim, wait_until
from receiver import Receiver

SMALL_DISK_MB = 32


def full(row):
    """A server on a small disk that fills up under load, and gets its space back."""
    place = row.folder / "small"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK_MB}m", "tmpfs", str(place)], capture_output=True, text=True)
    if mounted.returncode != 0:
        row.skipped = f"no file system can be mounted here ({mounted.stderr.strip()})"
        return
    row.on_exit.callback(subprocess.run, ["umount", "-l", str(place)])
    receiver = Receiver(row)
    workspace = row.workspace("small/shop", receiver=receiver)
    workspace.environment["SQLITE_TMPDIR"] = str(row.folder)
    ledger = Ledger(workspace, receiver)
    server = workspace.serve()
    senders = Senders(workspace, size=2_000, pause=0.01)
    ballast = place / "ballast"
    while row.goes_on(1):
        wait_until(lambda: len(senders.accepted) > 5 * (row.cycles + 1), "orders are accepted", 30)
        refused = senders.refused.get(503, 0)
        with open(ballast, "wb", buffering=0) as file:
            try:
                while file.write(b"x" * 4096):
                    pass
            except OSError:
                pass
        wait_until(lambda: senders.refused.get(503, 0) > refused + 3, "deliveries are refused with 503 on a full disk", 60)
        status, health = server.health()
        row.expect("what /health says on a full disk", (status, health.get("ready")), (503, False))
        before = len(senders.accepted)
        time.sleep(0.5)
        row.expect("deliveries accepted on a full disk", len(senders.accepted) - before, 0)
        if server.process.poll() is not None:
            raise Stop(f"the server ended with {server.process.returncode} on a full disk: {server.log[-300:]}")
        ballast.unlink()
        started = time.monotonic()
        wait_until(lambda: len(senders.accepted) > before, "deliveries are accepted when there is space again", 30)
        row.most("accepts_again_after_ms", round((time.monotonic() - started) * 1000))
        row.cycles += 1
        ledger.look()
        # Where the history itself takes most of the disk, it is right that nothing is accepted.
        if sum(file.stat().st_size for file in workspace.history.parent.glob("history.db*")) > SMALL_DISK_MB << 19:
            break
    accepted = senders.stop()
    server.wait_until_idle()
    server.stop()
    ledger.judge(accepted, decisions=False, quarantine=False)
    row.figures.update(accepted=len(accepted), refused_with_503=senders.refused.get(503, 0))


def fsync(row):
    """Under a server's load the N-th flush of the history fails, for N = 1, 2, 3…"""
    library = shim(row.folder)
    receiver = Receiver(row)
    workspace = row.workspace(receiver=receiver)
    ledger = Ledger(workspace, receiver)
    workspace.run("run", "order", "--lines", workspace.lines([-1]), codes=(0,))
    senders = Senders(workspace, pause=0.005)
    nth = 0
    while row.goes_on(4):
        nth += 1 if row.short is False or nth < 3 else 7
        log = row.folder / "faults.log"
        log.unlink(missing_ok=True)
        server = workspace.serve(ready=False, **preload(library, "sync", "history.db", nth, "EIO", log))
        try:
            code = server.process.wait(60)
        except subprocess.TimeoutExpired:
            row.problem(f"flush {nth} failed and the server did not end")
            break
        if not log.exists():
            raise Stop(f"the server ended with {code} before flush {nth}: {server.log[-300:]}")
        row.expect(f"exit code after flush {nth} failed", code, 74)
        if "the disk failed" not in server.log:
            row.problem(f"flush {nth} failed, but the message is: {server.log[-300:]}")
        row.cycles += 1
        ledger.look()
    server = workspace.serve()
    time.sleep(0.3)
    accepted = senders.stop()
    server.wait_until_idle()
    server.stop()
    ledger.judge(accepted)
    row.figures.update(accepted=len(accepted))


def io(row):
    """A batch in which the N-th call of a kind fails in a way, for N = 1, 2, 3… until there are no more."""
    library = shim(row.folder)
    receiver = Receiver(row, delay=0)
    ways = [("EIO", 1), ("EIO", 0), ("ENOSPC", 1), ("SHORT", 1), ("KILL", 1)]
    walks = [(calls, *way) for calls in ("write", "sync", "truncate", "open", "rename") for way in ways
             if way[0] != "SHORT" or calls == "write"]
    if row.short:
        walks = row.chance.sample(walks, 9)
    step = 23 if row.short else 1
    nth, over, first = 1, set(), 0
    codes = {}
    workspace = row.workspace(receiver=receiver)
    ledger = Ledger(workspace, receiver)
    log = row.folder / "faults.log"
    while len(over) < len(walks) and (row.cycles < len(walks) or row.goes_on()):
        for walk in walks:
            if walk in over or row.problems:
                continue
            calls, kind, times = walk
            log.unlink(missing_ok=True)
            lines = workspace.lines(range(first, first + 6))
            first += 6
            fault = preload(library, calls, ".galley/", nth, kind, log, times)
            # A disk that stays full is waited for; here it has space again, so the run has to get through.
            code, _, messages = workspace.run("run", "order", "--lines", lines, timeout=60, **fault)
            if not log.exists():
                over.add(walk)  # the run makes no more calls of the kind
            else:
                row.cycles += 1
                codes[code] = codes.get(code, 0) + 1
                allowed = {"KILL": (-9,), "SHORT": (0, 1)}.get(kind, (0, 1, 69, 74))
                if code not in allowed:
                    row.problem(f"{calls} {nth} with {kind}: exit code {code}: {messages[-300:]}")
                elif code in (69, 74) and "error:" not in messages:
                    row.problem(f"{calls} {nth} with {kind}: no message")
                elif kind == "EIO" and calls == "sync" and code != 74:
                    row.problem(f"a flush that failed ({nth}) ended with {code}, not 74: {messages[-300:]}")
                ledger.look()
            workspace.run("run", "order", "--lines", lines, codes=(0, 1), timeout=60)
        nth += step
    workspace.finish()
    ledger.judge()
    row.figures.update(walks=f"{len(over)} of {len(walks)} to their end", deepest=nth,
                       exit_codes=" ".join(f"{code}:{count}" for code, count in sorted(codes.items())))


def preload(library, calls, path, nth, kind, log, times=1):
    """The environment in which calls fail; see faults.c."""
    return {"LD_PRELOAD": library, "FAULT_CALLS": calls, "FAULT_PATH": path, "FAULT_AT": str(nth), "FAULT_TIMES": str(times),
            "FAULT_KIND": kind, "FAULT_LOG": str(log)}


ROWS = {
    "full": (full, f"serve on a disk of {SMALL_DISK_MB} MB that fills up: 503 and not ready, nothing half-written, goes on by itself"),
    "fsync": (fsync, "the N-th flush under load fails: exit 74 at once, every 202 is there afterwards"),
    "io": (io, "the N-th write, flush, truncate, open or rename fails (EIO once or for good, ENOSPC, short, kill): no crash, no hang, nothing lost"),
}
