"""Notes on a lead: colleagues tell each other what no record of its own holds."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from leads import actions
from leads.forms.commenting import CommentForm
from leads.models import Collaboration, Comment, FollowUp, Lead, Status
from salesops.people.directory import Directory
from salesops.people.models import User
from salesops.web.back import go
from salesops.web.forms import one_time

from .acting import find_inside, number


@one_time
def comment(request, pk):
    """A note, a reply to one (`reply`), or words on a follow-up (`about`); by whoever sees the lead."""
    lead, _allowed = find_inside(request, pk)
    if lead.status == Status.POOL:
        raise PermissionDenied
    given = request.POST if request.method == "POST" else request.GET
    reply_to = _named(Comment.objects.select_related("by"), lead, given.get("reply"))
    about = _named(FollowUp.objects.select_related("by"), lead, given.get("about"))
    form = CommentForm(
        request.POST if request.method == "POST" else None,
        request.FILES or None,
        people=colleagues(lead, request.user, request.now),
        auto_id="comment_%s",
    )
    if request.method == "POST" and form.is_valid():
        named = {"reply_to": reply_to, "follow_up": about}
        try:
            actions.comment(lead, **form.said, **named, by=request.user, at=request.now)
        except actions.Refused as refused:
            form.add_error("mentioned", str(refused))
        else:
            messages.success(request, _("Noted."))
            return go(request, reverse("leads:detail", args=[pk]))
    context = {"lead": lead, "form": form, "reply_to": reply_to, "about": about, "here": request.path}
    template = "leads/_comment.html" if request.htmx else "leads/comment.html"
    return render(request, template, context, status=422 if form.errors else 200)


def _named(rows, lead: Lead, pk):
    return get_object_or_404(rows, pk=number(pk), lead=lead) if pk else None


def colleagues(lead: Lead, user: User, now):
    """Who has a part in the lead, and so may be told: its people, those who work along, its heads, who wrote on it."""
    ids = {lead.owner_id, lead.presales_id}
    if lead.owner_id:
        ids |= {Directory(now).answers_for(lead.owner_id), *Directory(now).heads_above(lead.owner_id)}
    along = Collaboration.objects.filter(lead=lead, state=Collaboration.State.AGREED).values("person")
    wrote = Comment.objects.filter(lead=lead).values("by")
    part = Q(pk__in=ids - {None}) | Q(pk__in=along) | Q(pk__in=wrote)
    return User.objects.filter(part, is_active=True).exclude(pk=user.pk).order_by("pinyin")
