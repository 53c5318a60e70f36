"""What a deadline may hang on: kinds of records, and how each is locked, named and opened.

The one lock order of the product is subject first, then its deadlines.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.apps import apps
from django.urls import NoReverseMatch

from salesops.people.models import User
from salesops.web.addresses import address


@dataclass(frozen=True)
class Talk:
    """A planned talk as a card shows it; `url` is the page that moves it, and answers htmx with the form alone."""

    text: str
    at: datetime
    url: str


@dataclass(frozen=True)
class Brief:
    """What a card of My Day says of a record, and where one acts on it.

    `act_url` is a page with a form; it takes `back`, the page to go on with, and answers htmx with the form alone.
    `post_url` is done by pressing its button, and `call_url` by sending `call`: it shows the number to dial.
    `act_event` and `post_event` are what each records, and so which duties it meets. `texts` are words about what
    hangs on the record, by reference: the promise itself beside "Keep the promise".
    """

    tags: tuple[str, ...] = ()
    who: str = ""
    last: str = ""
    last_at: datetime | None = None
    act_url: str = ""
    act_label: str = ""
    act_event: str = ""
    post_url: str = ""
    post_label: str = ""
    post_event: str = ""
    call_url: str = ""
    call: int | None = None
    talks: tuple[Talk, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Subject:
    """`kind` is the reference name in events; `title` a field path that names the record to people.

    `briefs(user, ids, now)` gives the briefs of many records by id, in a fixed number of queries.
    """

    kind: str
    model: str
    title: str
    url: str = ""
    briefs: Callable[[User, list[int], datetime], dict[int, Brief]] | None = None


_kinds: dict[str, Subject] = {}


def register(*subjects: Subject) -> None:
    for subject in subjects:
        _kinds[subject.kind] = subject


def kinds() -> list[str]:
    return sorted(_kinds)


def lock(references: Iterable[str], *, skip_locked: bool = False) -> dict[str, str]:
    """Locks the referenced records in one fixed order; returns the title of each that exists and was locked.

    FOR NO KEY UPDATE, so that rows which merely point at a locked record can still be written.
    """
    by_kind, titles = _by_kind(references), {}
    for kind in sorted(by_kind):
        subject = _kinds[kind]
        rows = (
            apps.get_model(subject.model)
            ._base_manager.filter(pk__in=sorted(by_kind[kind]))
            .select_for_update(skip_locked=skip_locked, of=("self",), no_key=True)
            .order_by("pk")
            .values_list("pk", subject.title)
        )
        titles |= {f"{kind}:{pk}": str(title or "") for pk, title in rows}
    return titles


def titles(references: Iterable[str]) -> dict[str, str]:
    """What the referenced records are called, of those kinds that are known; one query a kind."""
    found = {}
    for kind, pks in _by_kind(references).items():
        if subject := _kinds.get(kind):
            rows = apps.get_model(subject.model)._base_manager.filter(pk__in=pks).values_list("pk", subject.title)
            found |= {f"{kind}:{pk}": str(title or "") for pk, title in rows}
    return found


def missing(references: Iterable[str]) -> set[str]:
    """Those of the referenced records that are not there any more."""
    gone = set()
    for kind, pks in _by_kind(references).items():
        rows = apps.get_model(_kinds[kind].model)._base_manager.filter(pk__in=pks)
        gone |= {f"{kind}:{pk}" for pk in {*pks} - {*rows.values_list("pk", flat=True)}}
    return gone


def _by_kind(references: Iterable[str]) -> dict[str, list[int]]:
    by_kind: dict[str, list[int]] = defaultdict(list)
    for reference in references:
        kind, _, pk = reference.partition(":")
        by_kind[kind].append(int(pk))
    return by_kind


def url(reference: str) -> str:
    """The page of the referenced record, "" if it has none."""
    kind, _, pk = reference.partition(":")
    subject = _kinds.get(kind)
    if not subject or not subject.url:
        return ""
    try:
        return address(subject.url, int(pk))
    except NoReverseMatch:
        return ""


def page(name: str, reference: str) -> str:
    """The page of this URL name for the referenced record; "" for none that takes a record."""
    try:
        return address(name, int(reference.partition(":")[2])) if name else ""
    except NoReverseMatch:
        return ""


def briefs(references: Iterable[str], user: User, now: datetime) -> dict[str, Brief]:
    """The briefs of the referenced records, of those kinds that have them."""
    by_kind: dict[str, list[int]] = defaultdict(list)
    for reference in references:
        kind, _, pk = reference.partition(":")
        by_kind[kind].append(int(pk))
    found = {}
    for kind, ids in by_kind.items():
        subject = _kinds.get(kind)
        if subject and subject.briefs:
            found |= {f"{kind}:{pk}": brief for pk, brief in subject.briefs(user, ids, now).items()}
    return found


def deadline_url(pk: int) -> str:
    """The page that explains a deadline."""
    return address("sop:deadline", pk)
