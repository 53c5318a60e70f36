"""The audit log: the events that everything is recorded as, in plain words. Only for administrators."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from salesops.events.models import Event
from salesops.events.registry import title_of
from salesops.people.models import User

from . import subjects
from .registry import registry


@dataclass(frozen=True)
class Entry:
    """One event: what it is called, on what, and its values in words."""

    event: Event
    title: str
    subject: str
    url: str
    values: tuple[str, ...]
    people: tuple[str, ...]


def events(*, by: User | None, name: str, until: date | None):
    """The events to show, and the order of an index that serves it."""
    found = Event.objects.select_related("by")
    if by is not None:
        found = found.filter(by=by)
    if name:
        found = found.filter(name=name)
    if until is not None:
        end = timezone.make_aware(datetime.combine(until, datetime.max.time()))
        found = found.filter(at__lte=end)
    return found, ("-at", "-id") if name or by else ("-id",)


def entries(rows: Iterable[Event]) -> list[Entry]:
    """The events in words, in a fixed number of queries: one a kind of subject, one for the people named."""
    rows = list(rows)
    titles = subjects.titles({row.file or row.subject for row in rows if row.subject})
    named = {row.refs[ref] for row in rows for ref in PEOPLE if ref in row.refs}
    names = dict(User.objects.filter(pk__in=named).values_list("pk", "name"))
    return [_entry(row, titles, names) for row in rows]


# References to people, as the rooms name them.
PEOPLE = ("person", "owner", "previous", "successor", "stand_in")


def _entry(row: Event, titles: dict[str, str], names: dict[int, str]) -> Entry:
    reference = row.file or row.subject
    about = [names[row.refs[ref]] for ref in PEOPLE if row.refs.get(ref) in names]
    return Entry(
        event=row,
        title=title_of(row.name),
        subject=titles.get(reference, ""),
        url=subjects.url(reference) or subjects.url(row.subject),
        values=tuple(_words(name, value) for name, value in row.data.items() if value not in ("", [], None)),
        people=tuple(dict.fromkeys(about)),
    )


def _words(name: str, value) -> str:
    if name == "rule" and (rule := registry.get(str(value))):
        return str(rule.title)
    if value is True:
        return _("%(name)s: yes") % {"name": name}
    if value is False:
        return _("%(name)s: no") % {"name": name}
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) and len(value) > 10 else None
    except ValueError:
        moment = None
    if moment and moment.tzinfo:
        value = timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")
    return f"{name}: {value}"
