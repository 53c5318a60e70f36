"""Promises, questions and sent items: their tab on the lead, and a page for each."""

from django.core.exceptions import PermissionDenied
from django.db.models import F, Value
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads import actions
from leads.actions.promising import may_end
from leads.forms.promising import (
    AnswerForm,
    DropForm,
    FirstAnswerForm,
    MovePromiseForm,
    PromiseForm,
    QuestionForm,
    SentForm,
)
from leads.listing import NEVER
from leads.models import Lead, Promise, Question, Sent
from salesops.sop.models import Deadline
from salesops.sop.my_day import items
from salesops.web.back import back
from salesops.web.forms import one_time

from .acting import attempt, find_inside
from .detail import head

SHOWN = 40  # of each kind, what is open first


@one_time
def promises(request, pk, noted=""):
    """What was promised, asked and sent on a lead; more is noted here by who works on it."""
    lead, allowed = find_inside(request, pk)
    if request.method == "POST" and not allowed.work:
        raise PermissionDenied
    forms = {
        "promise": PromiseForm(_sent(request, noted, "promise"), now=request.now, auto_id="promise_%s"),
        "question": QuestionForm(_sent(request, noted, "question"), auto_id="question_%s"),
        "sent": SentForm(_sent(request, noted, "sent"), auto_id="sent_%s"),
    }
    form = forms.get(noted)
    if request.method == "POST" and form is not None and form.is_valid():
        attempt(request, _NOTED[noted], lead, **form.said, done=_("Noted."))
        return redirect("leads:promises", pk)
    context = head(request, lead, allowed) | {"forms": forms, "noted": noted}
    context["lists"] = [_list(request, kind, rows, context["owed"], allowed) for kind, rows in _rows(lead).items()]
    status = 422 if request.method == "POST" else 200
    return render(request, "leads/promises.html", context, status=status)


_NOTED = {"promise": actions.make_promise, "question": actions.ask, "sent": actions.send_item}
_LISTS = {
    "promise": (Promise, gettext_lazy("Promises"), gettext_lazy("Nothing is promised."), gettext_lazy("Kept")),
    "question": (
        Question,
        gettext_lazy("Open questions"),
        gettext_lazy("No question is open."),
        gettext_lazy("Answered"),
    ),
    "sent": (
        Sent,
        gettext_lazy("Sent, no answer yet"),
        gettext_lazy("Nothing waits for an answer."),
        gettext_lazy("Answer came"),
    ),
}


def _sent(request, noted, kind):
    return request.POST if request.method == "POST" and noted == kind else None


def _rows(lead: Lead) -> dict[str, list[dict]]:
    """The rows of the three lists in one query: what is open first, then what ended last."""
    shown = ("pk", "text", "at", "ended_at", "dropped", "answer", "owner_id")
    order = (F("ended_at").desc(nulls_first=True), "at", "pk")
    first, *others = (
        model.objects.filter(lead=lead)
        .order_by(*order)[:SHOWN]
        .values(*shown, owner_name=F("owner__name"), kind=Value(kind))
        for kind, (model, *_words) in _LISTS.items()
    )
    found: dict[str, list[dict]] = {kind: [] for kind in _LISTS}
    for row in first.union(*others, all=True):
        found[row["kind"]].append(row)
    for rows in found.values():  # a union keeps no order
        rows.sort(key=lambda row: (row["at"], row["pk"]))
        rows.sort(key=lambda row: row["ended_at"] or NEVER, reverse=True)
    return found


def _list(request, kind: str, rows: list[dict], owed, allowed) -> dict:
    """One of the three lists, each row with its duty."""
    _model, title, empty, button = _LISTS[kind]
    duties = {item.deadline.subject: item for item in owed}
    mine = {request.user.pk, *(row["owner_id"] for row in rows)} if allowed.work else {request.user.pk}
    for row in rows:
        row |= {"duty": duties.get(f"{kind}:{row['pk']}"), "mine": row["owner_id"] in mine}
    forms = {"answer": FirstAnswerForm if kind == "question" else AnswerForm}
    return {"kind": kind, "title": title, "empty": empty, "button": button, "rows": rows, **forms}


@one_time
def promise(request, pk, act="end"):
    """One promise: done in one click and a line, moved with the customer's agreement, or dropped."""
    return _one(request, Promise, pk, act)


@one_time
def question(request, pk, act="end"):
    """One open question: answered, or dropped."""
    return _one(request, Question, pk, act)


@one_time
def sent(request, pk, act="end"):
    """One thing that was sent: the answer came, or nobody waits for it any more."""
    return _one(request, Sent, pk, act)


def _one(request, model, pk, act):
    owed = get_object_or_404(
        model.objects.visible_to(request.user).select_related("lead__customer", "owner", "ended_by"), pk=pk
    )
    kind = next(kind for kind, (listed, *_words) in _LISTS.items() if listed is model)
    mine = may_end(request.user, owed)
    act = act if request.method == "POST" else ""
    if request.method == "POST" and not mine:
        raise PermissionDenied
    ending = FirstAnswerForm if model is Question else AnswerForm
    forms = {"end": ending(request.POST if act == "end" else None, auto_id="end_%s")}
    forms["drop"] = DropForm(request.POST if act == "drop" else None, auto_id="drop_%s")
    if model is Promise:
        data = request.POST if act == "move" else None
        forms["move"] = MovePromiseForm(data, now=request.now, initial={"due_on": owed.due_on}, auto_id="move_%s")
    form = forms.get(act)
    if form is not None and form.is_valid():
        attempt(request, _ACTS[act], owed, **form.said, done=_("Saved."))
        seen = Lead.objects.visible_to(request.user).filter(pk=owed.lead_id).exists()
        return redirect(back(request) or (reverse("leads:promises", args=[owed.lead_id]) if seen else "/"))
    duty = items(Deadline.objects.open().filter(subject=f"{kind}:{owed.pk}").select_related("owner"), request.now)
    context = {"owed": owed, "kind": kind, "mine": mine and not owed.ended_at, "forms": forms, "duty": duty}
    context |= {"title": _LISTS[kind][1], "button": _LISTS[kind][3], "act": act}
    context |= {"to": {act: reverse(f"leads:{kind}", args=[pk, act]) for act in forms}}
    context |= {"seen": Lead.objects.visible_to(request.user).filter(pk=owed.lead_id).exists()}
    return render(request, "leads/promise.html", context, status=422 if request.method == "POST" else 200)


_ACTS = {"end": actions.end, "drop": actions.drop, "move": actions.move_promise}
