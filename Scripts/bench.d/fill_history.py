#!/usr/bin/env python3
"""Fills the history of a workspace with jobs of the past, for measuring pages and lists: fill_history.py WORKSPACE JOBS [DAYS].

Run `galley run` once before, so that the history is there. The history's own triggers count the jobs. Nothing may be serving.
"""
import json, pathlib, random, sqlite3, sys, time

BITS = 26  # of StepKey
STATES = [(5, 9600), (6, 330), (7, 50)]  # succeeded, failed, canceled; open ones are added at the end
COMPANIES = ["Nordlicht Logistik", "Bluebird Bakeries", "Tiny Shop", "Atelier Lumière", "Cascade Outdoor", "<b>Bold</b> & Sons"]


def recipes(database, workspace):
    found = [(p.parent.name, p.read_bytes()) for p in sorted(pathlib.Path(workspace, "Recipes").glob("*/recipe.json"))]
    found += [(f"bench-{n:02}", b'{"galley":1,"trigger":{"use":"manual"},"steps":[{"return":1}]}') for n in range(20 - len(found))]
    ids = []
    for name, source in found:
        database.execute("INSERT INTO recipe(name) VALUES (?) ON CONFLICT DO NOTHING", (name,))
        recipe = database.execute("SELECT id FROM recipe WHERE name = ?", (name,)).fetchone()[0]
        version = database.execute("SELECT id FROM recipe_version WHERE recipe = ? ORDER BY number DESC", (recipe,)).fetchone()
        if version is None:
            version = (database.execute(
                "INSERT INTO recipe_version(recipe, number, hash, registered_ms, source) VALUES (?, 1, randomblob(32), ?, ?)",
                (recipe, int(time.time() * 1000), source)).lastrowid,)
        ids.append((recipe, version[0]))
    return ids


def rows(first, count, days, ids, random):
    now = int(time.time() * 1000)
    start = now - int(days * 86_400_000)
    names, weights = zip(*STATES)
    for offset in range(count):
        job = first + offset
        made = start + (now - start) * offset // count
        recipe, version = ids[min(int(random.expovariate(0.25)), len(ids) - 1)]
        state = random.choices(names, weights)[0]
        if offset > count - 300 and random.random() < 0.2:
            state = random.choice([0, 0, 2, 3, 4])
        took = min(int(random.lognormvariate(5.5, 1.3)), 3_000_000)
        company = random.choice(COMPANIES)
        message = f"the CRM answered {random.choice([500, 502, 503, 409])} for {company}" if state == 6 else None
        error = json.dumps({"message": message, "type": "server", "step": "send", "connector": "sandbox_crm"}) if message else None
        done = made + took if state >= 5 else None
        reason = {2: "send waits until tomorrow", 3: "the step send was cut short and may have happened: decide whether to run it again", 4: "its runner died 3 times while it was running"}.get(state)
        event = json.dumps({"body": {"id": f"F-{job}", "company": company, "amount": random.randint(10, 90_000)}, "headers": {}, "query": {}})
        yield (job, recipe, version, state, 1, 0, made, made if state else None, done, 0, took if state else 0,
               random.choice(["webhook", "webhook", "schedule", "manual"]), reason, message, json.dumps({"Company": company, "Number": f"F-{job}"}),
               event, None if state != 5 else '{"ok":true}', error)


def main():
    workspace, count = sys.argv[1], int(sys.argv[2])
    days = float(sys.argv[3]) if len(sys.argv) > 3 else 30
    database = sqlite3.connect(pathlib.Path(workspace, ".galley", "history.db"), isolation_level=None)
    database.execute("PRAGMA synchronous = OFF")
    database.execute("PRAGMA cache_size = -200000")
    database.execute("BEGIN")
    ids = recipes(database, workspace)
    first = database.execute("SELECT max(watermark, coalesce((SELECT max(id) FROM job), 0)) FROM owner").fetchone()[0] + 1
    generator, began = random.Random(7), time.time()
    batch = []
    for row in rows(first, count, days, ids, generator):
        batch.append(row)
        if len(batch) == 20_000 or row[0] == first + count - 1:
            database.executemany(
                "INSERT INTO job(id, recipe, version, state, epoch, deaths, created_ms, started_ms, finished_ms, run_after_ms, "
                "active_ms, origin, reason, error_message, report, event, result, error) VALUES (" + ", ".join("?" * 18) + ")", batch)
            database.executemany(
                "INSERT INTO step(key, number, state, effect, attempt, round, superseded, started_ms, duration_us, address, input, output, error) "
                "VALUES (?, ?, ?, ?, 1, 1, 0, ?, ?, ?, ?, ?, ?)",
                [(r[0] << BITS | n, n, 2 if r[3] == 6 and n == 1 else 0 if r[3] == 3 and n == 1 else 1, [0, 4, 0][n], r[6], max(1, r[10]) * 300, ["prepared", "send", "return-2"][n],
                  r[15] if n == 1 else None, '{"id":"L-1"}', r[17] if n == 1 else None)
                 for r in batch if r[3] for n in range(3 if r[3] == 5 else 2)])
            batch = []
    database.execute("COMMIT")
    print(f"{count} jobs in {time.time() - began:.0f} s")


main()
