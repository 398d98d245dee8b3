#!/usr/bin/env python3
"""Whole-process workloads: runs ordinary recipes through the galley binary and checks every record. See README.md.

usage: workloads.py GALLEY [NAME...] [--n N] [--c C] [--rounds R] [--flushes] [--keep DIR]
"""
import argparse
import hashlib
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

HERE = os.path.dirname(os.path.abspath(__file__))


class Failure(Exception):
    """A sentence for whoever runs the benchmark."""


# ---------------------------------------------------------------- events and what must come of them

COUNTRIES = ["DE", "FR", "US", "CA", "JP", "SG", "BR", "ZA"]
REGIONS = {"DE": "emea", "FR": "emea", "ZA": "emea", "US": "amer", "CA": "amer", "BR": "latam", "JP": "apac", "SG": "apac"}
SOURCES = ["web", "referral", "event", "ads"]
OWNERS = {"emea": 5, "amer": 7, "latam": 2, "apac": 3}
LEAD_CHECKSUMS = {500: "09d95f747e2dc3ad", 2000: "e7685bcbf038d64c"}


def lead_event(i):
    domain = "gmail.example" if i % 5 == 0 else "mail.example" if i % 11 == 0 else f"company{i % 97}.example"
    return {
        "id": i, "first": f" Ada{i % 13} ", "last": f"Lovelace{i % 17}", "email": f"Ada.{i}@{domain.upper()}",
        "company": f"Company {i % 97} GmbH", "country": COUNTRIES[i % 8], "employees": i * 37 % 3000, "source": SOURCES[i % 4],
        "message": f"Hello, we look for an offer for {i % 50 + 1} seats. " * 3,
    }


def lead_line(lead):
    """The line the last step logs, worked out apart from the recipe."""
    email = lead["email"].strip().lower()
    name = f"{lead['first'].strip()} {lead['last'].strip()}"
    employees = lead["employees"]
    score = 50 if employees >= 1000 else 30 if employees >= 100 else 10
    score += {"referral": 20, "web": 10}.get(lead["source"], 0)
    score += 0 if email.split("@")[1] in ("gmail.example", "mail.example") else 15
    segment = "enterprise" if score >= 60 else "mid" if score >= 35 else "smb"
    region = REGIONS.get(lead["country"], "row")
    owner = f"{region}-{segment}-{lead['id'] % OWNERS.get(region, 1)}"
    text = (
        f"Hi {name},\n\nthank you for your interest in our product for {lead['company']}. Your contact is {owner} "
        f"({region.upper()}). We rated your request {score} of 85.\n\nBest regards,\nThe {segment} team")
    return f"lead {lead['id']} -> {owner} ({segment}/{region}) {score} {len(text)}"


def sha(lines):
    return hashlib.sha256("".join(line + "\n" for line in lines).encode()).hexdigest()[:16]


def fibonacci(n):
    one, two = 0, 1
    for _ in range(n):
        one, two = two, one + two
    return one


def expect(what, found, wanted):
    if found != wanted:
        raise Failure(f"{what}: found {str(found)[:200]}, wanted {str(wanted)[:200]}")


def outputs(db, where="", order="n"):
    """Outputs of the succeeded step records, by the member `order` of their job's event and then as they started."""
    return [json.loads(row[0]) for row in db.execute(
        f"SELECT steps.output FROM steps JOIN jobs ON jobs.id = steps.job WHERE steps.state = 'succeeded' {where} "
        "ORDER BY json_extract(jobs.event, '$.' || ?), steps.seq", (order,))]


def check_hello(db, events):
    expect("steps", db.execute("SELECT count(*) FROM steps").fetchone()[0], len(events))
    expect("outputs", outputs(db), [{"msg": f"hello {event['n']}"} for event in events])
    return {}


def check_lead(db, events):
    expect("steps", db.execute("SELECT count(*) FROM steps").fetchone()[0], 8 * len(events))
    lines = [output["message"] for output in outputs(db, "AND steps.address = 'log'", order="id")]
    check = sha(lines)
    expect("the log lines' checksum", check, sha(lead_line(event) for event in events))
    if len(events) in LEAD_CHECKSUMS:
        expect("the log lines' known checksum", check, LEAD_CHECKSUMS[len(events)])
    lead = events[-1]
    record = outputs(db, "AND steps.output LIKE '{\"record\":%'", order="id")[-1]["record"]
    expect("members of the record", len(record), 10)
    expect("the record's notes", record["notes"], lead["message"][:80])
    return {"check": check}


def check_http(db, events):
    expect("steps", db.execute("SELECT count(*) FROM steps").fetchone()[0], 3 * len(events))
    ids = [output["body"]["id"] for output in outputs(db)]
    expect("the ids of the chain", ids, [41, 42, 43] * len(events))
    return {"last_id": ids[-1]}


def check_loop(db, events):
    count = events[0]["n"]
    rows = outputs(db, "AND steps.address LIKE 'items[%]/%'")
    expect("item steps", len(rows), count)
    expect("the items", rows, [{"i": i, "sq": i * i, "label": f"item-{i}"} for i in range(count)])
    return {"item_steps": len(rows)}


def check_fib(steps, n):
    def check(db, events):
        values = [output["value"] for output in outputs(db, "AND steps.address LIKE '%/number'")]
        expect("the values", values, [fibonacci(n)] * steps * len(events))
        inside = db.execute("SELECT sum(duration_ms) FROM steps WHERE address LIKE '%/number'").fetchone()[0]
        return {"value": values[0], "in_steps_ms": round(inside / len(events), 3)}
    return check


def numbered(i):
    return {"n": i}


# n: events; c: jobs in flight; units: what one job counts for in jobs_s; event: what job i is given
WORKLOADS = {
    "hello": dict(n=5000, c=[1, 20], event=numbered, check=check_hello, durability="full, per job"),
    "lead": dict(n=2000, c=[1, 20], event=lead_event, check=check_lead, durability="full, per job"),
    "http": dict(n=2000, c=[20], event=numbered, check=check_http, durability="full, strict"),
    "loop": dict(n=1, c=[1], event=lambda _: {"n": 10_000}, units=10_000, check=check_loop, durability="full, per job"),
    "fib40": dict(n=1, c=[1], event=lambda _: {}, units=40, check=check_fib(40, 10), durability="full, per job"),
    "fib10": dict(n=1, c=[1], event=lambda _: {}, units=10, check=check_fib(10, 33), durability="full, per job"),
}


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
    checks = workload["check"](db, events)
    db.close()
    latencies = sorted(answer["ms"] for answer in answers)
    units = (events[0]["n"] if name == "loop" else workload.get("units", 1)) * len(events)
    seconds = wall if len(events) > 1 else latencies[0] / 1000
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
