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
    """A batch in which the N-th call of a kind fails in a way, for each N until there are no more: every 16th, then those between."""
    library = shim(row.folder)
    receiver = Receiver(row, delay=0)
    ways = [("EIO", 1), ("EIO", 0), ("ENOSPC", 1), ("SHORT", 1), ("KILL", 1)]
    walks = [(calls, *way) for calls in ("write", "sync", "truncate", "open", "rename") for way in ways
             if way[0] != "SHORT" or calls == "write"]
    strides = (16, 4, 1)
    if row.short:
        walks, strides = row.chance.sample(walks, 9), (23,)
    workspace = row.workspace(receiver=receiver)
    ledger = Ledger(workspace, receiver)
    log = row.folder / "faults.log"
    done, codes, whole, deepest, first = set(), {}, 0, 0, 0
    for stride in strides:
        nth = row.chance.randrange(1, 9) if row.short else 1
        open_walks = list(walks)
        while open_walks and not row.problems and (row.cycles < len(walks) or row.has_time):
            for walk in [walk for walk in open_walks if (walk, nth) not in done]:
                calls, kind, times = walk
                done.add((walk, nth))
                log.unlink(missing_ok=True)
                lines = workspace.lines(range(first, first + 12))
                first += 12
                fault = preload(library, calls, ".galley/", nth, kind, log, times)
                code, _, messages = workspace.run("run", "order", "--lines", lines, timeout=60, **fault)
                if log.exists():
                    row.cycles += 1
                    deepest = max(deepest, nth)
                    codes[code] = codes.get(code, 0) + 1
                    row.problems += wrong_end(calls, kind, nth, code, messages)
                    ledger.look()
                else:
                    open_walks.remove(walk)  # the batch makes no more calls of the kind
                workspace.run("run", "order", "--lines", lines, codes=(0, 1), timeout=60)
            nth += stride
        whole += not open_walks
    workspace.finish()
    ledger.judge()
    row.figures.update(walks=len(walks), passes=f"{whole} of {len(strides)}", deepest=deepest,
                       exit_codes=" ".join(f"{code}:{count}" for code, count in sorted(codes.items())))


def wrong_end(calls, kind, nth, code, messages):
    """What is wrong with how a batch ended whose N-th call failed."""
    what = f"{calls} {nth} with {kind}"
    # A disk that was full for a moment is waited for, by what was accepted; events are refused meanwhile.
    allowed = {"KILL": (-9,), "SHORT": (0, 1)}.get(kind, (0, 1, 69, 74))
    if code not in allowed:
        return [f"{what}: exit code {code}: {messages[-300:]}"]
    if code in (69, 74) and "error:" not in messages:
        return [f"{what}: no message"]
    if kind == "EIO" and calls == "sync" and code != 74:
        return [f"{what}: a flush that failed ended with {code}, not 74: {messages[-300:]}"]
    return []


def preload(library, calls, path, nth, kind, log, times=1):
    """The environment in which calls fail; see faults.c."""
    return {"LD_PRELOAD": library, "FAULT_CALLS": calls, "FAULT_PATH": path, "FAULT_AT": str(nth), "FAULT_TIMES": str(times),
            "FAULT_KIND": kind, "FAULT_LOG": str(log)}


ROWS = {
    "full": (full, f"serve on a disk of {SMALL_DISK_MB} MB that fills up: 503 and not ready, nothing half-written, goes on by itself"),
    "fsync": (fsync, "the N-th flush under load fails: exit 74 at once, every 202 is there afterwards"),
    "io": (io, "the N-th write, flush, truncate, open or rename fails (EIO once or for good, ENOSPC, short, kill): no crash, no hang, nothing lost"),
}
