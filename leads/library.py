"""Talk templates and cases as a follow-up takes them: filled with the lead's own words, named by kind and number."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from leads.models import Case, Lead, Script
from salesops.people.models import User

KINDS = {"scripts": Script, "cases": Case}
MOST = 8  # of each kind beside a follow-up
# What stands in a text for words of the lead's own, in either language.
PLACES = {"company": "company", "公司": "company", "contact": "contact", "联系人": "contact", "me": "me", "我": "me"}
_PLACE = re.compile(r"\{([^{}]*)\}")
_USED = re.compile(r"(scripts|cases):(\d{1,18})")


@dataclass(frozen=True)
class Offer:
    """One piece beside a follow-up: what it is called in the form, and the words that go into the note."""

    key: str
    piece: Script | Case
    words: str


def unknown_places(text: str, *, also: Iterable[str] = ()) -> list[str]:
    """The places in a text for which there are no words; `also` names further ones that have some."""
    return [found for found in _PLACE.findall(text) if found not in PLACES and found not in also]


def offers(lead: Lead, user: User) -> dict[str, list[Offer]]:
    """What fits the lead, the best first; of the cases only those that may go to customers. Two queries."""
    found = {
        "scripts": Script.objects.fitting(lead)[:MOST],
        "cases": Case.objects.fitting(lead).filter(for_customers=True)[:MOST],
    }
    return {kind: [_offer(kind, piece, lead, user) for piece in pieces] for kind, pieces in found.items()}


def offer_of(key: str, lead: Lead, user: User) -> Offer | None:
    """The one of a key such as "scripts:7", if it is in use."""
    pieces = used([key])
    return _offer(key.partition(":")[0], pieces[0], lead, user) if pieces else None


def used(keys: Iterable[str]) -> list[Script | Case]:
    """The pieces in use that keys name; what names none is left out. A query for each kind that is named."""
    named: dict[str, set[int]] = {}
    for key in keys:
        if match := _USED.fullmatch(key):
            named.setdefault(match[1], set()).add(int(match[2]))
    return [piece for kind, ids in named.items() for piece in KINDS[kind].objects.in_use().filter(pk__in=ids)]


def _offer(kind: str, piece: Script | Case, lead: Lead, user: User) -> Offer:
    if kind == "cases":
        words = _("Mentioned the case “%(title)s” (%(customer)s).") % {"title": piece.title, "customer": piece.customer}
    else:
        words = filled(piece.text, lead, user)
    return Offer(f"{kind}:{piece.pk}", piece, words)


def filled(text: str, lead: Lead, user: User) -> str:
    """A text with the lead's own words in its places."""
    name = lead.contact.name if lead.contact_id else ""
    words = {"company": lead.customer.name, "contact": name or lead.customer.name, "me": user.name}
    return _PLACE.sub(lambda place: words.get(PLACES.get(place[1], ""), place[0]), text)
