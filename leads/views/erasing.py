from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from leads import actions
from leads.actions.erasing import found_about
from leads.forms import EraseForm, EraseSurelyForm
from leads.models import Contact
from salesops.people.models import Role
from salesops.people.scope import require_role
from salesops.web.forms import one_time


@one_time
@require_role(Role.ADMIN)
def erasure(request, pk):
    """Erases a person at a customer: shows what will go, asks, and asks again."""
    contact = get_object_or_404(Contact.objects.select_related("customer"), pk=pk)
    form = EraseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        form = EraseSurelyForm(request.POST if "word" in request.POST else None, initial={"asked": "on"})
        if form.is_valid():
            actions.erase_contact(contact, by=request.user, at=request.now)
            messages.success(request, _("The person was erased. What was done with the customer stays."))
            return redirect("leads:customer", contact.customer_id)
    found = {
        (_("earlier states of the contact") if name == "history" else name): n
        for name, n in found_about(contact).items()
    }
    context = {"contact": contact, "found": found, "form": form, "surely": isinstance(form, EraseSurelyForm)}
    return render(request, "leads/erasure.html", context, status=422 if form.errors else 200)
