"""Settings refuse what would be unsafe or cannot work, and README names every variable."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
GOOD = {
    "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "SECRET_KEY": "k" * 40,
    "FIELD_KEYS": "f" * 40,
}


def start(**changes):
    """Imports the settings in a process of its own, which touches no server."""
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment |= {name: value for name, value in (GOOD | changes).items() if value is not None}
    command = [sys.executable, "-c", "import salesops.settings"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)


def test_it_starts_with_secrets_of_ones_own():
    assert start().returncode == 0


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"SECRET_KEY": None}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"SECRET_KEY": "change-me" * 8}, "SECRET_KEY"),
        ({"FIELD_KEYS": None}, "FIELD_KEYS"),
        ({"FIELD_KEYS": "short"}, "FIELD_KEYS"),
        ({"DEBUG": "perhaps"}, "perhaps"),
        ({"SWEEP_SECONDS": "soon"}, "soon"),
    ],
)
def test_it_does_not_start_with_default_secrets_or_values_of_the_wrong_type(changes, said):
    started = start(**changes)
    assert started.returncode != 0
    assert said in started.stderr


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_the_readme_names_every_variable(readme):
    source = (ROOT / "salesops/settings.py").read_text()
    names = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', source))
    text = (ROOT / readme).read_text()
    assert {name for name in names if f"`{name}`" not in text} == set()
