"""Rooms import downwards only (architecture.md, Rooms); imports inside functions count."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# Each room and the rooms it may import. Modules directly in salesops/ (clock, encryption, ...) are open to all.
EVENTS = {"salesops.events"}
PEOPLE = EVENTS | {"salesops.people"}
WEB = PEOPLE | {"salesops.web"}
NOTICES = WEB | {"salesops.documents", "salesops.notices"}
SOP = NOTICES | {"salesops.sop"}
STAFF = SOP | {"salesops.staff"}
APPROVALS = STAFF | {"salesops.approvals"}
LEADS = APPROVALS | {"leads"}
MAY_IMPORT = {
    "salesops": set(),
    "salesops.events": EVENTS,
    "salesops.people": PEOPLE,
    "salesops.web": WEB,
    "salesops.documents": WEB | {"salesops.documents"},
    "salesops.notices": NOTICES,
    "salesops.sop": SOP,
    "salesops.staff": STAFF,
    "salesops.approvals": APPROVALS,
    "leads": LEADS,
    "meetings": LEADS | {"meetings"},
    "handoffs": LEADS | {"handoffs"},
    "escalations": LEADS | {"escalations"},
    "demo": LEADS | {"meetings", "handoffs", "escalations", "demo"},
}
BY_NAME = {"import_module", "import_string"}


def room_of(module: str) -> str | None:
    """The room that a dotted name lies in; None for what is not ours or lies directly in salesops/."""
    first, *rest = module.split(".")
    if first == "salesops":
        room = ".".join(["salesops", *rest[:1]])
        return room if room in MAY_IMPORT and rest else None
    return first if first in MAY_IMPORT else None


def files() -> Iterator[tuple[str, Path]]:
    for room in MAY_IMPORT:
        folder = ROOT / room.replace(".", "/")
        for path in sorted(folder.glob("*.py") if room == "salesops" else folder.rglob("*.py")):
            yield room, path


def imported(tree: ast.AST, module: str) -> Iterator[tuple[int, str]]:
    """Line and dotted name of everything that a module imports, in functions and by name as well."""
    package = module.split(".")[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            name = ".".join([*base, *([node.module] if node.module else [])])
            # "from salesops import people" names the room in its second half.
            yield from ((node.lineno, f"{name}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in BY_NAME:
            yield from ((node.lineno, arg.value) for arg in node.args[:1] if isinstance(arg, ast.Constant))


def upwards(room: str, source: str, module: str) -> list[tuple[int, str]]:
    found = imported(ast.parse(source), module)
    return [(line, name) for line, name in found if (to := room_of(name)) and to != room and to not in MAY_IMPORT[room]]


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_room_imports_only_what_lies_below_it(room):
    wrong = []
    for owner, path in files():
        if owner == room:
            module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            wrong += [
                f"{path.relative_to(ROOT)}:{line} {name}" for line, name in upwards(room, path.read_text(), module)
            ]
    assert not wrong


@pytest.mark.parametrize(
    "source",
    [
        "import leads.models",
        "from leads import models",
        "from salesops import sop",
        "from salesops.sop.models import Deadline",
        "from ..sop import models",
        "def late():\n    from leads.models import Lead",
        "def late():\n    import_module('leads.models')",
    ],
)
def test_the_check_sees_every_way_upwards(source):
    assert upwards("salesops.people", source, "salesops.people.actions")


@pytest.mark.parametrize(
    "source", ["from salesops import clock", "from salesops.events import models", "from . import x", "import leadsx"]
)
def test_the_check_lets_the_way_down_pass(source):
    assert not upwards("salesops.people", source, "salesops.people.actions")


def test_every_folder_with_code_is_a_known_room():
    packages = {path.parent for path in ROOT.glob("*/apps.py")} | {
        path.parent for path in ROOT.glob("salesops/*/apps.py")
    }
    assert {".".join(path.relative_to(ROOT).parts) for path in packages} <= set(MAY_IMPORT)
