"""Mail to a customer's contact: written in the transaction of its record, sent afterwards by a worker."""

import smtplib
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils.translation import gettext as _

from leads import letters
from leads.models import Lead, Letter
from salesops.people.models import User

from .refusing import Refused

LEASE = timedelta(minutes=5)  # longer than a mail server may take
TRIES = 6
SLICE = 20


def can_write_to(lead: Lead) -> bool:
    """Whether mail can leave at all, and the contact has an address."""
    return bool(settings.MAIL_IS_SET and lead.contact_id and lead.contact.email)


def write_to(lead: Lead, *, subject: str, body: str, invitation: str = "", by: User, at: datetime) -> Letter:
    """Queues a mail to the lead's contact, who has agreed to get it. Raises Refused where there is no address."""
    if not can_write_to(lead):
        raise Refused(_("There is no mail address to send it to."))
    return Letter.objects.create(
        lead=lead,
        contact=lead.contact,
        by=by,
        at=at,
        subject=" ".join(subject.split())[:200],
        body=body,
        invitation=invitation,
        next_at=at,
    )


def send_letters(*, at: datetime) -> int:
    """Sends what waits; returns how many left. A crash between sending and marking may repeat one letter."""
    sent = 0
    for letter in _claim(at):
        trouble = _send(letter)
        done = {"sent_at": at, "next_at": None, "trouble": ""}
        later = None if letter.attempts >= TRIES else at + timedelta(minutes=2**letter.attempts)
        changes = {"trouble": trouble[:150], "next_at": later} if trouble else done
        Letter.objects.filter(pk=letter.pk, attempts=letter.attempts).update(**changes)
        sent += not trouble
    return sent


@transaction.atomic
def _claim(at: datetime) -> list[Letter]:
    waiting = Letter.objects.select_for_update(skip_locked=True, of=("self",)).select_related("contact", "by")
    letters = list(waiting.filter(next_at__lte=at).order_by("next_at")[:SLICE])
    for letter in letters:
        letter.attempts, letter.next_at = letter.attempts + 1, at + LEASE
        letter.save(update_fields=["attempts", "next_at"])
    return letters


def _send(letter: Letter) -> str:
    """Sends one letter; returns what went wrong, "" if nothing."""
    answer_to = [letter.by.email] if letter.by.email else None
    message = EmailMessage(
        letter.subject, letter.body, to=[letter.contact.email], reply_to=answer_to, headers=letters.headers(letter)
    )
    if letter.invitation:
        message.attach("invitation.ics", letter.invitation, "text/calendar; charset=utf-8; method=PUBLISH")
    try:
        message.send()
    except (OSError, ValueError, smtplib.SMTPException) as error:
        # ValueError: no mail can be sent to such an address, and the letters behind it do not wait for that.
        return type(error).__name__
    return ""
