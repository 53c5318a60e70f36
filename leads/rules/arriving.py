"""Leads come in, are cleaned and graded, and are closed."""

from django.utils.translation import gettext_lazy as _

from salesops.events.registry import Event, declare, describe
from salesops.sop.registry import register
from salesops.sop.rule import AT_DUE, Ahead, Desk, On, Rule, Step, Told
from salesops.sop.terms import OFFICE, WORKING_DAYS, Hours

from .groups import GROUP

declare(
    Event("lead.arrived", ("lead", "customer"), ("source", "way_in")),
    Event("lead.qualified", ("lead",), ("grade",)),
    Event("lead.closed", ("lead", "owner"), ("before",)),
    Event("lead.graded", ("lead", "owner"), ("grade", "before")),
    # A row that was imported at a later stage: it has an owner, and starts with following up.
    Event("lead.taken_over", ("lead", "owner"), ("grade", "stage", "next_at", "negotiating")),
    # A row of a file filled in what was blank on a known lead; `fields` are the names of the fields.
    Event("lead.completed", ("lead", "customer"), ("fields",)),
    # An import was undone: a lead that nobody has touched is deleted, a known one has its fields back.
    Event("lead.withdrawn", ("lead", "customer")),
    Event("lead.restored", ("lead", "customer"), ("fields",)),
    # Somebody edited a field, or took that back; its values are in FieldChange.
    Event("lead.edited", ("lead", "customer"), ("field", "undone")),
    # Somebody whose number is on file has filled in a public form.
    Event("lead.wrote_again", ("lead", "web_form", "owner")),
    Event("web_form.made", ("web_form",), ("active",)),
    Event("web_form.changed", ("web_form",), ("active",)),
    Event("contact.revealed", ("contact", "lead"), ("what",)),
)

describe(
    {
        "lead.arrived": _("A lead arrived"),
        "lead.qualified": _("Cleaned and graded a lead"),
        "lead.closed": _("Closed a lead"),
        "lead.graded": _("Graded a lead anew"),
        "lead.taken_over": _("Took a lead over from an import"),
        "lead.completed": _("Completed a lead from an import"),
        "lead.withdrawn": _("Withdrew an imported lead"),
        "lead.restored": _("Took an import's changes back"),
        "lead.edited": _("Edited a lead"),
        "lead.wrote_again": _("The customer wrote again"),
        "web_form.made": _("Made a web form"),
        "web_form.changed": _("Changed a web form"),
        "contact.revealed": _("Looked at a phone number"),
    }
)

register(
    Rule(
        key="lead.qualify",
        title=_("Clean and grade the lead"),
        sentence=_(
            "Sales operations resolves duplicates, fills in industry and size and sets the grade; a lead that does not fit is closed with a reason."
        ),
        clause="H3, H1",
        group=GROUP,
        page="leads:cleaning",
        subject="lead",
        owes=Desk("so"),
        opens=On("lead.arrived"),
        due=Hours(24, WORKING_DAYS),
        meets=On("lead.qualified", "lead.taken_over", "lead.closed"),
        voids=On("lead.withdrawn"),
        ladder=(
            Step(name="remind", when=Ahead(Hours(4, OFFICE)), remind=True),
            Step(name="late", when=AT_DUE, tell=(Told.HEAD,)),
        ),
    ),
)
