"""`make run`'s supervisor: starts, answers, starts again what dies, keeps its data, and leaves nothing behind."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from .children import ROOT, until

pytestmark = pytest.mark.processes


@pytest.fixture
def run(tmp_path):
    """run("--demo") starts the product with a data folder and a port of its own."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    started = []
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    environment = kept | {"SALESOPS_DATA": str(tmp_path / "data"), "PORT": str(port), "SWEEP_SECONDS": "2"}
    environment.pop("DJANGO_SETTINGS_MODULE", None)

    def run(*arguments):
        with (tmp_path / "serve.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "salesops.serve", *arguments],
                env=environment,
                cwd=ROOT,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        started.append(process)
        return process

    run.url, run.data, run.log = f"http://127.0.0.1:{port}", tmp_path / "data", tmp_path / "serve.log"
    yield run
    for process in started:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(40)
            except subprocess.TimeoutExpired:
                process.kill()
    for pid in of_data(run.data):
        os.kill(pid, signal.SIGKILL)


def of_data(folder: Path) -> dict[int, str]:
    """Every process that was started with this data folder, by its environment or its command line."""
    found = {}
    for proc in Path("/proc").glob("[0-9]*"):
        try:
            about = (proc / "environ").read_bytes() + (proc / "cmdline").read_bytes()
            if str(folder).encode() in about and int(proc.name) != os.getpid():
                found[int(proc.name)] = (proc / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            pass
    return found


def health(url):
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=5) as answer:
            return json.load(answer)
    except (OSError, urllib.error.URLError):
        return None


@pytest.mark.parametrize("arguments", [(), pytest.param(("--demo",), marks=pytest.mark.soak)], ids=["empty", "demo"])
def test_it_starts_answers_restarts_what_dies_keeps_its_data_and_stops_without_a_trace(run, arguments):
    first = run(*arguments)
    until(lambda: first.poll() is not None or health(run.url), "an answer, with --demo after two weeks", seconds=240)
    assert health(run.url)["ok"]
    with urllib.request.urlopen(run.url, timeout=10) as page:
        assert page.status == 200
    secret = (run.data / "secret_key").read_text()

    sweeper = next(pid for pid, command in of_data(run.data).items() if "-Q sweep" in command)
    os.kill(sweeper, signal.SIGKILL)
    until(lambda: "sweep ended with -9" in run.log.read_text(), "word of the death")
    until(
        lambda: any("-Q sweep" in command for pid, command in of_data(run.data).items() if pid > sweeper),
        "another sweeper",
    )

    first.send_signal(signal.SIGINT)
    assert first.wait(45) == 0
    until(lambda: not of_data(run.data), f"no process is left: {of_data(run.data)}", seconds=5)

    second = run(*arguments)
    assert until(lambda: health(run.url), "an answer after the restart", seconds=90)["ok"]
    assert (run.data / "secret_key").read_text() == secret
    second.send_signal(signal.SIGINT)
    assert second.wait(45) == 0
    until(lambda: not of_data(run.data), f"no process is left: {of_data(run.data)}", seconds=5)
