"""`make run`: the whole product on one machine. Web, workers and beat as in production, stopped together on Ctrl-C.

    python -m salesops.serve [--demo]

Starts the embedded PostgreSQL and Valkey unless DATABASE_URL and REDIS_URL name others, migrates, loads the demo
company on the first start (--demo), then keeps the processes running: one that dies is started again.
"""

import os
import signal
import subprocess
import sys
import time

from . import embedded

PORT = os.environ.get("PORT", "8000")
PYTHON = sys.executable
STOP_WITHIN = 25  # seconds until a process that does not stop is killed

PROCESSES = {
    "web": [
        *("-m", "gunicorn", "salesops.wsgi", "--bind", f"127.0.0.1:{PORT}", "--workers", "2", "--threads", "4"),
        *("--timeout", "60", "--graceful-timeout", "20", "--access-logfile", "/dev/null"),
    ],
    # The sweep and the sender have workers of their own: nothing slow may starve them.
    "sweep": ["-m", "celery", "-A", "salesops", "worker", "-Q", "sweep", "-c", "1", "-n", "sweep@%h", "-l", "WARNING"],
    "send": [
        "-m",
        "celery",
        "-A",
        "salesops",
        "worker",
        "-Q",
        "send,work",
        "-c",
        "2",
        "-n",
        "send@%h",
        "-l",
        "WARNING",
    ],
    "beat": ["-m", "celery", "-A", "salesops", "beat", "-l", "WARNING", "--pidfile=", "--schedule"],
}


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesops.settings")
    os.environ["HASHED_STATIC"] = "1"
    os.environ.setdefault("BASE_URL", f"http://127.0.0.1:{PORT}")
    demo = "--demo" in sys.argv
    if demo:
        os.environ.setdefault("SECOND_FACTOR_REQUIRED", "0")
    if not os.environ.get("DATABASE_URL"):
        # The children find the server by its address and never start one of their own.
        os.environ["SECRET_KEY"] = os.environ.get("SECRET_KEY") or embedded.secret("secret_key")
        os.environ["FIELD_KEYS"] = os.environ.get("FIELD_KEYS") or embedded.secret("field_key")
        os.environ["DATABASE_URL"] = embedded.database_url()
    if not os.environ.get("REDIS_URL"):
        embedded.start_valkey()
        os.environ["REDIS_URL"] = embedded.redis_url()
    subprocess.run([PYTHON, "-m", "salesops.prepare", *sys.argv[1:]], check=True, cwd=embedded.ROOT)
    return Supervisor().run()


class Supervisor:
    """Starts the processes, starts again what dies, and stops all of them on SIGINT or SIGTERM."""

    def __init__(self):
        self.running: dict[str, subprocess.Popen] = {}
        self.started: dict[str, float] = {}
        self.stopping = False

    def run(self) -> int:
        for signum in (signal.SIGINT, signal.SIGTERM):
            signal.signal(signum, self._stop)
        for name in PROCESSES:
            self._start(name)
        print(f"SalesOps runs on {os.environ['BASE_URL']}, its logs are in {embedded.data_dir() / 'log'}.")  # noqa: T201
        print("Ctrl-C stops it.", flush=True)  # noqa: T201
        while not self.stopping:
            time.sleep(0.5)
            for name, process in list(self.running.items()):
                if process.poll() is not None and not self.stopping:
                    print(f"{name} ended with {process.returncode}; starting it again", flush=True)  # noqa: T201
                    # A process that dies at once is given time, so that it does not take the machine with it.
                    time.sleep(max(0, 5 - (time.monotonic() - self.started[name])))
                    self._start(name)
        self._end()
        return 0

    def _start(self, name: str) -> None:
        command = [PYTHON, *PROCESSES[name]]
        if name == "beat":
            command.append(str(embedded.data_dir() / "beat"))
        folder = embedded.data_dir() / "log"
        folder.mkdir(exist_ok=True)
        with (folder / f"{name}.log").open("ab") as log:
            # A session of its own: Ctrl-C in the terminal reaches us alone, and we stop the others in order.
            self.running[name] = subprocess.Popen(
                command, cwd=embedded.ROOT, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
            )
        self.started[name] = time.monotonic()

    def _stop(self, *_):
        self.stopping = True

    def _end(self) -> None:
        for name in reversed(PROCESSES):
            self.running[name].terminate()
        until = time.monotonic() + STOP_WITHIN
        for process in self.running.values():
            try:
                process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


if __name__ == "__main__":
    sys.exit(main())
