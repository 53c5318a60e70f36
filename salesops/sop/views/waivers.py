from collections import Counter, defaultdict

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from salesops.people.directory import Directory
from salesops.people.scope import require_role
from salesops.web.forms import one_time

from .. import actions
from ..explain import explain
from ..forms import WaiverDecisionForm
from ..models import Waiver
from ..registry import registry
from .late import HEADS

MOST = 100
DECIDED = 30


@require_role(*HEADS)
def waivers(request):
    """The waivers that I may decide, each with what the asker has had waived this month; below, what was decided."""
    return _page(request)


def _page(request, form: WaiverDecisionForm | None = None, of: int = 0, status: int = 200):
    directory = Directory(request.now)
    asked = list(_decidable(request, directory).select_related("deadline__owner", "asked_by")[:MOST])
    months = _months([each.asked_by_id for each in asked], request.now)
    context = {
        "asked": [(each, registry.get(each.deadline.rule), months.get(each.asked_by_id)) for each in asked],
        "decided": [(each, registry.get(each.deadline.rule)) for each in _decided(request, directory)],
        "form": form,
        "of": of,
    }
    return render(request, "sop/waivers.html", context, status=status)


def _decidable(request, directory: Directory):
    """Those that wait for the user; sales operations and stand-ins see a person's work, and judge nobody's."""
    waiting = Waiver.objects.filter(state=Waiver.State.ASKED)
    askers = _mine(request, directory, waiting.values_list("asked_by", flat=True))
    own = Q(deadline__owner=request.user) | Q(deadline__on_behalf_of=request.user)
    return waiting.filter(asked_by__in=askers).exclude(own).order_by("asked_at", "id")


def _mine(request, directory: Directory, askers) -> set[int]:
    return {asker for asker in set(askers) if request.user.pk in actions.deciders(asker, directory)}


def _decided(request, directory: Directory) -> list[Waiver]:
    """The last that were decided, of people on whom the user decides."""
    done = Waiver.objects.exclude(state=Waiver.State.ASKED)
    askers = _mine(request, directory, done.order_by().values_list("asked_by", flat=True).distinct())
    rows = done.filter(asked_by__in=askers).select_related("deadline__owner", "asked_by", "decided_by")
    return list(rows.order_by("-decided_at", "-id")[:DECIDED])


def _months(askers: list[int], now) -> dict[int, Counter]:
    """By asker, how many were granted and refused since the first of this month."""
    first = timezone.localtime(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    rows = Waiver.objects.filter(asked_by__in=askers, asked_at__gte=first).exclude(state=Waiver.State.ASKED)
    found: dict[int, Counter] = defaultdict(Counter)
    for asker, state, count in rows.order_by().values_list("asked_by", "state").annotate(Count("pk")):
        found[asker][state] = count
    return dict(found)


@one_time
@require_role(*HEADS)
def waiver_decision(request, pk):
    """Grants or refuses a waiver, from the list or looking at the explained deadline."""
    directory = Directory(request.now)
    asked = _decidable(request, directory).select_related("deadline__owner", "asked_by").filter(pk=pk).first()
    if not asked:
        return _too_late(request, get_object_or_404(Waiver.objects.exclude(state=Waiver.State.ASKED), pk=pk), directory)
    form = WaiverDecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _decide(request, asked, form)
    if request.method == "POST" and "in_list" in request.POST:
        return _page(request, form, asked.pk, status=422)
    context = {"waiver": asked, "said": explain(asked.deadline), "form": form, "of": asked.pk if form.errors else 0}
    return render(request, "sop/waiver_decision.html", context, status=422 if form.errors else 200)


def _too_late(request, decided: Waiver, directory: Directory):
    """Somebody else was quicker, and the message that asked still leads here."""
    if not _mine(request, directory, [decided.asked_by_id]):
        raise Http404
    messages.info(request, _("This has been decided already."))
    return redirect("sop:waivers")


def _decide(request, asked: Waiver, form: WaiverDecisionForm):
    given = form.cleaned_data
    try:
        actions.decide_waiver(asked, granted=given["granted"], note=given["note"], by=request.user, at=request.now)
    except actions.Refused as refused:
        messages.warning(request, str(refused))
    else:
        said = _("Waived for %(name)s.") if given["granted"] else _("Not waived; %(name)s is told why.")
        messages.success(request, said % {"name": asked.asked_by.name})
    return redirect("sop:waivers")
