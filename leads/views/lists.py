from django.contrib import messages
from django.http import QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from leads import actions, listing
from leads.forms import BulkForm, FilterForm
from leads.models import Lead, Source, Stage, Status
from leads.policy import EXPORTERS, assignable
from salesops.people.models import HEADS, Role
from salesops.people.scope import require_role
from salesops.sop.forecast import forecast
from salesops.sop.registry import registry
from salesops.web import keyset, saved_views
from salesops.web.forms import one_time
from salesops.web.forms.saved_view import NewViewForm

PAGE = "leads:list"
MANAGING = (*HEADS, Role.SO, Role.ADMIN)


@require_role(Role.AM, Role.SE, Role.LEADER, Role.MANAGER, Role.SO, Role.CS, Role.ADMIN)
def list(request):
    """The leads that one may see, by view and filters: the newest first, or what is most urgent."""
    views, tabs = listing.views_of(request.user), saved_views.of(request.user, PAGE)
    given = saved_views.given(request, PAGE, tabs)
    tab = saved_views.current(tabs, given)
    view = given.get("view", "")
    view = view if view in views else listing.first_view(request.user)
    urgent = "due" in given and view != "all"
    people = assignable(request.user).only("name", "pinyin") if request.user.has_role(*MANAGING) else None
    form = FilterForm(given, people=people)
    found = listing.leads_of(view, request.user, request.now).filter(form.where())
    page = _page(request, found, listing.MOST_URGENT if urgent else listing.NEWEST)
    saved_views.remember(request, PAGE, f"{saved_views.FIELD}={tab.view.pk}" if tab else f"view={view}")
    remember(request, "leads", [lead.pk for lead in page.rows])
    kept = QueryDict(mutable=True)  # with the view, which another tab may have changed in the session
    kept.update({"view": view, **({"due": ""} if urgent else {})})
    kept.update({name: given[name] for name in form.chosen})
    filters = kept.urlencode()
    if tab:
        kept[saved_views.FIELD] = tab.view.pk
    context = {
        "page": page,
        "views": views,
        "view": view,
        "view_label": tab.view.name if tab else views[view],
        "tabs": tabs,
        "tab": tab,
        "save": _save_form(request, form, filters, tab),
        "form": form,
        "chips": form.chips(),
        "urgent": urgent,
        "kept": kept,
        "bulk": people,
        "may_export": request.user.has_role(*EXPORTERS),
    }
    return render(request, "leads/list.html", context)


def _save_form(request, form: FilterForm, filters: str, tab) -> NewViewForm | None:
    """The form that saves these filters, where there is something to save that no view shows yet."""
    if not (form.chosen or "due" in QueryDict(filters)) or (tab and QueryDict(tab.view.query) == QueryDict(filters)):
        return None
    name = tab.view.name if tab and tab.mine else " ".join(str(chip["words"]) for chip in form.chips())[:40]
    share = str(tab.view.team_id or "all") if tab and tab.mine and tab.view.shared else ""
    initial = {"name": name, "query": filters, "share": share}
    return NewViewForm(share=saved_views.may_share(request.user), initial=initial, auto_id="save_%s")


def remember(request, name: str, value) -> None:
    """Keeps a value for the next pages of this session; written only where it changes."""
    if request.session.get(name) != value:
        request.session[name] = value


def neighbours(request, pk: int) -> dict[str, int | None]:
    """The leads before and after this one in the list that the person looked at last, None at its ends."""
    shown = request.session.get("leads", [])
    at = shown.index(pk) if pk in shown else None
    if at is None:
        return {}
    return {"previous": shown[at - 1] if at else None, "next": shown[at + 1] if at + 1 < len(shown) else None}


def _page(request, leads, order=listing.NEWEST):
    page = keyset.page(listing.with_next_step(listing.shown(leads)), order, request.GET.get("page"))
    for lead in page.rows:
        rule = registry.get(lead.next_rule) if lead.next_rule else None
        # Not get_stage_display(), which hashes all labels of the choices for every row.
        lead.next_step, lead.stage_label, lead.source_label = (
            rule and rule.title,
            STAGES[lead.stage],
            SOURCES[lead.source],
        )
    return page


STAGES, SOURCES = dict(Stage.choices), dict(Source.choices)


@one_time
@require_POST
@require_role(*MANAGING)
def assignments(request):
    """Assigns the ticked leads of a list to one person: first what it would do, then, confirmed, does it."""
    form = BulkForm(request.POST, people=assignable(request.user))
    if not form.is_valid():
        messages.warning(request, _("Tick the leads and choose who gets them."))
        return redirect("leads:list")
    to, ticked = form.cleaned_data["to"], form.cleaned_data["leads"]
    leads = Lead.objects.visible_to(request.user).filter(pk__in=ticked).select_related("customer").order_by("pk")
    if "confirmed" not in request.POST:
        return render(request, "leads/assignments.html", _preview(request, leads, to))
    done, refused = 0, []
    for lead in leads:
        try:
            actions.assign(lead, to=to, by=request.user, at=request.now)
            done += 1
        except actions.Refused as why:
            refused.append(str(why))
    if done:
        said = ngettext("%(n)s lead went to %(person)s.", "%(n)s leads went to %(person)s.", done)
        messages.success(request, said % {"n": done, "person": to.name})
    for why in refused[:5]:
        messages.warning(request, why)
    return redirect("leads:list")


def _preview(request, leads, to) -> dict:
    """What assigning would do: which leads go, which cannot, and when the new clocks would run out."""
    going = [lead for lead in leads if lead.grade and lead.owner_id != to.pk and lead.status not in _NOT_READY]
    grades = {lead.grade for lead in going}
    answers = [forecast("lead.first_response", owner=to, case=grade, at=request.now).due_at for grade in grades]
    accepts = forecast("lead.accept", owner=to, case="", at=request.now).due_at if going else None
    staying = [lead for lead in leads if lead not in going]
    taken = sum(lead.owner_id is not None for lead in going)
    return {
        "to": to,
        "going": going,
        "staying": staying,
        "taken": taken,
        "accept_at": accepts if to != request.user else None,
        "answer_at": min(answers, default=None),
        "back": reverse("leads:list"),
    }


_NOT_READY = (Status.CLOSED, Status.CLEANING)
