from django.http import QueryDict
from django.shortcuts import render

from leads import bulk, listing
from leads.forms import FilterForm
from leads.identity import is_legal_form
from leads.models import Lead, Source, Stage
from leads.policy import EXPORTERS, assignable, hides_contact
from salesops.people.models import Role
from salesops.people.scope import require_role
from salesops.sop.registry import registry
from salesops.web import keyset, saved_views
from salesops.web.forms.saved_view import NewViewForm

PAGE = "leads:list"


@require_role(Role.AM, Role.SE, Role.LEADER, Role.MANAGER, Role.SO, Role.CS, Role.ADMIN)
def list(request):
    """The leads that one may see, by view and filters: the newest first, or what is most urgent."""
    views, tabs = listing.views_of(request.user), saved_views.of(request.user, PAGE)
    given = saved_views.given(request, PAGE, tabs)
    tab = saved_views.current(tabs, given)
    view = given.get("view", "")
    view = view if view in views else listing.first_view(request.user)
    order = "due" if "due" in given else given.get("sort", "")  # "due": as views were saved before there was a choice
    orders = {key: row[0] for key, row in listing.ORDERS.items() if listing.takes_order(key, view, request.user)}
    order = order if order in orders else ""
    people = assignable(request.user).only("name", "pinyin") if request.user.has_role(*bulk.MANAGING) else None
    form = FilterForm(given, people=people)
    by_duty = order == "due" and view == "all" and "owner" not in form.chosen
    found = listing.leads_of(view, request.user, request.now).filter(form.where())
    page = _page_of_duties(request, found) if by_duty else _page(request, listing.ordered(found, order), order)
    saved_views.remember(request, PAGE, f"{saved_views.FIELD}={tab.view.pk}" if tab else f"view={view}")
    remember(request, "leads", [lead.pk for lead in page.rows])
    kept = QueryDict(mutable=True)  # with the view, which another tab may have changed in the session
    kept.update({"view": view, **({"sort": order} if order else {})})
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
        "legal_form": is_legal_form(form.chosen.get("q", "")),
        "order": order,
        "orders": orders,
        "by_duty": by_duty,
        "kept": kept,
        "bulk": bulk.acts_of(request.user),
        "bulk_people": people or (),
        "may_export": request.user.has_role(*EXPORTERS),
    }
    return render(request, "leads/list.html", context)


def _save_form(request, form: FilterForm, filters: str, tab) -> NewViewForm | None:
    """The form that saves these filters, where there is something to save that no view shows yet."""
    if not (form.chosen or "sort" in QueryDict(filters)) or (tab and QueryDict(tab.view.query) == QueryDict(filters)):
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


def _page(request, leads, order):
    page = keyset.page(listing.with_next_step(listing.shown(leads)), listing.ORDERS[order][1], request.GET.get("page"))
    for lead in page.rows:
        _word(lead, request.user)
    return page


def _page_of_duties(request, leads):
    """The leads on which something is owed, by when it is due; two queries."""
    duties = keyset.page(listing.duties_of(leads), listing.DUE, request.GET.get("page"))
    rows = listing.shown(Lead.objects.all()).in_bulk([duty.lead for duty in duties.rows])
    found = [(rows[duty.lead], duty) for duty in duties.rows if duty.lead in rows]
    for lead, duty in found:
        lead.next_rule, lead.next_due_at = duty.rule, duty.due_at
        _word(lead, request.user)
    return keyset.Page([lead for lead, _duty in found], duties.after, duties.before)


def _word(lead: Lead, user) -> None:
    """Adds the words of the row."""
    lead.contact_name = lead.contact.name if lead.contact_id and not hides_contact(user, lead) else ""
    rule = registry.get(lead.next_rule) if lead.next_rule else None
    lead.next_step = rule and rule.title
    # Not get_stage_display(), which hashes all labels of the choices for every row.
    lead.stage_label, lead.source_label = STAGES[lead.stage], SOURCES[lead.source]


STAGES, SOURCES = dict(Stage.choices), dict(Source.choices)
