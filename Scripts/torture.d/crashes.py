"""kill -9 in a loop, in batches and under `serve`, and one event that kills whoever runs it."""
import os
import signal
import subprocess
import time

from frame import Ledger, Senders, Stop
from receiver import Receiver

BATCH = 400


def kills(row):
    """A batch of events is killed at random moments, started again on what is left, and killed again."""
    receiver = Receiver(row, delay=0.006)
    workspace = row.workspace(receiver=receiver)
    ledger = Ledger(workspace, receiver)
    wanted, inside, first = row.extra.get("kills"), 0, 0
    longest = 0.6 if "debug" not in row.galley else 2.0

    def goes_on():
        return not row.problems and (row.cycles < wanted if wanted else row.goes_on(3))

    while goes_on():
        # Each batch is offered again and again until it is through; dedupe keys make each event one job.
        lines = workspace.lines(range(first, first + BATCH))
        while goes_on():
            words = ["jobs", "resume"] if row.chance.random() < 0.5 else ["run", "order", "--lines", lines]
            process = workspace.start(*words)
            try:
                process.wait(row.chance.uniform(0.01, longest))
            except subprocess.TimeoutExpired:
                process.kill()
                workspace.ended(process)
                row.cycles += 1
                inside += ledger.look()
                continue
            workspace.ended(process, codes=(0, 1))
            if words[0] == "run":
                break
        first += BATCH
    workspace.finish()
    ledger.judge()
    row.figures.update(inside_a_step=inside, steps_final_at_a_kill=len(ledger.final))
    if row.cycles >= 100 and inside < 0.3 * row.cycles:
        row.problem(f"only {inside} of {row.cycles} kills hit a step: the test is too kind")


def webhooks(row):
    """A server is killed at random moments while webhooks arrive: every 202 is later a job that comes to its end."""
    receiver = Receiver(row)
    workspace = row.workspace(receiver=receiver)
    ledger = Ledger(workspace, receiver)
    senders = Senders(workspace, pause=0.005)
    inside = 0
    while row.goes_on(2):
        server = workspace.serve()
        time.sleep(row.chance.uniform(0.05, 1.5))
        server.kill()
        workspace.ended(server.process)
        row.cycles += 1
        inside += ledger.look()
    server = workspace.serve()
    time.sleep(0.3)
    accepted = senders.stop()
    server.wait_until_idle(240)
    server.stop()
    ledger.judge(accepted)
    row.figures.update(accepted=len(accepted), inside_a_step=inside)


def poison(row):
    """One event among a thousand kills the process each time its step runs."""
    count, victim = (150, 60) if row.short else (1000, 500)
    running = []

    def behave(request, handler):
        if request["order"] == victim and request["path"] == "/pay":
            os.kill(running[0].pid, signal.SIGKILL)
            return True
        return False

    receiver = Receiver(row, behave=behave, delay=0.001)
    workspace = row.workspace(receiver=receiver)
    ledger = Ledger(workspace, receiver)
    lines = workspace.lines(range(count))
    for turn in range(12):
        # The first process may die before it has read all events: they are offered again between the resumes.
        words = ["jobs", "resume"] if turn % 2 else ["run", "order", "--lines", lines]
        running[:] = [workspace.start(*words)]
        code, _, messages = workspace.ended(running[0], 240)
        if code == -signal.SIGKILL:
            row.cycles += 1
            ledger.look()
        elif code not in (0, 1):
            raise Stop(f"ended with {code}: {messages[-300:]}")
        elif turn % 2:
            break
    row.expect("deaths of the process", row.cycles, 3)
    states = {job["order"]: (job["state"], job["reason"]) for job in workspace.jobs()}
    state, reason = states.get(victim, (None, None))
    row.expect("the poisonous event's job", state, "quarantined")
    row.expect("jobs", len(states), count)
    # Its neighbours were running when the process died three times: those that were are parked as well, and no others.
    ledger.judge()
    row.figures.update(events=count, reason=reason)
    parked = sum(state in ("quarantined", "needs_decision") for state, _ in states.values())
    if parked > 3 * 4 + 1:
        row.problem(f"{parked} jobs are parked: more than ran when the process died")


ROWS = {
    "kills": (kills, "a batch killed at random moments: no job lost, none finished run again, keyed effects once, unsafe ones at most once"),
    "webhooks": (webhooks, "serve killed under webhooks: every 202 has its one job, effects as above"),
    "poison": (poison, "one event that kills the process: set aside after three deaths, all others are done"),
}
