"""kill -9 in a loop, judged by what the other side saw.

A batch of events runs through a recipe that calls the sandbox with effects of every kind. galley is killed at uniformly random
moments, started again on what is left, and killed again. At the end the sandbox's ledger, which galley can't touch, says:

- no accepted event was lost: every job row that was ever durable is still there and has come to an end;
- no finished step ran twice: once a step's success was durable, its request never came again;
- keyed effects happened once per event; unsafe ones at most once, and those in flight at a kill wait for a decision;
- the database passes integrity_check after every kill.

The seed is printed; --seed repeats the moments (the machine still decides what they hit).
"""
import argparse, json, os, pathlib, random, shutil, signal, sqlite3, subprocess, sys, tempfile, time, urllib.request

EVENTS = 400
DELAY_MS = 6  # every request takes this long in the sandbox, so that most kills hit a step

RECIPE = {
    "galley": 1, "name": "Torture", "concurrency": 4,
    "trigger": {"id": "order", "use": "manual", "dedupe": "order.id"},
    "connections": {"net": "torture"},
    "steps": [
        {"set": {"email": "{{ 'buyer' + order.id.to_s + '@example.org' }}"}},
        {"id": "created", "use": "net.post", "input": {
            "path": "/crm/leads", "json": {"email": "{{ email }}", "last_name": "Buyer {{ order.id }}", "company": "C{{ order.id }}"},
            "effect": "keyed", "idempotency_header": "Idempotency-Key"}},
        {"id": "told", "use": "net.post", "input": {
            "path": "/chat/channels/orders/messages", "json": {"text": "order {{ order.id }}"}, "headers": {"Authorization": "Bearer demo-chat-token"},
            "effect": "unsafe"}},
        {"id": "seen", "use": "net.get", "input": {"path": "/crm/leads", "query": {"email": "{{ email }}"}}},
        {"return": {"lead": "{{ created.body.id }}", "email": "{{ email }}"}},
    ],
}


def fetch(url, method="GET", body=None):
    request = urllib.request.Request(url, method=method, data=json.dumps(body).encode() if body is not None else None,
                                     headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.loads(answer.read() or b"null")


class Torture:
    def __init__(self, galley, folder, url):
        self.galley, self.folder, self.url = galley, folder, url
        self.accepted = set()      # job ids that were durable after some kill
        self.finished = {}         # (job, address) -> round, once the success was durable
        self.inside = self.kills = 0
        self.problems = []

    def command(self, *words):
        return [self.galley, *words, "--workspace", str(self.folder)]

    def look(self):
        """The history as a reader sees it after a kill."""
        path = self.folder / ".galley/history.db"
        if not path.exists():
            return False
        db = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)
        try:
            if not db.execute("select 1 from sqlite_master where name = 'steps'").fetchone():
                return False
            check = db.execute("pragma integrity_check").fetchone()[0]
            if check != "ok":
                self.problems.append(f"integrity_check says {check}")
            jobs = {row[0] for row in db.execute("select id from jobs")}
            lost = self.accepted - jobs
            if lost:
                self.problems.append(f"jobs {sorted(lost)} are gone from the history")
            self.accepted |= jobs
            for job, address, n in db.execute("select job, address, round from steps where state = 'succeeded' and address in ('created', 'told')"):
                self.finished[(job, address)] = n
            return db.execute("select count(*) from steps s join jobs j on j.id = s.job where s.state = 'started' and j.state = 'running'").fetchone()[0] > 0
        finally:
            db.close()

    def kill_once(self, words, moment):
        process = subprocess.Popen(self.command(*words), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        try:
            process.wait(timeout=moment)
            error = process.stderr.read().decode(errors="replace")
            if process.returncode not in (0, 1):
                self.problems.append(f"{words} ended with {process.returncode}: {error[-400:]}")
            return False
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            self.kills += 1
            self.inside += self.look()
            return True


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("galley")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=None)
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(1 << 32)
    chance = random.Random(seed)
    galley = os.path.abspath(options.galley)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="galley-torture-"))
    sandbox = subprocess.Popen([galley, "sandbox", "--port", "0", "--smtp-port", "0"], stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, text=True)
    started = time.monotonic()
    try:
        url = sandbox.stdout.readline().split()[2].rstrip(",")
        recipes = folder / "Recipes/torture"
        recipes.mkdir(parents=True)
        (folder / "Connections").mkdir()
        (recipes / "recipe.json").write_text(json.dumps(RECIPE))
        (folder / "galley.json").write_text(json.dumps({"galley": 1, "name": "torture", "network": {"private_addresses": True}}))
        (folder / "Connections/torture.json").write_text(json.dumps({
            "connector": "http", "settings": {"base_url": url},
            "auth": {"type": "api_key", "in": "header", "name": "X-Api-Key", "key": {"public": "demo-crm-key"}}}))
        fetch(url + "/control/fail", "POST", {"delay_ms": DELAY_MS, "times": 1_000_000})
        torture = Torture(galley, folder, url)
        batch = 0
        while torture.kills < options.kills and not torture.problems:
            # Each batch is offered again and again until it is through; dedupe keys make each event one job.
            lines = folder / f"batch-{batch}.jsonl"
            lines.write_text("".join(json.dumps({"id": batch * EVENTS + i}) + "\n" for i in range(EVENTS)))
            while torture.kills < options.kills and not torture.problems:
                words = ["jobs", "resume"] if chance.random() < 0.5 else ["run", "torture", "--lines", str(lines)]
                if not torture.kill_once(words, chance.uniform(0.01, 0.6)) and words[0] == "run":
                    break
            batch += 1
        for words in (["jobs", "resume"], ["jobs", "resume"]):
            result = subprocess.run(torture.command(*words), capture_output=True, text=True, timeout=600)
            if result.returncode not in (0, 1):
                torture.problems.append(f"the last resume ended with {result.returncode}: {result.stderr[-400:]}")
        torture.look()
        report = judge(torture, url)
        report.update(seed=seed, kills=torture.kills, inside_a_step=torture.inside, seconds=round(time.monotonic() - started, 1))
        if torture.kills >= 100 and torture.inside < 0.3 * torture.kills:
            torture.problems.append(f"only {torture.inside} of {torture.kills} kills hit a step: the test is too kind")
        report["problems"] = torture.problems[:10]
        print(json.dumps(report))
        return 1 if torture.problems else 0
    finally:
        sandbox.terminate()
        sandbox.wait()
        shutil.rmtree(folder, ignore_errors=True)


def judge(torture, url):
    db = sqlite3.connect(f"file:{torture.folder / '.galley/history.db'}?mode=ro", uri=True)
    ledger, after = [], 0
    while True:
        page = fetch(f"{url}/control/ledger?after={after}&limit=1000")
        ledger += page["entries"]
        if page["next_after"] is None:
            break
        after = page["next_after"]
    effects, told, requests = {}, {}, {}
    for entry in ledger:
        body = json.loads(entry["body"])
        if entry["app"] == "crm":
            requests[body["email"]] = requests.get(body["email"], 0) + 1
            effects[body["email"]] = effects.get(body["email"], 0) + bool(entry["effect"])
        if entry["app"] == "chat":
            told[body["text"]] = told.get(body["text"], 0) + bool(entry["effect"])
    counts, decisions = {}, 0
    for job, state, event, error in db.execute("select id, state, event, error_message from jobs"):
        order = json.loads(event)["id"]
        counts[state] = counts.get(state, 0) + 1
        email, text = f"buyer{order}@example.org", f"order {order}"
        steps = dict(db.execute("select address, state from steps where job = ? and not superseded", (job,)))
        if state == "succeeded":
            if effects.get(email) != 1:
                torture.problems.append(f"job {job} succeeded, but its lead was made {effects.get(email, 0)} times")
            if told.get(text) != 1:
                torture.problems.append(f"job {job} succeeded, but its message was sent {told.get(text, 0)} times")
        elif state == "needs_decision":
            decisions += 1
            if steps.get("told") != "started":
                torture.problems.append(f"job {job} needs a decision, but no unsafe step is open")
            if told.get(text, 0) > 1 or effects.get(email) != 1:
                torture.problems.append(f"job {job}: effects were doubled")
        elif state == "quarantined":
            pass  # its process died three times while it ran: parked, for a person
        else:
            torture.problems.append(f"job {job} is {state} when all should be over: {error}")
    doubled = [key for key, n in {**effects, **told}.items() if n > 1]
    if doubled:
        torture.problems.append(f"doubled effects: {doubled[:5]}")
    orders = [json.loads(event)["id"] for (event,) in db.execute("select event from jobs")]
    if len(orders) != len(set(orders)):
        torture.problems.append("an event has two jobs")
    return {"jobs": len(orders), "succeeded": counts.get("succeeded", 0), "needs_decision": decisions, "quarantined": counts.get("quarantined", 0),
            "requests": len(ledger), "steps_that_were_final": len(torture.finished)}


sys.exit(main())
