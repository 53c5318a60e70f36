"""Help: asking somebody, and one item with its answer."""

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads.models import Lead
from leads.views.acting import attempt, saved
from meetings import actions, forms
from meetings.models import HelpItem
from meetings.policy import duties_on, may_help
from salesops.sop.my_day import items
from salesops.web.back import back
from salesops.web.forms import one_time


@one_time
def help_new(request):
    """Asks one colleague for help."""
    posted = request.method == "POST"
    form = forms.HelpForm(request.POST if posted else None, user=request.user)
    if posted and form.is_valid():
        attempt(request, actions.ask_help, **form.said, done=_("Asked."))
        return redirect(f"{reverse('meetings:tasks')}?view=help")
    context = {"form": form, "here": reverse("meetings:help_new")}
    return render(request, "meetings/help_new.html", context, status=422 if form.errors else 200)


_ACTS = {
    "answer": (actions.answer_help, forms.AnswerForm, gettext_lazy("Answered.")),
    "passing": (actions.pass_on, forms.PassOnForm, gettext_lazy("Passed on: it is a task now.")),
    "withdrawal": (actions.withdraw_help, forms.WithdrawForm, gettext_lazy("Withdrawn.")),
}


@one_time
def help(request, pk, act=""):
    """One help item: who is asked answers it or passes it on with a date, who asked may withdraw it."""
    rows = HelpItem.objects.visible_to(request.user).select_related(
        "asker", "helper", "lead__customer", "task__assignee"
    )
    found = get_object_or_404(rows, pk=pk)
    duties = duties_on(found.ref)
    allowed = may_help(request.user, found, duties)
    bound = {}
    if request.method == "POST":
        if act not in _ACTS:
            raise Http404
        action, kind, done = _ACTS[act]
        form = _form(kind, request, request.POST, act)
        if form.is_valid() and saved(request, form, action, found, **form.said, done=done):
            return redirect(back(request) or reverse("meetings:help", args=[pk]))
        bound = {act: form}
    open_to = {"answer": allowed.do, "passing": allowed.do, "withdrawal": allowed.give and not allowed.do}
    shown = {}
    for name, (_action, kind, _done) in _ACTS.items():
        if found.ended_at is None and open_to[name]:
            shown[name] = bound.get(name) or _form(kind, request, None, name)
    context = {"item": found, "forms": shown, "act": act, "duties": items(duties, request.now)}
    context |= {"to": {name: reverse("meetings:help", args=[pk, name]) for name in _ACTS}}
    context |= {"seen": found.lead_id and Lead.objects.visible_to(request.user).filter(pk=found.lead_id).exists()}
    return render(request, "meetings/help.html", context, status=422 if bound else 200)


def _form(kind, request, data, act):
    values = {"user": request.user, "now": request.now} if issubclass(kind, forms.PassOnForm) else {}
    return kind(data, auto_id=f"{act}_%s", **values)
