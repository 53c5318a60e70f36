"""What a mail to many says beside its text: a page on which the contact answers or leaves, by a signed address."""

from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _

from leads.models import Case, Contact, Lead, Letter, Mailing

SALT = "leads.mailing"
CASE = ("case", "案例")  # the place for the case in the text of a mail to many


@dataclass(frozen=True)
class Addressed:
    """Whom the address of such a page concerns."""

    lead: Lead
    contact: Contact
    mailing: Mailing


def address(mailing_id: int, lead_id: int, contact_id: int) -> str:
    """The address of the contact's page. It never runs out: whoever wants to leave must be able to."""
    token = signing.dumps([mailing_id, lead_id, contact_id], salt=SALT)
    return f"{settings.BASE_URL}{reverse('leads:letter_answer', args=[token])}"


def addressed(token: str) -> Addressed | None:
    """Whom a page concerns, None for a token that is not ours, or of a contact who was erased."""
    try:
        mailing, lead, contact = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    letter = Letter.objects.filter(mailing=mailing, lead=lead, contact=contact)
    found = letter.select_related("lead__customer", "contact", "mailing__by").first()
    return Addressed(found.lead, found.contact, found.mailing) if found else None


def with_case(text: str, case: Case) -> str:
    """The text with the case in its place: what was done and the lesson, not why."""
    words = "\n".join((case.title, case.done, case.lesson))
    for place in CASE:
        text = text.replace(f"{{{place}}}", words)
    return text


def body(text: str, mailing: Mailing, lead: Lead) -> str:
    """The whole mail for one lead: its text, and how to answer or to leave."""
    foot = _("To know more, or to get no more of these mails: %(address)s") % {
        "address": address(mailing.pk, lead.pk, lead.contact_id)
    }
    return f"{text}\n\n-- \n{foot}\n"


def headers(letter: Letter) -> dict[str, str]:
    """For a mail to many: leaving by one click in the mail program (RFC 2369, RFC 8058)."""
    if not letter.mailing_id:
        return {}
    page = address(letter.mailing_id, letter.lead_id, letter.contact_id)
    return {"List-Unsubscribe": f"<{page}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
