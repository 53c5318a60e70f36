import datetime

import pytest

from salesops.notices.actions import Telling, digest_after_outage, settle, tell, withdraw_person
from salesops.notices.models import ChannelAccount, Delivery, Notice, Preference
from salesops.people.actions import deactivate
from salesops.people.models import Team

from .conftest import MINUTE, NOON, bot, mail, telling

pytestmark = pytest.mark.django_db
EVENING = NOON.replace(hour=13)  # 21:10


def test_telling_makes_one_notice_and_one_delivery_per_active_channel(people):
    mail(people.wang)
    bot(person=people.wang)
    assert tell([telling(people.wang)], at=NOON) == 1
    notice = Notice.objects.get()
    assert (notice.person, notice.created_at, notice.read_at) == (people.wang, NOON, None)
    assert {(d.account.kind, d.state, d.not_before) for d in notice.deliveries.all()} == {
        ("email", "queued", NOON),
        ("wecom", "queued", NOON),
    }


def test_telling_twice_tells_once(people):
    mail(people.wang)
    tell([telling(people.wang), telling(people.wang)], at=NOON)
    assert tell([telling(people.wang)], at=NOON + MINUTE) == 0
    assert Notice.objects.count() == Delivery.objects.count() == 1


def test_the_same_key_tells_another_person_too(people):
    assert tell([telling(people.wang), telling(people.min)], at=NOON) == 2


def test_who_has_left_is_told_nothing(people):
    mail(people.wang)
    people.wang.is_active = False
    people.wang.save()
    assert tell([telling(people.wang), telling(people.min)], at=NOON) == 1
    assert Notice.objects.get().person == people.min


def test_a_paused_or_refused_channel_gets_nothing(people):
    mail(people.wang)
    ChannelAccount.objects.update(active=False)
    mail(people.min, "min@example.com")
    ChannelAccount.objects.filter(person=people.min).update(broken_at=NOON)
    assert tell([telling(people.wang), telling(people.min)], at=NOON) == 2
    assert not Delivery.objects.exists()


def test_who_has_an_address_in_the_profile_gets_a_mail_channel(people):
    people.wang.email = "wang@example.com"
    people.wang.save()
    tell([telling(people.wang)], at=NOON)
    tell([telling(people.wang, "d2.due")], at=NOON)
    assert ChannelAccount.objects.get().person == people.wang
    assert Delivery.objects.count() == 2


def test_quiet_hours_over_midnight_move_a_message_to_the_morning(people):
    mail(people.wang)
    tell([telling(people.wang, "a")], at=EVENING)
    tell([telling(people.wang, "b")], at=EVENING + datetime.timedelta(hours=9))  # 06:10 the next day
    morning = datetime.datetime(2026, 11, 19, 0, 30, tzinfo=datetime.UTC)
    times = set(Delivery.objects.values_list("not_before", flat=True))
    assert len(times) == 1, "both meet in one digest"
    assert morning + MINUTE <= times.pop() < morning + 3 * MINUTE


def test_urgent_messages_ignore_quiet_hours_and_crowded_minutes(people):
    mail(people.wang)
    at = EVENING.replace(minute=0)
    tell([telling(people.wang, urgent=True)], at=at)
    assert Delivery.objects.get().not_before == at


def test_own_quiet_hours_count(people):
    mail(people.wang)
    Preference.objects.create(person=people.wang, quiet_from=datetime.time(12), quiet_until=datetime.time(16, 10))
    tell([telling(people.wang)], at=NOON)
    assert Delivery.objects.get().not_before == NOON.replace(hour=8)


def test_a_reminder_that_the_quiet_hours_would_outlast_is_never_sent(people):
    mail(people.wang)
    tell([telling(people.wang, expires_at=EVENING + 60 * MINUTE)], at=EVENING)
    assert Delivery.objects.get().state == "dropped"
    assert Notice.objects.count() == 1


@pytest.mark.parametrize("minute", [0, 29, 30, 59])
def test_messages_keep_off_the_full_and_the_half_hour(people, minute):
    bot(person=people.wang)
    at = NOON.replace(minute=minute, second=30)
    tell([telling(people.wang)], at=at)
    sent = Delivery.objects.get().not_before
    assert at < sent < at + 4 * MINUTE
    assert sent.minute % 30 not in (0, 29)


def test_ending_a_deadline_settles_its_notices_and_drops_what_waits(people):
    mail(people.wang)
    tell([telling(people.wang, "d1.due", deadline_id=1), telling(people.wang, "d2.due", deadline_id=2)], at=NOON)
    settle([1], at=NOON + MINUTE)
    assert Notice.objects.get(deadline_id=1).settled_at == NOON + MINUTE
    assert Notice.objects.get(deadline_id=2).settled_at is None
    states = dict(Delivery.objects.values_list("notice__deadline_id", "state"))
    assert states == {1: "dropped", 2: "queued"}


def test_what_is_told_about_the_ending_itself_is_still_delivered(people):
    mail(people.li)
    settle([1], at=NOON)
    tell([telling(people.li, "d1.missed", deadline_id=1, escalation=True)], at=NOON)
    assert Delivery.objects.get().state == "queued"


def test_a_leaver_gets_nothing_more(people):
    mail(people.wang)
    tell([telling(people.wang)], at=NOON)
    withdraw_person(people.wang.pk, at=NOON + MINUTE)
    assert Delivery.objects.get().state == "dropped"
    assert not ChannelAccount.objects.get().active


def test_a_team_is_told_through_its_bots_and_nobody_personally(people):
    own = bot(team=people.teams["cell"])
    bot(number=2)
    tell([Telling(team_id=people.teams["cell"].pk, key="w1", kind="test")], at=NOON)
    assert Delivery.objects.get().account == own
    assert Notice.objects.get().person is None


def test_a_team_without_a_bot_uses_the_one_above_and_at_last_the_companys(people):
    company_bot = bot(number=2)
    tell([Telling(team_id=people.teams["cell"].pk, key="w1", kind="test")], at=NOON)
    assert Delivery.objects.get().account == company_bot
    east = bot(team=people.teams["east"], number=3)
    tell([Telling(team_id=people.teams["cell"].pk, key="w2", kind="test")], at=NOON)
    assert Delivery.objects.get(notice__key="w2").account == east


def test_after_an_outage_everything_waits_for_one_moment(people):
    mail(people.wang)
    send_at = NOON + 2 * MINUTE
    digest_after_outage([telling(people.wang, "a", urgent=True)], at=NOON, send_at=send_at)
    digest_after_outage([telling(people.wang, "b")], at=NOON + MINUTE, send_at=send_at)
    assert set(Delivery.objects.values_list("not_before", "urgent", "catch_up")) == {(send_at, False, True)}


@pytest.mark.parametrize("count", [1, 1000])
def test_any_number_of_tellings_takes_a_handful_of_queries(people, django_assert_max_num_queries, count):
    bot(team=people.teams["cell"])
    for person in people.people.values():
        mail(person, f"{person.username}@example.com")
    everybody = list(people.people.values())
    tellings = [telling(everybody[n % len(everybody)], f"d{n}.due", deadline_id=n) for n in range(count)]
    tellings.append(Telling(team_id=people.teams["cell"].pk, key="w", kind="test"))
    with django_assert_max_num_queries(9):  # two of them are the savepoint
        tell(tellings, at=NOON)
    assert Delivery.objects.count() == count + 1
    with django_assert_max_num_queries(4):
        settle(range(count), at=NOON)


def test_when_a_person_leaves_what_is_on_its_way_is_dropped(people):
    mail(people.wang)
    tell([telling(people.wang)], at=NOON)
    deactivate(people.wang, by=people.he, at=NOON + MINUTE)
    assert Delivery.objects.get().state == "dropped"
    assert tell([telling(people.wang, "d2.due")], at=NOON + 2 * MINUTE) == 0


def test_quiet_hours_are_those_of_the_teams_zone(people):
    mail(people.wang)
    Team.objects.filter(pk=people.teams["east"].pk).update(zone="Europe/Berlin")
    tell([telling(people.wang)], at=NOON.replace(hour=6))  # 07:00 in Berlin, 14:00 in Shanghai
    sent = Delivery.objects.get().not_before
    assert NOON.replace(hour=7, minute=31) <= sent < NOON.replace(hour=7, minute=33)
