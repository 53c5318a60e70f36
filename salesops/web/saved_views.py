"""Saved views: named filters of a list, one's own and shared ones, beside the views that the page has by itself.

    views = saved_views.of(request.user, "leads:list")
    given = saved_views.given(request, "leads:list", views)      # the query of this request, or of the last view
    ...
    saved_views.remember(request, "leads:list", "view=mine")

A saved view is opened by its whole query and `saved`, its id, which only marks its tab: the page reads the filters as
it reads any, so an outdated one shows what still fits.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from salesops.people.models import HEADS, Role, Team, User

from .models import LastView, SavedView

FIELD = "saved"
MOST = 30  # views of one person on one page
LONGEST = 1000


@dataclass(frozen=True)
class Tab:
    """A saved view as a tab of its page."""

    view: SavedView
    mine: bool

    @property
    def query(self) -> str:
        return f"{FIELD}={self.view.pk}&{self.view.query}"


def of(user: User, page: str) -> list[Tab]:
    """The saved views of a page that the user may open, their own first. One query."""
    found = SavedView.objects.visible_to(user).filter(page=page)
    tabs = [Tab(view, view.owner_id == user.pk) for view in found.order_by("name", "id")[: 3 * MOST]]
    return sorted(tabs, key=lambda tab: not tab.mine)


def current(tabs: Iterable[Tab], given: QueryDict) -> Tab | None:
    """The tab that a query names."""
    return next((tab for tab in tabs if str(tab.view.pk) == given.get(FIELD)), None)


def given(request: HttpRequest, page: str, tabs: Iterable[Tab]) -> QueryDict:
    """What the request asks of a page; without any query, the view that its person looked at last.

    One query in the first request of a session, if that asks for nothing.
    """
    if request.GET:
        return request.GET
    key = f"last:{page}"
    if key not in request.session:
        last = LastView.objects.filter(person=request.user, page=page).values_list("query", flat=True).first()
        request.session[key] = last or ""
    last = QueryDict(request.session[key])
    tab = current(tabs, last)
    return QueryDict(tab.query) if tab else last


def remember(request: HttpRequest, page: str, query: str) -> None:
    """Keeps which view was asked for; written only where it changes."""
    key = f"last:{page}"
    if request.GET and request.session.get(key) != query:
        last = LastView(person=request.user, page=page, query=query[:LONGEST])
        LastView.objects.bulk_create(
            [last], update_conflicts=True, unique_fields=["person", "page"], update_fields=["query"]
        )
        request.session[key] = query


def may_share(user: User) -> dict[str, str]:
    """With whom the user may share, by the id of the team, "all" for everybody: heads with the teams of their posts,
    sales operations and administrators with all."""
    teams = {str(post.team_id): post.team.name for post in user.current_posts if post.role in HEADS and post.team}
    return teams | {"all": _("everybody")} if user.has_role(Role.SO, Role.ADMIN) else teams


@transaction.atomic
def save(page: str, *, name: str, query: str, share: str = "", by: User, at: datetime) -> SavedView:
    """Saves a view; one of the same name of the same person is replaced. Raises ValidationError for one too many."""
    others = SavedView.objects.filter(owner=by, page=page).exclude(name=name)
    if others.count() >= MOST:
        raise ValidationError(_("You have %(n)s views here. Delete one first.") % {"n": MOST})
    kept = {"query": query[:LONGEST], "saved_at": at, **_shared(by, share)}
    return SavedView.objects.update_or_create(owner=by, page=page, name=name, defaults=kept)[0]


@transaction.atomic
def change(view: SavedView, *, name: str, share: str, by: User, at: datetime) -> None:
    """Renames a view of one's own, and shares it or not. Raises ValidationError for a name that is taken."""
    _own(view, by)
    if SavedView.objects.filter(owner=by, page=view.page, name=name).exclude(pk=view.pk).exists():
        raise ValidationError(_("You have another view of this name."))
    SavedView.objects.filter(pk=view.pk).update(name=name, saved_at=at, **_shared(by, share))


def delete(view: SavedView, *, by: User) -> None:
    """Deletes a view of one's own. Whoever looks at it keeps its filters until they choose another."""
    _own(view, by)
    view.delete()


def _own(view: SavedView, by: User) -> None:
    if view.owner_id != by.pk:
        raise PermissionDenied


def _shared(by: User, share: str) -> dict:
    if not share:
        return {"shared": False, "team": None}
    if share not in may_share(by):
        raise PermissionDenied
    return {"shared": True, "team": None if share == "all" else Team.objects.get(pk=share)}
