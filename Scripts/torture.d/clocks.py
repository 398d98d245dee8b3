"""A wall clock that jumps by a day, forward and back, under schedules, waits and calls that take their time."""
import os
import time

from frame import ORDER, Ledger, Senders, wait_until
from receiver import Receiver

FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"
TICK = {
    "galley": 1, "name": "Tick", "trigger": {"id": "clock", "use": "schedule", "input": {"every": "1s", "catch_up": "none", "overlap": "queue"}},
    "steps": [{"return": {"at": "{{ clock.scheduled_at }}"}}],
}
SLOW = {
    "galley": 1, "name": "Slow", "concurrency": 20,
    "trigger": {"id": "slow", "use": "webhook.received", "input": {"path": "slow"}},
    "connections": {"shop": "shop"},
    "steps": [
        {"id": "called", "use": "shop.get", "input": {"path": "/slow"}, "timeout": "20s"},
        {"wait": "1s"},
        {"return": {"count": "{{ called.body.count }}"}},
    ],
}


def clock(row):
    """Each cycle sets the server's wall clock by hours or days while calls and waits are under way."""
    library = next((path for path in (FAKETIME, "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1") if os.path.exists(path)), None)
    if library is None:
        row.skipped = "libfaketime is not installed (the package faketime)"
        return

    def behave(request, _):
        if request["path"] == "/slow":
            time.sleep(2)
        return False

    receiver = Receiver(row, behave=behave)
    workspace = row.workspace(receiver=receiver, recipes={"order": ORDER, "tick": TICK, "slow": SLOW})
    ledger = Ledger(workspace, receiver)
    setting = row.folder / "clock"

    def set_clock(seconds):
        fresh = setting.with_suffix(".new")
        fresh.write_text(f"{seconds:+d}\n")
        fresh.rename(setting)

    set_clock(0)
    server = workspace.serve(LD_PRELOAD=library, FAKETIME_TIMESTAMP_FILE=str(setting), FAKETIME_NO_CACHE="1",
                             FAKETIME_DONT_FAKE_MONOTONIC="1", DONT_FAKE_MONOTONIC="1")
    senders = Senders(workspace, pause=0.05, threads=2)
    offset, slow = 0, 0
    fires = lambda: workspace.rows("SELECT count(*) AS n FROM schedule_fire WHERE job IS NOT NULL")[0]["n"]
    wait_until(lambda: fires() > 0, "the schedule starts", 30)
    while row.goes_on(2):
        row.expect("the answer to a slow order", server.ask("POST", "/hooks/slow", {"n": slow})[0], 202)
        slow += 1
        time.sleep(0.5)
        # The first two jumps are a day ahead and a day back; after that anything goes.
        offset += [86_400, -86_400][row.cycles] if row.cycles < 2 else row.chance.choice([-1, 1]) * row.chance.randrange(1, 400_000)
        set_clock(offset)
        before, answered = fires(), len(senders.accepted)
        started = time.monotonic()
        wait_until(lambda: len(senders.accepted) > answered + 3, "webhooks are accepted after the jump", 20)
        # Times that were started once are not started again: set back, the schedule waits for the first new one.
        latest = workspace.rows("SELECT max(due_ms) AS at FROM schedule_fire")[0]["at"]
        if (time.time() + offset) * 1000 > latest:
            wait_until(lambda: fires() > before, "the schedule goes on after the jump", 20)
            row.most("schedule_goes_on_after_ms", round((time.monotonic() - started) * 1000))
        wait_until(lambda: finished_slow(workspace) == slow, "slow jobs end in spite of the jump", 40)
        row.cycles += 1
        ledger.look()
    accepted = senders.stop()
    set_clock(offset + 86_400)
    server.wait_until_idle()
    server.stop()
    ledger.judge(accepted, decisions=False, quarantine=False)
    slow_jobs = workspace.rows("SELECT state, error_message FROM jobs WHERE recipe = 'slow'")
    row.expect("slow jobs that failed", [job for job in slow_jobs if job["state"] != "succeeded"], [])
    row.expect("due times with two jobs", workspace.rows(
        "SELECT result FROM jobs WHERE recipe = 'tick' GROUP BY json_extract(result, '$.at') HAVING count(*) > 1"), [])
    row.figures.update(accepted=len(accepted), starts_by_schedule=fires())


def finished_slow(workspace):
    return workspace.rows("SELECT count(*) AS n FROM jobs WHERE recipe = 'slow' AND state NOT IN ('queued', 'running', 'waiting')")[0]["n"]


ROWS = {
    "clock": (clock, "the wall clock set by days under load: no due time started twice, no call timed out, waits and schedules go on"),
}
