"""One sample rule for each shape that the SOP needs. Deals are departments here: any record that can be locked."""

from salesops.events.registry import Event, declare, declared
from salesops.sop import populations
from salesops.sop.populations import Member
from salesops.sop.registry import registry
from salesops.sop.rule import (
    AT_DUE,
    SYSTEM,
    After,
    AfterDue,
    Ahead,
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
    StepOf,
    Streak,
    Told,
    Verdict,
)
from salesops.sop.subjects import Subject
from salesops.sop.subjects import register as register_subject
from salesops.sop.terms import ALWAYS, OFFICE, WORKING_DAYS, At, Before, Days, Earliest, EndOf, Field, Hours
from salesops.sop.terms import WorkingDays as Days_of_work

ASSIGNED = ("owner", "grade", "level", "ends_at", "promised_at", "reviewers")

EVENTS = [
    Event("deal.assigned", refs=("deal", "owner"), data=("grade",)),
    Event("deal.accepted", refs=("deal",)),
    Event("deal.taken_back", refs=("deal",)),
    Event("deal.contacted", refs=("deal", "owner"), data=("grade", "next_at", "agreed", "reached")),
    Event("deal.graded", refs=("deal",), data=("grade",)),
    Event("deal.closed", refs=("deal",)),
    Event("deal.asked", refs=("deal", "owner"), data=("promised_at",)),
    Event("deal.answered", refs=("deal",)),
    Event("deal.asked_back", refs=("deal", "asker")),
    Event("deal.supplied", refs=("deal",)),
    Event("deal.submitted", refs=("deal",), data=("reviewers",)),
    Event("deal.reviewed", refs=("deal",)),
    Event("deal.solved", refs=("deal",)),
    Event("trouble.reported", refs=("deal", "owner"), data=("level", "noticed_at")),
    Event("trouble.graded", refs=("deal",), data=("level",)),
    Event("trouble.taken", refs=("deal",)),
    Event("trouble.solved", refs=("deal",)),
    Event("talk.planned", refs=("deal", "owner"), data=("ends_at",)),
    Event("talk.moved", refs=("deal",), data=("ends_at",)),
    Event("talk.recorded", refs=("deal", "owner"), data=("ends_at",)),
    Event("day.reported", refs=("person",), data=("period",)),
    Event("hours.learned", refs=("person",), data=("hours", "period")),
    Event("meeting.held", refs=("team",), data=("period",)),
    Event("deal.visited", refs=("deal",), data=("period",)),
]


def rule(key, **values):
    defaults = {
        "title": key,
        "sentence": key,
        "clause": "H0",
        "group": "samples",
        "subject": "deal",
        "owes": Ref("owner"),
        "meets": On(),
    }
    return Rule(key=key, **(defaults | values))


DUE = Step(name="late", when=AT_DUE, tell=(Told.MANAGER,))
REMIND = Step(name="remind", when=Ahead(Hours(1, OFFICE)), remind=True)

RULES = [
    rule(
        "sample.accept",  # taken away at its due time
        opens=On("deal.assigned"),
        due=Hours(2, OFFICE),
        meets=On("deal.accepted"),
        voids=On("deal.assigned", "deal.taken_back", "deal.closed"),
        after_due=AfterDue.TAKEN,
        ladder=(
            Step(name="remind", when=Ahead(Hours(0.5, OFFICE)), remind=True),
            Step(name="taken", when=AT_DUE, do="lead.take_back"),
        ),
    ),
    rule(
        "sample.respond",  # by grade
        opens=On("deal.assigned"),
        due={"A": Hours(4, OFFICE), "B": Hours(8, OFFICE)},
        case="grade",
        meets=On("deal.contacted", if_=lambda event: event.data.get("reached")),
        voids=On("deal.assigned", "deal.taken_back", "deal.closed"),
        moves=On("deal.graded"),
        ladder=(REMIND, DUE),
    ),
    rule(
        "sample.cadence",  # rolls, with misses and a streak
        opens=On("deal.contacted"),
        due={"A": Days_of_work(1), "B": Days_of_work(2), "C": Days(7)},
        case="grade",
        meets=On("deal.contacted"),
        voids=On("deal.closed", "deal.taken_back"),
        moves=On("deal.graded"),
        moved_past=Days_of_work(1),
        after_due=AfterDue.ROUND,
        rolls=True,
        choose=Choice(at_most={"A": Days_of_work(2), "B": Days_of_work(4), "C": Days(14)}),
        ladder=(DUE, Step(name="lost", when=Streak(3), do="lead.return", tell=(Told.MANAGER,))),
    ),
    rule(
        "sample.hint",
        opens=On("deal.assigned"),
        owes=Desk("so"),
        due=Hours(8, OFFICE),
        meets=On("deal.contacted"),
        voids=On("deal.closed"),
        verdict=Verdict.HINT,
        ladder=(Step(name="late", when=AT_DUE, tell=(Told.OWNER,)),),
    ),
    rule(
        "sample.notify",  # owed by the product itself
        opens=On("deal.assigned"),
        owes=SYSTEM,
        due=Hours(2, ALWAYS),
        meets=On("deal.accepted"),
        voids=On("deal.assigned", "deal.closed"),
        ladder=(Step(name="late", when=AT_DUE, tell=(Told.ADMINS,)),),
    ),
    rule(
        "sample.answer",  # the earlier of two; stops while the requester owes an answer
        opens=On("deal.asked"),
        due=Earliest(Hours(24, WORKING_DAYS), Field("promised_at")),
        values=("promised_at",),
        meets=On("deal.answered"),
        stops=On("deal.asked_back"),
        resumes=On("deal.supplied"),
        charges="sample.supply",
        ladder=(DUE,),
    ),
    rule(
        "sample.supply",  # the waiting, charged to the requester
        opens=On("deal.asked_back"),
        owes=Ref("asker"),
        due=Hours(8, OFFICE),
        meets=On("deal.supplied"),
    ),
    rule(
        "sample.review_each",
        opens=On("deal.submitted"),
        owes=Each("reviewers"),
        due=Days_of_work(1),
        meets=On("deal.reviewed"),
        joint="each",
        ladder=(DUE,),
    ),
    rule(
        "sample.solve_one",
        opens=On("deal.submitted"),
        owes=Each("reviewers"),
        due=Days_of_work(1),
        meets=On("deal.solved"),
    ),
    rule(
        "sample.report",  # starts in the past; by level; chain until somebody takes it
        opens=On("trouble.reported"),
        due={"I": Hours(24, ALWAYS), "II": Hours(48, ALWAYS), "III": Hours(24, WORKING_DAYS)},
        case="level",
        starts="noticed_at",
        values=("noticed_at",),
        meets=On("trouble.solved"),
        moves=On("trouble.graded"),
        ladder=(
            Step(name="half", when=Ahead(Hours(30, ALWAYS), or_half=True), remind=True),
            Step(
                name="climb",
                when=AT_DUE,
                tell=(Told.HEAD, Told.HEADS_HEAD, Told.ADMINS),
                every=Hours(0.5, ALWAYS),
                until=On("trouble.taken"),
                urgent=True,
            ),
            Step(name="week", when=After(Days_of_work(1)), tell=(Told.MANAGER,)),
        ),
    ),
    rule(
        "sample.record",  # starts in the future
        opens=On("talk.planned"),
        due=Hours(2, OFFICE),
        starts="ends_at",
        values=("ends_at",),
        meets=On("talk.recorded"),
        moves=On("talk.moved"),
    ),
    rule(
        "sample.at_once",  # opened and met by the same event, judged at once
        opens=On("talk.recorded", met=lambda event: True),
        due=Hours(2, OFFICE),
        starts="ends_at",
        values=("ends_at",),
    ),
    rule(
        "sample.before",  # an amount before an instant
        opens=On("talk.planned"),
        due=Before(Hours(4, OFFICE), "ends_at"),
        values=("ends_at",),
        meets=On("deal.contacted"),
    ),
    rule(
        "sample.daily",  # a round for each person
        subject="person",
        opens=Every("day", of="sample.reps"),
        due=At("18:00"),
        meets=On("day.reported", period="period"),
        on_leave=OnLeave.VOID,
        ladder=(Step(name="remind", when=Ahead(Hours(0.5, OFFICE)), remind=True), DUE),
    ),
    rule(
        "sample.learning",  # a quantity that is enough
        subject="person",
        opens=Every("week", of="sample.reps"),
        due=EndOf("week"),
        meets=On("hours.learned", enough=("hours", 2), period="period"),
    ),
    rule(
        "sample.meeting",  # a round for each team
        subject="team",
        owes=Head(of="team"),
        opens=Every("day", of="sample.teams"),
        due=At("09:30"),
        meets=On("meeting.held", period="period"),
    ),
    rule(
        "sample.visit",  # a round for each record
        opens=Every("month", of="sample.deals"),
        due=EndOf("month"),
        meets=On("deal.visited", period="period"),
        after_due=AfterDue.ROUND,
    ),
    rule(
        "sample.talk",  # opened by the step of another
        opens=StepOf("sample.respond", "late"),
        owes=Head(of="owner"),
        due=Days_of_work(1),
        meets=On("deal.solved"),
    ),
]


def install():
    """Declares the sample events and registers the sample rules; returns a function that forgets the rules."""
    for event in EVENTS:
        if event.name not in declared:
            declare(event)
    register_subject(Subject("deal", "people.Department", title="name"))
    registry.register(*RULES)
    return lambda: registry.unregister(*(each.key for each in RULES))


@populations.population("sample.reps", subject="person")
def reps(at, after, limit):
    from salesops.people.models import User

    people = User.objects.filter(posts__role="am", id__gt=after).order_by("id")[:limit]
    return [Member(person.id, person.id, person.team_id, person.name) for person in people]


@populations.population("sample.teams", subject="team")
def teams(at, after, limit):
    from salesops.people.directory import Directory
    from salesops.people.models import Team

    directory = Directory(at)
    return [
        Member(team.id, directory.head_of_team(team.id), team.id, team.name)
        for team in Team.objects.filter(id__gt=after, kind="cell").order_by("id")[:limit]
    ]


@populations.population("sample.deals", subject="deal")
def deals(at, after, limit):
    from salesops.people.models import Department, User

    owner = User.objects.get(username="wang")
    return [
        Member(deal.id, owner.id, owner.team_id, deal.name)
        for deal in Department.objects.filter(id__gt=after).order_by("id")[:limit]
    ]
