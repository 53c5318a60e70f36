from django.utils.translation import gettext_lazy as _

from leads.models import Lead
from leads.models.lead import Status
from leads.policy import ENTERERS, READERS, SALES
from salesops.people.models import Role
from salesops.staff import holdings
from salesops.web.menu import Entry, register
from salesops.web.settings_pages import SettingsPage
from salesops.web.settings_pages import register as register_settings

register(
    Entry("leads:list", _("Leads"), "funnel", order=20, key="l", roles=SALES, bottom=True),
    Entry("leads:new", _("New lead"), "plus-lg", order=21, key="n", roles=ENTERERS, bottom=True),
    Entry("leads:known", _("Duplicate check"), "search", order=33, roles=ENTERERS),
    Entry("leads:cleaning", _("Cleaning"), "droplet", order=22, roles=(Role.SO, Role.ADMIN)),
    Entry("leads:import", _("Import"), "upload", order=24, roles=(Role.SO, Role.MANAGER, Role.ADMIN)),
    Entry("leads:pool", _("Lead pool"), "people", order=30, key="p", roles=SALES),
    Entry("leads:web_forms", _("Web forms"), "link-45deg", order=26, roles=(Role.SO, Role.ADMIN)),
    Entry("leads:library", _("Templates and cases"), "chat-square-quote", order=35, roles=READERS),
    Entry("leads:figures", _("Figures"), "bar-chart", order=70, roles=SALES),
    Entry("leads:flow", _("Flow of leads"), "signpost", order=34, roles=(Role.SO, Role.MANAGER, Role.ADMIN)),
    Entry("leads:nurture", _("Nurture pool"), "sunrise", order=32, roles=(Role.SO, Role.MANAGER, Role.ADMIN)),
)


@holdings.source
def leads_held(person) -> list[holdings.Holding]:
    """The leads that a leaver's successor will answer for."""
    held = Lead.objects.filter(owner=person, status__in=[Status.ASSIGNED, Status.ACTIVE])
    return [holdings.Holding(_("leads in hand"), held.count())]


register_settings(
    SettingsPage(
        "admin:leads_territory_changelist",
        _("Territories"),
        _("Who gets which leads, by region, industry, product and size"),
        "geo-alt",
        40,
    ),
    SettingsPage("leads:pool_rules", _("Lead pool"), _("How many one may claim and hold, and who waits"), "people", 42),
    SettingsPage(
        "leads:protection",
        _("Data protection"),
        _("How many numbers, leads and rows one person may read and export"),
        "shield-lock",
        82,
    ),
    SettingsPage(
        "leads:security",
        _("Security log"),
        _("Who saw which number, what somebody opened and exported, failed sign-ins, what was refused"),
        "eye",
        81,
    ),
    SettingsPage("leads:exports", _("Exports"), _("Who took out which leads, and what for"), "download", 84),
    SettingsPage(
        "leads:import", _("Import"), _("Leads from a registration form, with every row accounted for"), "upload", 60
    ),
)
