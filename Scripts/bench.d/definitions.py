"""The workloads: what each job is given and what its records must hold, worked out apart from the recipes. See README.md."""
import hashlib
import json


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
