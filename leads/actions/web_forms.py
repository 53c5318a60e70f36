"""Public forms: making them, and what comes in through them."""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from leads.duplicates import How, matches
from leads.models import Comment, Lead, WebForm
from salesops.events.recording import record
from salesops.notices.actions import Telling, tell
from salesops.people.directory import Directory
from salesops.people.models import User
from salesops.sop.subjects import url

from .arriving import NewLead, arrive


@transaction.atomic
def save_web_form(form: WebForm | None, *, values: Mapping[str, object], by: User, at: datetime) -> WebForm:
    """Makes a form, or changes one."""
    name = "web_form.changed" if form else "web_form.made"
    form = form or WebForm(made_by=by, made_at=at)
    for field, value in values.items():
        setattr(form, field, value)
    form.full_clean()
    form.save()
    record(name, at=at, by=by, refs={"web_form": form.pk}, data={"active": form.active})
    return form


def receive(form: WebForm, new: NewLead, *, at: datetime) -> Lead:
    """Somebody has filled the form in: a new lead; or words on the lead of a number or address that is on file.

    The visitor is not told which. Its owner is.
    """
    try:
        return _receive(form, new, at)
    except IntegrityError:  # the same number came in by another way at this moment
        return _receive(form, new, at)


@transaction.atomic
def _receive(form: WebForm, new: NewLead, at: datetime) -> Lead:
    same = (match.lead for match in matches(phone=new.phone, email=new.email) if match.how == How.NUMBER)
    lead = next(filter(None, same), None)
    if lead is None:
        return arrive(new, by=None, at=at, way_in="web_form")
    words = _("Wrote again through the form “%(form)s”: %(need)s") % {"form": form.name, "need": new.need or "–"}
    Comment.objects.create(lead=lead, by=None, at=at, text=words)
    refs = {"lead": lead.pk, "web_form": form.pk, "owner": lead.owner_id}
    record("lead.wrote_again", at=at, by=None, refs=refs, file=lead.ref)
    owner = Directory(at).answers_for(lead.owner_id) if lead.owner_id else None
    people = [owner] if owner else Directory(at).desk_members("so")
    values = {"company": lead.customer.name, "form": form.name}
    key = f"wrote_again.{lead.pk}.{at:%Y%m%d%H%M%S}"
    told = {"key": key, "kind": "lead.wrote_again", "values": values, "url": url(lead.ref), "file": lead.ref}
    tell([Telling(person_id=person, **told) for person in people], at=at)
    return lead
