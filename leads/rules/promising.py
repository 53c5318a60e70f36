"""What was promised, asked and sent: nothing that a customer was told may be forgotten."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from salesops.events.registry import Event, declare, describe
from salesops.sop.registry import register
from salesops.sop.rule import AT_DUE, MORNING, Ahead, On, Ref, Rule, Step, Told, Verdict
from salesops.sop.terms import OFFICE, WORKING_DAYS, Days, Earliest, Field, Hours, WorkingDays

from .groups import FOLLOWING

gettext_noop("promised")
PROMISE, QUESTION, SENT = (
    ("promise", "lead", "owner"),
    ("question", "lead", "owner"),
    ("sent", "lead", "owner"),
)

declare(
    Event("promise.made", PROMISE, ("promised_at",)),
    Event("promise.moved", PROMISE, ("promised_at",)),
    Event("promise.passed_on", PROMISE, ("promised_at",)),
    Event("promise.kept", PROMISE),
    Event("promise.dropped", PROMISE),
    Event("question.logged", QUESTION, ("promised_at",)),
    Event("question.passed_on", QUESTION, ("promised_at",)),
    Event("question.answered", QUESTION),
    Event("question.dropped", QUESTION),
    Event("item.sent", SENT),
    Event("item.passed_on", SENT),
    Event("item.answered", SENT),
    Event("item.followed_up", SENT),
    Event("item.dropped", SENT),
)

describe(
    {
        "promise.made": _("Promised something to a customer"),
        "promise.moved": _("Moved a promise"),
        "promise.passed_on": _("Passed a promise on with its lead"),
        "promise.kept": _("Kept a promise"),
        "promise.dropped": _("Dropped a promise"),
        "question.logged": _("Logged a customer's question"),
        "question.passed_on": _("Passed a question on with its lead"),
        "question.answered": _("Answered a customer's question"),
        "question.dropped": _("Dropped a customer's question"),
        "item.sent": _("Sent something to a customer"),
        "item.passed_on": _("Passed a sent item on with its lead"),
        "item.answered": _("Got the answer to what was sent"),
        "item.followed_up": _("Asked about what was sent"),
        "item.dropped": _("Waits no longer for an answer"),
    }
)

register(
    Rule(
        key="promise.keep",
        title=_("Keep the promise"),
        sentence=_("What was promised to a customer by a day is done by the end of that day."),
        clause="H4",
        group=FOLLOWING,
        page="leads:promise",
        subject="promise",
        owes=Ref("owner"),
        opens=On("promise.made", "promise.passed_on"),
        due=Field("promised_at"),
        values=("promised_at",),
        meets=On("promise.kept"),
        voids=On("promise.dropped", "promise.passed_on"),
        moves=On("promise.moved"),
        ladder=(
            Step(name="remind", when=Ahead(WorkingDays(1)), remind=True),
            Step(name="late", when=AT_DUE, tell=(Told.MANAGER,), do="issue.level_2"),
        ),
    ),
    Rule(
        key="question.answer",
        title=_("Answer the customer's question"),
        sentence=_(
            "A question that could not be answered on the spot gets a first answer soon, and earlier if that was promised."
        ),
        clause="H4, H0",
        group=FOLLOWING,
        page="leads:question",
        subject="question",
        owes=Ref("owner"),
        opens=On("question.logged", "question.passed_on"),
        due=Earliest(Hours(24, WORKING_DAYS), Field("promised_at")),
        values=("promised_at",),
        meets=On("question.answered"),
        voids=On("question.dropped", "question.passed_on"),
        ladder=(
            Step(name="remind", when=Ahead(Hours(4, OFFICE)), remind=True),
            Step(name="late", when=AT_DUE, tell=(Told.MANAGER,), do="issue.level_2"),
        ),
    ),
    Rule(
        key="promise.nudge",
        title=_("Ask about what was sent"),
        sentence=_(
            "What was sent and stays without an answer is asked about. Asking again about the same item too early is warned about."
        ),
        clause="H4",
        group=FOLLOWING,
        page="leads:sent",
        subject="sent",
        owes=Ref("owner"),
        opens=On("item.sent", "item.passed_on", "item.followed_up"),
        due=Days(3),
        meets=On("item.answered", "item.followed_up"),
        voids=On("item.dropped", "item.passed_on"),
        verdict=Verdict.HINT,
        ladder=(Step(name="remind", when=MORNING, remind=True),),
    ),
)
