import pytest
from django.urls import reverse
from django.utils.html import escape

from salesops.notices.actions import Telling, settle, tell
from salesops.notices.menu import unread
from salesops.notices.models import Delivery, Notice
from salesops.web.forms.once import FIELD, new_token
from tests.browser import axe_violations, shoot
from tests.processes.children import until

from .conftest import MINUTE, NOON, bot, telling

pytestmark = pytest.mark.django_db
URL = "/notices/"


@pytest.fixture
def wang(client, people):
    people.wang.language = "en"
    people.wang.save()
    client.force_login(people.wang)
    client.cookies["django_language"] = "en"
    return client


def text(client, url=URL):
    return client.get(url).content.decode()


def test_what_needs_action_and_what_is_for_information_stand_apart(wang, people):
    tell([telling(people.wang, "a", company="甲公司", deadline_id=1)], at=NOON)
    tell([telling(people.wang, "b", company="乙公司")], at=NOON)
    assert "甲公司" in text(wang)
    assert "乙公司" not in text(wang)
    information = text(wang, f"{URL}?tab=information")
    assert "乙公司" in information
    assert "甲公司" not in information


def test_a_tab_says_how_many_are_unread_and_an_empty_one_leads_to_the_other(wang, people):
    tell([telling(people.wang, "b", company="乙公司")], at=NOON)
    page = wang.get(URL)
    assert page.context["unread"] == {"action": 0, "information": 1}
    assert "1 unread message for information" in page.content.decode()


def test_each_row_leads_to_its_action(wang, people):
    tell([telling(people.wang, deadline_id=1)], at=NOON)
    page = text(wang)
    assert 'href="/leads/12/"' in page
    assert "Log it" in page


def test_a_notice_about_a_duty_disappears_when_the_duty_is_done_elsewhere(wang, people):
    tell([telling(people.wang, deadline_id=1)], at=NOON)
    settle([1], at=NOON + MINUTE)
    assert "北京智能" not in text(wang)


def test_nobody_sees_what_others_were_told(wang, people):
    tell([telling(people.min, deadline_id=1), telling(people.min, "b")], at=NOON)
    tell([Telling(team_id=people.teams["cell"].pk, key="w", kind="test")], at=NOON)
    assert "No messages to act on" in text(wang)
    assert "No messages for information" in text(wang, f"{URL}?tab=information")


def test_messages_about_one_file_stand_together(wang, people):
    for number in range(4):
        told = {"company": f"公司{number % 2}"}
        telling_ = Telling(
            person_id=people.wang.pk, key=f"k{number}", kind="test", values=told, file=f"lead:{number % 2}"
        )
        tell([telling_], at=NOON)
    groups = wang.get(f"{URL}?tab=information").context["groups"]
    assert [(group.name, len(group.rows)) for group in groups] == [("公司1", 2), ("公司0", 2)]


def test_a_group_is_marked_as_read_and_others_messages_are_not(wang, people):
    tell([telling(people.wang, "a"), telling(people.min, "b")], at=NOON)
    ids = list(Notice.objects.values_list("pk", flat=True))
    back = f"{URL}?tab=information"
    answer = wang.post(reverse("notices:reading"), {FIELD: new_token(), "notice": ids, "next": back})
    assert (answer.status_code, answer.url) == (302, back)
    assert Notice.objects.get(person=people.wang).read_at is not None
    assert Notice.objects.get(person=people.min).read_at is None


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_marking_as_read_leads_nowhere_else(wang, target):
    answer = wang.post(reverse("notices:reading"), {FIELD: new_token(), "notice": ["x", "9" * 30, "²"], "next": target})
    assert answer.url == URL


def test_what_is_typed_into_names_is_only_text(wang, people):
    payload = "<script>alert(1)</script>"
    told = Telling(
        person_id=people.wang.pk, key="a", kind="test", values={"company": payload}, url="javascript:alert(1)"
    )
    tell([told], at=NOON)
    page = text(wang, f"{URL}?tab=information")
    assert payload not in page
    assert escape(payload) in page
    assert "javascript:" not in page


def test_the_number_of_queries_does_not_grow_with_the_messages(wang, people, django_assert_max_num_queries):
    bot(person=people.wang)
    tell([telling(people.wang, "a", deadline_id=1)], at=NOON)
    wang.get(URL)  # the first page of a session also writes when it began
    with django_assert_max_num_queries(12) as few:
        wang.get(URL)
    tell([telling(people.wang, f"d{n}", deadline_id=n) for n in range(2, 300)], at=NOON)
    Delivery.objects.update(state="failed")
    with django_assert_max_num_queries(len(few)):
        page = wang.get(URL)
    assert len(page.context["page"].rows) == 50


def test_pages_follow_each_other_without_repeating_a_row(wang, people):
    tell([telling(people.wang, f"d{n:03}", company=f"公司{n:03}。", deadline_id=n) for n in range(120)], at=NOON)
    seen, url = [], URL
    while url:
        page = wang.get(url).context["page"]
        seen += [row.key for row in page.rows]
        url = f"{URL}?page={page.after}" if page.after else ""
    assert len(seen) == len(set(seen)) == 120


def test_the_header_counts_what_is_unread_up_to_99(wang, people, rf, django_assert_num_queries):
    def request():
        found = rf.get("/")
        found.user = people.wang
        return found

    tell([telling(people.wang, f"d{n}", deadline_id=n) for n in range(150)], at=NOON)
    with django_assert_num_queries(1):
        assert unread(request()) == 99
    settle(range(149), at=NOON)
    assert unread(request()) == 1


def test_trouble_with_a_channel_is_said_at_the_message(wang, people):
    bot(person=people.wang)
    tell([telling(people.wang, deadline_id=1)], at=NOON)
    Delivery.objects.update(state="superseded", ended_at=NOON)
    assert "WeCom did not take it at 15:10; it was sent by e-mail." in text(wang)


def test_one_message_can_be_marked_as_read_and_unread_again_in_place(wang, people):
    tell([telling(people.wang, deadline_id=1)], at=NOON)
    notice = Notice.objects.get()
    for state, read in (("read", True), ("unread", False)):
        sent = {FIELD: new_token(), "notice": notice.pk, "as": state}
        answer = wang.post(reverse("notices:reading"), sent, headers={"HX-Request": "true"})
        assert answer.status_code == 200
        assert "<html" not in answer.content.decode()
        assert f'id="notice-{notice.pk}"' in answer.content.decode()
        notice.refresh_from_db()
        assert (notice.read_at is not None) is read


def test_marking_in_place_shows_nobody_elses_message(wang, people):
    tell([telling(people.min, deadline_id=1)], at=NOON)
    sent = {FIELD: new_token(), "notice": Notice.objects.get().pk, "as": "unread"}
    answer = wang.post(reverse("notices:reading"), sent, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_messages_are_worked_through_by_keyboard(page, live_server, people, sign_in):
    for number in range(3):
        tell([telling(people.wang, f"k{number}", company=f"公司{number}", deadline_id=number + 1)], at=NOON)
    sign_in(page, people.wang)
    page.goto(live_server.url + URL)
    for read in (1, 2):
        page.keyboard.press("j")
        page.keyboard.press("e")
        page.wait_for_selector(f"li:not(.unread) >> nth={read - 1}")
        until(lambda read=read: Notice.objects.filter(read_at__isnull=False).count() == read, "the mark")
    page.keyboard.press("u")
    until(lambda: Notice.objects.filter(read_at__isnull=False).count() == 1, "the mark taken back")
    page.keyboard.press("k")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith("/leads/12/")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("size", ["page", "phone"])
def test_the_inbox_reads_well_and_is_accessible(size, request, live_server, people, sign_in):
    bot(person=people.wang)
    companies = ["北京智能科技有限公司", "上海远景信息技术股份有限公司华东分公司", "深圳云图"]
    for number in range(9):
        company = companies[number % 3]
        told = telling(people.wang, f"k{number}", company=company, deadline_id=number or None, urgent=number % 4 == 1)
        tell([told], at=NOON + number * MINUTE)
    Notice.objects.filter(key__in=["k2", "k5"]).update(read_at=NOON)
    Delivery.objects.filter(notice__key="k4").update(state="superseded", ended_at=NOON)
    page = request.getfixturevalue(size)
    sign_in(page, people.wang)
    for name, url in (("inbox", URL), ("information", f"{URL}?tab=information"), ("channels", f"{URL}channels/")):
        page.goto(live_server.url + url)
        shoot(page, f"notices-{name}-{size}")
        assert axe_violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
