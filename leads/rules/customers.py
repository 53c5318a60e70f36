"""Customers: who owns them, and the monthly contact with a key customer."""

from django.utils.translation import gettext_lazy as _

from salesops.events.registry import Event, declare, describe
from salesops.sop.registry import register
from salesops.sop.rule import AT_DUE, AfterDue, Ahead, Every, On, Ref, Rule, Step, Told
from salesops.sop.terms import EndOf, WorkingDays

from .groups import FOLLOWING

declare(
    Event("customer.marked", ("customer", "owner")),
    Event("customer.unmarked", ("customer", "owner")),
    Event("customer.passed_on", ("customer", "owner", "previous")),
    Event("customer.tagged", ("customer", "owner")),
    Event("customer.grouped", ("customer", "parent", "previous")),
    Event("customer.merged", ("customer", "gone", "merge")),
    Event("customer.unmerged", ("customer", "gone", "merge")),
    Event("lead.moved", ("lead", "customer")),
    Event("contact.logged", ("key_contact", "customer", "owner")),
)
describe(
    {
        "customer.marked": _("Marked a key customer"),
        "customer.unmarked": _("Took the mark of a key customer back"),
        "customer.passed_on": _("Passed a key customer on"),
        "customer.tagged": _("Set a customer's tags"),
        "customer.grouped": _("Linked a company to its group"),
        "customer.merged": _("Merged two customers"),
        "customer.unmerged": _("Took the merge of two customers back"),
        "lead.moved": _("Moved a lead to another customer"),
        "contact.logged": _("Logged a contact with a key customer"),
    }
)

register(
    Rule(
        key="lead.key_contact",
        title=_("Contact the key customer"),
        sentence=_(
            "The owner of a key customer contacts them, period after period, and logs their feedback on use and their new needs."
        ),
        clause="H4",
        group=FOLLOWING,
        page="leads:key_contact",
        subject="customer",
        owes=Ref("owner"),
        opens=Every("month", "customers.key"),
        due=EndOf("month"),
        meets=On("contact.logged"),
        voids=On("customer.unmarked", "customer.passed_on"),
        after_due=AfterDue.ROUND,
        ladder=(
            Step(name="remind", when=Ahead(WorkingDays(5)), remind=True),
            Step(name="late", when=AT_DUE, tell=(Told.MANAGER,)),
        ),
    ),
)
