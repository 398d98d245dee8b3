"""The order of system calls: a 202 leaves only after the flush of the pages that hold its event."""
import os
import re
import shutil
import signal

from frame import Senders, wait_until
from receiver import Receiver

# A line of strace -f -y: the thread, the call with its file, and what came of it.
CALL = re.compile(r"^(\d+)\s+(?:<\.\.\. )?(\w+)(?: resumed>|\((\d+)<([^>]*)>)?(.*)$", re.S)


def order(row):
    """A server under strace is sent orders; its calls are read in their order."""
    if not shutil.which("strace"):
        row.skipped = "strace is not installed"
        return
    receiver = Receiver(row, delay=0)
    workspace = row.workspace(receiver=receiver)
    workspace.run("jobs", "resume", codes=(0,))
    log = row.folder / "strace.txt"
    calls = "trace=read,recvfrom,recvmsg,readv,write,writev,sendto,sendmsg,pwrite64,fsync,fdatasync"
    server = workspace.serve(prefix=["strace", "-f", "-y", "-qq", "-s", "262144", "-e", calls, "-o", str(log)])
    senders = Senders(workspace, threads=8, size=20, pause=0.002)
    enough = 60 if row.short else 2_000
    wait_until(lambda: len(senders.accepted) >= (enough if row.has_time else 60), "orders are accepted", 120)
    accepted = senders.stop()
    # strace passes no signals on: the child is told itself.
    tracer = server.process.pid
    with open(f"/proc/{tracer}/task/{tracer}/children") as children:
        os.kill(int(children.read().split()[0]), signal.SIGTERM)
    workspace.ended(server.process, 60, codes=(0,))
    read_trace(row, log, accepted)


def read_trace(row, log, accepted):
    started = {}                 # thread -> (call, file) that is not over
    written, durable = {}, set() # what the log of the history holds since the last flush began; what a flush has covered
    asked, answered = {}, 0      # connection -> the order it asked for
    flushing = {}                # thread -> orders that were written when its flush began
    dirty = set()
    with open(log, errors="replace") as lines:
        for line in lines:
            match = CALL.match(line)
            if not match:
                continue
            thread, call, number, path, rest = match.groups()
            unfinished = "<unfinished ...>" in rest
            if number is None:
                number, path = started.pop(thread, (None, None))
            elif unfinished:
                started[thread] = (number, path)
            if path is None:
                continue
            is_log = path.endswith("history.db-wal")
            if is_log and call == "pwrite64":
                # Counts when it is over; an event's text stands in the page.
                dirty |= orders_in(rest)
            elif is_log and call in ("fsync", "fdatasync"):
                if unfinished:
                    flushing[thread] = set(dirty)
                elif re.search(r"= 0\b", rest):
                    covered = flushing.pop(thread, None)
                    durable |= dirty if covered is None else covered
            elif call in ("read", "recvfrom", "recvmsg", "readv") and path.startswith("socket:"):
                # A head and its body may come in one piece or in two.
                if found := orders_in(rest):
                    asked[path] = found
            elif call in ("write", "writev", "sendto", "sendmsg") and "HTTP/1.1 202" in rest:
                answered += 1
                question = asked.pop(path, set())
                if not question:
                    row.count("answers_without_a_question")
                if early := question - durable:
                    row.problem(f"the 202 of order {sorted(early)[0]} left before the flush of its event")
    row.cycles = answered
    row.figures.update(accepted=len(accepted), orders_flushed=len(durable))
    if answered < len(accepted) or len(durable) < len(accepted) * 0.9:
        row.problem(f"the trace shows {answered} answers and {len(durable)} flushed orders of {len(accepted)} accepted: it was not understood")


def orders_in(text):
    return {int(number) for number in re.findall(r'\\"id\\": ?(\d+), ?\\?"?text|"id\\?": ?(\d+)', text) for number in number if number}


ROWS = {
    "order": (order, "a server's system calls, by strace: no 202 leaves before the flush of the log pages that hold its event"),
}
