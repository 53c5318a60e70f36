"""What the values that the events of leads carry are called in the audit log, and the words for their codes."""

from django.utils.translation import gettext_lazy as _

from leads.models import Assignment, Intent, Loss, Pooled, Source, Stage, Status, Way
from leads.wording import BULK_ACTS, FIELDS
from salesops.events.registry import describe_data

WAYS_IN = [("hand", _("entered by hand")), ("import", _("import")), ("web_form", _("web form")), ("api", "API")]

describe_data(
    {
        "accepted": _("accepted"),
        "act": _("act"),
        "active": _("in use"),
        "agreed": _("agreed with the customer"),
        "answers": _("first response"),
        "changed": _("changed"),
        "confirmed": _("confirmed"),
        "counts": _("counts as a follow-up"),
        "ends_at": _("ends"),
        "field": _("field"),
        "first": _("for the first time"),
        "grade": _("grade"),
        "how": _("how"),
        "important": _("important"),
        "intent": _("intent"),
        "needs": _("needs talk"),
        "negotiating": _("negotiating"),
        "next_at": _("next contact"),
        "promised_at": _("promised for"),
        "reached": _("reached"),
        "reason": _("reason"),
        "sent": _("sent to the customer"),
        "source": _("source"),
        "stage": _("stage"),
        "starts_at": _("begins"),
        "undone": _("undone"),
        "unplanned": _("unplanned"),
        "version": _("version"),
        "way": _("by way of"),
        "way_in": _("way in"),
        "what": _("what"),
        "why": _("reason"),
        "working": _("after the first response"),
    },
    {
        "act": BULK_ACTS.items(),
        "before": [*Stage.choices, *Status.choices],
        "field": FIELDS.items(),
        "fields": FIELDS.items(),
        "how": Assignment.How.choices,
        "intent": Intent.choices,
        "reason": Loss.choices,
        "source": Source.choices,
        "stage": Stage.choices,
        "way": Way.choices,
        "way_in": WAYS_IN,
        "what": FIELDS.items(),
        "why": Pooled.choices,
    },
)
