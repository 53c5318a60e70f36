from django.utils.translation import gettext_lazy as _

from salesops.web.menu import Entry, register
from salesops.web.settings_pages import SettingsPage
from salesops.web.settings_pages import register as register_settings

register(Entry("people:leave", _("Leave"), "cup-hot", order=77))
register_settings(
    SettingsPage(
        "people:list",
        _("People and roles"),
        _("Invite, roles, passwords, leaving with a successor"),
        "people",
        30,
        below=tuple(f"people:{name}" for name in ("invitation", "detail", "details", "roles", "access", "leaving")),
    ),
    SettingsPage(
        "people:teams",
        _("Teams"),
        _("Who leads, who manages; add, rename and move teams"),
        "diagram-3",
        32,
        below=("people:team", "people:new_team"),
    ),
)
