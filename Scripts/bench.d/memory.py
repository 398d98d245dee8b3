#!/usr/bin/env python3
"""galley serve at rest: 10,000 waiting jobs, 100 idle recipes, and how soon it is ready. See README.md.

usage: memory.py GALLEY [--n N] [--seconds S] [--rounds R] [--keep DIR]
"""
import argparse
import asyncio
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from definitions import Failure, expect
from server import Server, one, wait_until
from webhook import Load
from workloads import bench_folder, file_system

RECIPES = 100
WAITING = {
    "galley": 1, "name": "Wait", "concurrency": 20,
    "trigger": {"id": "hook", "use": "webhook.received", "input": {"path": "hook", "method": "POST"}},
    "steps": [{"set": {"n": "{{ hook.body.n }}"}}, {"wait": "30d"}, {"return": {"n": "{{ n }}"}}],
}


def idle_recipe(number):
    """Every third starts by the clock (in two years), the others are called."""
    trigger = {"id": "hook", "use": "webhook.received", "input": {"path": f"hook{number}", "method": "POST"}}
    if number % 3 == 0:
        trigger = {"id": "clock", "use": "schedule", "input": {"every": "1d", "start": f"{time.gmtime().tm_year + 2}-01-01"}}
    return {"galley": 1, "name": f"Recipe {number}", "trigger": trigger, "steps": [{"id": "hello", "set": {"msg": f"hello {number}"}}]}


def make_workspace(galley, folder, recipes):
    os.makedirs(folder)
    subprocess.run([galley, "init"], cwd=folder, check=True, capture_output=True)
    for name, recipe in recipes.items():
        path = os.path.join(folder, "Recipes", name)
        os.makedirs(path)
        with open(os.path.join(path, "recipe.json"), "w") as file:
            json.dump(recipe, file)


def started(galley, folder, body):
    server = Server(galley, folder)
    try:
        return body(server)
    finally:
        server.stop()


def waiting(galley, folder, count):
    make_workspace(galley, folder, {"hook": WAITING})
    states = lambda: dict(one(folder, "SELECT state, count(*) FROM jobs GROUP BY state"))

    def fill(server):
        before = server.memory_mb(), server.memory_mb("RssAnon")
        load = Load(server.port, 64)
        asyncio.run(load.at_once(count))
        wait_until(lambda: states() == {"waiting": count}, f"{count} jobs wait", 300)
        time.sleep(2)
        return *before, server.memory_mb(), server.memory_mb("RssAnon")

    def rest(server):
        time.sleep(2)
        before = server.cpu_seconds()
        time.sleep(10)
        return server.memory_mb(), server.cpu_seconds() - before

    before, before_anonymous, filled, anonymous = started(galley, folder, fill)
    again, cpu = started(galley, folder, rest)
    expect("jobs after a restart", states(), {"waiting": count})
    print(json.dumps({"bench": "memory", "case": "waiting jobs", "n": count, "rss_mb": filled, "rss_before_mb": before,
                      "anonymous_mb": anonymous, "anonymous_before_mb": before_anonymous, "rss_after_restart_mb": again, "cpu_percent": round(cpu * 10, 2), "file_system": file_system(folder)}), flush=True)


def idle(galley, folder, seconds, rounds):
    make_workspace(galley, folder, {f"r{number}": idle_recipe(number) for number in range(RECIPES)})
    started(galley, folder, lambda _: None)  # the first start registers the recipes
    ready = sorted(started(galley, folder, lambda server: server.ready_after) * 1000 for _ in range(rounds * 3))

    def rest(server):
        time.sleep(5)
        before = server.cpu_seconds()
        time.sleep(seconds)
        return server.memory_mb(), server.memory_mb("RssAnon"), server.cpu_seconds() - before

    memory, anonymous, cpu = started(galley, folder, rest)
    print(json.dumps({"bench": "memory", "case": "idle server", "recipes": RECIPES, "rss_mb": memory, "anonymous_mb": anonymous,
                      "cpu_percent": round(cpu / seconds * 100, 3), "seconds": seconds, "ready_ms": round(statistics.median(ready), 1),
                      "ready_min_ms": round(ready[0], 1), "ready_max_ms": round(ready[-1], 1), "starts": len(ready),
                      "file_system": file_system(folder)}), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("galley", help="the release binary")
    parser.add_argument("--n", type=int, default=10_000, help="waiting jobs")
    parser.add_argument("--seconds", type=int, default=60, help="how long the idle server is watched")
    parser.add_argument("--rounds", type=int, default=3, help="a third of the starts")
    parser.add_argument("--keep", metavar="DIR", help="work in this folder and leave it")
    arguments = parser.parse_args()
    if arguments.n < 1 or arguments.rounds < 1 or not 1 <= arguments.seconds <= 3600:
        parser.error("--n and --rounds must be at least 1, --seconds from 1 to 3600")
    galley = os.path.abspath(arguments.galley)
    folder = tempfile.mkdtemp(prefix="galley-bench-", dir=bench_folder(arguments))
    try:
        waiting(galley, os.path.join(folder, "waiting"), arguments.n)
        idle(galley, os.path.join(folder, "idle"), arguments.seconds, arguments.rounds)
    except* Failure as failures:
        print(f"memory: {failures.exceptions[0]}", file=sys.stderr)
        sys.exit(1)
    finally:
        if not arguments.keep:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
