"""Named places at which a test may kill the process, to prove that nothing is lost or half-written."""

import os


def failpoint(name: str) -> None:
    """Dies at once, as under SIGKILL, if the environment variable SALESOPS_FAILPOINT names this place."""
    if os.environ.get("SALESOPS_FAILPOINT") == name:
        os._exit(137)
