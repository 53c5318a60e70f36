from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from salesops.people.models import Role, Team
from salesops.people.scope import require_role
from salesops.web.forms import one_time

from ..actions import Trial, preview_recompute, recompute, running, set_rule
from ..differences import differences, history
from ..engine.context import Context
from ..examples import examples
from ..forms import RuleChangeForm
from ..models import RuleSetting
from ..registry import registry
from ..rule import Rule

MOST = 20
MANY = 1000


@one_time
@require_role(Role.ADMIN)
def rule_change(request, key):
    """Sets the numbers of a rule: the form with a live example, then what it would move, then saved."""
    rule = registry.get(key)
    if rule is None:
        raise Http404
    post = request.method == "POST"
    given = request.POST if post else request.GET if "sent" in request.GET else None
    step = "save" if post else request.GET.get("step", "")
    team = _team(request.POST if post else request.GET)
    form = _form(request, rule, team, given, draft=step not in ("save", "preview"))
    if request.htmx and not post:
        return render(request, "sop/_rule_example.html", _example(request, rule, team, form))
    if post and form.is_valid():
        return _save(request, rule, form)
    if step == "preview" and form.is_valid():
        return render(request, "sop/rule_preview.html", _preview(request, rule, form))
    context = {
        "rule": rule,
        "form": form,
        "team": team,
        "teams": Team.objects.order_by("path"),
        "history": history(rule),
        **_example(request, rule, team, form),
    }
    return render(request, "sop/rule_change.html", context, status=422 if step and form.errors else 200)


def _team(given) -> Team | None:
    pk = given.get("team", "")
    return get_object_or_404(Team, pk=pk) if pk.isdecimal() else None


def _form(request, rule: Rule, team: Team | None, given, *, draft: bool) -> RuleChangeForm:
    settings = RuleSetting.objects.filter(rule=rule.key)
    newest = settings.order_by("-id").values_list("id", flat=True).first() or 0
    initial = {"team": team}
    values = _holding(rule, team, request.now)
    again = request.GET.get("again", "")
    if again == "declared":
        values = {}
    elif again.isdecimal():
        older = get_object_or_404(settings, pk=again)
        values, initial["reason"] = older.values, older.reason
    return RuleChangeForm(given, rule=rule, values=values, now=request.now, newest=newest, draft=draft, initial=initial)


def _holding(rule: Rule, team: Team | None, at) -> dict:
    return Context(at).values(rule, team.pk if team else None, at)


def _example(request, rule: Rule, team: Team | None, form: RuleChangeForm) -> dict:
    """What the numbers in the form would mean for what begins now; without a form that was sent, those that hold."""
    old = _holding(rule, team, request.now)
    wrong = form.is_bound and not form.is_valid()
    new = form.values if form.is_bound and not wrong else old
    rows = running(at=request.now, rule=rule.key, team=team)
    return {
        "rule": rule,
        "examples": [] if wrong else examples(rule, old, new, team=team, at=request.now),
        "off": bool(new.get("off")),
        "wrong": [error for errors in form.errors.values() for error in errors] if wrong and request.htmx else [],
        "running": rows.order_by()[:MANY].count(),
    }


def _preview(request, rule: Rule, form: RuleChangeForm) -> dict:
    team, setting = form.cleaned_data["team"], form.setting(request.user)
    at_once = form.cleaned_data["holds_from"] is None
    moves = []
    if at_once:
        trial = Trial(setting=setting)
        moves = preview_recompute(at=request.now, rule=rule.key, terms=True, team=team, trial=trial, most=MANY)
    kept = {name: request.GET.getlist(name) for name in request.GET if name not in ("step", "again")}
    return {
        "rule": rule,
        "team": team,
        "setting": setting,
        "at_once": at_once,
        "lines": differences(rule, _holding(rule, team, request.now), setting.values),
        "examples": examples(rule, _holding(rule, team, request.now), setting.values, team=team, at=request.now),
        "off": bool(setting.values.get("off")),
        "running": running(at=request.now, rule=rule.key, team=team).order_by()[:MANY].count(),
        "many": MANY,
        "moves": moves[:MOST],
        "moving": len(moves),
        "kept": kept,
        "back": request.GET.urlencode().replace("step=preview", "step="),
    }


def _save(request, rule: Rule, form: RuleChangeForm):
    given = form.cleaned_data
    set_rule(
        rule.key,
        values=form.values,
        holds_from=given["holds_from"] or request.now,
        reason=given["reason"],
        team=given["team"],
        by=request.user,
        at=request.now,
    )
    messages.success(request, _("Saved. The rule reads so from now on.") if not given["holds_from"] else _("Saved."))
    if request.POST.get("running") == "recompute" and not given["holds_from"]:
        moved = recompute(by=request.user, at=request.now, rule=rule.key, terms=True, team=given["team"])
        text = ngettext("%(n)s deadline was moved.", "%(n)s deadlines were moved.", moved)
        messages.success(request, text % {"n": moved})
    return redirect("sop:rule", rule.key)
