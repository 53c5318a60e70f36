"""The customer's page: the company, its people, its leads, its group, and what its owner owes as a key customer."""

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from leads import actions, identity
from leads.actions.looking import customer_looked_lately
from leads.duplicates import How, matches
from leads.forms import KeyContactForm, MarkForm, ParentForm, TagsForm
from leads.models import Contact, Customer, KeyContact, KeyMark, Lead, Merge, Tag
from leads.models.lead import ENDED
from leads.models.merge import UNDO
from leads.policy import MayCustomer, may_customer
from salesops.events.models import Event
from salesops.people.models import Role
from salesops.sop.models import Deadline
from salesops.sop.my_day import items
from salesops.web.back import back, go
from salesops.web.forms import conflict, one_time

from .acting import attempt, number, saved

SHOWN_LEADS, SHOWN_TALKS, SHOWN_MARKS, SUGGESTED = 50, 5, 5, 30


def find_customer(request, pk: int) -> tuple[Customer, MayCustomer]:
    """The customer, with `seen` as those of its leads that the user sees; 404 outside the user's scope."""
    found = Customer.objects.visible_to(request.user).with_holder(request.user)
    below = Customer.objects.filter(parent=OuterRef("pk"), merged_into=None).order_by("pinyin", "pk")
    found = found.annotate(group=ArraySubquery(below.values(facts=JSONObject(pk="pk", name="name"))[:SHOWN_LEADS]))
    words = {"by": "by__name", "since": "since", "until": "until", "reason": "reason"}
    facts = JSONObject(**words, ended_by="ended_by__name", ended_reason="ended_reason")
    marks = KeyMark.objects.filter(customer=OuterRef("pk")).order_by("-since", "-id")
    found = found.annotate(marks=ArraySubquery(marks.values(facts=facts)[:SHOWN_MARKS]))
    merges = Merge.objects.filter(kept=OuterRef("pk"), undone_at=None).order_by("-at", "-id")
    merged = JSONObject(pk="pk", name="gone__name", at="at", by="by__name", reason="reason")
    found = found.annotate(merged=ArraySubquery(merges.values(facts=merged)[:SHOWN_MARKS]))
    found = found.annotate(looked=customer_looked_lately(request.user, request.now))
    customer = get_object_or_404(found.select_related("owner", "parent"), pk=pk)
    if not customer.looked:
        actions.look(customer.pk, by=request.user, at=request.now)
    seen = Lead.objects.visible_to(request.user).filter(customer=customer).with_holder(request.user)
    customer.seen = [*seen.select_related("owner").order_by("-arrived_at", "-id")[:SHOWN_LEADS]]
    return customer, may_customer(request.user, customer, customer.seen)


def find_customer_to(request, pk: int, act: str) -> Customer:
    """The customer, if the user may do `act` (a field of MayCustomer) with it; else 403."""
    customer, allowed = find_customer(request, pk)
    if not getattr(allowed, act):
        raise PermissionDenied
    return customer


def customer(request, pk):
    """Everything about one customer on one page. With htmx and `alike`: which others may be the same company."""
    customer, allowed = find_customer(request, pk)
    if customer.merged_into_id:
        return redirect("leads:customer", customer.merged_into_id)
    if request.htmx and "alike" in request.GET:
        context = {"customer": customer, "may": allowed, "alike": _alike(request, customer)}
        return render(request, "leads/_alike.html", context)
    return show_customer(request, customer, allowed)


def show_customer(request, customer: Customer, allowed: MayCustomer, **more) -> HttpResponse:
    """The page of a customer."""
    open_leads = [lead for lead in customer.seen if lead.status not in ENDED]
    instants = {"since": parse_datetime, "until": lambda text: text and parse_datetime(text)}
    marks = [mark | {name: read(mark[name]) for name, read in instants.items()} for mark in customer.marks]
    owed = Deadline.objects.open().filter(file=customer.ref).select_related("owner").order_by("due_at", "id")
    context = {
        "customer": customer,
        "may": allowed,
        "open_leads": open_leads,
        "closed_leads": [lead for lead in customer.seen if lead.status in ENDED],
        "contacts": [*customer.contacts.order_by("pk")] if allowed.reveal else (),
        "may_erase": request.user.has_role(Role.ADMIN),
        "marks": marks,
        "key": any(mark["until"] is None for mark in marks),
        "talks": KeyContact.objects.filter(customer=customer).select_related("by", "contact")[:SHOWN_TALKS],
        "owed": items(owed, request.now),
        "merged": [_merge(row, request.now) for row in customer.merged],
        "alike": _alike(request, customer) if "alike" in request.GET else None,
    }
    return render(request, "leads/customer.html", context | more)


def _merge(row: dict, now) -> dict:
    """A duplicate that was merged into the customer, and whether that may still be undone."""
    at = parse_datetime(row["at"])
    return row | {"at": at, "undo": now <= at + UNDO}


def _alike(request, customer: Customer) -> list[tuple]:
    """The known customers that may be the same company, not those of its own group; and whether the user sees each."""
    group = {customer.pk, customer.parent_id}
    found = [match for match in matches(company=customer.name) if match.how != How.NUMBER]
    near = [match for match in found if match.customer.pk not in group and match.customer.parent_id != customer.pk]
    seen = Customer.objects.visible_to(request.user).filter(pk__in=[match.customer.pk for match in near])
    pks = set(seen.values_list("pk", flat=True)) if near else set()
    return [(match, match.customer.pk in pks) for match in near]


@one_time
@require_POST
def customer_contact(request, pk):
    """Shows a contact's number; each look is logged."""
    customer, allowed = find_customer(request, pk)
    if not allowed.reveal:
        raise PermissionDenied
    found = get_object_or_404(Contact, pk=number(request.POST.get("contact")), customer=customer)
    actions.reveal(found, what="phone", by=request.user, at=request.now)
    if request.htmx:
        shown = identity.grouped(found.phone)
        response = HttpResponse(format_html('<a class="number" href="tel:{}">{}</a>', found.phone, shown))
    else:
        response = show_customer(request, customer, allowed, revealed=found)
    response["Cache-Control"] = "no-store"
    return response


@one_time
def key_contact(request, pk):
    """Logs the month's contact with a key customer."""
    customer = find_customer_to(request, pk, "work")
    posted = request.method == "POST"
    form = KeyContactForm(request.POST if posted else None, customer=customer)
    done = _("The contact is logged.")
    if posted and form.is_valid() and saved(request, form, actions.log_key_contact, customer, **form.said, done=done):
        return go(request, back(request) or reverse("leads:customer", args=[pk]))
    title = _("Contact with %(company)s") % {"company": customer.name}
    return show_customer_form(request, customer, form, title=title, button=_("Save the contact"))


@one_time
def key_mark(request, pk):
    """Marks a key customer, or takes the mark back; both with a reason."""
    customer = find_customer_to(request, pk, "mark")
    is_key = KeyMark.objects.filter(customer=customer, until=None).exists()
    form = MarkForm(request.POST if request.method == "POST" else None, auto_id="mark_%s")
    if request.method != "POST" or not form.is_valid():
        title = _("Take the mark of a key customer back") if is_key else _("Mark as key customer")
        return show_customer_form(request, customer, form, title=title, button=title)
    act, done = (
        (actions.unmark_key, _("%(company)s is no key customer any more."))
        if is_key
        else (actions.mark_key, _("%(company)s is a key customer now."))
    )
    attempt(request, act, customer, reason=form.cleaned_data["reason"], done=done % {"company": customer.name})
    return go(request, reverse("leads:customer", args=[pk]))


@one_time
def tags(request, pk):
    """The free words on a customer; those in use are suggested."""
    customer = find_customer_to(request, pk, "edit")
    posted = request.method == "POST"
    on_file = {"tags": ", ".join(customer.tags)}
    form = TagsForm(request.POST if posted else None, on_file=on_file, auto_id="tags_%s")
    if posted and form.is_valid():
        actions.set_tags(customer, tags=form.words, by=request.user, at=request.now)
        return go(request, back(request) or reverse("leads:customer", args=[pk]))
    if form.conflicts:
        saves = Event.objects.filter(name="customer.tagged", subject=customer.ref)
        return conflict(request, form, back=reverse("leads:customer", args=[pk]), saves=saves)
    used = Tag.objects.order_by("-used_at", "name").values_list("name", flat=True)
    suggested = [name for name in used[:SUGGESTED] if name not in customer.tags]
    return show_customer_form(request, customer, form, title=_("Tags"), button=_("Save the tags"), suggested=suggested)


@one_time
def parent(request, pk):
    """The company to which this one belongs."""
    customer = find_customer_to(request, pk, "edit")
    posted = request.method == "POST"
    first = {"parent": customer.parent.name if customer.parent else ""}
    form = ParentForm(request.POST if posted else None, initial=first, auto_id="parent_%s")
    if not posted or not form.is_valid():
        return show_customer_form(request, customer, form, title=_("Group of companies"), button=_("Save the link"))
    attempt(request, actions.set_parent, customer, parent=form.cleaned_data["parent"], done=_("Saved."))
    return go(request, reverse("leads:customer", args=[pk]))


def show_customer_form(request, customer: Customer, form, **context) -> HttpResponse:
    """A form about a customer: alone for htmx, which puts it where one is, else on a page of its own."""
    template = "leads/_act.html" if request.htmx else "leads/customer_act.html"
    context |= {"customer": customer, "form": form, "back": back(request), "here": request.path}
    return render(request, template, context, status=422 if form.errors else 200)
