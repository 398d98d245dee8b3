"""Outside systems that hang, break off, lie about lengths, answer nonsense or refuse; others go on meanwhile."""
import collections
import json
import time

from frame import ORDER, Ledger, wait_until
from receiver import Receiver, answer, drop, raw

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def hang(handler):
    time.sleep(7)
    drop(handler)


# What an outside system does with a request, whether galley can't know what came of it, and whether a repeatable call is tried again.
TRICKS = {
    "hangs": (hang, True, True),
    "closes at once": (drop, True, True),
    "closes in its head": (lambda handler: raw(handler, HEAD[:20], close=True), True, True),
    "answers half": (lambda handler: raw(handler, HEAD + b'Content-Length: 100\r\n\r\n{"half": ', close=True), True, True),
    "no last chunk": (lambda handler: raw(handler, HEAD + b'Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n', close=True), True, True),
    "two lengths": (lambda handler: raw(handler, HEAD + b'Content-Length: 2\r\nContent-Length: 9\r\n\r\n{"a": 1}', close=True), True, False),
    "speaks no http": (lambda handler: raw(handler, b"220 mail.example ESMTP\r\n", close=True), True, False),
    "lies about json": (lambda handler: raw(handler, HEAD + b"Content-Length: 14\r\n\r\n<html>no</html"), True, False),
    "drips": (lambda handler: drip(handler), True, True),
    "refuses": (lambda handler: answer(handler, {"error": "no such order"}, 422), False, False),
    "is busy": (lambda handler: answer(handler, {"error": "busy"}, 503, [("Retry-After", "1")]), False, True),
    "asks for slowness": (lambda handler: answer(handler, {"error": "slow down"}, 429, [("Retry-After", "1")]), False, True),
}


def drip(handler):
    for byte in HEAD + b"Content-Length: 9\r\n\r\n":
        raw(handler, bytes([byte]))
        time.sleep(0.15)
    drop(handler)


def hanging(row):
    """Each trick on the call that can be repeated, the first time only or for good, and on the one that can't."""
    tricks = {}   # order -> (trick, path, whether every time)
    met = collections.Counter()

    def behave(request, handler):
        trick, path, always = tricks.get(request["order"], (None, None, None))
        if trick is None or request["path"] != path:
            return False
        met[(request["order"], path)] += 1
        if met[(request["order"], path)] > 1 and not always:
            return False
        try:
            TRICKS[trick][0](handler)
        except OSError:
            drop(handler)
        return True

    receiver = Receiver(row, behave=behave)
    impatient = json.loads(json.dumps(ORDER))
    impatient["concurrency"] = 40
    for step in impatient["steps"]:
        if "use" in step:
            step["timeout"] = "25s"
        if step.get("id") == "paid":
            step["retry"] = {"times": 2, "wait": "200ms"}
    calm = json.loads(json.dumps(ORDER))
    calm["trigger"]["input"]["path"] = "calm"
    calm["connections"] = {"shop": "well"}
    well = {"connector": "http", "settings": {"base_url": Receiver(row).url}}
    workspace = row.workspace(receiver=receiver, recipes={"order": impatient, "calm": calm}, connections={"well": well}, settings={
        "network": {"private_addresses": True}, "limits": {"first_byte_seconds": 3, "call_seconds": 5}})
    ledger = Ledger(workspace, receiver)
    server = workspace.serve()
    number = 0
    while row.goes_on(1):
        for trick in TRICKS:
            for path, always in (("/pay", False), ("/pay", True), ("/tell", True)):
                tricks[number] = (trick, path, always)
                row.expect("the answer to a delivery", server.ask("POST", "/hooks/orders", {"id": number})[0], 202)
                number += 1
        started = time.monotonic()
        row.expect("the answer to a delivery", server.ask("POST", "/hooks/calm", {"id": -number})[0], 202)
        wait_until(lambda: workspace.rows("SELECT count(*) AS n FROM jobs WHERE recipe = 'calm' AND state = 'succeeded'")[0]["n"] > row.cycles,
                   "a recipe whose system is well goes on", 20)
        row.most("calm_job_ms", round((time.monotonic() - started) * 1000))
        server.wait_until_idle(120)
        row.cycles += 1
    server.stop()
    ledger.look()
    states = collections.Counter()
    for job in workspace.jobs():
        trick, path, always = tricks[job["order"]]
        _, unknown, passes = TRICKS[trick]
        paid, told = receiver.requests(job["order"], "/pay"), receiver.requests(job["order"], "/tell")
        states[job["state"]] += 1
        what = f"order {job['order']} ({trick}, {path}, {'always' if always else 'once'})"
        if path == "/pay" and passes and not always:
            wanted = ("succeeded",)
        elif path == "/pay":
            wanted = ("failed",)
        else:
            wanted = ("needs_decision",) if unknown else ("failed",)
        if job["state"] not in wanted:
            row.problem(f"{what} is {job['state']}, not {wanted[0]}: {job['error_message'] or job['reason']}")
        if len(told) > 1 and unknown:
            row.problem(f"{what}: the unsafe step was sent {len(told)} times")
        if unknown and (len({request["key"] for request in paid}) > 1 or len({request["body"] for request in paid}) > 1):
            row.problem(f"{what}: a try has another key or body than the first")
        if job["state"] == "failed" and not job["error_message"]:
            row.problem(f"{what} failed without a message")
    row.expect("jobs", sum(states.values()), number)
    row.figures.update(jobs=number, **states)


ROWS = {
    "hanging": (hanging, f"{len(TRICKS)} ways to hang, break off and lie: every job ends, unknown outcomes wait for a decision, "
                         "repeats carry the same key, others go on"),
}
