"""Every row of sop.md section 2, written with the Rule's fields: proof that the engine's concepts carry all of it.

Rules that the product already enforces stand in its rules.py; they are written here too, in short form.
"""

from salesops.sop.rule import (
    AT_DUE,
    MORNING,
    SYSTEM,
    After,
    AfterDue,
    Ahead,
    AtShare,
    Choice,
    Desk,
    Each,
    Every,
    Head,
    On,
    OnLeave,
    Ref,
    Rule,
    Step,
    Streak,
    Told,
    Verdict,
)
from salesops.sop.terms import (
    ALWAYS,
    OFFICE,
    WORKING_DAYS,
    AsDueOf,
    At,
    Before,
    Days,
    Earliest,
    EndOf,
    Field,
    Hours,
    Latest,
    Months,
    WorkingDays,
)

HINT, VOID = Verdict.HINT, OnLeave.VOID
AM, OWNER = Ref("owner"), Ref("owner")


def late(*told, do=""):
    return Step(name="late", when=AT_DUE, tell=told, do=do)


def remind(amount, or_half=False):
    return Step(name="remind", when=Ahead(amount, or_half), remind=True)


TOLD, HEAD, MANAGER = late(Told.OWNER), late(Told.HEAD), late(Told.MANAGER)
DAY, TWO_HOURS, FOUR_HOURS = remind(WorkingDays(1)), remind(Hours(2, OFFICE)), remind(Hours(4, OFFICE))
FIVE_DAYS, TEN_DAYS = remind(WorkingDays(5)), remind(WorkingDays(10))
LEVEL_2 = late(Told.MANAGER, do="issue.level_2")


def row(key, subject, owes, opens, meets, due, *ladder, **values):
    """One row; what people read is left out here."""
    fixed = {"title": key, "sentence": key, "clause": "H0", "group": "all"}
    return Rule(key=key, subject=subject, owes=owes, opens=opens, meets=meets, due=due, ladder=ladder, **fixed, **values)


def daily(key, subject, owes, of, met, due, *ladder, **values):
    """A duty of each working day."""
    return row(key, subject, owes, Every("day", of), On(met, period="period"), due, *ladder, on_leave=VOID, **values)


def weekly(key, subject, owes, of, met, due, *ladder, **values):
    return row(key, subject, owes, Every("week", of), On(met, period="period"), due, *ladder, on_leave=VOID, **values)


def monthly(key, subject, owes, of, met, due, *ladder, **values):
    return row(key, subject, owes, Every("month", of), On(met, period="period"), due, *ladder, **values)


def issue(key, owes, opens, meets, levels, *ladder, **values):
    """A row with a term for each level; level I climbs every half hour until somebody takes it."""
    climb = Step(
        name="climb",
        when=AT_DUE,
        tell=(Told.MANAGER, Told.MANAGERS_MANAGER, Told.ADMINS),
        every=Hours(0.5, ALWAYS),
        until=On("issue.taken"),
        urgent=True,
    )
    up = Step(name="up", when=After(WorkingDays(1)), tell=(Told.MANAGERS_MANAGER,))
    half = remind(Hours(2, ALWAYS), or_half=True)
    return row(
        key, "issue", owes, opens, meets, levels, half, climb, up, *ladder, case="level", moves=On("issue.graded"), **values
    )


LEADS = [
    row("lead.qualify", "lead", Desk("so"), On("lead.arrived"), On("lead.qualified", "lead.closed"), Hours(24, WORKING_DAYS), FOUR_HOURS, HEAD),
    row("lead.notify", "lead", SYSTEM, On("lead.assigned"), On("lead.owner_told"), Hours(2, ALWAYS), late(Told.ADMINS)),
    row("lead.claim", "lead", Desk("so"), On("lead.pooled"), On("lead.claimed", "lead.assigned"), Hours(4, OFFICE), remind(Hours(1, OFFICE)), HEAD),
    row("lead.accept", "lead", AM, On("lead.assigned"), On("lead.accepted"), Hours(2, OFFICE), remind(Hours(0.5, OFFICE)), late(do="lead.take_back"), after_due=AfterDue.TAKEN, voids=On("lead.taken_back")),
    row("lead.first_response", "lead", AM, On("lead.assigned", "lead.claimed"), On("follow_up.logged", if_=lambda e: e.data.get("answers")), {"A": Hours(4, OFFICE), "B": Hours(4, OFFICE), "C": Hours(4, OFFICE)}, remind(Hours(1, OFFICE)), LEVEL_2, case="grade"),
    row("lead.first_answer", "lead", Desk("so"), On("lead.assigned", if_=lambda e: e.data.get("first")), On("follow_up.logged"), Hours(8, OFFICE), remind(Hours(1, OFFICE)), late(do="issue.level_2"), verdict=HINT),
    row("lead.follow_up", "lead", OWNER, On("follow_up.logged"), On("follow_up.logged"), {"A": WorkingDays(1), "B": WorkingDays(2), "C": Days(7)}, Step(name="morning", when=MORNING, remind=True), TWO_HOURS, MANAGER, Step(name="return", when=Streak(3), do="lead.return"), case="grade", after_due=AfterDue.ROUND, rolls=True, moves=On("lead.graded"), moved_past=WorkingDays(1), choose=Choice(at_most={"A": WorkingDays(2), "B": WorkingDays(4), "C": Days(14)})),
    row("lead.recycle", "lead", OWNER, On("follow_up.logged"), On("follow_up.logged"), Days(15), Step(name="warn", when=AtShare(0.75), remind=True), late(do="lead.return"), after_due=AfterDue.TAKEN),
    monthly("lead.visit", "lead", OWNER, "leads.b_held", "visit.logged", EndOf("month"), FIVE_DAYS, TOLD, after_due=AfterDue.ROUND),
    monthly("lead.key_contact", "customer", OWNER, "customers.key", "contact.logged", EndOf("month"), FIVE_DAYS, MANAGER, after_due=AfterDue.ROUND),
    row("lead.need_survey", "lead", OWNER, Every("quarter", "leads.c_held"), On("survey.logged", period="period"), EndOf("quarter"), TEN_DAYS, TOLD, after_due=AfterDue.ROUND),
    row("lead.nurture", "lead", Desk("so"), On("lead.nurtured", "news.sent"), On("news.sent"), Days(30), remind(WorkingDays(3)), TOLD, after_due=AfterDue.ROUND, rolls=True, voids=On("lead.assigned")),
    row("lead.regrade", "lead", OWNER, On("lead.qualified", "lead.graded"), On("lead.graded", "lead.won", "lead.lost"), {"A": Days(30), "B": Months(3)}, remind(WorkingDays(3)), MANAGER, case="grade"),
    row("lead.push_contract", "lead", OWNER, On("negotiation.logged", "lead.taken_over"), On("contract.signed", "push.explained"), Days(3), DAY, MANAGER, choose=Choice()),
    row("follow_up.record", ("appointment", "follow_up"), OWNER, On("appointment.planned", "follow_up.logged", met=lambda e: e.name == "follow_up.logged"), On("follow_up.logged"), Hours(2, OFFICE), Step(name="ended", when=AtShare(0), remind=True), starts="ends_at", moves=On("appointment.moved")),
    row("follow_up.minutes", "follow_up", OWNER, On("follow_up.logged", if_=lambda e: e.data.get("important")), On("minutes.attached"), Hours(24, WORKING_DAYS), FOUR_HOURS, MANAGER),
    row("question.answer", "question", OWNER, On("question.logged"), On("question.answered"), Earliest(Hours(24, WORKING_DAYS), Field("promised_at")), FOUR_HOURS, LEVEL_2, values=("promised_at",)),
    row("promise.keep", "promise", OWNER, On("promise.made"), On("promise.kept"), Field("promised_at"), DAY, LEVEL_2, values=("promised_at",)),
    row("promise.nudge", "item", OWNER, On("item.sent"), On("follow_up.logged", "item.answered"), Days(3), Step(name="remind", when=MORNING, remind=True), verdict=HINT),
    row("visit.confirm", "visit", OWNER, On("visit.planned"), On("visit.confirmed"), Before(WorkingDays(1), "starts_at"), Step(name="remind", when=MORNING, remind=True), TOLD, values=("starts_at",), moves=On("visit.moved"), voids=On("visit.cancelled")),
    row("visit.record", "visit", OWNER, On("visit.planned"), On("visit.recorded"), At("close", cutoff=Hours(2, OFFICE), late="10:00"), Step(name="leave", when=AtShare(0), remind=True), remind(Hours(1, OFFICE)), MANAGER, starts="ends_at", moves=On("visit.moved")),
    row("needs.prepare", "lead", AM, On("needs_talk.planned"), On("needs.prepared"), Field("starts_at"), DAY, TOLD, values=("starts_at",)),
    row("needs.report", "lead", AM, On("needs_talk.logged", "needs.changed"), On("needs.reported"), WorkingDays(1), TWO_HOURS, MANAGER),
    row("needs.request", "lead", AM, On("needs.confirmed"), On("needs.requested"), WorkingDays(1), TWO_HOURS, TOLD),
    row("proposal.review", "proposal", Each("reviewers"), On("proposal.submitted"), On("proposal.reviewed"), WorkingDays(1), TWO_HOURS, HEAD, joint="each", voids=On("proposal.sent_back")),
    row("quote.confirm", "quote", Each("confirming"), On("quote.drawn_up"), On("quote.confirmed"), WorkingDays(1), TWO_HOURS, MANAGER, joint="each"),
    row("bid.review", "tender", Each("reviewers"), On("tender.entered"), On("tender.reviewed"), WorkingDays(1), TWO_HOURS, MANAGER, joint="each"),
]

MEETINGS = [
    daily("plan.daily", "person", OWNER, "reps", "plan.submitted", At("09:00"), remind(Hours(0.5, ALWAYS)), TOLD),
    # As planned, until the product knows when the meeting ended.
    daily("plan.check", "team", Head("team"), "teams", "plans.checked", At("10:00"), remind(Hours(0.25, ALWAYS)), MANAGER),
    daily("morning.prepare", "team", OWNER, "teams", "meeting.prepared", At("08:30"), remind(At("17:30")), TOLD),
    daily("morning.meeting", "team", OWNER, "teams", "meeting.held", At("09:30"), remind(Hours(2 / 3, ALWAYS)), MANAGER),
    daily("morning.minutes", "team", OWNER, "assistants", "minutes.published", At("10:00"), remind(Hours(0.25, ALWAYS)), MANAGER),
    daily("report.daily", "person", OWNER, "reps", "report.submitted", At("18:00"), remind(Hours(0.5, ALWAYS)), TOLD),
    row("report.review", "report", Head("person"), On("report.submitted"), On("report.reviewed"), At("20:00", cutoff="18:00"), remind(Hours(0.5, ALWAYS)), HEAD, on_leave=VOID),
    daily("self_check", "person", OWNER, "reps", "self_check.done", AsDueOf("report.daily")),
    weekly("plan.weekly", "person", OWNER, "reps", "weekly_plan.submitted", At("09:00", day="mon"), remind(At("17:00", day="fri")), HEAD),
    weekly("plan.weekly_check", "person", Head("person"), "reps", "weekly_plan.checked", At("18:00", day="mon"), TWO_HOURS, MANAGER),
    weekly("review.prepare", "person", OWNER, "reps", "review.prepared", At("14:00", day="fri"), remind(Hours(4, OFFICE))),
    weekly("figures.submit", "person", OWNER, "reps", "figures.confirmed", At("14:00", day="fri"), DAY, HEAD),
    weekly("review.weekly", "team", OWNER, "teams", "review.held", At("17:30", day="fri"), remind(Hours(2.5, ALWAYS)), MANAGER),
    row("report.weekly", "team", OWNER, On("review.held"), On("weekly_report.published"), At("10:00", after=1), remind(Hours(1, ALWAYS)), MANAGER),
    row("review.data", "team", Desk("so"), Every("week", "teams"), On("figures.frozen", period="period"), At("close", day="thu"), TWO_HOURS, TOLD),
    monthly("review.monthly", "team", OWNER, "teams", "monthly_review.held", At("close", day="month_last"), DAY, MANAGER),
    monthly("training.cases", "team", OWNER, "teams", "cases.shared", At("close", day="month_last"), FIVE_DAYS, TOLD),
    row("task.done", "task", Ref("assignee"), On("task.given", "task.carried"), On("task.confirmed"), Field("task_date"), DAY, Step(name="hours", when=Ahead(Hours(2, OFFICE)), remind=True), late(Told.OPENER, do="task.carry"), values=("task_date",), stops=On("task.proven"), resumes=On("task.sent_back"), voids=On("task.carried"), moves=On("task.moved"), moved_past=WorkingDays(1)),
    row("task.confirm", "task", Ref("assigner"), On("task.proven"), On("task.confirmed", "task.sent_back"), WorkingDays(1), TWO_HOURS, TOLD),
    row("help.answer", "help", Ref("helper"), On("help.asked"), On("help.answered", "help.passed_on"), At("close", cutoff=Hours(2, OFFICE)), TWO_HOURS, HEAD),
    row("lag.remedy", "person", Head("person"), On("person.lagged"), On("remedy.recorded"), WorkingDays(1), TWO_HOURS, MANAGER),
    weekly("spot_check", "team", OWNER, "teams", "sample.scored", At("14:00", day="fri"), remind(Hours(4, OFFICE)), TOLD),
    row("learning", "person", OWNER, Every("week", "reps"), On("hours.learned", enough=("hours", 2), period="period"), EndOf("week"), Step(name="remind", when=MORNING, remind=True), on_leave=VOID),
]

STOPS = {"stops": On("request.asked_back"), "resumes": On("request.supplied")}
HANDOFFS = [
    row("request.answer", "request", Desk("technology"), On("request.submitted"), On("request.answered"), WorkingDays(1), TWO_HOURS, HEAD, Step(name="issue", when=After(WorkingDays(2)), do="issue.level_2"), charges="request.supply", **STOPS),
    row("project.review", "project", Each("approvers"), On("project.submitted", "project.approved_once"), On("project.approved", "project.sent_back"), WorkingDays(1), TWO_HOURS, late(Told.HEADS_HEAD), joint="each"),
    row("project.lead_time", "project", Ref("requester"), On("project.submitted", met=lambda e: e.data.get("word")), On("project.word_given"), Before(WorkingDays(3), "needed_by", grace=False), MANAGER, values=("needed_by",)),
    daily("project.sync", "project", OWNER, "projects.key", "progress.posted", At("17:00"), TWO_HOURS, late(Told.OWNER, Told.OPENER)),
    row("project.warn", "milestone", Ref("requester"), On("milestone.set"), On("milestone.on_track", "milestone.warned"), Before(Hours(24, WORKING_DAYS), "milestone_at"), DAY, MANAGER, values=("milestone_at",), moves=On("milestone.moved")),
    row("project.accept", "project", Ref("requester"), On("project.delivered"), On("project.accepted", "project.refused"), WorkingDays(2), DAY, TOLD),
    row("project.effect", "project", Ref("requester"), On("activity.ended"), On("effect.recorded"), Days(3), DAY, TOLD),
    row("project.retro", "project", Ref("requester"), On("project.ended"), On("retro.held"), Days(3), DAY, TOLD),
    row("contract.draft", "contract", Desk("legal"), On("intent.signed"), On("contract.drafted"), WorkingDays(2), DAY, HEAD),
    row("contract.check", "contract", AM, On("contract.drafted"), On("contract.checked"), WorkingDays(1), TWO_HOURS, MANAGER),
    row("contract.legal", "contract", Desk("legal"), On("contract.checked"), On("contract.legal_decided"), WorkingDays(1), TWO_HOURS, HEAD),
    row("contract.finance", "contract", Desk("finance"), On("contract.legal_decided", if_=lambda e: e.data.get("yes")), On("contract.finance_decided"), WorkingDays(1), TWO_HOURS, HEAD),
    row("contract.sign", "contract", AM, On("contract.finance_decided", if_=lambda e: e.data.get("yes")), On("contract.signed"), Days(3), DAY, MANAGER),
    row("contract.archive", "contract", Ref("assistant"), On("contract.signed"), On("contract.archived"), WorkingDays(1), TWO_HOURS, MANAGER),
    row("payment.record", "instalment", AM, On("instalment.planned"), On("payment.recorded", "payment.explained"), WorkingDays(1), TWO_HOURS, MANAGER, starts="due_on", moves=On("instalment.moved")),
    row("handover.list", "contract", AM, On("contract.signed"), On("handover.sent"), Days(3), DAY, MANAGER),
    row("handover.accept", "contract", Desk("cs"), On("handover.sent"), On("handover.accepted"), WorkingDays(1), TWO_HOURS, HEAD),
    row("satisfaction.call", "contract", AM, On("contract.signed"), On("call.logged"), Days(3), DAY, TOLD),
    row("order.notice", "contract", AM, On("contract.archived"), On("order.notified"), WorkingDays(1), TWO_HOURS, TOLD),
    row("delivery.plan", "order", Desk("delivery"), On("order.notified"), On("delivery.planned"), WorkingDays(2), DAY, TOLD),
    weekly("delivery.progress", "order", OWNER, "orders.running", "progress.sent", At("close", day="fri"), DAY, TOLD),
    row("delivery.accept", "order", Desk("delivery"), On("order.delivered"), On("acceptance.filled"), WorkingDays(5), DAY, MANAGER),
    row("acceptance.file", "order", AM, On("order.delivered"), On("acceptance.filed"), WorkingDays(5), DAY, MANAGER),
    row("satisfaction.report", "order", Desk("cs"), On("order.delivered"), On("satisfaction.reported"), WorkingDays(3), DAY, TOLD),
    row("aftersales.first_visit", "order", AM, On("order.accepted"), On("aftersales.visited"), Days(7), DAY, MANAGER),
    row("customer.push", "customer", AM, On("order.accepted", "news.pushed"), On("news.pushed"), Days(30), DAY, after_due=AfterDue.ROUND, rolls=True),
    row("repurchase.survey", "customer", AM, On("lead.won"), On("repurchase.surveyed"), WorkingDays(5), DAY, TOLD, starts=Months(1)),
    row("renewal.talk", "contract", AM, On("contract.signed"), On("renewal.talked"), Before(Days(30), "contract_ends_on"), DAY, MANAGER, starts=Before(Days(90), "contract_ends_on"), values=("contract_ends_on",)),
    row("satisfaction.quarterly", "customer", Desk("so"), Every("quarter", "customers.active"), On("survey.scored", period="period"), EndOf("quarter"), TEN_DAYS, TOLD),
    row("fault.answer", "fault", Desk("cs"), On("fault.logged"), On("fault.answered"), {"": Hours(24, ALWAYS), "contract": Field("answer_by")}, TWO_HOURS, MANAGER, case="sla", values=("answer_by",)),
    row("fault.solve", "fault", Desk("cs"), On("fault.logged"), On("fault.solved"), {"": Hours(48, ALWAYS), "contract": Field("solve_by")}, TWO_HOURS, MANAGER, case="sla", values=("solve_by",)),
    row("greeting", "occasion", AM, On("occasion.planned"), On("greeting.logged"), Field("day", roll="back"), DAY, starts=Before(WorkingDays(5), "day"), values=("day",)),
]

SOLVED = On("issue.solved")
ISSUES = [
    issue("issue.report", Ref("reporter"), On("issue.reported", met=lambda e: True), On(), {"I": Hours(1, ALWAYS), "II": Hours(4, ALWAYS), "III": Hours(24, WORKING_DAYS)}, starts="noticed_at", values=("noticed_at",)),
    issue("issue.assign", Head("reporter"), On("issue.reported"), On("issue.assigned"), {"I": Hours(0.5, ALWAYS), "II": Hours(2, OFFICE), "III": Hours(4, OFFICE)}),
    issue("issue.resolve", Each("named"), On("issue.assigned"), SOLVED, {"I": Hours(24, ALWAYS), "II": Hours(48, ALWAYS), "III": Hours(24, WORKING_DAYS)}, starts="reported_at", values=("reported_at",)),
    issue("issue.feedback", Each("named"), On("issue.solved", if_=lambda e: e.data.get("level") != "III"), On("customer.told"), {"I": AsDueOf("issue.resolve"), "II": Latest(AsDueOf("issue.resolve"), Hours(2, OFFICE))}),
    issue("complaint.result", Ref("first_asked"), On("complaint.reported"), On("result.told"), {"I": Hours(24, ALWAYS), "II": WorkingDays(3), "III": WorkingDays(3)}),
    issue("complaint.satisfaction", Ref("first_asked"), On("result.told"), On("satisfaction.recorded"), {"I": WorkingDays(3), "II": WorkingDays(3), "III": WorkingDays(3)}),
    row("objection.answer", "objection", Head("objected", up=1), On("objection.raised"), On("objection.answered"), WorkingDays(2), DAY, HEAD),
    row("suggestion.summary", "department", Desk("admin"), Every("month", "departments.admin"), On("suggestions.summed_up", period="period"), EndOf("month"), FIVE_DAYS, HEAD),
]

RULES = [*LEADS, *MEETINGS, *HANDOFFS, *ISSUES]
# Asking back charges the waiting to the requester: not a row of the SOP, but its other side.
CHARGED = [row("request.supply", "request", Ref("requester"), On("request.asked_back"), On("request.supplied"), WorkingDays(1), TWO_HOURS)]
