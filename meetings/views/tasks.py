"""Tasks: those that I am to do, those that I gave, the archive; one task with all that was said about it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads.models import Lead
from leads.views.acting import attempt, number, saved
from meetings import actions, forms
from meetings.briefs import tags
from meetings.models import HelpItem, Task
from meetings.policy import duties_on, may
from salesops.documents.models import Upload
from salesops.sop.models import Deadline
from salesops.sop.my_day import items
from salesops.web import keyset
from salesops.web.back import back, go
from salesops.web.forms import one_time
from salesops.web.templatetags.shell import day_text

MINE, GIVEN, HELP, ARCHIVE = "mine", "given", "help", "archive"
VIEWS = {
    MINE: gettext_lazy("To be done by me"),
    GIVEN: gettext_lazy("Given by me"),
    HELP: gettext_lazy("Help"),
    ARCHIVE: gettext_lazy("Archive"),
}


@one_time
def tasks(request):
    """Lists of my tasks; on top the line by which one more is given."""
    view = request.GET.get("view", MINE)
    view = view if view in VIEWS else MINE
    posted = request.method == "POST"
    form = forms.OneLineForm(request.POST if posted else None, user=request.user, now=request.now)
    if posted and form.is_valid():
        made = attempt(request, actions.give_task, **form.read)
        if made:
            values = {"person": made.assignee.name, "day": day_text(made.due_on), "task": made.content}
            messages.success(request, _("%(person)s, by %(day)s: %(task)s") % values)
        return redirect(f"{reverse('meetings:tasks')}?view={_list_of(made, request.user)}")
    rows, order = _rows(request.user, view)
    page = keyset.page(rows, order, request.GET.get("page"))
    if view == HELP:
        _lay_duties(page.rows, "help.answer", request.now)
    else:
        _lay_duties(page.rows, "task.done", request.now)
    context = {"view": view, "views": VIEWS, "page": page, "form": form, "here": reverse("meetings:tasks")}
    return render(request, "meetings/tasks.html", context, status=422 if form.errors else 200)


def _list_of(made: Task | None, user) -> str:
    return GIVEN if made and made.assignee_id != user.pk else MINE


def _rows(user, view: str):
    """The rows of a view, and the order that its index serves."""
    if view == HELP:
        mine = HelpItem.objects.filter(helper=user) | HelpItem.objects.filter(asker=user)
        return mine.select_related("asker", "helper", "lead__customer"), ("-asked_at", "-id")
    found = Task.objects.select_related("assignee", "assigner", "lead__customer")
    if view == MINE:
        return found.running().filter(assignee=user), ("due_on", "id")
    if view == GIVEN:
        return found.running().filter(assigner=user).exclude(assignee=user), ("due_on", "id")
    ended = found.filter(assignee=user) | found.filter(assigner=user)
    return ended.filter(ended_at__isnull=False), ("-ended_at", "-id")


def _lay_duties(rows, rule: str, now) -> None:
    """Lays the open duty of a rule over each row, as `duty`. One query."""
    found = Deadline.objects.open().filter(subject__in=[row.ref for row in rows], rule=rule)
    by_subject = {item.deadline.subject: item for item in items(found, now)}
    for row in rows:
        row.duty = by_subject.get(row.ref)
        row.tags = tags(row) if isinstance(row, Task) else ()


@one_time
def task_new(request):
    """A task with all that belongs to it; `lead` names the customer it is about."""
    lead = None
    if request.GET.get("lead"):
        lead = get_object_or_404(Lead.objects.visible_to(request.user), pk=number(request.GET["lead"]))
    posted = request.method == "POST"
    form = forms.TaskForm(request.POST if posted else None, user=request.user, now=request.now, lead=lead)
    if posted and form.is_valid():
        made = attempt(request, actions.give_task, **form.said, done=_("The task is given."))
        return redirect("meetings:task", made.pk) if made else redirect("meetings:tasks")
    here = reverse("meetings:task_new") + (f"?lead={lead.pk}" if lead else "")
    return render(request, "meetings/task_new.html", {"form": form, "here": here}, status=422 if form.errors else 200)


_ACTS = {
    "confirmation": (actions.confirm, forms.ConfirmForm, gettext_lazy("Confirmed.")),
    "return": (actions.send_back, forms.SendBackForm, gettext_lazy("Sent back.")),
    "date": (actions.put_off, forms.PutOffForm, gettext_lazy("The next date is noted.")),
    "removal": (actions.drop_task, forms.DropForm, gettext_lazy("Dropped.")),
}


@one_time
def task(request, pk, act=""):
    """One task; who does it hands it in or names another date, who gave it confirms, sends back, moves or drops it."""
    found, allowed = _find(request, pk)
    if request.method == "POST":
        if act not in _ACTS:
            raise Http404
        action, kind, done = _ACTS[act]
        form = _form(kind, request, request.POST, act)
        if form.is_valid() and saved(request, form, action, found, **form.said, done=done):
            return redirect(back(request) or reverse("meetings:task", args=[pk]))
        return _show(request, found, allowed, {act: form}, act)
    return _show(request, found, allowed, {}, act)


def _find(request, pk):
    rows = Task.objects.visible_to(request.user).select_related("assignee", "assigner", "lead__customer")
    found = get_object_or_404(rows, pk=pk)
    found.duties = duties_on(found.ref)
    return found, may(request.user, found, found.duties)


def _form(kind, request, data, act):
    values = {"now": request.now} if issubclass(kind, forms.PutOffForm) else {}
    return kind(data, auto_id=f"{act}_%s", **values)


def _show(request, found, allowed, bound, act):
    open_to = {"confirmation": allowed.give, "return": allowed.give, "date": allowed.do or allowed.give}
    open_to["removal"] = allowed.give
    state = {"confirmation": "proven", "return": "proven", "date": "open", "removal": found.state}
    shown = {}
    for name, (_action, kind, _done) in _ACTS.items():
        if found.ended_at is None and open_to[name] and state[name] == found.state:
            shown[name] = bound.get(name) or _form(kind, request, None, name)
    context = {
        "task": found,
        "tags": tags(found),
        "may": allowed,
        "forms": shown,
        "to": {name: reverse("meetings:task", args=[found.pk, name]) for name in _ACTS},
        "act": act,
        "duties": items(found.duties, request.now),
        "entries": found.entries.select_related("by"),
        "files": Upload.objects.filter(about=found.ref).select_related("by"),
        "here": reverse("meetings:task", args=[found.pk]),
        "seen": found.lead_id and Lead.objects.visible_to(request.user).filter(pk=found.lead_id).exists(),
    }
    if allowed.do and found.state == Task.State.OPEN:
        context |= {
            "proof": forms.ProofForm(auto_id="proof_%s"),
            "proof_url": reverse("meetings:proof", args=[found.pk]),
        }
    return render(request, "meetings/task.html", context, status=422 if bound else 200)


@one_time
def proof(request, pk):
    """Handing a task in: on its own page, or in the card of My Day."""
    found, allowed = _find(request, pk)
    if not allowed.do:
        raise PermissionDenied
    posted = request.method == "POST"
    form = forms.ProofForm(request.POST if posted else None, request.FILES if posted else None, auto_id="proof_%s")
    done = _("Handed in; %(person)s confirms it.") % {"person": found.assigner.name}
    done = _("Done.") if found.assigner_id == found.assignee_id else done
    if posted and form.is_valid() and saved(request, form, actions.prove, found, **form.said, done=done):
        return go(request, back(request) or reverse("meetings:task", args=[pk]))
    template = "meetings/_proof.html" if request.htmx else "meetings/proof.html"
    context = {"task": found, "proof": form, "proof_url": reverse("meetings:proof", args=[pk]), "back": back(request)}
    return render(request, template, context, status=422 if form.errors else 200)
