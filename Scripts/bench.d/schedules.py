#!/usr/bin/env python3
"""galley serve with many schedules: what it costs when nothing is due, and how late jobs start when some are. See README.md.

usage: schedules.py GALLEY [--n N] [--seconds S] [--keep DIR]
"""
import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

from definitions import Failure, expect
from server import Server, one, wait_until


def write_recipes(folder, count, settings):
    """One recipe a schedule; `settings` gives the trigger's input for its number."""
    recipes = os.path.join(folder, "Recipes")
    shutil.rmtree(recipes, ignore_errors=True)
    for number in range(count):
        path = os.path.join(recipes, f"r{number}")
        os.makedirs(path)
        recipe = {"galley": 1, "name": f"Schedule {number}",
                  "trigger": {"id": "clock", "use": "schedule", "input": settings(number)},
                  "steps": [{"return": {"at": "{{ clock.scheduled_at }}"}}]}
        with open(os.path.join(path, "recipe.json"), "w") as file:
            json.dump(recipe, file)


def placed(folder, count, within="9e9"):
    """Whether every schedule has its next time, within so many seconds: those of an earlier server don't count."""
    latest = f"(strftime('%s') + {within}) * 1000"
    return lambda: one(folder, f"SELECT count(*) FROM schedule WHERE start_ms < {latest}")[0][0] == count


def idle(galley, folder, count):
    year = time.gmtime().tm_year + 2
    write_recipes(folder, count, lambda number: {"every": "1d", "start": f"{year}-01-01"})
    server = Server(galley, folder)
    try:
        wait_until(placed(folder, count), "every schedule has a next time")
        time.sleep(2)
        before = server.cpu_seconds()
        time.sleep(30)
        cpu = server.cpu_seconds() - before
        print(json.dumps({"name": "schedules idle", "schedules": count, "ready_s": round(server.ready_after, 1),
                          "rss_mb": server.memory_mb(), "cpu_ms_in_30_s": round(cpu * 1000)}), flush=True)
    finally:
        server.stop()


def hourly(galley, folder, count, seconds):
    def settings(number):
        second = number % 3600
        return {"every": "1h", "overlap": "queue", "anchor": f"2026-01-01T00:{second // 60:02}:{second % 60:02}Z"}

    write_recipes(folder, count, settings)
    server = Server(galley, folder)
    try:
        wait_until(placed(folder, count, within=3_700), "every schedule has a next time")
        start = (int(time.time()) + 2) * 1000
        before = server.cpu_seconds()
        time.sleep(seconds + 4)
        cpu = server.cpu_seconds() - before
    finally:
        server.stop()
    rows = one(folder, f"""SELECT schedule_fire.due_ms, job.started_ms - schedule_fire.due_ms FROM schedule_fire
        JOIN job ON job.id = schedule_fire.job WHERE due_ms BETWEEN {start} AND {start + seconds * 1000 - 1}""")
    wanted = sum(1 for number in range(count) if (number % 3600 - start // 1000) % 3600 < seconds)
    expect("jobs for the due times", len(rows), wanted)
    expect("jobs that were not started", sum(1 for _, delay in rows if delay is None), 0)
    delays = sorted(delay for _, delay in rows)
    print(json.dumps({"name": "schedules hourly", "schedules": count, "started": len(rows),
                      "delay_p50_ms": delays[len(delays) // 2], "delay_p99_ms": delays[len(delays) * 99 // 100],
                      "delay_max_ms": delays[-1], "cpu_percent": round(100 * cpu / (seconds + 4), 1)}), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("galley", help="the release binary")
    parser.add_argument("--n", type=int, default=100_000, help="schedules")
    parser.add_argument("--seconds", type=int, default=60, help="how long starts are measured")
    parser.add_argument("--keep", metavar="DIR", help="leave the workspace in this folder")
    arguments = parser.parse_args()
    if arguments.n < 1 or not 1 <= arguments.seconds <= 3000:
        parser.error("--n must be at least 1, --seconds from 1 to 3000")
    galley = os.path.abspath(arguments.galley)
    folder = arguments.keep or tempfile.mkdtemp(prefix="galley-schedules-", dir=os.environ.get("TMPDIR", "/var/tmp"))
    os.makedirs(folder, exist_ok=True)
    try:
        subprocess.run([galley, "init"], cwd=folder, check=True, capture_output=True)
        idle(galley, folder, arguments.n)
        hourly(galley, folder, arguments.n, arguments.seconds)
    except Failure as failure:
        print(f"schedules: {failure}", file=sys.stderr)
        sys.exit(1)
    finally:
        if not arguments.keep:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
