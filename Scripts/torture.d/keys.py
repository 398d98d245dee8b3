"""The key of the secrets: lost, another one, readable by others, and the store of secrets while `secrets set` is killed."""
import base64
import json
import os
import subprocess
import time

from receiver import Receiver

SECRET = "s3cret-Zebra-4711-"


def secrets(row):
    """Jobs with a connection whose secret can't be read fail with a sentence; they go on when the key is back."""
    receiver = Receiver(row, delay=0)
    connection = {"connector": "http", "settings": {"base_url": receiver.url},
                  "auth": {"type": "bearer", "token": {"secret": "SHOP_TOKEN"}}}
    workspace = row.workspace(receiver=receiver, connections={"shop": connection})

    def set_secret(value, **options):
        return subprocess.run([row.galley, "secrets", "set", "SHOP_TOKEN"], cwd=workspace.folder, env=workspace.environment, input=value,
                              text=True, capture_output=True, timeout=60, **options)

    def order(number):
        code, data, messages = workspace.run("run", "order", "--input", json.dumps({"body": {"id": number}}), timeout=60)
        if SECRET in data + messages:
            row.problem(f"the secret is printed: {(data + messages)[-200:]}")
        return code, messages

    row.expect("exit code of secrets set", set_secret(SECRET + "1").returncode, 0)
    row.expect("exit code with the key", order(0)[0], 0)
    key = next((workspace.home / "config/galley/keys").iterdir())
    right = key.read_bytes()
    other = base64.b64encode(os.urandom(32)) + b"\n"
    number = 1
    for fault, content, mode, word in (("lost", None, None, "missing"), ("another", other, 0o600, "can't be decrypted"),
                                       ("cut", right[:10], 0o600, "does not hold a key"), ("readable by others", right, 0o644, "chmod 600")):
        key.unlink()
        if content is not None:
            key.write_bytes(content)
            key.chmod(mode)
        code, messages = order(number)
        if code not in (1, 65, 66, 69) or word not in messages:
            row.problem(f"a key that is {fault}: exit code {code}: {messages[-400:]}")
        row.expect(f"requests sent with a key that is {fault}", len(receiver.requests(number, "/pay")), 0)
        # A server starts all the same, takes events and says what is wrong; nothing is lost.
        server = workspace.serve()
        row.expect(f"an event with a key that is {fault}", server.ask("POST", "/hooks/orders", {"id": number + 100})[0], 202)
        server.wait_until_idle()
        server.stop()
        key.unlink(missing_ok=True)
        key.write_bytes(right)
        key.chmod(0o600)
        failed = [job["id"] for job in workspace.jobs() if job["state"] not in ("succeeded",)]
        for job in failed:
            workspace.run("jobs", "retry", str(job), codes=(0,))
        left = [job for job in workspace.jobs() if job["state"] != "succeeded"]
        row.expect(f"jobs that did not go on after a key that was {fault}", [(job["id"], job["state"], job["error_message"]) for job in left], [])
        row.cycles += 1
        number += 1
    # A key that was exchanged for good: the secrets are set again.
    key.write_bytes(other)
    key.chmod(0o600)
    done = set_secret(SECRET + "2")
    row.expect(f"exit code of secrets set under a new key ({done.stderr[-200:]})", done.returncode, 0)
    row.expect("exit code under the new key", order(number)[0], 0)
    # secrets set killed at random moments: the old value or the new one, never none.
    while not row.problems and row.has_time and row.figures.get("kills", 0) < 100 or row.figures.get("kills", 0) < 5:
        process = subprocess.Popen([row.galley, "secrets", "set", "SHOP_TOKEN"], cwd=workspace.folder, env=workspace.environment,
                                   stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        process.stdin.write((SECRET + "3").encode())
        process.stdin.close()
        time.sleep(row.chance.uniform(0, 0.03))
        process.kill()
        process.wait()
        row.count("kills")
        number += 1
        if row.figures["kills"] % 5 == 0:
            row.expect("exit code after a kill of secrets set", order(number)[0], 0)
        if row.problems:
            break
    row.cycles += row.figures["kills"]
    for path in (workspace.folder / ".galley").rglob("*"):
        if path.is_file() and SECRET.encode() in path.read_bytes():
            row.problem(f"the secret stands in {path.name}")


ROWS = {
    "secrets": (secrets, "the key of the secrets lost, exchanged, cut, open to others: jobs fail with what to do and go on with the key; "
                         "nothing prints or keeps a secret"),
}
