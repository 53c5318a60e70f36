"""The demo company: a history made by the product's own actions, and something to watch whatever the hour."""

from datetime import timedelta

import pytest
from django.core.management import call_command

from demo import company, history, live
from leads.models import (
    Assignment,
    Case,
    Collaboration,
    Consent,
    Customer,
    Export,
    FollowUp,
    KeyMark,
    Lead,
    Payment,
    Script,
    Status,
)
from salesops.notices.models import Notice
from salesops.people.models import Team, User
from salesops.sop.engine.sweeping import sweep
from salesops.sop.models import Counted, Deadline, Outage, Tally, Waiver
from tests.sop.world import local

SUNDAY_NIGHT = local("2026-03-15 23:40")


@pytest.fixture
def people(db):
    people = company.load(at=SUNDAY_NIGHT)
    company.work_shifts(Team.objects.get(name="华南组"))
    return people


def test_on_a_sunday_night_a_lead_is_taken_back_and_the_manager_is_told_within_three_minutes(people):
    lapsing, unanswered = live.make(people, at=SUNDAY_NIGHT)
    sweep(SUNDAY_NIGHT)
    first = lapsing.owner
    assert Lead.objects.filter(status=Status.POOL).count() == len(live.FOR_THE_POOL)
    assert not Assignment.objects.filter(ended=Assignment.Ended.LAPSED).exists()

    sweep(SUNDAY_NIGHT + timedelta(minutes=3))

    lapsing.refresh_from_db()
    assert lapsing.status == Status.ASSIGNED
    assert lapsing.owner != first
    told = Notice.objects.filter(kind="lead.taken_back").values_list("person__username", flat=True)
    assert {first.username, "zhouyang"} <= set(told)
    assert Notice.objects.filter(person=people["zhaoqiang"], file=unanswered.ref).exists()


def test_a_history_leaves_work_done_in_time_work_done_late_and_work_to_do(people):
    history.make(people, until=SUNDAY_NIGHT, days=8)

    assert FollowUp.objects.count() > 50
    assert set(Lead.objects.values_list("status", flat=True)) >= {Status.ACTIVE, Status.NURTURE}
    assert Payment.objects.get().deal.lead.status == Status.WON
    assert Deadline.objects.filter(counted=Counted.LATE).exists()
    assert Deadline.objects.filter(counted=Counted.IN_TIME).count() > 100
    assert Tally.objects.filter(owner=people["wangwei"], in_time__gt=0).exists()
    assert Waiver.objects.get().state == Waiver.State.ASKED
    for username in ("wangwei", "linfang"):
        assert Deadline.objects.open().filter(owner=people[username]).exists()
    # Every page has something to show.
    assert KeyMark.objects.count() == 2
    assert Customer.objects.exclude(parent=None).count() == 1
    assert Customer.objects.exclude(tags=[]).count() > 5
    assert Consent.objects.get().contact.email
    assert {*Export.objects.values_list("state", flat=True)} == {"ready", "asked"}
    assert Script.objects.filter(uses=1).exists()
    assert Case.objects.filter(uses=1).exists()
    assert Collaboration.objects.joined().count() >= 2
    # The moved clock is no outage, and leaves nothing for the clock to do.
    assert not Outage.objects.exists()
    assert not Deadline.objects.open().filter(next_at__lt=SUNDAY_NIGHT - timedelta(minutes=1)).exists()
    assert not Deadline.objects.filter(failures__gt=0).exists()


def test_a_company_with_people_is_left_alone(people, capsys):
    call_command("demo")
    assert "nothing was loaded" in capsys.readouterr().err
    assert User.objects.count() == len(company.PEOPLE)
    assert not Lead.objects.exists()
