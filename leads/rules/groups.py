"""Under which headings the SOP page shows the rules of leads, and what several of them share."""

from django.utils.translation import gettext_lazy as _

GROUP = _("Leads")
FOLLOWING = _("Follow-up")
# What ends the work of its holder on winning a lead.
LEAVES_HOLDER = (
    "lead.assigned",
    "lead.taken_back",
    "lead.declined",
    "lead.pooled",
    "lead.nurtured",
    "lead.closed",
    "lead.won",
    "lead.withdrawn",
)
