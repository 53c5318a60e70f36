import datetime

from salesops.people.actions import make_api_key
from salesops.people.models import Scope
from salesops.web.models import SavedView
from tests.access import row
from tests.company import SINCE


def saved_view(co, owner):
    return {
        "pk": SavedView.objects.create(owner=owner, page="leads:list", name="A 类", query="grade=A", saved_at=SINCE).pk
    }


def api_key(co, owner):
    until = SINCE + datetime.timedelta(days=30)
    values = {"name": "官网", "scopes": [Scope.LEADS_READ], "language": "zh-hans", "expires_at": until}
    return {"pk": make_api_key(person=owner, by=co.he, at=SINCE, **values)[0].pk}


ROWS = [
    row("web:home", everybody=302),
    row("web:profile"),
    row("web:shortcuts", everybody=302, post={"shortcuts": "off"}),
    row("web:language", everybody=302, post={"language": "en"}),
    row("web:components"),
    row("web:tour", everybody=302, post={}),
    row("web:search"),
    row("web:search", everybody=302, post={"words": "克来"}),
    row("web:draft"),
    row("web:draft", everybody=200, post={"draft": "/me/shortcuts/", "note": "刚谈完"}),
    row("web:draft_removal", everybody=302, post={"draft": "/me/shortcuts/"}),
    row(
        "web:new_saved_view",
        lambda co, owner: {"of": "leads"},
        everybody="302 302 302",
        post={"name": "上海", "query": "region=上海"},
    ),
    row("web:saved_view", saved_view, everybody="200 404 404"),
    row("web:saved_view", saved_view, everybody="302 404 404", post={"name": "华东"}),
    row("web:saved_view_removal", saved_view, everybody="302 404 404", post={}),
    row("web:refused", everybody=403),
    row("web:settings", everybody=403, admin=200),
    row("web:system_health", everybody=403, admin=200),
    row("web:developers"),
    row("web:api_keys", everybody=403, admin=200),
    row("web:new_api_key", everybody=403, admin=200),
    row("web:new_api_key", everybody=403, admin=422, post={}),
    row("web:api_key_ending", api_key, everybody="403 403 403", admin="302 302 302", post={}),
    row("web:healthz", anonymous=503, everybody=503),  # open to all; not well, because no sweep runs in a test
]
