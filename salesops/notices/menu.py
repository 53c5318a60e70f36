from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from salesops.standing import StandingQuery
from salesops.web.menu import Entry, register
from salesops.web.settings_pages import SettingsPage
from salesops.web.settings_pages import register as register_settings

from .models import Notice

MOST = 99
_unread = StandingQuery(
    lambda person: Notice.objects.filter(person=person).unread().order_by().values_list("for_action")[:MOST]
)


def unread(request: HttpRequest) -> int:
    """How many notices the user has not read, at most 99. One query by the index of what is unread, once a page."""
    return len(_of(request))


def unread_by_tab(request: HttpRequest) -> dict[str, int]:
    """The same, apart for what needs the user's action and for what is for information."""
    found = [for_action for (for_action,) in _of(request)]
    return {"action": sum(found), "information": len(found) - sum(found)}


def _of(request):
    if not hasattr(request, "_unread"):
        request._unread = _unread(request.user.pk)
    return request._unread


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
