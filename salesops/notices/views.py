from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from salesops.people.models import Role
from salesops.people.scope import require_role
from salesops.web import keyset
from salesops.web.forms import one_time, wrote

from .actions import mark_read, mark_unread
from .actions.channels import pause, prefer, resume
from .forms import QuietHoursForm
from .health import undelivered
from .inbox import groups, with_late
from .menu import unread_by_tab
from .models import ChannelAccount, Notice, Preference

SIZE = 50


@require_GET
def inbox(request):
    """What one was told: what needs one's action, the late first, and what is for information.

    Grouped by file, newest first.
    """
    information = request.GET.get("tab") == "information"
    notices = Notice.objects.visible_to(request.user)
    if information:
        shown, order = notices.filter(for_action=False), ("-id",)
    else:  # few, since a notice goes when its duty is done: an annotation may sort them
        shown, order = with_late(notices.filter(for_action=True, settled_at=None), request.now), ("-late", "-id")
    page = keyset.page(shown, order, request.GET.get("page"), size=SIZE)
    context = {"page": page, "groups": _groups(request, page.rows), "information": information}
    return render(request, "notices/inbox.html", context | {"unread": unread_by_tab(request)})


def _groups(request, notices):
    return groups(notices, request.user, request.LANGUAGE_CODE, request.now)


@require_POST
@one_time
def reading(request):
    """Marks the named notices as read, or as unread, and goes back to the page that asked; to htmx it gives the row."""
    ids = [int(value) for value in request.POST.getlist("notice")[:SIZE] if value.isdecimal() and len(value) < 19]
    mark = mark_unread if request.POST.get("as") == "unread" else mark_read
    count = mark(ids, by=request.user, at=request.now)
    if request.htmx:
        return _row(request, ids)
    if mark is mark_unread:
        count = 0
    if count:
        said = ngettext("%(count)d message marked as read.", "%(count)d messages marked as read.", count)
        messages.success(request, said % {"count": count})
    back = request.POST.get("next", "")
    return redirect(back if url_has_allowed_host_and_scheme(back, None) else "notices:inbox")


def _row(request, ids):
    wrote(request, reverse("notices:inbox"))
    notices = Notice.objects.visible_to(request.user).filter(pk__in=ids[:1])
    found = _groups(request, list(with_late(notices, request.now)))
    if not found:
        return HttpResponse(status=204)
    return render(request, "notices/_row.html", {"row": found[0].rows[0], "back": request.POST.get("next", "")})


@require_http_methods(["GET", "POST"])
@one_time
def channels(request):
    """One's own channels, their state, and one's quiet hours."""
    preference = Preference.objects.filter(person=request.user).first() or Preference(person=request.user)
    form = QuietHoursForm(request.POST or None, instance=preference)
    if request.method == "POST" and form.is_valid():
        chosen = {name: form.cleaned_data[name] for name in form.Meta.fields}
        prefer(request.user, **chosen, by=request.user, at=request.now)
        messages.success(request, gettext("The quiet hours are saved."))
        return redirect("notices:channels")
    accounts = ChannelAccount.objects.visible_to(request.user)
    return render(request, "notices/channels.html", {"accounts": accounts, "form": form})


@require_POST
@one_time
def channel(request, pk):
    """Pauses or resumes one of one's own channels."""
    account = get_object_or_404(ChannelAccount.objects.visible_to(request.user), pk=pk)
    if request.POST.get("active") == "no":
        pause(account, by=request.user, at=request.now)
    else:
        resume(account, by=request.user, at=request.now)
    return redirect("notices:channels")


@require_GET
@require_role(Role.ADMIN)
def company_channels(request):
    """Every channel of the company, of teams and of people: its state, what the vendor last said, and a test."""
    accounts = ChannelAccount.objects.defer("url", "secret").select_related("person", "team").order_by("kind", "id")
    rows = list(accounts)
    groups = [
        (gettext("Of teams and of the company"), [row for row in rows if row.person_id is None]),
        (gettext("Of people"), [row for row in rows if row.person_id is not None]),
    ]
    context = {"groups": groups, "count": undelivered(request.now), "mail": settings.MAIL_IS_SET}
    return render(request, "notices/company_channels.html", context)
