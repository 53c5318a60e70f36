"""The audit log: the events that everything is recorded as, in plain words. Only for administrators."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.apps import apps
from django.utils import timezone
from django.utils.translation import gettext as _

from salesops.events.models import Event
from salesops.events.registry import code_words, data_title, title_of
from salesops.people.models import User

from . import subjects
from .explain import step_text
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
    named = {person for row in rows for person in _people(row)}
    names = dict(User.objects.filter(pk__in=named).values_list("pk", "name"))
    return [_entry(row, titles, names) for row in rows]


# People by the names that the rooms give them, and what the page shows in other columns.
PEOPLE = ("person", "owner", "previous", "successor", "stand_in")
ELSEWHERE = ("owner", "subject", "about", "do", "id", "by_clock")


def _people(row: Event) -> list:
    return [found for values in (row.refs, row.data) for name in PEOPLE if (found := values.get(name))]


def _entry(row: Event, titles: dict[str, str], names: dict[int, str]) -> Entry:
    reference = row.file or row.subject
    values = {name: value for name, value in row.data.items() if value not in ("", [], None) and name not in ELSEWHERE}
    about = [names[person] for person in _people(row) if person in names]
    return Entry(
        event=row,
        title=title_of(row.name),
        subject=titles.get(reference, ""),
        url=subjects.url(reference) or subjects.url(row.subject),
        values=tuple(_words(name, value, values) for name, value in values.items()),
        people=tuple(dict.fromkeys(about)),
    )


def _words(name: str, value, values: dict) -> str:
    """One value of an event in words; `values` are all of them, as a step is read with its rule."""
    title = data_title(name)
    rule = registry.get(values.get("rule", ""))
    if name == "rule" and rule:
        return str(rule.title)
    if name == "step" and rule:
        value = next((step_text(step) for step in rule.ladder if step.name == value), value)
    elif name == "model":
        value = apps.get_model(value)._meta.verbose_name
    elif value is True or value is False:
        return (_("%(name)s: yes") if value else _("%(name)s: no")) % {"name": title}
    elif isinstance(value, list):
        value = _(", ").join(code_words(name, each) for each in value)
    return _("%(name)s: %(value)s") % {"name": title, "value": _moment(value) or code_words(name, value)}


def _moment(value) -> str:
    """An instant as people write it, in the reader's time zone; "" for anything else."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) and len(value) > 10 else None
    except ValueError:
        return ""
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M") if moment and moment.tzinfo else ""
