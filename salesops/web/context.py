from django.utils.functional import SimpleLazyObject

from .addresses import address
from .banners import banners
from .menu import entries_for
from .settings_pages import pages
from .tour import stop


def shell(request):
    """What base.html needs: `menu` and `banners`, worked out only where a page shows them, and `now`."""
    return {
        "menu": SimpleLazyObject(lambda: Menu(request)),
        "banners": SimpleLazyObject(lambda: banners(request)),
        "tour": SimpleLazyObject(lambda: stop(request)),
        "now": request.now,
    }


class Menu:
    """The user's entries, split by where the shell shows them. Numbers are counted once per page."""

    def __init__(self, request):
        self._request = request
        found = entries_for(request.user) if request.user.is_authenticated else []
        items = [self._item(entry) for entry in found]
        if not any(item["current"] for item in items) and not self._mark_settings(items):
            self._mark_room(items)
        self.pills = [item for item in items if item["pill"]]
        self.side = [item for item in items if not item["entry"].header]
        self.header = [item for item in items if item["entry"].header]
        self.bottom = [item for item in items if item["entry"].bottom][:4]

    def _item(self, entry):
        here = self._request.resolver_match
        current = bool(here) and here.view_name == entry.url
        return {
            "entry": entry,
            "current": current,
            "inside": current,
            "count": entry.count(self._request) if entry.count else 0,
            "pill": entry.pill(self._request) if entry.pill else None,
        }

    def _mark_settings(self, items) -> bool:
        """A page of the settings, and those below it, mark the settings for whoever has that entry."""
        here = self._request.resolver_match
        inside = bool(here) and any(here.view_name in (page.url, *page.below) for page in pages())
        mine = [item for item in items if inside and item["entry"].url == "web:settings"]
        for item in mine:
            item["inside"] = True
        return bool(mine)

    def _mark_room(self, items):
        """A page without an entry of its own marks the entry above its address, else the first of its room."""
        here = self._request.resolver_match
        room = here.namespace if here else ""
        above = [item for item in items if self._request.path.startswith(address(item["entry"].url))]
        mine = [item for item in items if room and item["entry"].url.split(":")[0] == room]
        for item in sorted(above, key=lambda item: -len(address(item["entry"].url)))[:1] or mine[:1]:
            item["inside"] = True
