"""Drafts: what is typed into a form is kept on the server until the form is sent, so that no text is lost with a
connection, a session, a battery or this server. Never in the browser's storage, which others at the same machine read
(ASVS 14.3.3).

A form takes part by one line, `{% draft form url %}`, right after its {% csrf_token %}; static/js/drafts.js sends what
is typed. The draft goes when the form has been sent (forms/once.py), when it is discarded, or after KEPT. Forms whose
writer nobody may know do without.
"""

import datetime
import json
from collections.abc import Mapping

from django.db import transaction
from django.http import HttpRequest, QueryDict
from django.urls import Resolver404, resolve

from .models import Draft, FormToken

FIELD = "draft"
# Among what a form sends: not typed by anybody, and so not kept.
_NOT_TYPED = {FIELD, "once", "csrfmiddlewaretoken", "draft_saved"}
KEPT = datetime.timedelta(days=14)
MOST = 30  # drafts of one person; the oldest go
LONGEST = 60_000  # characters of one draft


class TooLong(Exception):
    """The text is longer than a draft may be. Nothing was kept."""


@transaction.atomic
def keep(person, sent: QueryDict, *, at: datetime.datetime) -> Draft | None:
    """Keeps what a form would send. None, and nothing is kept, for no form of ours or one that was sent meanwhile.

    Raises TooLong.
    """
    form, token = sent.get(FIELD, ""), sent.get("once", "")[:64]
    if not _is_form(form) or _was_sent(person, token):
        return None
    fields = json.dumps({name: values for name, values in sent.lists() if name not in _NOT_TYPED}, ensure_ascii=False)
    if len(fields) > LONGEST:
        raise TooLong
    draft, made = Draft.objects.update_or_create(
        person=person, form=form, defaults={"fields": fields, "token": token, "saved_at": at}
    )
    if made:
        recent = Draft.objects.filter(person=person).order_by("-saved_at", "-pk")
        Draft.objects.filter(pk__in=list(recent.values_list("pk", flat=True)[MOST:])).delete()
    return draft


def forget(person, form: str) -> None:
    """Removes the draft of a form, if there is one."""
    if form:
        Draft.objects.filter(person=person, form=form).delete()


def purge(at: datetime.datetime) -> int:
    """Forgets drafts that nobody has touched for KEPT before `at`; returns how many."""
    return Draft.objects.filter(saved_at__lt=at - KEPT).delete()[0]


def draft_for(request: HttpRequest, form: str) -> Draft | None:
    """The signed-in person's own draft of a form. One query for all forms of a page."""
    if not hasattr(request, "_drafts"):
        request._drafts = _open_drafts(request.user)
    return request._drafts.get(form)


def _open_drafts(person) -> Mapping[str, Draft]:
    found = list(Draft.objects.filter(person=person)) if person.is_authenticated else []
    tokens = [draft.token for draft in found if draft.token]
    # A last word that was under way while the form was sent may have come in after it.
    sent = (
        set(FormToken.objects.filter(user=person, token__in=tokens).values_list("token", flat=True)) if tokens else ()
    )
    return {draft.form: draft for draft in found if draft.token not in sent}


def _is_form(form: str) -> bool:
    try:
        return form.startswith("/") and len(form) <= 200 and bool(resolve(form))
    except Resolver404:
        return False


def _was_sent(person, token: str) -> bool:
    return bool(token) and FormToken.objects.filter(user=person, token=token).exists()
