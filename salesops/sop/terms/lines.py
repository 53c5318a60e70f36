"""The lines by which a person can check a due time: which day counted for how much, and why."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ..calendar import (
    CLOSURE,
    ESTIMATE,
    EXTRA,
    FALLBACK,
    HOLIDAY,
    LEAVE,
    MAKE_UP,
    SHORT,
    UNCERTAIN,
    WEEKEND,
    WORKING,
    Calendar,
)

PAUSED = "paused"  # the clock stood
KINDS = {
    WORKING: gettext_lazy("working day"),
    WEEKEND: gettext_lazy("weekend"),
    HOLIDAY: gettext_lazy("holiday"),
    MAKE_UP: gettext_lazy("make-up working day"),
    CLOSURE: gettext_lazy("company closure"),
    EXTRA: gettext_lazy("extra working day"),
    SHORT: gettext_lazy("day with its own hours"),
    LEAVE: gettext_lazy("on leave"),
    PAUSED: gettext_lazy("the clock stood still"),
}
SOURCES = {
    ESTIMATE: gettext_lazy("estimate: the official list is not out"),
    FALLBACK: gettext_lazy("no list for this year: an ordinary week is assumed"),
}


@dataclass(frozen=True)
class Line:
    """One day's part in a reckoning.

    `since` and `till` are on the calendar's wall clock, None where nothing counted, equal at the due time itself.
    `counted` is a timedelta for amounts in hours, and the number of days for amounts in days.
    """

    day: date
    kind: str
    name: str
    source: str
    since: datetime | None
    till: datetime | None
    counted: timedelta | int

    @property
    def estimated(self) -> bool:
        return self.source in UNCERTAIN

    def as_json(self) -> dict:
        """The line as plain values: dates and instants in ISO 8601, `counted` in minutes or in days."""
        hours = isinstance(self.counted, timedelta)
        return {
            "day": self.day.isoformat(),
            "kind": self.kind,
            "name": self.name,
            "source": self.source,
            "from": self.since and self.since.isoformat(),
            "to": self.till and self.till.isoformat(),
            "counted": round(self.counted / timedelta(minutes=1), 3) if hours else self.counted,
            "unit": "minutes" if hours else "days",
        }

    def __str__(self) -> str:
        words = [f"{self.day:%Y-%m-%d} {WEEKDAYS_ABBR[self.day.weekday()]}"]
        if self.since:
            words.append(_span_words(self.since, self.till))
        if self.kind != WORKING or not (self.counted or self.since):
            words.append(_("(%(why)s)") % {"why": self._why()})
        if self.estimated:
            words.append(f"[{SOURCES[self.source]}]")
        return _("%(day)s: %(amount)s") % {"day": " ".join(words), "amount": self._amount()}

    def _why(self) -> str:
        kind = str(KINDS[self.kind])
        return f"{kind}, {_(self.name)}" if self.name else kind

    def _amount(self) -> str:
        if self.since and self.since == self.till:
            return _("due")
        if not self.counted:
            return _("not counted")
        if isinstance(self.counted, timedelta):
            return span_words(self.counted)
        return ngettext("%(n)s day", "%(n)s days", self.counted) % {"n": self.counted}


def span_words(span: timedelta) -> str:
    """ "3 h 20 min"; seconds only where the span is shorter than a minute."""
    minutes, seconds = divmod(round(span.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [_("%(n)s h") % {"n": hours}] if hours else []
    parts += [_("%(n)s min") % {"n": minutes}] if minutes else []
    return " ".join(parts) or _("%(n)s s") % {"n": seconds}


def _span_words(since: datetime, till: datetime) -> str:
    if since == till:
        return f"{since:%H:%M}"
    days = (till.date() - since.date()).days
    if days == 1 and f"{till:%H:%M:%S}" == "00:00:00":
        return f"{since:%H:%M}–24:00"
    return f"{since:%H:%M}–{till:%Y-%m-%d %H:%M}" if days else f"{since:%H:%M}–{till:%H:%M}"


def line(day: date, calendar: Calendar, counted: timedelta | int, since=None, till=None, kind: str = "") -> Line:
    """The line of `day`, with its kind, name and source from the calendar."""
    said = calendar.describe(day)
    local = [instant and calendar.local(instant) for instant in (since, till)]
    return Line(day, kind or said.kind, said.name, said.source, *local, counted)


def due_line(due: datetime, calendar: Calendar) -> Line:
    """The line of a due time that is a fixed point, not the end of an amount."""
    return line(calendar.day_due(due), calendar, 0, due, due)
