"""Public forms of campaigns: the visitor's page, and the pages on which sales operations makes them."""

from csp.constants import NONE
from csp.decorators import csp_replace
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from leads import actions
from leads.forms import VisitorForm, WebFormForm
from leads.models import WebForm
from salesops.events.models import Event
from salesops.people.models import Role
from salesops.people.scope import require_role
from salesops.web.calm import is_calm
from salesops.web.forms import conflict, one_time

HOUR = 60 * 60
FROM_ONE, TO_ONE = 20, 600  # sent forms an hour: from one address, to one form


# No cookie comes along from a frame on another site; the form's own token and signed time stand for it, and nothing
# that a signed-in person may do is done here.
@csrf_exempt
@login_not_required
@never_cache
def web_form(request, key):
    """A visitor fills in the form of a campaign. `?frame` shows it bare, for a website's frame."""
    form = get_object_or_404(WebForm, key=key)
    shown = csp_replace({"frame-ancestors": form.origins or [NONE]})(_visit)
    response = shown(request, form)
    response.xframe_options_exempt = bool(form.origins)
    return response


@one_time(anonymous=True)
def _visit(request, form: WebForm):
    posted = request.method == "POST"
    visitor = VisitorForm(request.POST if posted else None, auto_id="visitor_%s")
    context = {"web_form": form, "form": visitor, "bare": "frame" in request.GET, "sent": "sent" in request.GET}
    if posted and form.active:
        if not _is_calm(request, form):
            return render(request, "429.html", status=429)
        if visitor.is_robot:
            return redirect(_sent(request, form))
        if visitor.is_valid():
            actions.receive(form, _lead(form, visitor.cleaned_data), at=request.now)
            return redirect(_sent(request, form))
    return render(request, "leads/web_form.html", context, status=422 if visitor.errors else 200)


def _sent(request, form: WebForm) -> str:
    query = {"sent": "1"} | ({"frame": "1"} if "frame" in request.GET else {})
    return reverse("leads:web_form", args=[form.key], query=query)


def _is_calm(request, form: WebForm) -> bool:
    address = request.META.get("REMOTE_ADDR", "")
    limits = ((f"web_form:{address}", FROM_ONE), (f"web_form:{form.pk}", TO_ONE))
    return all(is_calm(key, most, HOUR, at=request.now) for key, most in limits)


def _lead(form: WebForm, given: dict) -> actions.NewLead:
    reach = given["reach"]
    return actions.NewLead(
        company=given["company"],
        contact=given["contact"],
        phone=reach.phone,
        email=reach.email,
        wechat=reach.wechat,
        region=given["region"],
        need=given["need"],
        source=form.source,
        product=form.product,
    )


@require_role(Role.SO, Role.ADMIN)
def web_forms(request):
    """All public forms, those that are open first."""
    return render(request, "leads/web_forms.html", {"forms": WebForm.objects.select_related("made_by")[:200]})


@one_time
@require_role(Role.SO, Role.ADMIN)
def web_form_edit(request, pk=None):
    """Makes a form, or changes one; shows its address and what to put into a website."""
    forms = WebForm.objects.select_for_update() if request.method == "POST" else WebForm.objects
    made = get_object_or_404(forms, pk=pk) if pk else None
    form = WebFormForm(request.POST or None, record=made)
    if request.method == "POST" and form.is_valid():
        made = actions.save_web_form(made, values=form.said, by=request.user, at=request.now)
        messages.success(request, _("Saved."))
        return redirect("leads:web_form_edit", made.pk)
    if form.conflicts:
        saves = Event.objects.filter(name="web_form.changed", subject=f"web_form:{pk}")
        return conflict(request, form, back=request.path, saves=saves)
    address = request.build_absolute_uri(reverse("leads:web_form", args=[made.key])) if made else ""
    context = {"form": form, "made": made, "address": address}
    return render(request, "leads/web_form_edit.html", context, status=422 if form.errors else 200)
