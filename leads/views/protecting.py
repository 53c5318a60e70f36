"""The settings of data protection."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from leads import actions
from leads.forms import ProtectionForm
from leads.models import ProtectionRules
from salesops.events.models import Event
from salesops.people.models import Role
from salesops.people.scope import require_role
from salesops.web.forms import conflict, one_time


@one_time
@require_role(Role.ADMIN)
def protection(request):
    """How much of the customers' data one person may read and take out."""
    rules = ProtectionRules.now()
    form = ProtectionForm(request.POST or None, on_file=ProtectionForm.values_of(rules))
    if request.method == "POST" and form.is_valid():
        actions.change_rules(ProtectionRules, by=request.user, at=request.now, **form.changed)
        messages.success(request, _("Saved. It holds from now on."))
        return redirect("leads:protection")
    if form.conflicts:
        changes = Event.objects.filter(name="protection_rules.changed")
        return conflict(request, form, back=request.path, saves=changes)
    return render(request, "leads/protection.html", {"form": form}, status=422 if form.errors else 200)
