"""One's own channels, and the administrator's."""

import datetime

import pytest
from django.urls import reverse

from salesops.events.models import Event
from salesops.notices.actions import tell
from salesops.notices.health import delivery, undelivered
from salesops.notices.models import ChannelAccount, Delivery, Preference
from salesops.notices.sending import send
from salesops.web.forms.once import FIELD, new_token

from .conftest import MINUTE, NOON, bot, mail, telling
from .sinks import OK

pytestmark = pytest.mark.django_db


@pytest.fixture
def wang(client, people):
    client.force_login(people.wang)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def admin(client, people):
    people.he.language = "en"
    people.he.save()
    client.force_login(people.he)
    client.cookies["django_language"] = "en"
    return client


def post(client, url, **data):
    return client.post(url, {FIELD: new_token()} | data)


def test_one_pauses_ones_own_channel_and_what_waits_is_dropped(wang, people):
    account = mail(people.wang)
    tell([telling(people.wang)], at=NOON)
    post(wang, reverse("notices:channel", args=[account.pk]), active="no")
    account.refresh_from_db()
    assert not account.active
    assert Delivery.objects.get().state == "dropped"
    assert Event.objects.get(name="channel.paused").by == people.wang
    post(wang, reverse("notices:channel", args=[account.pk]), active="yes")
    account.refresh_from_db()
    assert account.active


def test_channels_of_others_do_not_exist_for_one(wang, people):
    for account in (mail(people.min), bot(team=people.teams["cell"])):
        assert post(wang, reverse("notices:channel", args=[account.pk]), active="no").status_code == 404
        account.refresh_from_db()
        assert account.active


def test_no_page_shows_an_address_or_a_secret(wang, people):
    bot(person=people.wang, number="SECRETKEY", secret="SEC123")
    page = wang.get(reverse("notices:channels")).content.decode()
    assert "企业微信" in page
    assert "SECRETKEY" not in page
    assert "SEC123" not in page


def test_own_quiet_hours_are_saved_and_obeyed(wang, people):
    mail(people.wang)
    data = {"quiet_from": "14:00", "quiet_until": "16:10", "digest_minutes": "30"}
    assert post(wang, reverse("notices:channels"), **data).status_code == 302
    assert Preference.objects.get().quiet_from == datetime.time(14)
    tell([telling(people.wang)], at=NOON)
    assert Delivery.objects.get().not_before == NOON.replace(hour=8)


@pytest.mark.parametrize(("name", "value"), [("digest_minutes", "500"), ("quiet_from", "25:00"), ("quiet_until", "")])
def test_impossible_quiet_hours_are_refused_with_the_input_kept(wang, name, value):
    data = {"quiet_from": "14:00", "quiet_until": "16:10", "digest_minutes": "30"} | {name: value}
    answer = post(wang, reverse("notices:channels"), **data)
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert not Preference.objects.exists()


def test_the_administrators_form_never_shows_what_was_entered(admin, people):
    account = bot(person=people.wang, number="SECRETKEY", secret="SEC123")
    page = admin.get(reverse("admin:notices_channelaccount_change", args=[account.pk])).content.decode()
    assert "SECRETKEY" not in page
    assert "SEC123" not in page


def form(**more):
    return {"kind": "dingtalk", "name": "一组", "person": "", "team": "", "active": "on", "limit": "15"} | more


def test_saving_without_an_address_keeps_the_old_one(admin, people, settings):
    account = bot(kind="dingtalk", team=people.teams["cell"], number="OLD", secret="OLDSECRET")
    url = reverse("admin:notices_channelaccount_change", args=[account.pk])
    assert admin.post(url, form(team=people.teams["cell"].pk, name="新名")).status_code == 302
    account.refresh_from_db()
    assert (account.name, account.url.endswith("key=OLD"), account.secret) == ("新名", True, "OLDSECRET")
    admin.post(url, form(team=people.teams["cell"].pk, new_secret="NEW"))
    account.refresh_from_db()
    assert account.secret == "NEW"


@pytest.mark.parametrize(
    "more",
    [
        {"new_url": "https://evil.example/robot"},
        {"new_url": "http://oapi.dingtalk.com/robot/send?access_token=1"},
        {"new_url": ""},
        {"kind": "email", "new_url": "nobody"},
        {"new_url": "https://qyapi.weixin.qq.com/send?key=1"},  # there is one with this address
    ],
)
def test_an_address_that_cannot_work_is_not_saved(admin, people, more):
    bot(person=people.wang)
    answer = admin.post(reverse("admin:notices_channelaccount_add"), form(**more))
    assert answer.status_code == 200
    assert ChannelAccount.objects.count() == 1


def test_a_test_message_shows_the_vendors_answer_in_plain_words(admin, people, sink):
    account = bot(sink, kind="dingtalk", team=people.teams["cell"])
    ChannelAccount.objects.update(broken_at=NOON, failures=5)
    sink.script = [(200, '{"errcode": 310000, "errmsg": "keywords not in content"}'), OK]
    url = reverse("admin:notices_channelaccount_test", args=[account.pk])
    assert admin.get(url).status_code == 405
    page = admin.post(url, follow=True).content.decode()
    assert "security settings refuse the message" in page
    assert "310000 keywords not in content" in page
    page = admin.post(url, follow=True).content.decode()
    assert "The message was taken." in page
    account.refresh_from_db()
    assert (account.broken_at, account.failures) == (None, 0)
    assert len(sink.requests) == 2


def test_what_was_not_delivered_is_listed_and_sent_again_on_demand(admin, people, sink):
    bot(sink, person=people.wang)
    sink.script = [(200, '{"errcode": 44004}'), OK]
    tell([telling(people.wang)], at=NOON)
    send(at=NOON)
    delivery = Delivery.objects.get()
    assert delivery.state == "failed"
    url = reverse("admin:notices_delivery_changelist")
    assert "The message is empty." in admin.get(url).content.decode()
    admin.post(url, {"action": "again", "_selected_action": [delivery.pk]})
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, delivery.possible_repeat) == ("queued", 0, True)
    send(at=(delivery.not_before + 24 * 60 * MINUTE).replace(hour=7))
    delivery.refresh_from_db()
    assert delivery.state == "sent"


def test_only_administrators_see_the_channels_of_all(wang):
    assert wang.get(reverse("admin:notices_channelaccount_changelist")).status_code in (302, 403)


def test_the_health_page_hears_of_what_does_not_arrive(people, django_assert_num_queries):
    for number, person in enumerate([people.wang, people.min, people.jing]):
        bot(person=person, number=number)
    tell([telling(people.wang), telling(people.min), telling(people.jing)], at=NOON)
    assert undelivered(NOON + 4 * MINUTE) == {"late": 0, "failed": 0, "interrupted": 0, "refused": 0}
    ChannelAccount.objects.filter(person=people.min).update(opened_until=NOON + 60 * MINUTE)
    ChannelAccount.objects.filter(person=people.jing).update(broken_at=NOON)
    Delivery.objects.filter(account__person=people.jing).update(state="failed", ended_at=NOON)
    with django_assert_num_queries(4):
        assert undelivered(NOON + 6 * MINUTE) == {"late": 2, "failed": 1, "interrupted": 1, "refused": 1}
    assert undelivered(NOON + 25 * 60 * MINUTE)["failed"] == 0


def test_messages_that_wait_for_the_next_digest_are_no_trouble(people):
    bot(person=people.wang)
    tell([telling(people.wang)], at=NOON)
    ChannelAccount.objects.update(rest_until=NOON + 10 * MINUTE)
    assert undelivered(NOON + 9 * MINUTE)["late"] == 0
    assert undelivered(NOON + 20 * MINUTE)["late"] == 1


def test_messages_that_nobody_sends_are_an_alarm_and_dead_channels_a_warning(people):
    bot(person=people.wang)
    tell([telling(people.wang)], at=NOON)
    ChannelAccount.objects.update(broken_at=NOON)
    found = {fact.name: fact for fact in delivery(NOON + 6 * MINUTE)}
    assert not found["late_messages"].ok
    assert found["late_messages"].vital
    assert (found["refused_channels"].value, found["refused_channels"].vital) == (1, False)
    assert all(fact.advice for fact in found.values())


def test_the_form_for_a_new_channel_opens_and_the_new_channel_is_an_event(admin, people):
    assert admin.get(reverse("admin:notices_channelaccount_add")).status_code == 200
    admin.post(reverse("admin:notices_channelaccount_add"), {"kind": "email", "person": people.wang.pk, "limit": 15})
    assert ChannelAccount.objects.filter(person=people.wang).exists()
    assert Event.objects.get(name="record.added").data["model"] == "notices.ChannelAccount"


def test_the_company_page_lists_every_channel_and_its_test_comes_back_to_it(admin, people, sink):
    account = ChannelAccount.objects.create(kind="email", person=people.wang)
    page = admin.get(reverse("notices:company_channels")).content.decode()
    assert "王伟" in page
    url = reverse("admin:notices_channelaccount_test", args=[account.pk])
    answer = admin.post(url, {"next": reverse("notices:company_channels")})
    assert answer.url == reverse("notices:company_channels")
    assert admin.post(url, {"next": "https://evil.example/"}).url.startswith("/admin/")
