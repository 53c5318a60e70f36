"""Plans of the day: my own, drafted from what is known; somebody's; those of a team, which its head checks."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leads.views.acting import attempt, number, saved
from meetings import actions
from meetings.drafting import draft, regions
from meetings.forms.planning import PlanForm
from meetings.models import DayPlan
from meetings.policy import may_check, planning_teams
from meetings.populations import reps_at
from salesops.people.models import Team, User
from salesops.sop.calendars import calendar_for
from salesops.sop.models import Deadline
from salesops.sop.my_day import items
from salesops.web.forms import one_time


@one_time
def my_plan(request):
    """My plan of today, or of the next working day (`?day=next`): ticked, put in order, handed in or amended."""
    person = request.user
    home = next((post.team for post in person.current_posts if post.team_id == person.team_id), None)
    calendar = calendar_for(person, home)
    day, today, following = _asked(request, calendar)
    drafted = draft(person, day, calendar)
    plan = drafted.plan
    posted = request.method == "POST"
    form = PlanForm(request.POST if posted else None, user=person, lines=drafted.lines)
    done = _("The plan is amended.") if plan else _("The plan is handed in.")
    if posted and not form.moves and form.is_valid():
        help_asked = {"helper": form.cleaned_data["helper"], "help_text": form.cleaned_data["help_text"]}
        if saved(request, form, actions.submit_plan, day=day, lines=form.planned, **help_asked, done=done):
            return redirect(request.get_full_path())
    context = {"form": form, "plan": plan, "day": day, "today": today, "following": following}
    context |= {
        "duties": items(drafted.owed, request.now),
        "here": request.get_full_path(),
        "regions": regions(form.visits),
    }
    failed = posted and not form.moves
    return render(request, "meetings/my_plan.html", context, status=422 if failed else 200)


def _asked(request, calendar) -> tuple[date, date, date]:
    """The day that is asked for, today, and the working day after it."""
    today = calendar.local(request.now).date()
    following = calendar.next_working_day(today)
    return (following if request.GET.get("day") == "next" else today), today, following


def plan(request, pk):
    """Somebody's plan of a day (`?day=2026-03-02`); the own one is where one writes it."""
    if pk == request.user.pk and "day" not in request.GET:
        return redirect("meetings:my_plan")
    person = get_object_or_404(User, pk=pk)
    day = _day(request, calendar_for(person))
    found = DayPlan.objects.visible_to(request.user).filter(person=person, day=day)
    found = found.select_related("person", "checked_by").prefetch_related("lines").first()
    if found is None and not _sees(request.user, person):
        raise Http404
    context = {"person": person, "plan": found, "day": day, "regions": regions(found.lines.all()) if found else []}
    return render(request, "meetings/plan.html", context)


def _day(request, calendar) -> date:
    try:
        asked = parse_date(request.GET.get("day", ""))
    except ValueError:  # such as 2026-02-30
        asked = None
    return asked or calendar.local(request.now).date()


def _sees(user, person: User) -> bool:
    """Whether a plan of the person would be seen."""
    return person.pk == user.pk or planning_teams(user).filter(pk=person.team_id).exists()


def team_plans(request):
    """The plans of the first team that I head or belong to."""
    team = planning_teams(request.user).order_by("path").first()
    return redirect("meetings:plans", team.pk) if team else redirect("meetings:my_plan")


@one_time
def plans(request, pk):
    """The plans of a team, who has none, and the head's check of all of them at once: each stands here whole."""
    teams = list(planning_teams(request.user).order_by("path"))
    team = next((team for team in teams if team.pk == pk), None)
    if team is None:
        raise Http404
    calendar = calendar_for(team=team)
    day = _day(request, calendar)
    heads = may_check(request.user, team)
    if request.method == "POST":
        if not heads:
            raise PermissionDenied
        return _check(request, team, calendar.local(request.now).date())
    found = DayPlan.objects.filter(day=day, person__team=team).select_related("person", "checked_by")
    found = list(found.prefetch_related("lines").order_by("submitted_at", "pk"))
    for each in found:
        each.regions = regions(each.lines.all())
    people = reps_at(request.now).filter(team=team).exclude(pk__in=[each.person_id for each in found])
    owed = Deadline.objects.open().filter(subject=f"team:{pk}", rule="plan.check", period=f"day {day}")
    context = {
        "team": team,
        "teams": teams,
        "day": day,
        "plans": found,
        "missing": people.order_by("pinyin"),
        "checks": heads and day == calendar.local(request.now).date(),
        "left": sum(each.unchecked for each in found),
        "duties": items(owed.select_related("owner"), request.now),
        "here": reverse("meetings:plans", args=[pk]),
        "before": calendar.previous_working_day(day),
        "after": calendar.next_working_day(day),
    }
    return render(request, "meetings/plans.html", context)


def _check(request, team: Team, day: date):
    versions = {number(name): number(value) for name, _dash, value in map(_parted, request.POST.getlist("plan"))}
    seen = {pk: (version, request.POST.get(f"resources-{pk}", "").strip()[:300]) for pk, version in versions.items()}
    left, coming = attempt(request, actions.check_plans, team, day=day, seen=seen)
    if left:
        said = ngettext(
            "%(n)s plan has changed since: look again.", "%(n)s plans have changed since: look again.", left
        )
        messages.warning(request, said % {"n": left})
    elif coming:
        said = ngettext("Checked; %(n)s plan is still to come.", "Checked; %(n)s plans are still to come.", coming)
        messages.info(request, said % {"n": coming})
    else:
        messages.success(request, _("All plans are checked."))
    return redirect("meetings:plans", team.pk)


def _parted(text: str) -> tuple[str, str, str]:
    return text.partition("-")
