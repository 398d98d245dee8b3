"""A running galley serve, and what its database says."""
import os
import re
import signal
import sqlite3
import subprocess
import time

from definitions import Failure, expect


class Server:
    """A running galley serve."""

    def __init__(self, galley, folder, *options):
        self.log = os.path.join(folder, "serve.log")
        started = time.perf_counter()
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(
                [galley, "serve", "--port", "0", *options], cwd=folder, stdout=subprocess.DEVNULL, stderr=log)
        while "galley serves" not in open(self.log).read():
            if self.process.poll() is not None:
                raise Failure(f"galley serve ended: {open(self.log).read()[-400:]}")
            time.sleep(0.005)
        self.ready_after = time.perf_counter() - started
        self.port = int(re.search(r"http://[^ :]+:(\d+)", open(self.log).read()).group(1))

    def cpu_seconds(self):
        with open(f"/proc/{self.process.pid}/stat") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory_mb(self, kind="VmRSS"):
        """Resident memory; of the kind RssAnon without the pages of files, which the system takes back when it needs room."""
        with open(f"/proc/{self.process.pid}/status") as status:
            return next(int(line.split()[1]) // 1024 for line in status if line.startswith(kind))

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        expect("the exit code of galley serve", self.process.wait(60), 0)


def wait_until(condition, what, seconds=600):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise Failure(f"not within {seconds} s: {what}")
        time.sleep(0.5)


def one(folder, sql):
    database = sqlite3.connect(f"file:{folder}/.galley/history.db?mode=ro", uri=True)
    try:
        return database.execute(sql).fetchall()
    finally:
        database.close()
