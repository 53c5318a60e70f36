from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import ngettext

from salesops.people.models import Role
from salesops.people.scope import require_role
from salesops.web.forms import one_time

from ..actions import try_again
from ..models import Deadline
from ..registry import registry

MOST = 100


@one_time
@require_role(Role.ADMIN)
def parked(request):
    """Deadlines that raised an error when the clock looked at them; a button has them looked at again at once."""
    if request.method == "POST":
        count = try_again(by=request.user, at=request.now)
        text = ngettext(
            "%(n)s deadline is tried again within a minute.", "%(n)s deadlines are tried again within a minute.", count
        )
        messages.success(request, text % {"n": count})
        return redirect("sop:parked")
    rows = Deadline.objects.open().filter(failures__gt=0).select_related("owner").order_by("next_at", "id")[:MOST]
    return render(request, "sop/parked.html", {"parked": [(row, registry.get(row.rule)) for row in rows]})
