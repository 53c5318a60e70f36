from django.utils.translation import gettext_lazy as _

from salesops.web.menu import Entry, register
from salesops.web.settings_pages import SettingsPage
from salesops.web.settings_pages import register as register_settings

from .my_day import owed_today
from .views.late import HEADS

register(
    Entry(
        "sop:my_day",
        _("Today"),
        "check2-all",
        order=10,
        key="d",
        bottom=True,
        count=lambda request: owed_today(request.user, request.now),
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
    SettingsPage("sop:rules", _("Rules"), _("Numbers, reminders and who is told, rule by rule"), "sliders", 10),
    SettingsPage("sop:recomputing", _("Recompute"), _("Move running deadlines to today's rules"), "arrow-repeat", 12),
    SettingsPage(
        "sop:calendar", _("Working calendar"), _("Holidays, make-up days, closures, half days"), "calendar3", 20
    ),
    SettingsPage(
        "sop:waivers", _("Waivers"), _("Requests that wait for a decision, and what was decided"), "shield-lock", 70
    ),
    SettingsPage("sop:audit", _("Audit log"), _("Who did what, and when"), "clock-history", 80),
)
