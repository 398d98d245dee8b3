#!/usr/bin/env python3
"""Large payloads: 10 MB of JSON through a recipe that changes one field, 100 MB of CSV through loops. See README.md.

usage: payload.py GALLEY [--n BYTES] [--rounds R] [--keep DIR]
"""
import argparse
import csv
import json
import os
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time

from definitions import Failure, expect
from workloads import bench_folder, file_system, make_workspace, spawn

JSON_BYTES = 10_000_000
# Python's csv beside it, as a child, for its time on the same machine in the same minute.
PYTHON_CSV = """
import csv, sys, time
started, rows, total = time.process_time(), 0, 0
with open(sys.argv[1], newline="") as file:
    lines = csv.reader(file)
    next(lines)
    for line in lines:
        rows += 1
        total += int(line[3])
print(rows, total)
"""


def record(i):
    return {"id": i, "name": f"Record number {i}", "email": f"user{i}@example.com", "score": i * 37 % 1000 / 10, "active": i % 3 == 0,
            "tags": [f"t{i % 7}", f"t{i % 11}"],
            "address": {"street": f"{i % 200} Long Street", "city": "Ünïcode-Stadt", "zip": f"{i % 99999:05d}"},
            "note": 'The quick brown fox jumps over the lazy dog. "Quoted" text, and\ta tab. ' * 3}


def make_event():
    rows, size = [], 0
    while size < JSON_BYTES:
        rows.append(record(len(rows)))
        size += len(json.dumps(rows[-1], ensure_ascii=False).encode()) + 2
    return {"version": 1, "rows": rows}


def make_csv(path, size):
    """A CSV of about so many bytes; its rows and the sum of their amounts."""
    rows = total = 0
    with open(path, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["id", "name", "email", "amount", "country", "note"])
        while file.tell() < size:
            for _ in range(1000 if size > 1_000_000 else 10):
                note = f'said "hello, world" {rows}' if rows % 5 == 0 else "plain text of some length here"
                writer.writerow([rows, f"Customer {rows}", f"user{rows}@example.com", rows % 997, "DE", note])
                total += rows % 997
                rows += 1
    return rows, total


class Case:
    """A fresh workspace for each round; the figures of all rounds."""

    def __init__(self, galley, recipe, folder, files=()):
        self.galley, self.recipe, self.files = galley, recipe, files
        self.folder = folder
        self.rounds = []

    def run(self, event):
        """One process with one job: its own time, the whole process's, processor time, peak memory; what was returned."""
        workspace = os.path.join(self.folder, f"{self.recipe}-{len(self.rounds)}")
        make_workspace(workspace, 1)
        for path in self.files:
            os.link(path, os.path.join(workspace, os.path.basename(path)))
        lines, out, err = (os.path.join(self.folder, name) for name in ("events.jsonl", "out.jsonl", "err.txt"))
        with open(lines, "w") as file:
            file.write(json.dumps(event, ensure_ascii=False) + "\n")
        wall, peak, cpu = spawn([self.galley, "run", self.recipe, "--lines", lines], workspace, out, err)
        with open(out) as file:
            answer = json.loads(file.readline())
        database = sqlite3.connect(f"file:{workspace}/.galley/history.db?mode=ro", uri=True)
        large = database.execute("SELECT count(*), coalesce(sum(length(CAST(body AS BLOB))), 0) FROM payload").fetchone()
        steps = database.execute("SELECT count(*) FROM steps").fetchone()[0]
        result = json.loads(database.execute("SELECT result FROM jobs").fetchone()[0])
        database.close()
        shutil.rmtree(workspace)
        self.rounds.append({"job_ms": answer["ms"], "wall_ms": wall * 1000, "cpu_ms": cpu * 1000, "peak_rss_mb": peak})
        return result, large, steps

    def median(self, name):
        return round(statistics.median(figures[name] for figures in self.rounds), 1)

    def spread(self, name):
        values = [figures[name] for figures in self.rounds]
        return {"min": round(min(values), 1), "max": round(max(values), 1), "rounds": len(values)}


def peak_of_little(galley, recipe, folder):
    """The memory of the same recipe on a file of next to nothing: what the size of the large one is held against."""
    path = os.path.join(folder, "little.csv")
    make_csv(path, 100)
    case = Case(galley, recipe, folder, [path])
    case.run({"file": "little.csv"})
    return case.rounds[0]["peak_rss_mb"]


def change(galley, folder, rounds):
    event = make_event()
    text = json.dumps(event, ensure_ascii=False)
    case = Case(galley, "change", folder)
    python = []
    for _ in range(rounds):
        started = time.process_time()
        json.dumps(json.loads(text), ensure_ascii=False)
        python.append(time.process_time() - started)
        result, (stored, stored_bytes), _ = case.run(event)
        expect("the field that was changed", result.get("version"), 2)
        expect("the rest", result.get("rows"), event["rows"])
        expect("large payloads stored: the event and the result", stored, 2)
    print(json.dumps({
        "bench": "payload", "case": "json, one field changed", "bytes": len(text.encode()), "durability": "full, per job",
        **{name: case.median(name) for name in ("job_ms", "wall_ms", "cpu_ms", "peak_rss_mb")}, **case.spread("job_ms"),
        "stored_payloads": stored, "stored_bytes": stored_bytes, "python_read_and_write_cpu_ms": round(statistics.median(python) * 1000, 1),
        "file_system": file_system(folder)}), flush=True)


def table(galley, folder, recipe, size, rounds, what):
    path = os.path.join(folder, f"{recipe}.csv")
    rows, total = make_csv(path, size)
    size = os.path.getsize(path)
    little = peak_of_little(galley, recipe, folder)
    case = Case(galley, recipe, folder, [path])
    python = []
    out, err = os.path.join(folder, "python.txt"), os.path.join(folder, "python-err.txt")
    for _ in range(rounds):
        wall, _, cpu = spawn([sys.executable, "-c", PYTHON_CSV, path], folder, out, err)
        python.append((wall, cpu))
        result, _, steps = case.run({"file": os.path.basename(path)})
        expect("rows and their sum", (result["rows"], result["sum"]), (rows, total))
    print(json.dumps({
        "bench": "payload", "case": what, "bytes": size, "rows": rows, "step_records": steps, "durability": "full, per job",
        "mb_s": round(size / case.median("job_ms") / 1000, 1), "mb_per_cpu_s": round(size / case.median("cpu_ms") / 1000, 1),
        "python_mb_s": round(size / statistics.median(wall for wall, _ in python) / 1e6, 1),
        "python_mb_per_cpu_s": round(size / statistics.median(cpu for _, cpu in python) / 1e6, 1),
        **{name: case.median(name) for name in ("job_ms", "cpu_ms", "peak_rss_mb")}, **case.spread("job_ms"),
        "more_than_for_a_small_file_mb": round(case.median("peak_rss_mb") - little, 1), "file_system": file_system(folder)}), flush=True)
    os.unlink(path)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("galley", help="the release binary")
    parser.add_argument("--n", type=int, default=100_000_000, help="bytes of CSV")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keep", metavar="DIR", help="work in this folder and leave it")
    arguments = parser.parse_args()
    if arguments.n < 1_000 or arguments.rounds < 1:
        parser.error("--n must be at least 1,000, --rounds at least 1")
    galley = os.path.abspath(arguments.galley)
    folder = tempfile.mkdtemp(prefix="galley-bench-", dir=bench_folder(arguments))
    try:
        change(galley, folder, arguments.rounds)
        table(galley, folder, "batches", arguments.n, arguments.rounds, "csv, a formula for each 1,000 lines")
        table(galley, folder, "lines", arguments.n // 10, arguments.rounds, "csv, a step for each line")
    except Failure as failure:
        print(f"payload: {failure}", file=sys.stderr)
        sys.exit(1)
    finally:
        if not arguments.keep:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
