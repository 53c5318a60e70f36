from datetime import date, datetime

from django.db import transaction

from salesops.events.recording import record
from salesops.people.models import User

from ..models import CalendarDay, WorkCalendar


def day_of(calendar: WorkCalendar | None, day: date) -> CalendarDay | None:
    """What the company has entered for the day, in the calendar or, without one, for all."""
    return CalendarDay.objects.filter(source=CalendarDay.Source.COMPANY, calendar=calendar, date=day).first()


def as_entered(calendar: WorkCalendar | None, day: date, kind: str, windows: str, name: str) -> CalendarDay | None:
    """The row that `set_day` would keep, unsaved; None for an ordinary day."""
    if not kind:
        return None
    return CalendarDay(calendar=calendar, date=day, kind=kind, windows=windows, name=name)


@transaction.atomic
def set_day(
    calendar: WorkCalendar | None, day: date, *, kind: str, windows: str, name: str, by: User, at: datetime
) -> None:
    """Makes a day a closure, one with its own hours or an extra working day; with an empty kind it is ordinary again.

    It holds for what opens from then on: `recompute` moves what is running. Public days stay and show again once the
    company's own is taken away.
    """
    CalendarDay.objects.filter(source=CalendarDay.Source.COMPANY, calendar=calendar, date=day).delete()
    row = as_entered(calendar, day, kind, windows, name)
    if row:
        row.full_clean()
        row.save()
    record(
        "calendar.day_set",
        at=at,
        by=by,
        refs={"calendar": calendar.pk if calendar else None},
        data={"date": day, "kind": kind, "windows": windows},
    )
