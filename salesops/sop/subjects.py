"""What a deadline may hang on: kinds of records, and how each is locked, named and opened.

The one lock order of the product is subject first, then its deadlines.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.apps import apps
from django.urls import NoReverseMatch, reverse


@dataclass(frozen=True)
class Subject:
    """`kind` is the reference name in events; `title` a field path that names the record to people."""

    kind: str
    model: str
    title: str
    url: str = ""


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
        return reverse(subject.url, args=[int(pk)])
    except NoReverseMatch:
        return ""


def deadline_url(pk: int) -> str:
    """The page that explains a deadline."""
    return reverse("sop:deadline", args=[pk])
