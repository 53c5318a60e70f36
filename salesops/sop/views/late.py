from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from salesops.people.scope import require_role
from salesops.web.forms import one_time

from .. import actions
from ..late import HEADS, late_now, reminded_today
from ..models import Deadline


@require_role(*HEADS)
def late(request):
    """Who is late at this moment, on what, since when."""
    people = late_now(request.user, request.now)
    return render(request, "sop/late.html", {"people": people, "reminded": reminded_today(people, request.now)})


@one_time
@require_POST
def nudge(request, pk):
    """Reminds whoever is late, once a day however often it is pressed (催办)."""
    found = get_object_or_404(Deadline.objects.visible_to(request.user), pk=pk)
    if not request.user.has_role(*HEADS) or found.owner_id in (None, request.user.pk):
        raise PermissionDenied
    try:
        actions.nudge(found, by=request.user, at=request.now)
    except actions.Refused as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, _("Reminded."))
    return redirect("sop:late")
