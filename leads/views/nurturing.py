"""The nurture pool's work: putting leads there, consents, mails to many, and the contact's own page."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import Count
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from leads import actions, letters
from leads.actions.nurturing import AT_ONCE, PAUSE
from leads.forms import ReasonForm
from leads.forms.nurturing import ConsentForm, MailingForm
from leads.library import filled
from leads.models import Consent, Mailing
from leads.models.nurture import Excluded, nurtured
from salesops.people.models import Role
from salesops.people.scope import require_role
from salesops.web.back import go
from salesops.web.forms import one_time

from .acting import attempt, find_to, show_form

LAST = 10


@one_time
def nurturing(request, pk):
    """Puts a lead that is not ready into the nurture pool, with the reason."""
    lead = find_to(request, pk, "work", "head")
    form = ReasonForm(request.POST if request.method == "POST" else None, auto_id="nurture_%s")
    if not form.is_valid():
        title = _("Into the nurture pool: %(company)s") % {"company": lead.customer.name}
        return show_form(request, lead, form, title=title, button=_("Put it there"))
    done = _("It is in the nurture pool.")
    attempt(request, actions.put_to_nurture, lead, reason=form.cleaned_data["reason"], done=done)
    return go(request, reverse("leads:list"))


@one_time
def consent(request, pk):
    """Notes that the lead's contact agreed to get mail, or ends that."""
    lead = find_to(request, pk, "work", "head")
    if lead.contact is None:
        raise Http404
    running = Consent.objects.filter(contact=lead.contact, ended_at=None).select_related("noted_by").first()
    if request.method == "POST" and "end" in request.POST:
        attempt(request, actions.end_consent, lead.contact, done=_("The consent has ended: no more mails."))
        return redirect("leads:consent", pk)
    first = {"given_on": timezone.localtime(request.now).date()}
    form = ConsentForm(request.POST if request.method == "POST" else None, initial=first)
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("how", "given_on")}
        attempt(request, actions.note_consent, lead.contact, **values, done=_("The consent is noted."))
        return redirect("leads:consent", pk)
    past = Consent.objects.filter(contact=lead.contact).exclude(ended_at=None).select_related("ended_by")[:LAST]
    context = {"lead": lead, "form": form, "running": running, "past": past}
    return render(request, "leads/consent.html", context, status=422 if form.errors else 200)


@one_time
@require_role(Role.SO, Role.ADMIN)
def mailing(request):
    """Sends a case to who agreed to it: first a preview with the count and who is left out, then the sending."""
    posted = request.method == "POST"
    form = MailingForm(request.POST if posted else None)
    preview = None
    if posted and form.is_valid():
        given = form.cleaned_data
        if "send" in request.POST and settings.MAIL_IS_SET:
            sent = _send(request, given)
            return redirect("leads:nurture" if sent else "leads:mailing")
        preview = _preview(request, given)
    context = {"form": form, "preview": preview, "counts": _counts(request), "can_mail": settings.MAIL_IS_SET}
    context |= {"past": Mailing.objects.select_related("case", "by")[:LAST], "at_once": AT_ONCE}
    return render(request, "leads/mailing.html", context, status=422 if form.errors else 200)


def _send(request, given) -> Mailing | None:
    def compose(mailing, lead):
        return letters.body(_text(request, given, lead), mailing, lead)

    words = {"subject": given["subject"], "text": given["text"], "compose": compose}
    sent = attempt(request, actions.send_mailing, given["case"], **words)
    if sent:
        said = ngettext("%(count)d mail is on its way.", "%(count)d mails are on their way.", sent.count)
        messages.success(request, said % {"count": sent.count})
    return sent


def _preview(request, given) -> dict | None:
    """The mail as the first of those who get it will read it."""
    found = nurtured(lately=request.now - PAUSE).filter(excluded="").select_related("customer", "contact")
    lead = found.first()
    if lead is None:
        return None
    return {"lead": lead, "subject": given["subject"], "text": _text(request, given, lead)}


def _text(request, given, lead) -> str:
    return letters.with_case(filled(given["text"], lead, request.user), given["case"])


def _counts(request) -> dict:
    """How many get a mail, and how many of the pool do not, by reason. One query."""
    pool = nurtured(lately=request.now - PAUSE).order_by()
    found = dict(pool.values_list("excluded").annotate(number=Count("pk")))
    left_out = [(label, found[code]) for code, label in Excluded.choices if code in found]
    may = found.get("", 0)
    return {"may": min(may, AT_ONCE), "later": max(0, may - AT_ONCE), "left_out": left_out}


# Mail programs post without a session, a cookie or a token of ours (RFC 8058); the signed address stands for all.
@csrf_exempt
@login_not_required
@never_cache
def letter_answer(request, token):
    """The contact's own page: to know more, or to get no more mails. Opening it does nothing: link scanners open it."""
    found = letters.addressed(token)
    if found is None:
        raise Http404
    done = ""
    if request.method == "POST":
        if "interested" in request.POST:
            actions.note_interest(found.lead, found.mailing, at=request.now)
            done = "interested"
        elif request.POST.get("List-Unsubscribe") == "One-Click":
            actions.end_consent(found.contact, by=None, at=request.now)
            done = "unsubscribed"
    response = render(request, "leads/letter_answer.html", {"found": found, "done": done, "here": request.path})
    response["Referrer-Policy"], response["X-Robots-Tag"] = "same-origin", "noindex"
    return response
