#!/usr/bin/env python3
"""Whole-process workloads: runs ordinary recipes through the galley binary and checks every record. See README.md.

usage: workloads.py GALLEY [NAME...] [--n N] [--c C] [--rounds R] [--flushes] [--keep DIR]
"""
import argparse
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

from definitions import WORKLOADS, Failure, expect

HERE = os.path.dirname(os.path.abspath(__file__))


# ---------------------------------------------------------------- the loopback server

class Nginx:
    """The http workload's server, on a free port, in a folder of its own."""

    def __init__(self, folder):
        binary = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
        if not binary:
            raise Failure("the http workload needs nginx: apt-get install nginx-light")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        os.makedirs(folder)
        with open(os.path.join(HERE, "nginx.conf")) as source:
            text = source.read().replace("PORT", str(self.port))
        config = os.path.join(folder, "nginx.conf")
        with open(config, "w") as target:
            target.write(text)
        log = os.path.join(folder, "error.log")
        self.process = subprocess.Popen(
            [binary, "-c", config, "-p", folder, "-e", log], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        self.stop()
        raise Failure(f"nginx did not start: {open(log).read()[-400:] if os.path.exists(log) else 'no log'}")

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


# ---------------------------------------------------------------- one run

# Started afresh for each run: a process's peak memory counts what its parent had when it was forked, so the parent is small.
LAUNCHER = """
import os, sys, time
out, err, *argv = sys.argv[1:]
flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
files = [(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0), (os.POSIX_SPAWN_OPEN, 1, out, flags, 0o600),
         (os.POSIX_SPAWN_OPEN, 2, err, flags, 0o600)]
start = time.perf_counter()
process = os.posix_spawnp(argv[0], argv, os.environ, file_actions=files)
_, status, usage = os.wait4(process, 0)
wall = time.perf_counter() - start
print(wall, usage.ru_maxrss / 1024, usage.ru_utime + usage.ru_stime, os.waitstatus_to_exitcode(status))
"""


def spawn(argv, cwd, out, err):
    """Runs a process to its end: seconds, peak memory in MB, CPU seconds."""
    launcher = [sys.executable, "-I", "-S", "-c", LAUNCHER, out, err, *argv]
    launched = subprocess.run(launcher, cwd=cwd, capture_output=True, text=True)
    if launched.returncode != 0:
        raise Failure(f"{argv[0]} can't be started: {launched.stderr.strip().splitlines()[-1]}")
    wall, peak, cpu, code = launched.stdout.split()
    if code != "0":
        with open(out, errors="replace") as answers, open(err, errors="replace") as messages:
            failed = next((line for line in answers if '"state":"succeeded"' not in line), "")
            raise Failure(f"{' '.join(argv)} ended with {code}\n{failed}{messages.read()[-800:]}")
    return float(wall), float(peak), float(cpu)


def bench_folder(arguments):
    """Where workspaces are made: on a disk, for a flush in memory costs nothing."""
    return arguments.keep or os.environ.get("TMPDIR") or "/var/tmp"


def file_system(folder):
    """The type of the file system that holds a folder, as in ext4 or tmpfs."""
    folder, best = os.path.realpath(folder), ("", "unknown")
    with open("/proc/mounts") as mounts:
        for line in mounts:
            _, point, kind, *_ = line.split()
            inside = folder == point or folder.startswith(point.rstrip("/") + "/")
            if inside and len(point) >= len(best[0]):
                best = (point, kind)
    return best[1]


def make_workspace(folder, concurrency):
    shutil.copytree(os.path.join(HERE, "workspace"), folder, ignore=shutil.ignore_patterns(".galley"))
    for name in os.listdir(os.path.join(folder, "Recipes")):
        path = os.path.join(folder, "Recipes", name, "recipe.json")
        with open(path) as source:
            recipe = json.load(source)
        recipe["concurrency"] = concurrency
        with open(path, "w") as target:
            json.dump(recipe, target, indent=2)


def database_bytes(path):
    """The history's size once the write-ahead log is in the database."""
    db = sqlite3.connect(path, timeout=30)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    return sum(os.path.getsize(path + end) for end in ("", "-wal") if os.path.exists(path + end))


def run_once(galley, name, concurrency, count, folder, tracer=()):
    """One round in a fresh workspace: measures, checks every record, returns the figures."""
    workload = WORKLOADS[name]
    workspace = os.path.join(folder, "workspace")
    make_workspace(workspace, concurrency)
    nginx = Nginx(os.path.join(folder, "nginx")) if name == "http" else None
    try:
        if name == "loop" and count is not None:
            events = [{"n": count}]
        else:
            events = [workload["event"](i) for i in range(count or workload["n"])]
        if nginx:
            for event in events:
                event["base"] = f"http://127.0.0.1:{nginx.port}"
        lines = os.path.join(folder, "events.jsonl")
        with open(lines, "w") as target:
            target.writelines(json.dumps(event) + "\n" for event in events)
        out, err = os.path.join(folder, "out.jsonl"), os.path.join(folder, "err.txt")
        wall, peak, cpu = spawn([*tracer, galley, "run", name, "--lines", lines], workspace, out, err)
    finally:
        if nginx:
            nginx.stop()
    with open(out) as source:
        answers = [json.loads(line) for line in source if line.strip()]
    expect("answers", len(answers), len(events))
    expect("jobs that did not succeed", [a for a in answers if a["state"] != "succeeded"][:3], [])
    history = os.path.join(workspace, ".galley", "history.db")
    db = sqlite3.connect(f"file:{history}?mode=ro", uri=True, timeout=30)
    expect("jobs", db.execute("SELECT count(*) FROM jobs").fetchone()[0], len(events))
    expect("succeeded jobs", db.execute("SELECT count(*) FROM jobs WHERE state = 'succeeded'").fetchone()[0], len(events))
    rows = db.execute("SELECT count(*) FROM steps").fetchone()[0]
    first, last = db.execute("SELECT min(created_ms), max(finished_ms) FROM job").fetchone()
    checks = workload["check"](db, events)
    db.close()
    latencies = sorted(answer["ms"] for answer in answers)
    units = (events[0]["n"] if name == "loop" else workload.get("units", 1)) * len(events)
    # From the first job's start to the last one's end, as peers are timed: without the start and the end of the process.
    seconds = (last - first) / 1000 if len(events) > 1 else latencies[0] / 1000
    return {
        "jobs_s": round(units / seconds, 1),
        "p50_ms": round(latencies[len(latencies) // 2], 3),
        "p99_ms": round(latencies[min(len(latencies) - 1, int(len(latencies) * 0.99))], 3),
        "wall_s": round(wall, 3), "cpu_us_per_job": round(cpu / units * 1e6, 1), "peak_rss_mb": round(peak, 1),
        "db_bytes_per_job": round(database_bytes(history) / units), "job_records": len(events), "step_records": rows, **checks,
    }


def count_flushes(galley, name, concurrency, count, base):
    """How often a run under strace calls fsync and fdatasync, per job."""
    if not shutil.which("strace"):
        raise Failure("--flushes needs strace: apt-get install strace")
    with tempfile.TemporaryDirectory(prefix="galley-bench-", dir=base) as folder:
        log = os.path.join(folder, "strace.txt")
        tracer = ["strace", "-f", "-qq", "-e", "trace=fsync,fdatasync", "-o", log]
        result = run_once(galley, name, concurrency, count, folder, tracer)
        with open(log, errors="replace") as text:
            calls = len(re.findall(r"^\d+\s+f(?:data)?sync\(", text.read(), re.M))
    return {"flushes": calls, "flushes_per_job": round(calls / result["job_records"], 3)}


def workload(galley, name, arguments):
    base = bench_folder(arguments)
    for concurrency in [arguments.c] if arguments.c else WORKLOADS[name]["c"]:
        rounds = []
        for _ in range(arguments.rounds):
            folder = tempfile.mkdtemp(prefix="galley-bench-", dir=base)
            try:
                rounds.append(run_once(galley, name, concurrency, arguments.n, folder))
            finally:
                if not arguments.keep:
                    shutil.rmtree(folder, ignore_errors=True)
        rounds.sort(key=lambda figures: figures["jobs_s"])
        line = {
            "bench": name, "n": rounds[0]["job_records"], "c": concurrency, "durability": WORKLOADS[name]["durability"],
            **rounds[len(rounds) // 2], "min": rounds[0]["jobs_s"], "max": rounds[-1]["jobs_s"], "rounds": len(rounds),
            "file_system": file_system(base),
        }
        if name.startswith("fib"):
            line["outside_steps_ms"] = round(line["p50_ms"] - line["in_steps_ms"], 3)
        if arguments.flushes:
            line.update(count_flushes(galley, name, concurrency, arguments.n, base))
        print(json.dumps(line), flush=True)


def startup(galley, arguments):
    """One process, one durable job, in a workspace that has run before."""
    base = bench_folder(arguments)
    with tempfile.TemporaryDirectory(prefix="galley-bench-", dir=base) as folder:
        workspace = os.path.join(folder, "workspace")
        make_workspace(workspace, 1)
        out, err = os.path.join(folder, "out.json"), os.path.join(folder, "err.txt")
        argv = [galley, "run", "hello", "--input", '{"n": 1}']
        spawn(argv, workspace, out, err)
        count = arguments.n or 20
        runs = [spawn(argv, workspace, out, err) for _ in range(count)]
        db = sqlite3.connect(f"file:{workspace}/.galley/history.db?mode=ro", uri=True, timeout=30)
        expect("succeeded jobs", db.execute("SELECT count(*) FROM jobs WHERE state = 'succeeded'").fetchone()[0], count + 1)
        db.close()
        walls = sorted(run[0] * 1000 for run in runs)
        print(json.dumps({
            "bench": "startup", "n": count, "durability": "full, per job", "wall_ms": round(statistics.median(walls), 2),
            "min_ms": round(walls[0], 2), "max_ms": round(walls[-1], 2),
            "cpu_ms": round(statistics.median(run[2] for run in runs) * 1000, 2),
            "peak_rss_mb": round(max(run[1] for run in runs), 1),
            "file_system": file_system(base)}), flush=True)


def main():
    names = [*WORKLOADS, "startup"]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("galley", help="the release binary")
    parser.add_argument("names", nargs="*", metavar="NAME", help=" ".join(names))
    parser.add_argument("--n", type=int, help="events; items for loop; processes for startup")
    parser.add_argument("--c", type=int, help="jobs in flight")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--flushes", action="store_true", help="count fsync and fdatasync in one more run under strace")
    parser.add_argument("--keep", metavar="DIR", help="leave workspaces and outputs in this folder")
    arguments = parser.parse_args()
    for name in arguments.names:
        if name not in names:
            parser.error(f'no workload "{name}"; there are: {" ".join(names)}')
    if arguments.rounds < 1 or (arguments.n or 1) < 1 or (arguments.c or 1) < 1:
        parser.error("--n, --c and --rounds must be at least 1")
    galley = os.path.abspath(arguments.galley)
    failed = False
    for name in arguments.names or names:
        try:
            if name == "startup":
                startup(galley, arguments)
            else:
                workload(galley, name, arguments)
        except Failure as failure:
            failed = True
            print(f"{name}: {failure}", file=sys.stderr, flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
