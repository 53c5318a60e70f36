"""Leads that somebody types in, and customers that somebody else has already."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from leads.duplicates import How, Match, matches
from leads.models import Assignment, Comment, Lead, Status
from salesops.people.models import User

from .arriving import NewLead, arrive
from .holding import hand_to
from .refusing import Refused


class Known(Refused):
    """The number is on file already; `match` says whose it is."""

    def __init__(self, match: Match):
        self.match = match
        super().__init__(_("This number is on file already: %(company)s.") % {"company": match.customer.name})


@transaction.atomic
def enter_by_hand(new: NewLead, *, keep: bool, by: User, at: datetime, note: str = "") -> Lead:
    """Types in a lead. With `keep` its author follows it up from now on; else sales operations grades and routes it.

    Sales operations cleans it in either case. A customer that has an owner stays theirs (handbook H3): then it is
    cleaned first and goes to the owner. `note` says why it is no duplicate of a similar one. Raises Known if a
    contact with the number has a lead that is not closed.
    """
    for match in matches(phone=new.phone, email=new.email):
        if match.how == How.NUMBER and match.lead is not None:
            raise Known(match)
    try:
        with transaction.atomic():
            lead = arrive(new, by=by, at=at, way_in="hand")
    except IntegrityError as error:  # somebody else has just entered the same number
        raise Refused(_("Somebody else has just entered this number.")) from error
    if note:
        Comment.objects.create(lead=lead, by=by, at=at, text=note)
    if keep and lead.customer.owner_id in (None, by.pk):
        return hand_to(lead, by, how=Assignment.How.KEPT, by=by, at=at, accepted=True)
    if lead.status == Status.CLEANING and lead.grade:
        lead.grade = ""  # what its author thought; sales operations sets it
        lead.save(update_fields=["grade"])
    return lead
