"""Chinese is complete: every string of the source stands in locale/zh_Hans, translated, and the .mo file is its .po."""

import ast
import io
import re
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
PO = ROOT / "locale/zh_Hans/LC_MESSAGES/django.po"
ROOMS = ("salesops", "leads", "meetings", "handoffs", "escalations", "templates")
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop")),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}


@pytest.fixture(scope="module")
def catalog():
    with PO.open("rb") as file:
        return read_po(file, locale="zh_Hans")


STRING = r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\""
CALL = re.compile(rf"\b(npgettext|pgettext|ngettext|gettext|_)\(((?:{STRING}|[^()'\"])*)\)")


def source_strings():
    """(path, context, message) of everything marked for translation in templates and Python files."""
    for path in (path for room in ROOMS for path in (ROOT / room).rglob("*")):
        if path.suffix in (".html", ".txt"):
            yield from ((path, *found) for found in in_template(path))
        elif path.suffix == ".py" and "migrations" not in path.parts:
            for _line, message, _comments, context in extract("python", io.BytesIO(path.read_bytes()), KEYWORDS):
                yield path, context, message if isinstance(message, str) else message[0]


def in_template(path: Path):
    # What templatize writes is made for xgettext and is no Python that can be parsed: its calls are picked out.
    for name, arguments in CALL.findall(templatize(path.read_text(), origin=str(path))):
        strings = [ast.literal_eval(found) for found in re.findall(STRING, arguments)]
        context = strings.pop(0) if "p" in name else None
        if strings:
            yield context, strings[0]


def test_every_string_of_the_source_is_in_the_catalog(catalog):
    missing = {
        f"{path.relative_to(ROOT)}: {message}"
        for path, context, message in source_strings()
        if message and catalog.get(message, context) is None
    }
    assert not missing


def test_every_string_of_the_catalog_is_translated(catalog):
    untranslated = [
        message.id for message in catalog if message.id and (message.fuzzy or not any([*_strings(message.string)]))
    ]
    assert untranslated == []


def test_placeholders_survive_translation(catalog):
    for message in catalog:
        wanted = set(re.findall(r"%\(\w+\)\w", message.id if isinstance(message.id, str) else message.id[-1]))
        for string in _strings(message.string) if message.id else ():
            assert set(re.findall(r"%\(\w+\)\w", string)) == wanted, message.id


def test_the_compiled_file_is_that_of_the_catalog(catalog):
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    assert PO.with_suffix(".mo").read_bytes() == compiled.getvalue()


def _strings(string):
    return [string] if isinstance(string, str) else list(string)
