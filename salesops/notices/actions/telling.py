"""Telling people: in-app notices and queued deliveries, in the caller's transaction, in a handful of queries."""

import datetime
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Q

from salesops.people.models import Team, User

from ..hours import Hours, Zones, default_hours, send_from
from ..models import ChannelAccount, Delivery
from .receipts import give_receipts


@dataclass(frozen=True)
class Receipt:
    """The event that says a person has been told: its declared name, references and values."""

    event: str
    refs: Mapping[str, int | None]
    data: Mapping[str, object] = field(default_factory=dict)
    file: str = ""


@dataclass(frozen=True, kw_only=True)
class Telling:
    """One thing to tell one person, or one team through its bots.

    `key` makes it once-only per recipient ("d12.due"). `kind` is a registered kind (salesops.notices.kinds); `values`
    fill its sentences: ids, codes, instants and company names, never a phone number or an amount. `expires_at` is the
    instant from which it is useless: it never arrives after that. An `escalation` is rather sent twice than lost;
    a reminder the other way round. A reminder of a deadline needs the person's action; `for_action` says so of what
    else does, until `settle_keys`. `receipt` is recorded once the person has been told (see give_receipts).
    """

    key: str
    kind: str
    person_id: int | None = None
    team_id: int | None = None
    values: Mapping[str, object] = field(default_factory=dict)
    url: str = ""
    file: str = ""
    deadline_id: int | None = None
    urgent: bool = False
    expires_at: datetime.datetime | None = None
    escalation: bool = False
    for_action: bool = False
    receipt: Receipt | None = None


class _Reached(NamedTuple):
    """A notice that is new, with who gets it where."""

    id: int
    telling: Telling
    hours: Hours
    accounts: list[int]


@transaction.atomic
def tell(tellings: Iterable[Telling], *, at: datetime.datetime) -> int:
    """Tells people and teams; returns how many notices are new. What was told before is left alone.

    Always in-app; and through each active channel, outside the person's quiet hours unless urgent. Who has left is
    told nothing. At most eight queries for any number of tellings, besides one event per receipt given at once.
    """
    return _tell(list(tellings), at=at)


@transaction.atomic
def digest_after_outage(tellings: Iterable[Telling], *, at: datetime.datetime, send_at: datetime.datetime) -> int:
    """As tell(), but all of it, the urgent too, leaves as one message per person and channel, not before `send_at`.

    A sweep that catches up in several batches gives each of them the same `send_at`.
    """
    return _tell(list(tellings), at=at, catch_up_at=max(at, send_at))


def _tell(tellings, *, at, catch_up_at=None):
    zones = Zones()
    people = _people({telling.person_id for telling in tellings} - {None}, zones)
    tellings = [telling for telling in tellings if telling.person_id is None or telling.person_id in people]
    if not tellings:
        return 0
    of_person = _accounts_of_people(people)
    teams = Team.objects.in_bulk({telling.team_id for telling in tellings} - {None})
    of_team = _accounts_of_teams(teams)
    new = []
    for pk, telling in _insert_notices(tellings, at):
        if telling.person_id is not None:
            new.append(_Reached(pk, telling, people[telling.person_id].hours, of_person[telling.person_id]))
        else:
            hours = default_hours(zones.of(teams[telling.team_id].path))
            new.append(_Reached(pk, telling, hours, of_team[telling.team_id]))
    _insert_deliveries(new, at, catch_up_at)
    # Told at once: nobody can be reached outside, or nobody wants to be at this hour.
    give_receipts(
        [told.id for told in new if told.telling.receipt and (not told.accounts or told.hours.end_of_quiet(at))], at=at
    )
    return len(new)


class _Person(NamedTuple):
    hours: Hours
    email: str


def _people(ids, zones: Zones) -> dict[int, _Person]:
    """Those who are still here."""
    rows = User.objects.filter(pk__in=ids, is_active=True, left_at=None).values_list(
        "pk", "team__path", "email", "notice_preference__quiet_from", "notice_preference__quiet_until"
    )
    people = {}
    for pk, path, email, quiet_from, quiet_until in rows:
        zone = zones.of(path)
        hours = Hours(quiet_from, quiet_until, zone) if quiet_from else default_hours(zone)
        people[pk] = _Person(hours, email)
    return people


def _accounts_of_people(people: dict[int, _Person]) -> dict[int, list[int]]:
    """Usable accounts by person. Who has an address in the profile and no mail channel yet gets one."""
    found = defaultdict(list)
    if not people:
        return found
    with_mail = set()
    rows = ChannelAccount.objects.filter(person__in=people).values_list(
        "pk", "person_id", "kind", "active", "broken_at"
    )
    for pk, person, kind, active, broken_at in rows:
        if kind == ChannelAccount.Kind.EMAIL:
            with_mail.add(person)
        if active and broken_at is None:
            found[person].append(pk)
    lacking = [person for person in people if people[person].email and person not in with_mail]
    for person, pk in _make_mail_accounts(lacking).items():
        found[person].append(pk)
    return found


def _make_mail_accounts(person_ids) -> dict[int, int]:
    mail = ChannelAccount.Kind.EMAIL
    if not person_ids:
        return {}
    ChannelAccount.objects.bulk_create(
        [ChannelAccount(kind=mail, person_id=person) for person in sorted(person_ids)], ignore_conflicts=True
    )
    rows = ChannelAccount.objects.filter(person__in=person_ids, kind=mail, broken_at=None)
    return dict(rows.values_list("person_id", "pk"))


def mail_accounts(person_ids) -> dict[int, int]:
    """The mail channel of each person who is here and has a good address, paused or not."""
    here = User.objects.filter(pk__in=person_ids, is_active=True, left_at=None)
    addresses = dict(here.values_list("pk", "email"))
    rows = ChannelAccount.objects.filter(person__in=addresses, kind=ChannelAccount.Kind.EMAIL)
    found = {person: (pk, broken) for person, pk, broken in rows.values_list("person_id", "pk", "broken_at")}
    good = {person: pk for person, (pk, broken) in found.items() if broken is None}
    return good | _make_mail_accounts([pk for pk, email in addresses.items() if email and pk not in found])


def _accounts_of_teams(teams: dict[int, Team]) -> dict[int, list[int]]:
    """Usable bots by team: its own, else those of the nearest team above that has any, else the company's."""
    if not teams:
        return {}
    above = {pk for team in teams.values() for pk in team.ancestor_ids()}
    bots = defaultdict(list)
    rows = ChannelAccount.objects.usable().filter(Q(team__in=above) | Q(person=None, team=None))
    for pk, team in rows.values_list("pk", "team_id"):
        bots[team].append(pk)
    return {
        pk: next((bots[owner] for owner in [*team.ancestor_ids(), None] if owner in bots), [])
        for pk, team in teams.items()
    }


_NOTICES = """
INSERT INTO notices_notice (person_id, team_id, key, kind, "values", url, file, deadline_id, urgent, escalation,
                            for_action, created_at, expires_at, receipt)
SELECT person_id, team_id, key, kind, "values", url, file, deadline_id, urgent, escalation,
       person_id IS NOT NULL AND (for_action OR deadline_id IS NOT NULL AND NOT escalation), %s, expires_at, receipt
FROM jsonb_to_recordset(%s) AS told (person_id bigint, team_id bigint, key text, kind text, "values" jsonb, url text,
     file text, deadline_id bigint, urgent boolean, escalation boolean, for_action boolean, expires_at timestamptz,
     receipt jsonb)
ORDER BY person_id, team_id, key
ON CONFLICT DO NOTHING
RETURNING id, person_id, team_id, key
"""


def _insert_notices(tellings, at) -> list[tuple[int, Telling]]:
    by_recipient = {(telling.person_id, telling.team_id, telling.key): telling for telling in tellings}
    rows = [
        {
            "person_id": telling.person_id,
            "team_id": telling.team_id,
            "key": telling.key,
            "kind": telling.kind,
            "values": dict(telling.values),
            "url": telling.url,
            "file": telling.file,
            "deadline_id": telling.deadline_id,
            "urgent": telling.urgent,
            "escalation": telling.escalation,
            "for_action": telling.for_action,
            "expires_at": telling.expires_at,
            "receipt": _as_json(telling.receipt),
        }
        for telling in by_recipient.values()
    ]
    with connection.cursor() as cursor:
        cursor.execute(_NOTICES, [at, json.dumps(rows, default=_plain)])
        return [(pk, by_recipient[tuple(recipient)]) for pk, *recipient in cursor.fetchall()]


_DELIVERIES = """
INSERT INTO notices_delivery (notice_id, account_id, state, not_before, urgent, expires_at, attempts, catch_up,
                              possible_repeat, instead_of, answer, ended_at)
SELECT notice_id, account_id, state, not_before, urgent, expires_at, 0, catch_up, false, '', '', ended_at
FROM jsonb_to_recordset(%s) AS queued (notice_id bigint, account_id bigint, state text, not_before timestamptz,
     urgent boolean, expires_at timestamptz, catch_up boolean, ended_at timestamptz)
ORDER BY account_id, notice_id
ON CONFLICT DO NOTHING
"""


def _insert_deliveries(new: list[_Reached], at, catch_up_at) -> None:
    rows = []
    for pk, telling, hours, accounts in new:
        urgent = telling.urgent and catch_up_at is None
        for account in accounts:
            not_before = send_from(catch_up_at or at, telling.expires_at, urgent, hours, account)
            useless = telling.expires_at is not None and not_before >= telling.expires_at
            rows.append(
                {
                    "notice_id": pk,
                    "account_id": account,
                    "state": Delivery.State.DROPPED if useless else Delivery.State.QUEUED,
                    "not_before": not_before,
                    "urgent": urgent,
                    "expires_at": telling.expires_at,
                    "catch_up": catch_up_at is not None,
                    "ended_at": at if useless else None,
                }
            )
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_DELIVERIES, [json.dumps(rows, default=_plain)])


def _as_json(receipt: Receipt | None):
    if receipt is None:
        return None
    return {"event": receipt.event, "refs": receipt.refs, "data": receipt.data, "file": receipt.file}


def _plain(value):
    if isinstance(value, datetime.date | datetime.datetime):
        return value.isoformat()
    return str(value)  # lazily translated text, decimals
