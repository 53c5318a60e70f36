import datetime

import pytest
from django.template import Context, Template
from django.utils import timezone

from salesops.web.templatetags.shell import due_text, instant_text, masked, relative_text

SHANGHAI = datetime.timezone(datetime.timedelta(hours=8))
NOW = datetime.datetime(2026, 9, 8, 15, 0, tzinfo=SHANGHAI)
pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture(autouse=True)
def in_shanghai():
    with timezone.override("Asia/Shanghai"):
        yield


def at(text):
    return datetime.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        ("2026-09-08 15:40", "today 15:40"),
        ("2026-09-08 00:00", "today 00:00"),
        ("2026-09-09 00:00", "tomorrow 00:00"),
        ("2026-09-07 23:59", "yesterday 23:59"),
        ("2026-09-10 14:30", "Thu 10 Sep 14:30"),
        ("2026-01-05 09:00", "Mon 5 Jan 09:00"),
        ("2025-09-08 15:40", "2025-09-08 15:40"),
    ],
)
def test_near_days_are_named(moment, text):
    assert instant_text(at(moment), NOW) == text


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        ("2026-09-08 15:40", "today 15:40"),
        ("2026-09-09 00:00", "today 24:00"),
        ("2026-09-08 00:00", "yesterday 24:00"),
        ("2026-09-11 00:00", "Thu 10 Sep 24:00"),
        ("2026-01-01 00:00", "2025-12-31 24:00"),
    ],
)
def test_what_is_due_when_a_day_ends_is_due_on_that_day(moment, text):
    assert due_text(at(moment), NOW) == text


def test_the_day_is_that_of_the_viewers_zone():
    late = at("2026-09-09 07:00")
    assert instant_text(late, NOW) == "tomorrow 07:00"
    with timezone.override("UTC"):
        assert instant_text(late, NOW) == "today 23:00"


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        ("2026-09-08 15:00:59", "now"),
        ("2026-09-08 15:01:00", "in 1 min"),
        ("2026-09-08 14:25:00", "35 min ago"),
        ("2026-09-08 16:20:00", "in 1 h 20 min"),
        ("2026-09-08 17:00:00", "in 2 h"),
        ("2026-09-10 16:00:00", "in 2 days"),
        ("2026-09-07 15:00:00", "1 day ago"),
    ],
)
def test_distances_are_rounded_down(moment, text):
    assert relative_text(at(moment), NOW) == text


def test_no_span_is_of_zero_minutes():
    page = Template("{% load shell %}{% relative at plain=True %}")
    assert ">less than 1 min<" in page.render(Context({"at": at("2026-09-08 14:59:30"), "now": NOW}))


def test_a_sentence_follows_a_chinese_one_without_a_space():
    source = "{% load shell %}{% sentences %}\n一句。\n  两句。 <b>三</b>句\n{% endsentences %}"
    assert Template(source).render(Context()) == "一句。两句。<b>三</b>句"
    assert Template("{% load shell %}{% sentences %}One.\nTwo.{% endsentences %}").render(Context()) == "One.\nTwo."


def test_a_span_of_whole_days_names_its_last_day():
    page = Template("{% load shell %}{% days since until %}")
    spans = [("09-08 00:00", "09-10 00:00"), ("09-08 00:00", "09-09 00:00"), ("09-08 12:00", "09-10 12:00")]
    said = [page.render(Context({"since": at(f"2026-{one}"), "until": at(f"2026-{two}")})) for one, two in spans]
    assert said == ["Tue 8 Sep – Wed 9 Sep", "Tue 8 Sep", "Tue 8 Sep 12:00 – Thu 10 Sep 12:00"]


def test_the_exact_instant_is_in_the_markup_in_utc():
    page = Template("{% load shell %}{% instant at %}|{% instant none %}").render(
        Context({"at": at("2026-09-08 15:40"), "none": None, "now": NOW})
    )
    assert page == '<time datetime="2026-09-08T07:40:00Z">today 15:40</time>|'


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13812341234", "138****1234"),
        ("+86 138 1234 1234", "138****1234"),
        ("021-5555 6666", "021****6666"),
        ("5556666", "****66"),
        ("", ""),
        (None, ""),
    ],
)
def test_phone_numbers_are_masked(phone, shown):
    assert masked(phone) == shown
