#!/usr/bin/env python3
"""galley serve under a mixed load for long: does its memory stay? See README.md.

usage: soak.py GALLEY [--seconds S] [--keep DIR]
"""
import argparse
import http.client
import json
import os
import shutil
import statistics
import sys
import tempfile
import threading
import time

from definitions import Failure, expect
from memory import make_workspace
from server import Server, one, wait_until
from workloads import bench_folder, file_system


def hook(path, steps, **more):
    return {"galley": 1, "name": path, "steps": steps, **more,
            "trigger": {"id": "got", "use": "webhook.received", "input": {"path": path, "method": "POST"}}}


RECIPES = {
    "plain": hook("plain", [{"set": {"text": "{{ got.body.text.upcase }}"}}, {"return": "{{ text }}"}], concurrency=4),
    "loops": hook("loops", [
        {"set": {"list": []}},
        {"for_each": "got.body.items", "as": "item", "steps": [
            {"if": "item.n % 3 == 0", "then": [{"append": {"list": "{{ item.n }}"}}],
             "else": [{"set": {"last": "{{ item.name.reverse }}"}}]}]},
        {"return": "{{ list.sum }}"}]),
    "fails": hook("fails", [{"try": [{"set": {"n": "{{ 1 / got.body.zero }}"}}],
                             "catch": [{"set": {"caught": "{{ error.type }}"}}]},
                            {"set": {"n": "{{ 1 / got.body.zero }}"}}]),
    "waits": hook("waits", [{"wait": "3s"}, {"return": "{{ got.body.text }}"}], concurrency=20),
    "large": hook("large", [{"return": "{{ got.body.merge(seen: true) }}"}]),
    "calls": hook("calls", [{"id": "answer", "call": "called", "input": {"n": "{{ got.body.zero }}"}},
                            {"return": "{{ answer.twice }}"}]),
    "called": {"galley": 1, "name": "called", "trigger": {"id": "input", "use": "recipe.called"},
               "steps": [{"return": {"twice": "{{ input.n * 2 }}"}}]},
    "clock": {"galley": 1, "name": "clock", "trigger": {"id": "clock", "use": "schedule", "input": {"every": "2s"}},
              "steps": [{"return": "{{ clock.scheduled_at }}"}]},
}
PAGES = ["/", "/recipes", "/recipes/loops", "/jobs", "/jobs?state=failed", "/schedules", "/webhooks", "/connections", "/metrics",
         "/api/v1/jobs?limit=50", "/api/v1/stats"]


def body(path, number):
    if path == "large":
        return {"rows": [{"id": n, "text": "x" * 100} for n in range(1_000)], "number": number}
    items = [{"n": n, "name": f"name {n}"} for n in range(30)] if path == "loops" else []
    return {"text": f"event {number}", "items": items, "zero": 0}


class Senders:
    """One thread a kind of delivery, one for pages; each waits for its answer and then a little."""

    def __init__(self, port):
        self.port = port
        self.ends = threading.Event()
        self.accepted = {path: 0 for path in ("plain", "loops", "fails", "waits", "large", "calls")}
        self.pages = 0
        self.failure = None
        pauses = {"plain": 0.01, "loops": 0.05, "fails": 0.05, "waits": 0.2, "large": 1, "calls": 0.1}
        self.threads = [threading.Thread(target=self.guard, args=(self.deliver, path, pauses[path])) for path in self.accepted]
        self.threads.append(threading.Thread(target=self.guard, args=(self.look,)))

    def guard(self, work, *arguments):
        try:
            work(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60), *arguments)
        except Exception as error:
            self.failure = error
            self.ends.set()

    def ask(self, server, method, path, body=None):
        server.request(method, path, json.dumps(body) if body else None, {"Content-Type": "application/json"})
        answer = server.getresponse()
        answer.read()
        return answer.status

    def deliver(self, server, path, pause):
        while not self.ends.wait(pause):
            status = self.ask(server, "POST", f"/hooks/{path}", body(path, self.accepted[path]))
            if status == 429:
                continue
            expect(f"the status of a delivery to {path}", status, 202)
            self.accepted[path] += 1

    def look(self, server):
        while not self.ends.wait(0.5):
            path = PAGES[self.pages % len(PAGES)]
            expect(f"the status of {path}", self.ask(server, "GET", path), 200)
            self.pages += 1

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *error):
        self.ends.set()
        for thread in self.threads:
            thread.join()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("galley", help="the release binary")
    parser.add_argument("--seconds", type=int, default=3_600, help="how long the load lasts")
    parser.add_argument("--keep", metavar="DIR", help="work in this folder and leave it")
    arguments = parser.parse_args()
    galley = os.path.abspath(arguments.galley)
    base = bench_folder(arguments)
    folder = os.path.join(tempfile.mkdtemp(prefix="galley-soak-", dir=base), "workspace")
    make_workspace(galley, folder, RECIPES)
    server = Server(galley, folder, "--no-login")
    memory = []
    try:
        with Senders(server.port) as senders:
            started = time.monotonic()
            while not senders.ends.wait(max(1, arguments.seconds / 120)):
                memory.append((server.memory_mb(), server.memory_mb("RssAnon")))
                if time.monotonic() - started >= arguments.seconds:
                    break
        if senders.failure:
            raise Failure(f"the load ended early: {senders.failure}")
        settled = lambda: one(folder, "SELECT count(*) FROM jobs WHERE state IN ('queued', 'running', 'waiting')")[0][0] <= 1
        wait_until(settled, "every job has ended", 120)
        jobs = dict(one(folder, "SELECT recipe, count(*) FROM jobs GROUP BY recipe"))
        for path, count in senders.accepted.items():
            expect(f"jobs of {path}", jobs.get(path, 0), count)
        expect("failed jobs of others", one(folder, "SELECT count(*) FROM jobs WHERE state = 'failed' AND recipe <> 'fails'"), [(0,)])
    finally:
        server.stop()
    # The first tenth is the start: caches fill, as they would anyway.
    steady = memory[len(memory) // 10:]
    half = len(steady) // 2
    figures = {}
    for place, name in enumerate(["rss_mb", "anonymous_mb"]):
        values = [pair[place] for pair in steady]
        first, second = statistics.median(values[:half]), statistics.median(values[half:])
        figures |= {name: second, f"{name[:-3]}_first_half_mb": first, f"{name[:-3]}_least_mb": min(values),
                    f"{name[:-3]}_most_mb": max(values), f"{name[:-3]}_change_percent": round(100 * (second - first) / first, 1)}
    print(json.dumps({"bench": "soak", "seconds": arguments.seconds, "jobs": sum(jobs.values()), "pages": senders.pages, **figures,
                      "file_system": file_system(folder)}), flush=True)
    if not arguments.keep:
        shutil.rmtree(os.path.dirname(folder), ignore_errors=True)


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        print(f"soak: {failure}", file=sys.stderr)
        sys.exit(1)
