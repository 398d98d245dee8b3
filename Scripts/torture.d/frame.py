"""What every fault test stands on: a row of the table, a workspace with galley in it, a server, the senders that load it, the judge."""
import contextlib
import http.client
import json
import os
import pathlib
import random
import signal
import socket
import sqlite3
import subprocess
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
OPEN = ("queued", "running", "waiting")
# Two calls with an effect outside, one that can be repeated and one that can't, and one that only reads.
ORDER = {
    "galley": 1, "name": "Order", "concurrency": 4,
    "trigger": {"id": "order", "use": "webhook.received", "input": {"path": "orders"}, "dedupe": "order.body.id"},
    "connections": {"shop": "shop"},
    "steps": [
        {"set": {"number": "{{ order.body.id }}"}},
        {"id": "paid", "use": "shop.post", "input": {
            "path": "/pay", "json": {"order": "{{ number }}"}, "effect": "keyed", "idempotency_header": "Idempotency-Key"}},
        {"id": "told", "use": "shop.post", "input": {"path": "/tell", "json": {"order": "{{ number }}"}, "effect": "unsafe"}},
        {"id": "seen", "use": "shop.get", "input": {"path": "/orders", "query": {"order": "{{ number }}"}}},
        {"return": {"order": "{{ number }}", "paid": "{{ paid.body.count }}"}},
    ],
}


class Stop(Exception):
    """A row can't go on; the sentence is its problem."""


def free_port():
    """A port that stays free while a server is down between two cycles: below those that the system gives to whoever asks for any."""
    chance = random.SystemRandom()
    while True:
        port = chance.randrange(15_000, 32_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


def wait_until(condition, what, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise Stop(f"not within {seconds} s: {what}")
        time.sleep(0.05)


class Row:
    """One line of the table while its test runs: what was done, what was found."""

    def __init__(self, name, galley, folder, seconds, short, seed, extra):
        self.name, self.galley, self.folder, self.short, self.extra = name, galley, pathlib.Path(folder), short, extra
        self.chance = random.Random(f"{seed}/{name}")
        self.deadline = time.monotonic() + seconds
        self.cycles, self.figures, self.problems = 0, {}, []
        self.skipped = None
        self.on_exit = contextlib.ExitStack()

    @property
    def has_time(self):
        return time.monotonic() < self.deadline

    def goes_on(self, at_least=1):
        """Whether there is to be another cycle: so many at least, then as time and problems allow."""
        return not self.problems and (self.cycles < at_least or self.has_time)

    def problem(self, sentence):
        self.problems.append(sentence)

    def expect(self, what, found, wanted):
        if found != wanted:
            self.problem(f"{what}: found {str(found)[:300]}, wanted {str(wanted)[:200]}")
        return found == wanted

    def count(self, name, number=1):
        self.figures[name] = self.figures.get(name, 0) + number

    def most(self, name, number):
        self.figures[name] = max(self.figures.get(name, number), number)

    def workspace(self, name="shop", **settings):
        return Workspace(self, self.folder / name, **settings)


class Workspace:
    """A folder with recipes, and galley run in it with a home of its own, so that keys lie beside it."""

    def __init__(self, row, folder, receiver=None, recipes=None, connections=None, settings=None):
        self.row, self.folder = row, folder
        self.home = row.folder / "home"
        self.environment = {**os.environ, "HOME": str(self.home), "XDG_CONFIG_HOME": str(self.home / "config"), "NO_COLOR": "1"}
        self.port = free_port()
        self.runs = 0
        for part in ("Recipes", "Connections", "Tables"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        self.write("galley.json", {"galley": 1, "name": "torture", "network": {"private_addresses": True}, **(settings or {})})
        for name, recipe in (recipes if recipes is not None else {"order": ORDER}).items():
            self.write(f"Recipes/{name}/recipe.json", recipe)
        connections = dict(connections or {})
        if receiver is not None:
            connections.setdefault("shop", {"connector": "http", "settings": {"base_url": receiver.url}})
        for name, connection in connections.items():
            self.write(f"Connections/{name}.json", connection)

    def write(self, name, value):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(value, indent=2) if not isinstance(value, str) else value)
        return path

    def lines(self, numbers):
        """A file of events for `galley run order --lines`."""
        path = self.row.folder / f"{self.folder.name}-orders.jsonl"
        path.write_text("".join(json.dumps({"body": {"id": number}}) + "\n" for number in numbers))
        return str(path)

    # ------------------------------------------------------------ processes

    def start(self, *words, prefix=(), **environment):
        """Starts a command; what it prints goes to files."""
        self.runs += 1
        place = self.row.folder / f"{self.folder.name}-{self.runs}"
        with open(f"{place}.out", "w") as out, open(f"{place}.err", "w") as err:
            process = subprocess.Popen([*prefix, self.row.galley, *words], cwd=self.folder, stdin=subprocess.DEVNULL, stdout=out,
                                       stderr=err, env={**self.environment, **environment})
        process.out, process.err = f"{place}.out", f"{place}.err"
        self.row.on_exit.callback(end, process)
        return process

    def run(self, *words, timeout=120, codes=None, prefix=(), **environment):
        """Runs a command to its end: its exit code, its data and its messages. A signal or a hang is a problem."""
        process = self.start(*words, prefix=prefix, **environment)
        return self.ended(process, timeout, codes)

    def ended(self, process, timeout=120, codes=None):
        words = " ".join(process.args[-6:])[-120:]
        try:
            code = process.wait(timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise Stop(f"`{words}` was still running after {timeout} s: {text(process.err)[-300:]}") from None
        data, messages = text(process.out), text(process.err)
        for path in (process.out, process.err):
            os.unlink(path)
        if codes is not None and code not in codes:
            self.row.problem(f"`{words}` ended with {code}, not {codes}: {messages[-400:]}")
        return code, data, messages

    def serve(self, **options):
        return Server(self, **options)

    def finish(self, seconds=240):
        """Runs what is left until nothing is open."""
        deadline = time.monotonic() + seconds
        while True:
            self.run("jobs", "resume", codes=(0, 1), timeout=seconds)
            left = [job for job in self.jobs() if job["state"] in OPEN]
            if not left:
                return
            if time.monotonic() > deadline:
                raise Stop(f"{len(left)} jobs are still open after {seconds} s, as job {left[0]['id']}: {left[0]['state']}")
            time.sleep(0.2)

    # ------------------------------------------------------------ the history, as readers see it

    @property
    def history(self):
        return self.folder / ".galley/history.db"

    def rows(self, sql, *arguments):
        with contextlib.closing(sqlite3.connect(f"file:{self.history}?mode=ro", uri=True, timeout=30)) as database:
            database.row_factory = sqlite3.Row
            return [dict(row) for row in database.execute(sql, arguments)]

    def is_whole(self):
        """Whether there is a history; a damaged one is a problem."""
        # Killed while the file was being made, before it had a log: readers can't undo that, the next owner does.
        if os.path.exists(f"{self.history}-journal"):
            return False
        if not self.history.exists() or not self.rows("SELECT 1 FROM sqlite_master WHERE name = 'steps'"):
            return False
        found = self.rows("PRAGMA integrity_check")[0]["integrity_check"]
        self.row.expect("integrity_check", found, "ok")
        return True

    def jobs(self):
        """Jobs of orders, with the order's number."""
        jobs = self.rows("SELECT id, state, event, reason, error_message FROM jobs WHERE recipe = 'order' ORDER BY id")
        for job in jobs:
            job["order"] = json.loads(job["event"])["body"]["id"]
        return jobs


def text(path):
    with open(path, errors="replace") as file:
        return file.read()


def end(process):
    if process.poll() is None:
        process.kill()
        process.wait()


class Server:
    """A running galley serve, always on the same port of its workspace."""

    def __init__(self, workspace, ready=True, prefix=(), **environment):
        self.workspace, self.row = workspace, workspace.row
        self.port = workspace.port
        self.process = workspace.start("serve", "--port", str(self.port), prefix=prefix, **environment)
        if ready:
            self.wait_until_ready()

    @property
    def log(self):
        return text(self.process.err)

    def wait_until_ready(self, seconds=60):
        def is_ready():
            if self.process.poll() is not None:
                raise Stop(f"galley serve ended with {self.process.returncode}: {self.log[-400:]}")
            return "galley serves" in self.log
        wait_until(is_ready, "galley serve is ready", seconds)

    def ask(self, method, path, body=None, timeout=30):
        """Status and body of one request."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, json.dumps(body) if body is not None else None, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def health(self):
        status, body = self.ask("GET", "/health")
        return status, json.loads(body)

    def open_jobs(self):
        return self.rows_open(self.workspace)

    @staticmethod
    def rows_open(workspace):
        return workspace.rows(
            f"SELECT count(*) AS n FROM jobs WHERE state IN {OPEN}")[0]["n"]

    def wait_until_idle(self, seconds=120):
        wait_until(lambda: self.process.poll() is not None or self.open_jobs() == 0, "all jobs came to an end", seconds)
        if self.process.poll() is not None:
            raise Stop(f"galley serve ended with {self.process.returncode}: {self.log[-400:]}")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self, seconds=60):
        """SIGTERM: the exit code has to be 0."""
        self.process.send_signal(signal.SIGTERM)
        return self.workspace.ended(self.process, seconds, codes=(0,))


class Senders:
    """Threads that deliver orders to a server, each one again until it is answered with 202."""

    def __init__(self, workspace, threads=4, size=50, pause=0.0, timeout=30):
        self.workspace, self.row, self.size, self.pause, self.timeout = workspace, workspace.row, size, pause, timeout
        self.next, self.lock = 0, threading.Lock()
        self.accepted = {}  # order -> when its 202 came
        self.refused = {}   # status -> how often
        self.stopping = threading.Event()
        self.threads = [threading.Thread(target=self.work, daemon=True) for _ in range(threads)]
        for thread in self.threads:
            thread.start()
        self.row.on_exit.callback(self.stopping.set)

    def work(self):
        while not self.stopping.is_set():
            with self.lock:
                number, self.next = self.next, self.next + 1
            self.deliver(number)
            if self.pause:
                time.sleep(self.pause)

    def deliver(self, number):
        body = json.dumps({"id": number, "text": "x" * self.size})
        connection = None
        while not self.stopping.is_set():
            try:
                if connection is None:
                    connection = http.client.HTTPConnection("127.0.0.1", self.workspace.port, timeout=self.timeout)
                connection.request("POST", "/hooks/orders", body, {"Content-Type": "application/json"})
                answer = connection.getresponse()
                answer.read()
            except (OSError, http.client.HTTPException):
                if connection:
                    connection.close()
                connection = None
                time.sleep(0.02)
                continue
            if answer.status == 202:
                with self.lock:
                    self.accepted[number] = time.monotonic()
                break
            with self.lock:
                self.refused[answer.status] = self.refused.get(answer.status, 0) + 1
            if answer.status not in (429, 503):
                self.row.problem(f"a delivery was answered with {answer.status}")
                break
            time.sleep(0.1)
        if connection:
            connection.close()

    def stop(self):
        self.stopping.set()
        for thread in self.threads:
            thread.join(60)
        return self.accepted


class Ledger:
    """Holds the history of orders against what the other side saw."""

    def __init__(self, workspace, receiver):
        self.workspace, self.row, self.receiver = workspace, workspace.row, receiver
        self.known = set()   # jobs that were once durable
        self.final = {}      # (order, path) -> requests until its step's success was durable

    def look(self):
        """After a fault: the history is whole, nothing durable is gone. Returns whether the fault hit a step."""
        if not self.workspace.is_whole():
            return False
        jobs = {job["id"]: job["order"] for job in self.workspace.jobs()}
        if lost := self.known - jobs.keys():
            self.row.problem(f"jobs {sorted(lost)[:5]} are gone from the history")
        self.known |= jobs.keys()
        for step in self.workspace.rows("SELECT job, address FROM steps WHERE state = 'succeeded' AND address IN ('paid', 'told')"):
            key = (jobs.get(step["job"]), {"paid": "/pay", "told": "/tell"}[step["address"]])
            if key not in self.final:
                self.final[key] = len(self.receiver.requests(*key))
        return bool(self.workspace.rows(
            "SELECT 1 FROM steps JOIN jobs ON jobs.id = steps.job WHERE steps.state = 'started' AND jobs.state = 'running' LIMIT 1"))

    def judge(self, accepted=(), decisions=True, quarantine=True, doubled_unsafe=False):
        """At the end, when nothing is open: what has to hold whatever was done to galley."""
        self.look()
        orders, states, parked = {}, {}, 0
        for job in self.workspace.jobs():
            order, state = job["order"], job["state"]
            orders[order] = orders.get(order, 0) + 1
            states[state] = states.get(state, 0) + 1
            keys = {request["key"] for request in self.receiver.requests(order, "/pay")}
            told = len(self.receiver.requests(order, "/tell"))
            if len(keys) > 1:
                self.row.problem(f"order {order} was paid under {len(keys)} idempotency keys")
            if told > 1 and not doubled_unsafe:
                self.row.problem(f"order {order}: the unsafe step was sent {told} times")
            if state == "succeeded":
                if not keys or not told:
                    self.row.problem(f"job {job['id']} succeeded, but order {order} was paid {len(keys)} and told {told} times")
            elif state == "needs_decision" and decisions:
                steps = self.workspace.rows("SELECT state FROM steps WHERE job = ? AND address = 'told' AND NOT superseded", job["id"])
                if not steps or steps[-1]["state"] not in ("started", "failed"):
                    self.row.problem(f"job {job['id']} needs a decision, but its unsafe step is not open")
            elif state != "quarantined" or not quarantine:
                self.row.problem(f"job {job['id']} of order {order} is {state}: {job['error_message'] or job['reason']}")
        if twice := [order for order, count in orders.items() if count > 1]:
            self.row.problem(f"orders {twice[:5]} have two jobs")
        if lost := set(accepted) - orders.keys():
            self.row.problem(f"orders {sorted(lost)[:5]} were accepted and have no job ({len(lost)} in all)")
        for (order, path), count in self.final.items():
            if len(self.receiver.requests(order, path)) > count and not (doubled_unsafe and path == "/tell"):
                self.row.problem(f"order {order}: {path} was sent again after its success was durable")
        self.row.count("jobs", len(orders))
        for state in ("needs_decision", "quarantined"):
            if states.get(state):
                self.row.count(state, states[state])
        return states


def shim(folder):
    """Compiles the failing system calls; the path of the library."""
    library = os.path.join(folder, "faults.so")
    subprocess.run(["gcc", "-O2", "-shared", "-fPIC", "-o", library, str(HERE / "faults.c"), "-ldl"], check=True)
    return library

