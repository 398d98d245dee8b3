#!/usr/bin/env python3
"""The dashboard as people use it: Chromium over `galley serve`, on a workspace made here. Prints a line for each check; exits 1 when one fails.

usage: dashboard.py GALLEY [CHECK...]
"""
import contextlib, http.server, json, pathlib, re, subprocess, sys, tempfile, threading, traceback
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

GALLEY = str(pathlib.Path(sys.argv[1]).resolve())
# Ends tags and attributes; the accent makes one grapheme cluster of it and the quotation mark.
BAIT = "<script>window.hit=1</script>\"\u0301 onfocus=window.hit=2 autofocus x='\u0301 <img src=x onerror=window.hit=3>"

def nested(depth):
    """Branches within branches: a drawing far wider than a screen."""
    return [{"title": f"Is the customer of level {depth} known to us already?", "if": "1 == 1", "then": nested(depth - 1) if depth else [{"title": "会計システムに請求書を登録して担当者に知らせる", "set": {"x": 1}}],
             "else": [{"title": "Otherwise WWWWWW MMMMMM it is noted", "set": {"y": 1}}]}]


RECIPES = {
    "wide": {"galley": 1, "name": "Many branches", "description": "Shows how wide a drawing can be.", "trigger": {"id": "go", "use": "manual", "input": {"schema": {"type": "object"}}},
             "steps": [*nested(7), {"return": {}}]},
    "orders": {
        "galley": 1, "name": "Book orders", "trigger": {"id": "order", "use": "manual", "input": {"schema": {
            "type": "object", "required": ["number"], "properties": {"number": {"type": "string", "description": "like A-1"}}}}},
        "report": {"Number": "order.number"},
        "steps": [
            {"id": "counted", "title": "Count the lines", "for_each": "(1..40).to_a", "as": "line", "steps": [{"title": "One line", "set": {"last": "{{ line }}"}}]},
            {"id": "booked", "title": "Book it in the ledger", "use": "file.read", "input": {"path": "ledger.txt"}},
            {"return": {"booked": "{{ order.number }}"}}]},
    "bait": {
        "galley": 1, "name": BAIT, "trigger": {"id": "got", "use": "webhook.received", "input": {"path": "bait", "schema": {
            "type": "object", "properties": {"text": {"type": "string", "title": BAIT, "description": BAIT}}}}},
        "report": {"Text": "got.body.text"},
        "steps": [{"title": BAIT, "set": {"x": "{{ got.body.text }}"}}, {"title": BAIT, "stop": "failed", "reason": "{{ got.body.text }}"}]},
    "people": {"galley": 1, "name": "Copy the people", "trigger": {"id": "hook", "use": "webhook.received", "input": {"path": "people"}}, "connections": {"http": "staff"},
               "steps": [{"id": "list", "title": "Ask the directory", "use": "http.get", "input": {"path": "/people"}}, {"return": {"people": "{{ list.body.length }}"}}]},
    "pay": {"galley": 1, "name": "Pay invoices", "trigger": {"id": "got", "use": "manual", "input": {"schema": {"type": "object"}}},
            "steps": [{"id": "ok", "use": "approval.request", "input": {"title": "Pay? " + BAIT, "text": "Two\nlines " + BAIT, "fields": {"Amount": "99.00", BAIT: BAIT}, "approvers": ["ada", "bob"], "needed": 2}},
                      {"return": {}}]},
    "slow": {"galley": 1, "name": "Takes a while", "trigger": {"id": "go", "use": "manual", "input": {"schema": {"type": "object"}}},
             "steps": [{"wait": "2s"}, {"return": {}}]},
    "big": {"galley": 1, "name": "Only big ones", "trigger": {"id": "go", "use": "manual", "input": {"schema": {"type": "object"}}},
            "steps": [{"title": "Big?", "if": "go.amount.to_i > 5", "then": [{"return": {"big": True}}]}]},
    "nightly": {"galley": 1, "name": "Nightly figures", "trigger": {"use": "schedule", "input": {"cron": "30 2 * * *", "dst": "skip", "time_zone": "Europe/Berlin"}},
                "steps": [{"return": {}}]},
}
PAGES = ["/", "/jobs", "/jobs?state=failed", "/jobs/1", "/jobs/1?step=0", "/jobs/2", "/jobs/1/compare?with=2", "/jobs/bulk?action=retry", "/recipes", "/recipes/orders",
         "/recipes/bait", "/recipes/nightly", "/recipes/wide", "/schedules", "/webhooks", "/webhooks/1", "/topics", "/tables", "/tables/codes", "/approvals", "/approvals?view=open", "/approvals/1", "/connections", "/connectors", "/connectors/http", "/settings", "/settings/alerts", "/settings/audit"]


class Directory(http.server.BaseHTTPRequestHandler):
    """The app behind the connection `staff`."""

    def do_GET(self):
        body = b'["Ada", "Grace"]'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def connect(folder, port):
    place = pathlib.Path(folder, "Connections")
    place.mkdir(exist_ok=True)
    (place / "staff.json").write_text(json.dumps({"connector": "http", "settings": {"base_url": f"http://127.0.0.1:{port}"}}))


@contextlib.contextmanager
def server():
    with tempfile.TemporaryDirectory(prefix="galley-browser-") as folder:
        for name, recipe in RECIPES.items():
            place = pathlib.Path(folder, "Recipes", name)
            place.mkdir(parents=True)
            (place / "recipe.json").write_text(json.dumps(recipe, ensure_ascii=False, indent=1))
        (pathlib.Path(folder) / "Tables").mkdir()
        pathlib.Path(folder, "Tables/codes.csv").write_text("code,land,note\n" + "".join(f"C{n},Land {n},{'long ' * n}\n" for n in range(30)))
        pathlib.Path(folder, "galley.json").write_text(json.dumps({"galley": 1, "name": "Browser trial", "network": {"private_addresses": True}}))
        connect(folder, 1)  # nobody listens there
        subprocess.run([GALLEY, "run", "orders", "--input", '{"number":"A-1"}'], cwd=folder, capture_output=True, timeout=60)
        process = subprocess.Popen([GALLEY, "serve", "--port", "0"], cwd=folder, stderr=subprocess.PIPE, text=True)
        try:
            for line in process.stderr:
                found = re.search(r"open (http://[^/]+)(/setup\S+)", line)
                if found:
                    threading.Thread(target=process.stderr.read, daemon=True).start()  # so that it never waits for a reader
                    yield found[1], found[2], pathlib.Path(folder)
                    break
            else:
                raise RuntimeError("the server did not start")
        finally:
            process.terminate()
            process.wait(timeout=40)


def eventually(page, url, text):
    """Loads a page until its main part has a text."""
    for _ in range(150):
        page.goto(url)
        if text in page.locator("main").inner_text():
            return
        page.wait_for_timeout(200)
    raise AssertionError(f"{url} never shows {text}: {page.locator('main').inner_text()[:500]}")


def signs_in(page, base, setup):
    """The one-time link of the first start makes the first user; then out, refused with a wrong password, and in again."""
    page.goto(base + "/jobs")
    assert "/sign-in" in page.url, page.url
    page.goto(base + setup)
    page.get_by_label("Name").fill("ada")
    page.get_by_label("Password, at least 12 characters").fill("correct horse battery")
    page.get_by_label("Password again").fill("correct horse battery")
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url(re.compile(re.escape(base) + "/($|\\?)"))
    page.get_by_role("button", name="Sign out").click()
    page.goto(base + "/jobs")
    for password in ["wrong horse battery", "correct horse battery"]:
        page.get_by_label("Name").fill("ada")
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(base + "/jobs")
    page.goto(base + setup)
    assert not page.get_by_label("Password again").is_visible(), "the link of the first start works twice"


def post_bait(page, base):
    answer = page.request.post(base + "/hooks/bait", data={"text": BAIT})
    assert answer.status == 202, answer.text()
    eventually(page, base + "/jobs/2", "failed")


def finds_and_retries(page, base, folder):
    """From the first page to the cause of a failure, and on from the failed step."""
    page.goto(base + "/")
    page.get_by_role("link", name=re.compile("Success rate")).click()
    assert "state=failed" in page.url
    page.get_by_role("row", name=re.compile("Book orders")).get_by_role("link").first.click()
    assert page.url.endswith("/jobs/1")
    assert "Book it in the ledger" in page.locator(".why .sentence").inner_text()
    assert "ledger.txt" in page.locator("pre.source").inner_text()
    (folder / "ledger.txt").write_text("ready")
    page.get_by_role("button", name="Retry from the failed step").click()
    eventually(page, base + "/jobs/1", "This job succeeded")
    assert page.locator(".state.succeeded").first.is_visible()


def stops_a_recipe(page, base, folder):
    page.goto(base + "/recipes")
    page.get_by_role("button", name="Stop Nightly figures").click()
    assert "is stopped" in page.get_by_role("status").inner_text()
    page.get_by_role("button", name=re.compile("Start")).click()
    assert "is started" in page.get_by_role("status").inner_text()


def pauses_a_schedule(page, base, folder):
    page.goto(base + "/schedules")
    page.get_by_label("Pause Nightly figures").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("the ledger is closed")
    page.keyboard.press("Enter")
    page.wait_for_url("**notice=paused")
    assert "the ledger is closed" in page.get_by_role("row", name=re.compile("Nightly")).inner_text()
    page.get_by_role("button", name="Go on with Nightly figures").click()
    assert "the ledger is closed" not in page.locator("main").inner_text()


def fixes_a_connection(page, base, folder):
    """A delivery fails at an app that is away; once the connection is right, its job goes on from there and the delivery comes in again."""
    assert page.request.post(base + "/hooks/people", data={}).status == 202
    eventually(page, base + "/jobs?recipe=people&state=failed", "Copy the people")
    page.get_by_role("row", name=re.compile("Copy the people")).get_by_role("link").first.click()
    job = page.url
    assert "Ask the directory" in page.locator(".why .sentence").inner_text()
    directory = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Directory)
    threading.Thread(target=directory.serve_forever, daemon=True).start()
    connect(folder, directory.server_address[1])
    page.goto(base + "/connections/staff")
    assert page.get_by_role("link", name="Copy the people").is_visible()
    page.get_by_role("button", name="Test it now").click()
    page.wait_for_url("**notice=*")
    page.goto(job)
    page.get_by_role("button", name="Retry from the failed step").click()
    eventually(page, job, "This job succeeded")
    page.goto(base + "/webhooks?path=people")
    page.get_by_role("row").nth(1).get_by_role("link").first.click()
    page.get_by_role("button", name=re.compile("again|replay", re.I)).click()
    page.wait_for_url("**/jobs/*notice=*")
    again = page.url.split("?")[0]
    eventually(page, again, "This job succeeded")
    directory.shutdown()


def follows_a_job(page, base, folder):
    """The page of a job that runs shows its end without being asked to."""
    (folder / "ledger.txt").write_text("ready")
    page.goto(base + "/recipes/slow")
    page.locator("#run > summary").click()
    page.get_by_role("button", name="Run", exact=True).click()
    page.wait_for_url("**/jobs/*")
    page.get_by_text("This job succeeded").wait_for(timeout=30_000)


def answers_an_approval(page, base, folder):
    """One answers in the dashboard, found from the first page; the other by the link, without a script and without signing in."""
    asked = subprocess.run([GALLEY, "run", "pay"], cwd=folder, capture_output=True, text=True, timeout=60)
    assert asked.returncode == 75, asked.stderr
    links = json.loads(subprocess.run([GALLEY, "approvals", "show", "1", "--links", "--json"], cwd=folder, capture_output=True, timeout=60).stdout)["links"]
    page.goto(base + "/")
    page.get_by_role("link", name="1 approval waits for an answer").click()
    assert page.get_by_role("link", name="Waiting for you 1").is_visible()
    page.get_by_role("row").nth(1).get_by_role("link").first.click()
    assert page.url == base + "/approvals/1", page.url
    page.get_by_label("Why (may be left empty)").fill("looks right")
    page.get_by_role("button", name="Approve").click()
    page.wait_for_url("**notice=answered")
    assert "looks right" in page.locator("main").inner_text() and "1 of 2 approvals" in page.locator("main").inner_text()
    context = page.context.browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 700})
    other = context.new_page()
    other.goto(base + "/approve/" + links[1]["link"].split("/")[-1])
    assert other.evaluate("document.documentElement.scrollWidth") <= 320
    assert "You answer as bob." in other.locator("main").inner_text()
    assert other.locator("main img, main script").count() == 0
    other.get_by_role("button", name="Approve").click()
    assert "You have approved this" in other.get_by_role("status").inner_text()
    context.close()
    eventually(page, base + f"/jobs?recipe=pay&state=succeeded", "Pay invoices")


def runs_a_recipe(page, base, folder):
    page.goto(base + "/recipes/orders")
    page.locator("#run > summary").click()
    page.get_by_label("number (needed)").fill("A-2")
    page.get_by_role("button", name="Run", exact=True).click()
    assert re.search(r"/jobs/\d+", page.url), page.url


def keyboard_only(page, base, folder):
    """Skip link, search by a key, then to a job and its retry with nothing but keys."""
    page.goto(base + "/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "find"
    page.keyboard.type("window.hit")
    page.keyboard.press("Enter")
    page.wait_for_url("**/jobs?text=*")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('href')") == "/jobs/2":
            break
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none", "the focus can't be seen"
    page.keyboard.press("Enter")
    page.wait_for_url("**/jobs/2")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText").startswith("Run the event again"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**notice=rerun")


def bait_is_inert(page, base, folder):
    for path in PAGES:
        page.goto(base + path)
        assert page.evaluate("window.hit") is None, path
        assert page.locator("main img, main script, main [onfocus], main [onerror]").count() == 0, path


def axe_finds_nothing(page, base, folder):
    findings = []
    for scheme in ["light", "dark"]:
        page.emulate_media(color_scheme=scheme)
        for path in PAGES:
            page.goto(base + path)
            page.evaluate("for (const one of document.querySelectorAll('main details')) one.open = true")
            result = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
            for violation in result.response["violations"]:
                if violation["impact"] in ("serious", "critical", "moderate"):
                    nodes = [node["html"][:160] for node in violation["nodes"][:2]]
                    findings.append(f"{scheme} {path}: {violation['id']} ({violation['impact']}): {nodes}")
    assert not findings, "\n  ".join(findings)


def fits_narrow_screens(page, base, folder):
    page.set_viewport_size({"width": 320, "height": 700})
    for path in PAGES:
        page.goto(base + path)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 320, f"{path} is {width} wide"
        page.evaluate("for (const one of document.querySelectorAll('main details')) one.open = true")
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 320, f"{path} is {width} wide with all of it open"
    page.goto(base + "/jobs")
    row = page.locator("table.stack tbody tr").first
    assert row.locator("td[data-label=State]").is_visible() and row.bounding_box()["width"] <= 320, "rows are not stacked"
    page.set_viewport_size({"width": 1280, "height": 900})


def shows_what_matters_first(page, base, folder):
    """The trigger of a wide drawing and the open page's entry of a long navigation are in view, at every width."""
    for width in [320, 1280]:
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(base + "/recipes/wide")
        seen = page.evaluate("""() => {
            const flow = document.querySelector(".flow"), [a, b] = [flow, flow.querySelector(".trigger")].map((one) => one.getBoundingClientRect());
            return flow.scrollWidth > flow.clientWidth && Math.abs((a.left + a.right) - (b.left + b.right)) < 8; }""")
        assert seen, f"the trigger is out of sight at {width}"
        page.goto(base + "/settings")
        box = page.locator(".side [aria-current]").bounding_box()
        assert box["x"] >= -1 and box["x"] + box["width"] <= width + 1, f"the navigation hides where we are at {width}"
    assert "Shows how wide a drawing can be." in page.goto(base + "/recipes/wide").text()


def drawings_can_be_read(page, base, folder):
    """Texts stay within the boxes of a recipe's drawing; those of the chart keep their size at every width."""
    for recipe in ["wide", "orders", "bait", "people", "big"]:
        page.goto(base + "/recipes/" + recipe)
        too_long = page.evaluate("""() => [...document.querySelectorAll(".flow g:has(> rect.box)")].flatMap((group) => {
            const box = group.querySelector("rect.box").getBBox();
            return [...group.querySelectorAll("text")].filter((text) => { const b = text.getBBox(); return b.x < box.x || b.x + b.width > box.x + box.width; }).map((text) => text.textContent); })""")
        assert not too_long, f"{recipe}: {too_long}"
        outside = page.evaluate("""() => { const whole = document.querySelector(".flow svg").viewBox.baseVal;
            return [...document.querySelectorAll(".flow text")].filter((text) => { const b = text.getBBox(); return b.x < 0 || b.x + b.width > whole.width; }).map((text) => text.textContent); }""")
        assert not outside, f"{recipe}: {outside}"
    for width in [320, 768, 1280, 3840]:
        page.set_viewport_size({"width": width, "height": 900})
        for span in ["1h", "24h", "7d", "30d"]:
            page.goto(f"{base}/?range={span}")
            labels = page.evaluate("""() => [...document.querySelectorAll(".times text")].map((text) => [text.textContent, text.getBoundingClientRect()]).filter(([, box]) => box.width).map(([words, box]) => [words, box.left, box.right, box.height])""")
            assert len(labels) > 1 and len({label[0] for label in labels}) == len(labels), f"{span} at {width}: {labels}"
            assert all(10 <= label[3] <= 24 for label in labels), f"{span} at {width}: {labels}"
            assert all(a[2] < b[1] for a, b in zip(labels, labels[1:])), f"{span} at {width}: {labels}"
    page.set_viewport_size({"width": 1280, "height": 900})


def works_without_script(page, base, folder):
    context = page.context.browser.new_context(java_script_enabled=False, storage_state=page.context.storage_state())
    plain = context.new_page()
    plain.goto(base + "/jobs/2")
    plain.get_by_role("button", name=re.compile("Run the event again")).click()
    assert "notice=rerun" in plain.url
    context.close()


def asks_nobody_else(page, base, folder):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    for path in PAGES:
        page.goto(base + path)
    assert all(url.startswith(base) for url in asked), [url for url in asked if not url.startswith(base)]


def main():
    checks = [finds_and_retries, stops_a_recipe, pauses_a_schedule, fixes_a_connection, answers_an_approval, runs_a_recipe, follows_a_job, keyboard_only, works_without_script, bait_is_inert, asks_nobody_else, fits_narrow_screens, shows_what_matters_first, drawings_can_be_read, axe_finds_nothing]
    failed = 0
    with server() as (base, setup, folder), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        signs_in(page, base, setup)
        page.goto(base + "/")
        post_bait(page, base)
        wanted = sys.argv[2:]
        for check in [check for check in checks if not wanted or check.__name__ in wanted]:
            try:
                check(page, base, folder)
                print("ok   ", check.__name__)
            except Exception as error:
                failed += 1
                print("at", page.url, page.locator("main").inner_text()[:600], sep="\n  ")
                print("FAILED", check.__name__, *(traceback.format_exc().splitlines()[-12:] if not isinstance(error, AssertionError) else [str(error) or traceback.format_exc().splitlines()[-2]]), sep="\n  ")
        browser.close()
    sys.exit(1 if failed else 0)


main()
