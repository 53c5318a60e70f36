"""The page of a lead: its story, its appointments, calling."""

import pytest

from leads import timeline
from leads.actions import log_follow_up, plan_appointment, regrade
from leads.models import Appointment, FollowUp
from salesops.events.models import Event
from salesops.notices.models import Notice
from salesops.sop.models import Deadline
from salesops.web.forms.once import new_token
from tests.sop.world import local, run_sweep

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(firm, claimed, time_machine, client):
    """王伟's B lead: he claimed it at 10:00, and at 10:30 he is signed in."""
    time_machine.move_to(local("2026-03-02 10:30"), tick=False)
    client.force_login(firm.wang)
    return claimed("09:30", "09:45", "10:00")


def talk(firm, lead, at, **values):
    values = {"way": "call", "reached": True, "note": "客户想先看案例", "need": "替换", "intent": "high"} | values
    return log_follow_up(lead, by=firm.wang, at=local(at), **values)


def test_a_new_lead_says_when_the_first_response_is_due(firm, lead, client):
    assert "还没有联系过" in client.get(f"/leads/{lead.pk}/").content.decode()
    talk(firm, lead, "2026-03-02 10:20")
    assert "还没有联系过" not in client.get(f"/leads/{lead.pk}/").content.decode()


def test_the_story_tells_talks_changes_and_what_was_late_newest_first(firm, lead, client):
    talk(firm, lead, "2026-03-02 15:00")
    regrade(lead, grade="A", reason="预算已批", by=firm.wang, at=local("2026-03-02 15:10"))
    texts = [entry.text + entry.said for entry in timeline.story(lead).entries]
    assert "预算已批" in texts[0]
    assert any("客户想先看案例" in text for text in texts)
    assert any(entry.tone == "late" and "首次响应" in entry.text for entry in timeline.story(lead).entries)
    said = timeline.story(lead, kind="said").entries
    assert [entry.source for entry in said] == ["follow_up"]


def test_what_was_met_in_time_stands_under_duties_only(firm, lead):
    talk(firm, lead, "2026-03-02 10:20")
    assert not any(entry.deadline for entry in timeline.story(lead).entries)
    assert any("按时" in entry.text for entry in timeline.story(lead, kind="owed").entries)


def test_every_entry_is_shown_once_over_all_pages_even_of_one_instant(firm, lead, django_assert_num_queries):
    at, values = local("2026-03-02 10:20"), {"way": "call", "reached": True, "note": "同一时刻"}
    rows = (FollowUp(lead=lead, by=firm.wang, logged_at=at, talked_at=at, **values) for _n in range(17))
    FollowUp.objects.bulk_create(rows)
    whole = [(entry.source, entry.pk) for entry in timeline.story(lead, size=100).entries]
    seen, cursor = [], ""
    while True:
        with django_assert_num_queries(1):
            page = timeline.story(lead, cursor=cursor, size=5)
        seen += [(entry.source, entry.pk) for entry in page.entries]
        if not page.earlier:
            break
        cursor = page.earlier
    assert seen == whole
    assert len(set(seen)) == len(seen) > 17


NOW = "2026-03-02T10:00:00"


@pytest.mark.parametrize(
    "cursor",
    [
        *("x", ",,", "2026-99-99,event,1", f"{NOW},event,1"),
        *(f"{NOW}+00:00,event,{pk}" for pk in ("x", "²", "9" * 30)),
    ],
)
def test_a_cursor_that_is_none_shows_the_newest(lead, client, cursor):
    page = client.get(f"/leads/{lead.pk}/", {"before": cursor})
    assert page.status_code == 200
    assert page.context["story"].entries


def test_an_appointment_is_moved_from_the_day_and_its_record_with_it(firm, lead, client):
    when = {"starts_at": local("2026-03-03 10:00"), "ends_at": local("2026-03-03 11:30")}
    planned = plan_appointment(lead, way="visit", **when, by=firm.wang, at=local("2026-03-02 10:10"))
    assert f"/leads/appointments/{planned.pk}/move/" in client.get("/today/").content.decode()
    form = client.get(f"/leads/appointments/{planned.pk}/move/").context["form"]
    assert form["minutes"].value() == 90
    values = {"once": new_token(), "starts_at": "2026-03-04T14:00", "minutes": 60, "back": "/today/"}
    answer = client.post(f"/leads/appointments/{planned.pk}/move/", values)
    assert answer.headers["Location"] == "/today/"
    assert Appointment.objects.get().ends_at == local("2026-03-04 15:00")
    assert Deadline.objects.open().get(rule="visit.record").due_at == local("2026-03-04 18:00")


def test_a_cancelled_appointment_is_not_moved(firm, lead, client):
    when = {"starts_at": local("2026-03-03 10:00"), "ends_at": local("2026-03-03 11:00")}
    planned = plan_appointment(lead, way="visit", **when, by=firm.wang, at=local("2026-03-02 10:10"))
    client.post(f"/leads/appointments/{planned.pk}/cancellation/", {"once": new_token()})
    values = {"once": new_token(), "starts_at": "2026-03-04T14:00", "minutes": 60}
    client.post(f"/leads/appointments/{planned.pk}/move/", values)
    assert Appointment.objects.get().starts_at == local("2026-03-03 10:00")


def test_a_call_shows_the_number_to_dial_and_is_recorded(firm, lead, client):
    assert lead.contact.phone not in client.get(f"/leads/{lead.pk}/").content.decode()
    values = {"once": new_token(), "call": lead.contact_id}
    text = client.post(f"/leads/{lead.pk}/contact/", values, headers={"HX-Request": "true"}).content.decode()
    assert f'href="tel:{lead.contact.phone}"' in text
    assert Event.objects.get(name="contact.revealed").data["what"] == "call"
    assert not any(entry.source == "look" for entry in timeline.story(lead).entries)
    assert any(entry.source == "look" for entry in timeline.story(lead, kind="changed").entries)


def test_previous_and_next_are_those_of_the_list_one_came_from(firm, lead, arriving, client):
    others = [arriving("2026-03-02 09:40", company=name) for name in ("甲", "乙")]
    client.force_login(firm.zhou)
    assert client.get(f"/leads/{others[0].pk}/").context["neighbours"] == {}
    client.get("/leads/?view=all")
    found = client.get(f"/leads/{others[0].pk}/").context["neighbours"]
    assert found == {"previous": others[1].pk, "next": lead.pk}


def test_other_leads_of_the_company_are_shown_as_far_as_one_may_see_them(firm, lead, arriving, client):
    other = arriving("2026-03-02 09:40", company="克来机电有限公司")
    assert client.get(f"/leads/{lead.pk}/").context["similar"] == []
    client.force_login(firm.zhou)
    assert [row["pk"] for row in client.get(f"/leads/{lead.pk}/").context["similar"]] == [other.pk]


def test_why_this_owner_is_told_when_it_is_asked_for(firm, lead, client):
    assert client.get(f"/leads/{lead.pk}/").context["why"] is None
    assert client.get(f"/leads/{lead.pk}/?why").context["why"]


def test_a_late_answer_is_saved_and_says_how_late_it_counts(firm, lead, client, time_machine):
    run_sweep("2026-03-02 15:30")
    time_machine.move_to(local("2026-03-02 15:35"), tick=False)
    client.force_login(firm.wang)
    assert "计为逾期完成" in client.get(f"/leads/{lead.pk}/follow-up/").content.decode()
    values = {"result": "progress", "note": "客户想换系统", "need": "替换", "intent": "high"}
    page = client.post(f"/leads/{lead.pk}/follow-up/", {"once": new_token(), **values}, follow=True)
    assert "此条计为逾期 1 小时 35 分完成" in page.content.decode()
    assert f"/leads/follow-ups/{lead.follow_ups.get().pk}/undo/" in page.content.decode()


def test_the_messages_that_were_sent_about_a_lead_have_a_chip_of_their_own(firm, arriving, client):
    lead = arriving("2026-03-02 09:00", company="克来机电")
    values = {"kind": "sop.remind", "values": {}, "created_at": local("2026-03-02 10:00")}
    mine = Notice.objects.create(person=firm.zhou, key="a", file=lead.ref, **values)
    Notice.objects.create(person=firm.zhou, key="b", file=f"{lead.ref}0", **values)
    Notice.objects.create(person=firm.zhou, key="c", **values)
    found = [entry for entry in timeline.story(lead, kind="told").entries if entry.pk >= mine.pk]
    assert [(entry.pk, entry.by.endswith("周洋")) for entry in found] == [(mine.pk, True)]
    assert mine.pk not in [entry.pk for entry in timeline.story(lead).entries if entry.source == "notice"]
    client.force_login(firm.zhou)
    assert "周洋" in client.get(f"/leads/{lead.pk}/?kind=told").content.decode()


def test_a_number_that_is_none_is_nobodys(firm, lead, client):
    for url in (f"/leads/{lead.pk}/contact/", f"/leads/customers/{lead.customer_id}/contact/"):
        for made_up in ("x", "", "9" * 30):
            assert client.post(url, {"once": new_token(), "contact": made_up}).status_code == 404
