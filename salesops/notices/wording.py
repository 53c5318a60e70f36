"""From a kind and its values to words: in the reader's language and zone, and harmless in each medium."""

import datetime
import logging
import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as format_date
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext, override

from salesops.clock import due_clock, due_day

from .kinds import UNKNOWN, find

logger = logging.getLogger(__name__)


class Words(NamedTuple):
    title: str
    body: str
    action: str


def words(
    kind_key: str,
    values: Mapping[str, object],
    *,
    language: str,
    zone: ZoneInfo,
    clean: Callable[[str], str] = lambda text: text,
) -> Words:
    """The sentences of a notice. `clean` makes each value that is text harmless for the medium.

    A page needs none: templates escape. Missing values show as a dash; sentences that cannot be filled are logged and
    replaced by a general one, because one wrong notice must not hold up the others.
    """
    kind = find(kind_key)
    with override(language):
        try:
            # A kind's own words may repeat what came in, so they are cleaned like any value.
            spoken = {**values, **(kind.words(values) if kind.words else {})}
            said = {name: _said(value, zone, clean, by=name == "due_at") for name, value in spoken.items()}
            filled = _Filled(said)
            title, body = str(kind.title) % filled, str(kind.body) % filled
        except (ValueError, TypeError, KeyError, AttributeError):
            logger.exception("A notice of the kind %s could not be put into words.", kind_key)
            title, body = str(UNKNOWN.title), ""
        return Words(" ".join(title.split()), body, str(kind.action_label))


class _Filled(dict):
    def __missing__(self, key):
        return "—"


# Values come out of JSON: an instant is a text that says its offset.
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)$")


def _said(value, zone, clean, *, by=False):
    if value is None:
        return "—"
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, str) and _INSTANT.match(value) and (instant := parse_datetime(value)):
        return moment(instant, zone, by=by)
    if isinstance(value, list | tuple):
        return ", ".join(clean(one_line(str(item))) for item in value)
    return clean(one_line(str(value)))


def moment(instant: datetime.datetime, zone: ZoneInfo, *, by: bool = False) -> str:
    """An instant on the reader's clock and calendar, in the active language; with `by`, midnight is 24:00."""
    form = gettext("D j M, H:i")
    if by:
        return format_date(due_day(instant, zone), form.replace("H:i", due_clock(instant, zone)))
    return format_date(instant.astimezone(zone), form)


def one_line(text: str) -> str:
    """Without line breaks, control and direction characters, which could fake other text."""
    kept = (" " if unicodedata.category(char) in ("Cc", "Zl", "Zp") else char for char in text)
    return " ".join("".join(char for char in kept if unicodedata.category(char) != "Cf").split())


def no_link(text: str) -> str:
    """Text in which a mail program or chat finds no address to make clickable."""
    text = re.sub(r":(?=//)", "：", text)
    return re.sub(r"(?<=[\w-])\.(?=[^\W\d_]{2})", "．", text)


# What is markup, a mention or an entity to any of the vendors, by its full-width twin, which is nothing to none.
_FULL_WIDTH = str.maketrans({char: chr(ord(char) + 0xFEE0) for char in "*_`[]()<>#!|\\~@&${}"})


def inert(text: str) -> str:
    """Text that is just text in every vendor's markdown: no link, no markup, no @all."""
    return no_link(text).translate(_FULL_WIDTH)


_GAP = r"[\s.\-()（）－·]?"
_NUMERALS = "零〇一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟萬億"
_PRIVATE = re.compile(
    "|".join(
        [
            rf"(?<!\d)(?:\+?86[\s\-]*)?1{_GAP}[3-9](?:{_GAP}\d){{9}}(?!\d)",  # mobile
            r"(?<!\d)[(（]?0\d{2,3}[)）]?[\s.\-]*\d{3,4}[\s.\-]?\d{4}(?!\d)",  # landline
            r"(?<!\d)[48]00[\s\-]?\d{3,4}[\s\-]?\d{3,4}(?!\d)",  # service number
            r"\+\d[\d\s\-]{6,}\d",  # abroad
            r"(?:[¥￥$＄€]|RMB|CNY|USD|人民币)\s*\d[\d,，.]*\s*[十百千万亿]*元?",
            r"\d[\d,，.]*\s*(?:[十百千万亿]*\s*[元块圆]|[万亿]|RMB|CNY|USD|yuan)",
            r"\d{1,3}(?:[,，]\d{3})+(?:\.\d+)?",
            r"(?<![\d.])\d+\.\d{2}(?![\d.])",
            rf"[{_NUMERALS}]{{2,}}[元块圆]",
            r"(?<![A-Za-z0-9\-])\d{7,}(?!\d)",  # any other long number
        ]
    ),
    re.IGNORECASE,
)


def mask_private(text: str) -> str:
    """`text` without anything that looks like a phone number or an amount (sop.md section 2; the guard of F35).

    Notices do not carry such values; this is the second lock, for what people type into names.
    """
    plain = "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text)
    return _PRIVATE.sub("•••", plain)
