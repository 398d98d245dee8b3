#!/usr/bin/env python3
"""Fault tests of the galley binary. Usage: see Scripts/torture."""
import argparse
import concurrent.futures
import json
import os
import pathlib
import random
import shutil
import sys
import tempfile
import textwrap
import time
import traceback

import backups
import clocks
import connectors
import crashes
import disk
import keys
import locked
import order
import signals
import upgrades
from frame import Row, Stop

MODULES = [crashes, signals, order, disk, clocks, locked, connectors, upgrades, backups, keys]
ROWS = {name: row for module in MODULES for name, row in module.ROWS.items()}


def run(name, galley, base, seconds, options):
    test, checked = ROWS[name]
    folder = tempfile.mkdtemp(prefix=f"{name}-", dir=base)
    row = Row(name, galley, folder, seconds, options.short, options.seed, {"kills": options.kills, "older": options.older})
    started = time.monotonic()
    try:
        with row.on_exit:
            test(row)
    except Stop as stop:
        row.problem(str(stop))
    except Exception:  # a mistake of the test is a problem of its row, not the end of the others
        row.problem(traceback.format_exc(limit=-4))
    if not row.problems or not options.keep:
        shutil.rmtree(folder, ignore_errors=True)
    return {"name": name, "cycles": row.cycles, "seconds": round(time.monotonic() - started, 1), "checked": checked,
            "figures": row.figures, "skipped": row.skipped, "problems": row.problems[:10], "folder": folder}


def table(results):
    """The results for a terminal of 130 columns."""
    lines = [f"{'fault':<10} {'cycles':>6} {'s':>6}  {'problems':<9} what was checked"]
    for result in results:
        figures = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in result["figures"].items())
        told = result["checked"] + (f" · {figures}" if figures else "")
        if result["skipped"]:
            told = f"not done: {result['skipped']}"
        wrapped = textwrap.wrap(told, 92) or [""]
        found = len(result["problems"]) or ("–" if result["skipped"] else "none")
        lines.append(f"{result['name']:<10} {result['cycles']:>6} {result['seconds']:>6}  {found:<9} {wrapped[0]}")
        lines += [" " * 36 + line for line in wrapped[1:]]
        for problem in result["problems"]:
            lines += textwrap.wrap(problem, 112, initial_indent="    ! ", subsequent_indent="      ")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(prog="Scripts/torture", description="Fault tests of the galley binary: " + " ".join(ROWS))
    parser.add_argument("galley")
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--minutes", type=float, help="how long all tests take together, about (10); each does one cycle at least")
    parser.add_argument("--short", action="store_true", help="a cycle or two of each, several at once: about a minute")
    parser.add_argument("--at-once", type=int, help="how many tests run beside each other (1)")
    parser.add_argument("--kills", type=int, help="for `kills`: so many, however long that takes")
    parser.add_argument("--older", metavar="GALLEY", help="for `older`: a binary that knows fewer schemas")
    parser.add_argument("--seed", type=int, help="repeats the random moments; the machine still decides what they hit")
    parser.add_argument("--keep", action="store_true", help="leave the folders of tests with problems")
    parser.add_argument("--json", action="store_true", help="one JSON object a test, in place of the table")
    options = parser.parse_intermixed_args()
    for name in options.names:
        if name not in ROWS:
            parser.error(f'no test "{name}"; there are: {" ".join(ROWS)}')
    if options.seed is None:
        options.seed = random.SystemRandom().randrange(1 << 32)
    names = options.names or list(ROWS)
    at_once = options.at_once or (4 if options.short else 1)
    minutes = options.minutes if options.minutes is not None else 0.5 if options.short else 10
    seconds = minutes * 60 * at_once / len(names)
    galley = os.path.abspath(options.galley)
    base = pathlib.Path(tempfile.mkdtemp(prefix="galley-torture-", dir=os.environ.get("TMPDIR", "/var/tmp")))
    print(f"torture: seed {options.seed}, {len(names)} tests, about {seconds:.0f} s each", file=sys.stderr, flush=True)
    try:
        with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
            waiting = [pool.submit(run, name, galley, base, seconds, options) for name in names]
            results = []
            for future in waiting:
                result = future.result()
                results.append(result)
                if options.json:
                    print(json.dumps(result), flush=True)
                else:
                    print(f"torture: {result['name']} {'has problems' if result['problems'] else 'done'}", file=sys.stderr, flush=True)
    finally:
        if not options.keep:
            shutil.rmtree(base, ignore_errors=True)
    if not options.json:
        print(table(results))
    return 1 if any(result["problems"] for result in results) else 0


if __name__ == "__main__":
    sys.exit(main())
