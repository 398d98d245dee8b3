#!/usr/bin/env python3
"""galley serve under webhooks: accepted deliveries a second, bursts, slow senders. See README.md.

usage: webhook.py GALLEY [--n RATE] [--seconds S] [--case NAME] [--keep DIR]
"""
import argparse
import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

from definitions import Failure, expect
from server import Server, one, wait_until

RECIPE = {
    "galley": 1, "name": "Hook", "concurrency": 20,
    "trigger": {"id": "hook", "use": "webhook.received", "input": {"path": "hook", "method": "POST"}},
    "steps": [{"id": "hello", "set": {"msg": "hello {{ hook.body.n }}"}}],
}


def percentile(values, share):
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000, 1) if ordered else None


class Sender:
    """One kept connection; answers are read to their end."""

    def __init__(self, port):
        self.port = port
        self.reader = self.writer = None

    async def post(self, number):
        """The status and how many seconds to wait before trying again."""
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        body = b'{"n": %d, "text": "%s"}' % (number, b"x" * 200)
        self.writer.write(
            b"POST /hooks/hook HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
            % (self.port, len(body)) + body)
        head = await self.reader.readuntil(b"\r\n\r\n")
        fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line)
        await self.reader.readexactly(int(fields.get(b"content-length", b"0")))
        if fields.get(b"connection") == b"close":
            self.close()
        return int(head.split(b" ", 2)[1]), int(fields.get(b"retry-after", b"1"))

    def close(self):
        if self.writer is not None:
            self.writer.close()
        self.writer = None


class Load:
    """Deliveries by many senders; one that is refused with 429 comes again when it was told to."""

    def __init__(self, port, senders):
        self.port = port
        self.idle = asyncio.Queue()
        for _ in range(senders):
            self.idle.put_nowait(Sender(port))
        self.latencies = []
        self.accepted = self.refused = 0

    async def deliver(self, number, due):
        """Latency is from when the delivery was due to its 202: a queue before the server counts too."""
        while True:
            sender = await self.idle.get()
            try:
                status, wait = await sender.post(number)
            finally:
                self.idle.put_nowait(sender)
            if status == 202:
                self.latencies.append(time.perf_counter() - due)
                self.accepted += 1
                return
            if status != 429:
                raise Failure(f"a delivery was answered with {status}")
            self.refused += 1
            await asyncio.sleep(wait)

    async def open_loop(self, rate, seconds, first=0):
        """`rate` deliveries a second whether or not the earlier ones have been answered."""
        start = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for number in range(int(rate * seconds)):
                due = start + number / rate
                delay = due - time.perf_counter()
                if delay > 0:
                    await asyncio.sleep(delay)
                group.create_task(self.deliver(first + number, due))
        return time.perf_counter() - start

    async def at_once(self, count):
        start = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for number in range(count):
                group.create_task(self.deliver(number, start))
        return time.perf_counter() - start


class Case:
    """One fresh workspace with a server, and the check that every 202 has its finished job."""

    def __init__(self, galley, folder, name):
        self.name = name
        self.folder = os.path.join(folder, name.replace(" ", "-"))
        os.makedirs(os.path.join(self.folder, "Recipes", "hook"))
        with open(os.path.join(self.folder, "galley.json"), "w") as file:
            file.write("{}\n")
        with open(os.path.join(self.folder, "Recipes", "hook", "recipe.json"), "w") as file:
            json.dump(RECIPE, file)
        subprocess.run([galley, "recipes", "start", "hook"], cwd=self.folder, check=True, capture_output=True)
        self.server = Server(galley, self.folder)

    def finish(self, load, took, cpu, **more):
        def done():
            return one(self.folder, "SELECT count(*) FROM job WHERE state = 5")[0][0] >= load.accepted
        wait_until(done, f"{self.name}: every accepted delivery has its finished job", 120)
        rows = one(self.folder, "SELECT created_ms, started_ms, finished_ms FROM job")
        memory = self.server.memory_mb()
        self.server.stop()
        expect(f"{self.name}: jobs", len(rows), load.accepted)
        print(json.dumps({
            "bench": "webhook", "case": self.name, "accepted": load.accepted, "accepts_s": round(load.accepted / took, 1),
            "p50_ms": percentile(load.latencies, 0.5), "p99_ms": percentile(load.latencies, 0.99),
            "max_ms": percentile(load.latencies, 1), "refused_429": load.refused,
            "to_job_end_p99_ms": percentile([(end - made) / 1000 for made, _, end in rows], 0.99),
            "cpu_us_per_delivery": round(cpu / max(1, load.accepted) * 1e6), "rss_mb": memory,
            "durability": "full, on disk before each 202", **more}), flush=True)


async def steady(case, rate, seconds):
    load = Load(case.server.port, 64)
    before = case.server.cpu_seconds()
    took = await load.open_loop(rate, seconds)
    case.finish(load, took, case.server.cpu_seconds() - before, rate=rate)


async def flood(case, seconds):
    """As fast as 64 senders can."""
    load = Load(case.server.port, 64)
    before, start, sent = case.server.cpu_seconds(), time.perf_counter(), 0
    while time.perf_counter() - start < seconds:
        await load.at_once(1_000)
        sent += 1_000
    case.finish(load, time.perf_counter() - start, case.server.cpu_seconds() - before)


async def burst(case, seconds):
    load = Load(case.server.port, 200)
    before = case.server.cpu_seconds()
    took = await load.at_once(9_000)
    burst_p99 = percentile(load.latencies, 0.99)
    took += await load.open_loop(20, seconds, first=9_000)
    case.finish(load, took, case.server.cpu_seconds() - before, burst_p99_ms=burst_p99, then_s=seconds)


async def drip(port, stop):
    """A sender of one byte of its head a second."""
    while not stop.is_set():
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            for byte in b"POST /hooks/hook HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 900\r\n\r\n" + b"x" * 900:
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(1)
                if stop.is_set():
                    break
            writer.close()
        except OSError:
            await asyncio.sleep(0.2)


async def slow_senders(case, seconds):
    stop = asyncio.Event()
    drips = [asyncio.create_task(drip(case.server.port, stop)) for _ in range(500)]
    await asyncio.sleep(2)
    load = Load(case.server.port, 16)
    before = case.server.cpu_seconds()
    took = await load.open_loop(50, seconds)
    cpu = case.server.cpu_seconds() - before
    stop.set()
    for task in drips:
        task.cancel()
    case.finish(load, took, cpu, slow_connections=500)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("galley", help="the release binary")
    parser.add_argument("--n", type=int, default=1_000, help="deliveries a second")
    parser.add_argument("--seconds", type=int, default=20, help="how long each case goes on")
    parser.add_argument("--case", choices=["steady", "flood", "burst", "slow senders"], help="only this one")
    parser.add_argument("--keep", metavar="DIR", help="leave the workspaces in this folder")
    arguments = parser.parse_args()
    if arguments.n < 1 or not 1 <= arguments.seconds <= 3600:
        parser.error("--n must be at least 1, --seconds from 1 to 3600")
    galley = os.path.abspath(arguments.galley)
    folder = arguments.keep or tempfile.mkdtemp(prefix="galley-webhook-", dir=os.environ.get("TMPDIR", "/var/tmp"))
    cases = [
        ("steady", lambda case: steady(case, arguments.n, arguments.seconds)),
        ("flood", lambda case: flood(case, arguments.seconds)),
        ("burst", lambda case: burst(case, arguments.seconds)),
        ("slow senders", lambda case: slow_senders(case, arguments.seconds)),
    ]
    try:
        for name, run in cases:
            if arguments.case not in (None, name):
                continue
            case = Case(galley, folder, name)
            try:
                asyncio.run(run(case))
            finally:
                if case.server.process.poll() is None:
                    case.server.process.kill()
    except* Failure as failures:
        print(f"webhook: {failures.exceptions[0]}", file=sys.stderr)
        sys.exit(1)
    finally:
        if not arguments.keep:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
