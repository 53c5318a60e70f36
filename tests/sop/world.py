"""A small world for tests of enforcement: events happen and sweeps run at stated local times."""

import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from salesops.events.recording import record
from salesops.sop.engine.sweeping import sweep
from salesops.sop.models import Deadline, Heartbeat

SHANGHAI = ZoneInfo("Asia/Shanghai")
NO_LAG = datetime.timedelta(0)


def local(text: str) -> datetime.datetime:
    """An instant in Shanghai: "2026-03-02 10:00" (a Monday), seconds optional."""
    return datetime.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(datetime.UTC)


def shown(instant: datetime.datetime) -> str:
    return instant.astimezone(SHANGHAI).strftime("%a %m-%d %H:%M")


@transaction.atomic
def happen(name, at, *, by=None, **values):
    """Records an event; ids go where the event has references, the rest is data, what is not given is None."""
    from salesops.events.registry import declared

    kind = declared[name]
    known = {*kind.refs, *kind.data}
    assert set(values) <= known, f"{name} has no {set(values) - known}"
    pk = {key: getattr(value, "pk", value) for key, value in values.items()}
    data = {key: value.isoformat() if isinstance(value, datetime.datetime) else value for key, value in pk.items()}
    return record(
        name,
        at=local(at) if isinstance(at, str) else at,
        by=by,
        refs={key: pk.get(key) for key in kind.refs},
        data={key: data.get(key) for key in kind.data},
    )


def run_sweep(at: str, *, after_silence: bool = False) -> int:
    """One sweep at a local time; unless told otherwise the sweeps before it ran as they should."""
    if not after_silence:
        Heartbeat.objects.update_or_create(name="sweep", defaults={"at": local(at)})
    return sweep(local(at), lag=datetime.timedelta(0))


def only(rule: str, **filters) -> Deadline:
    return Deadline.objects.get(rule=rule, **filters)


def happen_by_clock(name, row, due_at, at) -> None:
    """What a consequence of the clock does: an event on the deadline's deal that takes effect at its due time."""
    record(name, at=due_at, done_at=at, refs={"deal": int(row.subject.split(":")[1])}, data={})


def assign(firm, deal, at="2026-03-02 10:00", **values):
    return happen("deal.assigned", at, deal=deal, **({"owner": firm.wang, "grade": "A"} | values))


def contact(firm, deal, at, grade="A", **values):
    return happen("deal.contacted", at, deal=deal, owner=firm.wang, grade=grade, **values)


def report(firm, deal):
    noticed = local("2026-03-02 09:00")
    return happen("trouble.reported", "2026-03-02 10:00", deal=deal, owner=firm.wang, level="I", noticed_at=noticed)
