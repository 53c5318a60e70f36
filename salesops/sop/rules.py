"""The events of enforcement itself."""

from django.utils.translation import gettext_lazy as _

from salesops.events.registry import Event, declare, describe, describe_data

from .models import CalendarDay
from .subjects import Subject, register

declare(
    Event("deadline.step_taken", refs=("deadline",), data=("rule", "step", "owner", "subject", "do")),
    Event("deadline.explained", refs=("deadline",)),
    Event("deadline.nudged", refs=("deadline",)),
    Event("deadline.taken", refs=("deadline",), data=("owner",)),
    Event("deadline.moved", refs=("deadline",), data=("rule", "before", "after")),
    Event("deadline.tried_again", data=("count",)),
    Event("waiver.asked", refs=("waiver", "deadline")),
    Event("waiver.decided", refs=("waiver", "deadline"), data=("granted",)),
    Event("rule.set", refs=("setting",), data=("rule", "holds_from")),
    # A day of the company's own; an empty kind: it is ordinary again. Without a calendar: for all.
    Event("calendar.day_set", refs=("calendar",), data=("date", "kind", "windows")),
    Event("calendar.year_entered", data=("year",)),
    Event("calendar.applied", refs=(), data=("moved", "rule")),
)

register(Subject("person", "people.User", title="name"), Subject("team", "people.Team", title="name"))

describe(
    {
        "deadline.step_taken": _("Step taken by the clock"),
        "deadline.explained": _("Gave the reason for being late"),
        "deadline.nudged": _("Reminded somebody"),
        "deadline.taken": _("Took a duty of the desk"),
        "deadline.moved": _("Moved a running deadline"),
        "deadline.tried_again": _("Had deadlines tried again"),
        "waiver.asked": _("Asked for a waiver"),
        "waiver.decided": _("Decided on a waiver"),
        "rule.set": _("Changed a rule"),
        "calendar.day_set": _("Changed a day of the calendar"),
        "calendar.year_entered": _("Entered the public holidays of a year"),
        "calendar.applied": _("Recomputed running deadlines"),
    }
)
describe_data(
    {
        "rule": _("rule"),
        "step": _("step"),
        "before": _("before"),
        "after": _("after"),
        "count": _("how many"),
        "granted": _("granted"),
        "holds_from": _("holds from"),
        "date": _("day"),
        "kind": _("kind"),
        "windows": _("hours"),
        "year": _("year"),
        "moved": _("deadlines moved"),
    },
    {"kind": CalendarDay.Kind.choices},
)
