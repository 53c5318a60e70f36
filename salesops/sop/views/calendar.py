from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from salesops.people.models import Role
from salesops.web.forms import one_time

from ..actions import Trial, as_entered, day_of, preview_recompute, recompute, running, set_day
from ..calendar import UNCERTAIN
from ..calendars import calendar_warnings, current, with_day
from ..forms import DayForm
from ..models import WorkCalendar
from ..terms.lines import KINDS, SOURCES
from ..year import legend, marked, months, own_days

FIRST, LAST = 2000, 2100
MOST = 20
MANY = 1000


def calendar(request):
    """The year at a glance, for everybody; administrators choose a day to change it."""
    row = _calendar(request.GET.get("of", ""))
    calendars = current()
    value = calendars.by_row.get(row.pk, calendars.default) if row else calendars.default
    today = value.local(request.now).date()
    year = _year(request.GET.get("year", ""), today.year)
    found = months(year, value, own=own_days(year, row.pk if row else None), today=today)
    source = dict(value.years or ()).get(year)
    context = {
        "year": year,
        "months": found,
        "runs": marked(found),
        "legend": legend(found),
        "working": sum(month.working for month in found),
        "row": row,
        "calendars": WorkCalendar.objects.prefetch_related("assignments__team", "assignments__user"),
        "uncertain": SOURCES.get(source) if value.years is not None and source in UNCERTAIN else None,
        "unlisted": value.years is not None and source is None,
        "warnings": calendar_warnings(request.now),
        "admin": request.user.has_role(Role.ADMIN),
    }
    return render(request, "sop/calendar.html", context)


def _year(text: str, default: int) -> int:
    return int(text) if text.isdecimal() and FIRST <= int(text) <= LAST else default


def _calendar(pk: str) -> WorkCalendar | None:
    """The chosen calendar; the default one, None only where there is none."""
    if pk.isdecimal():
        return get_object_or_404(WorkCalendar, pk=pk)
    return WorkCalendar.objects.filter(is_default=True).first()


@one_time
def calendar_day(request, day):
    """One day: what it is, and for administrators what the company makes of it, with what that moves."""
    if not request.user.has_role(Role.ADMIN):
        raise PermissionDenied
    try:
        day = date.fromisoformat(day)
    except ValueError as error:
        raise Http404 from error
    post = request.method == "POST"
    given = request.POST if post else request.GET if "sent" in request.GET else None
    of = _calendar(request.GET.get("of", ""))
    entered = day_of(of, day) or day_of(None, day)
    initial = {"kind": "", "windows": "09:00-12:00", "calendar": None}
    if entered:
        initial = {"kind": entered.kind, "windows": entered.windows, "name": entered.name, "calendar": entered.calendar}
    form = DayForm(given, initial=initial)
    if post and form.is_valid():
        return _save(request, day, form)
    value = current().by_row.get(of.pk, current().default) if of else current().default
    said = value.describe(day)
    context = {
        "day": day,
        "said": said,
        "kind": KINDS[said.kind],
        "name": _(said.name) if said.name else "",
        "form": form,
        "of": of,
        "several": WorkCalendar.objects.count() > 1,
    }
    if given is not None and form.is_valid():
        context |= _moves(request, day, form)
    return render(request, "sop/calendar_day.html", context, status=422 if form.errors else 200)


def _moves(request, day, form) -> dict:
    given = {name: form.cleaned_data[name] for name in ("kind", "windows", "name")}
    of = form.cleaned_data["calendar"]
    trial = Trial(calendars=with_day(of.pk if of else None, day, as_entered(of, day, **given)))
    moves = preview_recompute(at=request.now, trial=trial, most=MANY)
    return {
        "previewed": True,
        "many": MANY,
        "moves": moves[:MOST],
        "moving": len(moves),
        "running": running(at=request.now).order_by()[:MANY].count(),
    }


def _save(request, day, form):
    given = form.cleaned_data
    try:
        set_day(
            given["calendar"],
            day,
            kind=given["kind"],
            windows=given["windows"],
            name=given["name"],
            by=request.user,
            at=request.now,
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("sop:calendar_day", day.isoformat())
    messages.success(request, _("The calendar is saved."))
    if request.POST.get("running") == "recompute":
        moved = recompute(by=request.user, at=request.now)
        text = ngettext("%(n)s deadline was moved.", "%(n)s deadlines were moved.", moved)
        messages.success(request, text % {"n": moved})
    of = f"&of={given['calendar'].pk}" if given["calendar"] else ""
    return redirect(f"{reverse('sop:calendar')}?year={day.year}{of}")
