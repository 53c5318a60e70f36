"""Reading customers' data: what is counted, what it stops at, and who is told when somebody reads unusually much."""

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from leads.models import Contact, Lead, Look, ProtectionRules
from salesops.events.models import Event
from salesops.events.recording import record
from salesops.notices.actions import Telling, tell
from salesops.people.directory import Directory
from salesops.people.models import User
from salesops.web.limits import LimitReached

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
KEPT = timedelta(days=400)  # logs are kept for at least six months (网络安全法, article 21)

# One statement, because it is asked on every page of a lead.
_LOOK = """
WITH rules AS (
    SELECT coalesce(max(views_hour), %(hour)s) AS most, coalesce(max(views_alarm), %(alarm)s) AS alarm
    FROM leads_protectionrules
), lately AS (
    SELECT customer_id, lead_id FROM leads_look WHERE person_id = %(person)s AND at > %(since)s
), before AS (
    SELECT count(*) AS n, coalesce(bool_or(customer_id = %(customer)s AND lead_id IS NOT DISTINCT FROM %(lead)s), false)
        AS known
    FROM lately
), made AS (
    INSERT INTO leads_look (person_id, customer_id, lead_id, at)
    SELECT %(person)s, %(customer)s, %(lead)s, %(at)s FROM before, rules WHERE NOT known AND n < most
    RETURNING id
)
SELECT n, known, most, alarm FROM before, rules
"""


def look(customer_id: int, *, lead: Lead | None = None, by: User, at: datetime) -> None:
    """Counts that `by` opens a customer, or a lead of it. One query.

    Raises LimitReached where that would be one more than a person may open within an hour.
    """
    defaults = ProtectionRules()
    values = {"person": by.pk, "customer": customer_id, "lead": lead.pk if lead else None, "at": at}
    values |= {"since": at - HOUR, "hour": defaults.views_hour, "alarm": defaults.views_alarm}
    with connection.cursor() as cursor:
        cursor.execute(_LOOK, values)
        before, known, most, alarm = cursor.fetchone()
    if known:
        return
    if before >= most:
        said = _("You have opened %(n)s leads and customers within an hour, as many as one may.") % {"n": before}
        raise LimitReached(said, _advice(by, at))
    if before == alarm:
        _alarm("views", before + 1, f"{at:%Y%m%d%H}", by, at)


def looked_lately(person: User, at: datetime) -> Exists:
    """For a query of leads: whether the person has opened the lead within the hour, so that `look` need not ask."""
    return Exists(Look.objects.filter(person=person, lead=OuterRef("pk"), at__gt=at - HOUR))


def customer_looked_lately(person: User, at: datetime) -> Exists:
    """The same for a query of customers."""
    return Exists(Look.objects.filter(person=person, customer=OuterRef("pk"), lead=None, at__gt=at - HOUR))


@transaction.atomic
def reveal(contact: Contact, *, lead: Lead | None = None, what: str, by: User, at: datetime) -> Contact:
    """Shows a contact's phone, mail or WeChat, for a lead or its customer; each look is logged (handbook H4).

    Raises LimitReached for one contact more than a person may be shown within an hour or a day; the same one again
    is none more.
    """
    # Two at once must not both be the last one.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    rules, others = ProtectionRules.now(), _shown_to(by, at, without=contact)
    for shown, most, said in (
        (
            others["hour"],
            rules.reveals_hour,
            _("You have been shown %(n)s numbers within an hour, as many as one may."),
        ),
        (others["day"], rules.reveals_day, _("You have been shown %(n)s numbers within a day, as many as one may.")),
    ):
        if shown >= most:
            raise LimitReached(said % {"n": shown}, _advice(by, at))
    record(
        "contact.revealed",
        at=at,
        by=by,
        refs={"contact": contact.pk, "lead": lead.pk if lead else None},
        data={"what": what},
        file=lead.ref if lead else f"customer:{contact.customer_id}",
    )
    if others["day"] == rules.reveals_alarm:
        _alarm("reveals", others["day"] + 1, f"{at:%Y%m%d}", by, at)
    return contact


def _shown_to(by: User, at: datetime, *, without: Contact) -> dict[str, int]:
    """How many contacts somebody has been shown in the last hour and day, besides this one."""
    shown = Event.objects.filter(name="contact.revealed", by=by, at__gt=at - DAY).exclude(
        subject=f"contact:{without.pk}"
    )
    return shown.aggregate(
        day=Count("subject", distinct=True), hour=Count("subject", distinct=True, filter=Q(at__gt=at - HOUR))
    )


def _advice(by: User, at: datetime) -> str:
    directory = Directory(at)
    manager = directory.manager_above(by.pk) or directory.head_of(by.pk)
    if manager is None:
        return _("It goes on by itself when the time is over. An administrator can set a higher limit.")
    said = _("It goes on by itself when the time is over. If you need more now, ask %(manager)s.")
    return said % {"manager": directory.name(manager)}


@transaction.atomic
def _alarm(what: str, count: int, span: str, by: User, at: datetime) -> None:
    """Tells the manager and the administrators, once in `span`, that somebody reads unusually much."""
    record("reading.alarmed", at=at, refs={"person": by.pk}, data={"what": what, "count": count})
    directory = Directory(at)
    manager = directory.manager_above(by.pk) or directory.head_of(by.pk)
    told = dict.fromkeys([*filter(None, [manager]), *directory.admins()])
    values = {"person": by.name, "count": count}
    urls = dict.fromkeys(directory.admins(), f"{reverse('leads:security')}?person={by.pk}")
    tell(
        [
            Telling(
                person_id=one,
                key=f"reading.{what}.{by.pk}.{span}",
                kind=f"reading.{what}",
                values=values,
                url=urls.get(one, reverse("people:detail", args=[by.pk])),
                urgent=True,
            )
            for one in told
            if one != by.pk
        ],
        at=at,
    )


def forget_old_looks(at: datetime) -> int:
    """Throws away what was opened more than KEPT ago; returns how many."""
    return Look.objects.filter(at__lt=at - KEPT).delete()[0]
