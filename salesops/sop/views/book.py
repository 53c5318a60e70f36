from collections import Counter

from django.db.models import Count
from django.http import Http404
from django.shortcuts import render

from salesops.people.models import Role

from ..book import page_of_rule
from ..calendars import current
from ..differences import history
from ..models import Deadline, RuleSetting
from ..registry import registry


def rules(request):
    """Every rule in plain words with the number that holds now, and how many of it I owe; `print`: all there is."""
    settings, calendar, wanted = _settings(), _calendar(request.user), request.GET.get("q", "").strip().lower()
    mine = Counter(dict(Deadline.objects.open().filter(owner=request.user).values_list("rule").annotate(Count("pk"))))
    groups: dict[str, list] = {}
    for rule in registry:
        page = page_of_rule(rule, request.now, settings.get(rule.key, []), calendar)
        if wanted in f"{rule.key} {rule.title} {rule.sentence} {rule.group} {page.owes} {rule.clause}".lower():
            groups.setdefault(str(rule.group), []).append((page, mine[rule.key]))
    template = "sop/rules_print.html" if "print" in request.GET else "sop/rules.html"
    return render(request, template, {"groups": groups, "q": request.GET.get("q", "")})


def rule(request, key):
    """One rule: the sentence, who owes, how time is counted, reminders, what happens when it is missed."""
    found = registry.get(key)
    if found is None:
        raise Http404
    page = page_of_rule(found, request.now, _settings().get(key, []), _calendar(request.user))
    mine = Deadline.objects.open().filter(owner=request.user, rule=key).order_by("due_at")[:20]
    admin = request.user.has_role(Role.ADMIN)
    context = {"page": page, "mine": mine, "history": history(found), "admin": admin}
    return render(request, "sop/rule.html", context)


def _calendar(user):
    """The calendar by which the user's own duties are counted."""
    return current().nearest(user.pk, user.team.ancestor_ids() if user.team_id else ())


def _settings() -> dict[str, list[RuleSetting]]:
    found: dict[str, list[RuleSetting]] = {}
    for row in RuleSetting.objects.filter(team=None).select_related("set_by").order_by("-holds_from", "-id"):
        found.setdefault(row.rule, []).append(row)
    return found
