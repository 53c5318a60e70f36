"""The inbox's rows: notices in words, grouped by the file they are about."""

from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.translation import gettext

from .models import Delivery, Notice
from .wording import Words, words

_TROUBLE = [Delivery.State.FAILED, Delivery.State.UNKNOWN, Delivery.State.SUPERSEDED]


@dataclass
class Row:
    notice: Notice
    words: Words
    trouble: list[Delivery]

    @property
    def url(self) -> str:
        url = self.notice.url
        return url if url.startswith("/") and not url.startswith("//") else ""


@dataclass
class Group:
    name: str
    rows: list[Row] = field(default_factory=list)

    @property
    def unread(self) -> list[int]:
        return [row.notice.pk for row in self.rows if row.notice.read_at is None]


def groups(notices: list[Notice], language: str) -> list[Group]:
    """The rows of one page, those about the same file together, in the order of the newest of each. One query."""
    trouble: dict[int, list[Delivery]] = {}
    undelivered = Delivery.objects.filter(notice__in=[notice.pk for notice in notices], state__in=_TROUBLE)
    for delivery in undelivered.select_related("account").defer("account__url", "account__secret").order_by("pk"):
        trouble.setdefault(delivery.notice_id, []).append(delivery)
    zone, found = timezone.get_current_timezone(), {}
    for notice in notices:
        said = words(notice.kind, notice.values, language=language, zone=zone)
        group = found.setdefault(notice.file or notice.pk, Group(_name(notice)))
        group.rows.append(Row(notice, said, trouble.get(notice.pk, [])))
    return list(found.values())


def _name(notice) -> str:
    return str(notice.values.get("company") or notice.values.get("title") or gettext("Without a customer"))
