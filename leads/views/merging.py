"""Merging two customers that are one company: what would move, doing it, and taking it back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from leads import actions
from leads.forms import MergeForm
from leads.models import Contact, Customer, Merge
from salesops.people.models import Role
from salesops.people.scope import require_role
from salesops.web.forms import one_time

from .acting import attempt
from .customers import find_customer, find_customer_to

MERGING = (Role.SO, Role.MANAGER, Role.ADMIN)


@one_time
@require_role(*MERGING)
def merge(request, pk, other):
    """What would move from the duplicate `other` to the customer `pk`; confirmed with a reason, it moves."""
    (kept, may_kept), (gone, may_gone) = find_customer(request, pk), find_customer(request, other)
    if pk == other or kept.merged_into_id or gone.merged_into_id:
        raise Http404
    if not (may_kept.merge and may_gone.merge):
        raise PermissionDenied
    posted = request.method == "POST"
    form = MergeForm(request.POST if posted else None, kept=kept, gone=gone)
    if posted and form.is_valid():
        values = {"values": form.values, "reason": form.cleaned_data["reason"]}
        done = _("%(company)s is merged into %(kept)s.") % {"company": gone.name, "kept": kept.name}
        attempt(request, actions.merge, kept, gone, **values, done=done)
        return redirect("leads:customer", pk)
    context = {"kept": kept, "gone": gone, "form": form, "leads": gone.seen, "here": request.path}
    # Nobody reads the people of a customer in the pool by merging it with one of their own.
    context["contacts"] = [*gone.contacts.order_by("pk")[:50]] if may_gone.reveal else None
    context["same"] = _same_people(kept, gone) if may_kept.reveal and may_gone.reveal else ()
    return render(request, "leads/merge.html", context, status=422 if form.errors else 200)


def _same_people(kept: Customer, gone: Customer) -> list[tuple[Contact, Contact]]:
    """Contacts of both with the same number, mail address or name: probably one person."""
    there = [*kept.contacts.order_by("pk")]
    return [(mine, other) for other in gone.contacts.order_by("pk") for mine in there if _same(mine, other)]


def _same(one: Contact, other: Contact) -> bool:
    return any(getattr(one, name) and getattr(one, name) == getattr(other, name) for name in ("name", "phone", "email"))


@one_time
@require_POST
@require_role(*MERGING)
def merge_undo(request, pk):
    """Takes a merge back; what somebody has worked on since stays."""
    seen = Customer.objects.visible_to(request.user)
    made = get_object_or_404(Merge.objects.filter(kept__in=seen).select_related("kept", "gone"), pk=pk)
    find_customer_to(request, made.kept_id, "merge")
    stay = attempt(request, actions.undo_merge, made)
    if stay is not None:
        left = ngettext(
            "The merge is undone; %(n)s lead stays, because somebody has worked on it since.",
            "The merge is undone; %(n)s leads stay, because somebody has worked on them since.",
            stay,
        )
        messages.success(request, left % {"n": stay} if stay else _("The merge is undone."))
    return redirect("leads:customer", made.kept_id)
