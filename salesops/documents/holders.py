"""The records that files hang on. Whoever sees the record sees its files; each room registers its own kinds."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import QuerySet

from salesops.people.models import User

from .models import Upload


@dataclass(frozen=True)
class Holder:
    """`visible_to(user)` gives the records of this kind whose files the user may open."""

    kind: str
    visible_to: Callable[[User], QuerySet]


_holders: dict[str, Holder] = {}


def register(*holders: Holder) -> None:
    for holder in holders:
        _holders[holder.kind] = holder


def may_open(user: User, upload: Upload) -> bool:
    """Whether the user sees the record that the file hangs on."""
    kind, _colon, pk = upload.about.partition(":")
    holder = _holders.get(kind)
    return holder is not None and holder.visible_to(user).filter(pk=int(pk)).exists()
