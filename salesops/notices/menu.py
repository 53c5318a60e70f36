from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from salesops.standing import StandingQuery
from salesops.web.menu import Entry, register
from salesops.web.settings_pages import SettingsPage
from salesops.web.settings_pages import register as register_settings

from .models import Notice

MOST = 99
_unread = StandingQuery(
    lambda person: Notice.objects.filter(person=person).unread().order_by().values_list("person")[:MOST]
)


def unread(request: HttpRequest) -> int:
    """How many notices the user has not read, at most 99. One query that only reads the index."""
    return len(_unread(request.user.pk))


register(Entry("notices:inbox", _("Messages"), "bell", order=15, bottom=True, header=True, key="i", count=unread))
register_settings(
    SettingsPage(
        "notices:company_channels",
        _("Channels"),
        _("Mail, WeCom, DingTalk, Feishu: what is set up, what the vendor says, send a test"),
        "megaphone",
        50,
    ),
    SettingsPage(
        "admin:notices_delivery_changelist",
        _("Undelivered messages"),
        _("What could not be delivered, and why; send it again"),
        "envelope",
        52,
    ),
)
