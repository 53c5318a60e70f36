"""The security log: who saw which number, what a person opened and took out, what was tried and refused.

Events and looks are merged by time. Each part of the answer is read newest first from an index of its own, so that a
page costs the same however long the log is.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads.approvals import facts_of
from leads.models import Contact, Customer, Export, Look
from salesops.events.models import Event
from salesops.events.registry import title_of
from salesops.people.models import User
from salesops.web.addresses import address

SIZE = 50
MOST_SUBJECTS = 60  # contacts of a customer and exports with it, newest first
LOOKS = "opened"
REVEALED = "contact.revealed"
EXPORTS = tuple(f"export.{step}" for step in ("asked", "decided", "built", "password_shown", "taken", "stopped"))
KINDS = {
    "numbers": (gettext_lazy("Phone numbers shown"), (REVEALED,)),
    LOOKS: (gettext_lazy("Leads and customers opened"), ()),
    "exports": (gettext_lazy("Exports"), EXPORTS),
    "refused": (gettext_lazy("Pages refused"), ("access.refused",)),
    "signin": (gettext_lazy("Failed sign-ins"), ("signin.failed",)),
    "alarms": (gettext_lazy("Unusual viewing"), ("reading.alarmed",)),
    "erased": (gettext_lazy("Erased contacts"), ("contact.erased",)),
}


@dataclass(frozen=True)
class Wanted:
    """What the log is narrowed to; a contact stands for its number."""

    kind: str = ""
    person: User | None = None
    customer: Customer | None = None
    contact: Contact | None = None
    since: date | None = None
    until: date | None = None

    @property
    def names(self) -> tuple[str, ...]:
        kinds = [self.kind] if self.kind else KINDS
        return tuple(name for kind in kinds for name in KINDS[kind][1])


@dataclass(frozen=True)
class Row:
    at: datetime
    person: str
    title: str
    subject: str
    url: str
    values: str


@dataclass(frozen=True)
class Page:
    """One page of rows; `after` continues it, as with keyset pages."""

    rows: list[Row]
    after: str | None
    before: None = None


@dataclass(frozen=True)
class _Cursor:
    at: datetime
    source: int
    pk: int

    @classmethod
    def read(cls, text: str) -> "_Cursor | None":
        try:
            at, source, pk = text.split("~")
            return cls(datetime.fromisoformat(at), int(source), int(pk))
        except ValueError:
            return None

    def beyond(self, source: int) -> Q:
        """What of a source comes after: by time, then source, then id."""
        same = Q(at=self.at, pk__lt=self.pk) if source == self.source else Q(at=self.at)
        later = Q(at__lt=self.at)
        return Q(at__lte=self.at) & (later if source < self.source else later | same)

    def __str__(self):
        return f"{self.at.isoformat()}~{self.source}~{self.pk}"


def page(wanted: Wanted, cursor: str = "") -> Page:
    """The newest entries, or those after a cursor. At most nine queries."""
    start = _Cursor.read(cursor) if cursor else None
    found = [*_events(wanted, start), *_looks(wanted, start)]
    found.sort(key=lambda row: (row.at, isinstance(row, Event), row.pk), reverse=True)
    more, found = len(found) > SIZE, found[:SIZE]
    after = str(_Cursor(found[-1].at, int(isinstance(found[-1], Look)), found[-1].pk)) if more else None
    return Page(list(_rows(found)), after)


def _events(wanted: Wanted, start: _Cursor | None) -> list[Event]:
    """One query: each condition reads its own index, newest first, and no more than a page."""
    if not wanted.names:
        return []
    base = _in_time(Event.objects.all(), wanted).filter(start.beyond(0) if start else Q())
    newest = [base.filter(part).order_by("-at", "-id")[: SIZE + 1] for part in _parts(wanted)]
    if len(newest) < 2:
        return list(newest[0]) if newest else []
    return list(newest[0].union(*newest[1:]).order_by("-at", "-id")[: SIZE + 1])


def _parts(wanted: Wanted) -> list[Q]:
    person = Q(by=wanted.person) if wanted.person else Q()
    if wanted.contact or wanted.customer:
        return [Q(subject=subject, name__in=wanted.names) & person for subject in _subjects(wanted)]
    if wanted.person:
        subject = Q(subject=f"person:{wanted.person.pk}")
        return [person & Q(name__in=wanted.names), subject & Q(name__in=wanted.names, by=None)]
    return [Q(name=name) for name in wanted.names]


def _subjects(wanted: Wanted) -> list[str]:
    contacts = [wanted.contact] if wanted.contact else list(wanted.customer.contacts.order_by("pk")[:MOST_SUBJECTS])
    leads = {"contact": wanted.contact} if wanted.contact else {"customer": wanted.customer}
    model = Look._meta.get_field("lead").related_model
    of_these = list(model.objects.filter(**leads).order_by("-pk").values_list("pk", flat=True)[:MOST_SUBJECTS])
    exports = Export.objects.filter(leads__overlap=of_these).order_by("-pk").only("columns")[:MOST_SUBJECTS]
    taken = [export.ref for export in exports if export.has_contacts or not wanted.contact]
    return [*(f"contact:{contact.pk}" for contact in contacts), *taken]


def _looks(wanted: Wanted, start: _Cursor | None) -> list[Look]:
    # A number is masked on the page of its lead, so opening that is no look at it.
    if wanted.kind not in ("", LOOKS) or wanted.contact or not (wanted.person or wanted.customer or wanted.kind):
        return []
    narrowed = {name: value for name in ("person", "customer") if (value := getattr(wanted, name))}
    looks = _in_time(Look.objects.filter(**narrowed), wanted).filter(start.beyond(1) if start else Q())
    return list(looks.select_related("person", "customer").order_by("-at", "-id")[: SIZE + 1])


def _in_time(rows: QuerySet, wanted: Wanted) -> QuerySet:
    if wanted.since:
        rows = rows.filter(at__gte=timezone.make_aware(datetime.combine(wanted.since, time.min)))
    if wanted.until:
        rows = rows.filter(at__lte=timezone.make_aware(datetime.combine(wanted.until, time.max)))
    return rows


def _rows(found: Iterable[Event | Look]) -> Iterator[Row]:
    found = list(found)
    events = [row for row in found if isinstance(row, Event)]
    people = {row.by_id for row in events} | {row.refs.get("person") for row in events}
    names = dict(User.objects.filter(pk__in=people - {None}).values_list("pk", "name"))
    ids = [row.refs["contact"] for row in events if "contact" in row.refs]
    contacts = Contact.objects.select_related("customer").in_bulk(ids) if ids else {}
    ids = [row.refs["export"] for row in events if "export" in row.refs]
    exports = Export.objects.select_related("by").defer("leads").in_bulk(ids) if ids else {}
    for row in found:
        yield _opened(row) if isinstance(row, Look) else _happened(row, names, contacts, exports)


def _opened(row: Look) -> Row:
    url = address("leads:detail", row.lead_id) if row.lead_id else address("leads:customer", row.customer_id)
    title = _("Opened a lead") if row.lead_id else _("Opened a customer")
    return Row(row.at, row.person.name, title, row.customer.name, url, "")


def _happened(row: Event, names, contacts, exports) -> Row:
    contact, export = contacts.get(row.refs.get("contact")), exports.get(row.refs.get("export"))
    person = names.get(row.by_id) or names.get(row.refs.get("person"), "")
    subject, url, values = "", "", " · ".join(str(value) for value in row.data.values() if value not in ("", None))
    if contact:
        subject = f"{contact} · {contact.customer.name}"
        url = address("leads:customer", contact.customer_id)
    if export:
        subject, url = export.number, address("leads:export", export.pk)
        words = dict(facts_of(export))
        rows = row.data.get("rows")
        count = [_("%(n)s rows") % {"n": rows}] if rows is not None else []
        values = " · ".join([*count, export.purpose, words[_("Filter")], words[_("Contact data")]])
    elif row.name == "access.refused":
        subject, values = f"{row.data['page']} {row.data['object']}".strip(), str(row.data["status"])
    elif row.name == REVEALED:
        values = ""
    return Row(row.at, person, title_of(row.name), subject, url, values)


def day(text: str) -> date | None:
    """A day as the form sends it, None for none or nonsense."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
