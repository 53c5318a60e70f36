from salesops.notices.models import ChannelAccount
from tests.access import row


def channel(co, owner):
    return {"pk": ChannelAccount.objects.create(kind="wecom", person=owner).pk}


ROWS = [
    row("notices:company_channels", everybody=403, admin=200),
    row("notices:inbox"),
    row("notices:reading", everybody=302, post={}),
    row("notices:channels"),
    row("notices:channel", channel, everybody="302 404 404", post={"active": "no"}),
]
