from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from salesops.clock import due_clock
from salesops.web.menu import Entry, Pill, register
from salesops.web.settings_pages import Finding, SettingsPage, finder
from salesops.web.settings_pages import register as register_settings

from .late import HEADS
from .my_day import Owed, owed_today
from .registry import registry


def _owed(request: HttpRequest) -> Owed:
    """Worked out once per page, for the number in the menu and the words in the header."""
    if not hasattr(request, "_owed"):
        request._owed = owed_today(request.user, request.now)
    return request._owed


def pill(request: HttpRequest) -> Pill | None:
    """What is owed today and the nearest deadline: "Today 3 · next 15:40"; nothing on a free day."""
    owed = _owed(request)
    if not owed.count:
        return None
    if owed.next_at is None:
        return Pill(_("Today %(count)d · overdue %(late)d") % {"count": owed.count, "late": owed.late}, late=True)
    words = {"count": owed.count, "time": due_clock(owed.next_at)}
    return Pill(_("Today %(count)d · next %(time)s") % words, late=bool(owed.late))


register(
    Entry(
        "sop:my_day",
        _("Today"),
        "check2-all",
        order=10,
        key="d",
        bottom=True,
        count=lambda request: _owed(request).count,
        pill=pill,
    ),
    Entry("sop:late", _("Late now"), "alarm", order=15, roles=HEADS),
    Entry(
        "sop:waivers",
        _("Waivers"),
        "shield-lock",
        order=75,
        roles=HEADS,
    ),
    Entry("sop:rules", _("The SOP"), "book", order=80),
)
register_settings(
    SettingsPage(
        "sop:rules",
        _("Rules"),
        _("Numbers, reminders and who is told, rule by rule"),
        "sliders",
        10,
        ("sop:rule_change",),
    ),
    SettingsPage("sop:recomputing", _("Recompute"), _("Move running deadlines to today's rules"), "arrow-repeat", 12),
    SettingsPage(
        "sop:calendar",
        _("Working calendar"),
        _("Holidays, make-up days, closures, half days"),
        "calendar3",
        20,
        ("sop:calendar_day",),
    ),
    SettingsPage(
        "sop:waivers", _("Waivers"), _("Requests that wait for a decision, and what was decided"), "shield-lock", 70
    ),
    SettingsPage("sop:audit", _("Audit log"), _("Who did what, and when"), "clock-history", 80),
)


@finder
def rules_to_change(wanted: str) -> list[Finding]:
    """The rules whose title, sentence or key has the word, each with its form."""
    word = wanted.lower()
    return [
        Finding(str(rule.title), reverse("sop:rule_change", args=[rule.key]))
        for rule in registry
        if word in f"{rule.title} {rule.sentence} {rule.key}".lower()
    ]
