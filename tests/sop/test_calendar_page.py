"""The working calendar of a year, and what an administrator makes of a day of it."""

import datetime
import re

import pytest

from salesops.events.models import Event
from salesops.sop.models import CalendarAssignment, CalendarDay, StatutoryYear, WorkCalendar
from salesops.web.forms.once import new_token
from tests.company import company

from .world import assign, local, only, shown

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("samples")]

TUESDAY = datetime.date(2026, 3, 3)
DAY = f"/calendar/{TUESDAY}/"
CLOSED = {"kind": "closure", "name": "全员培训", "windows": "", "calendar": ""}


@pytest.fixture
def firm():
    return company()


@pytest.fixture(autouse=True)
def monday(time_machine):
    """It is Monday, 2 March 2026, 12:00."""
    time_machine.move_to(local("2026-03-02 12:00"), tick=False)


@pytest.fixture
def admin(client, firm):
    client.force_login(firm.he)
    return client


def cell(page, day):
    """The classes and the words of a day's cell, as an administrator sees it."""
    found = re.search(
        rf'<td class="([^"]*)"[^>]*><a href="/calendar/{day}/[^>]*>(.*?)</a>', page.content.decode(), re.S
    )
    return found[1], re.sub(r"<[^>]+>", " ", found[2])


def save(client, day=DAY, **fields):
    return client.post(day, CLOSED | {"once": new_token(), "sent": 1} | fields)


# Looking


def test_each_kind_of_day_has_its_own_mark_and_word(firm, admin):
    CalendarDay.objects.create(date="2026-03-04", kind="short", windows="09:00-12:00", name="停电")
    CalendarDay.objects.create(date="2026-03-05", kind="closure", name="团建")
    CalendarDay.objects.create(date="2026-03-07", kind="extra", name="展会")
    page = admin.get("/calendar/?year=2026")
    for day, kind, mark, word in (
        ("2026-10-01", "holiday", "休", "国庆节"),
        ("2026-10-10", "make_up", "班", "调休上班"),
        ("2026-03-04", "short own", "半", "09:00-12:00"),
        ("2026-03-05", "closure own", "停", "团建"),
        ("2026-03-07", "extra own", "加", "展会"),
        ("2026-03-08", "weekend", "", "周末"),
    ):
        classes, words = cell(page, day)
        assert classes == kind, day
        assert mark in words, day
        assert word in words, day


def test_everybody_sees_the_year_and_only_admins_find_something_to_change(firm, client):
    client.force_login(firm.wang)
    page = client.get("/calendar/?year=2026").content.decode()
    assert "国庆节" in page
    assert "/calendar/2026-10-01/" not in page


def test_a_year_without_its_official_list_says_so_loudly(admin):
    page = admin.get("/calendar/?year=2027").content.decode()
    assert 'class="message error"' in page
    published = {"source": "published", "loaded_at": local("2026-03-02 12:00")}
    StatutoryYear.objects.update_or_create(year=2027, defaults=published)
    assert 'class="message error"' not in admin.get("/calendar/?year=2027").content.decode()


def test_from_november_on_this_years_page_warns_of_the_next(firm, admin, time_machine):
    time_machine.move_to(local("2026-11-02 12:00"), tick=False)
    admin.force_login(firm.he)
    page = admin.get("/calendar/").content.decode().split("<main")[1]
    assert "2027" in page.split('class="year"')[0].split('class="message')[1]


def test_a_teams_calendar_shows_its_own_days(firm, admin):
    own = WorkCalendar.objects.create(name="倒班", saturday="09:00-18:00")
    CalendarAssignment.objects.create(calendar=own, team=firm.teams["cell"])
    assert cell(admin.get("/calendar/?year=2026"), "2026-03-14")[0] == "weekend"
    page = admin.get(f"/calendar/?year=2026&of={own.pk}")
    assert cell(page, "2026-03-14")[0] == "working"
    assert "华东一组" in page.content.decode()


@pytest.mark.parametrize("query", ["year=x", "year=99999", "year=-1", "of=x", "year=1900"])
def test_a_year_that_makes_no_sense_shows_this_one(admin, query):
    assert "2026" in admin.get(f"/calendar/?{query}").content.decode()


def test_the_year_costs_the_same_with_many_days(admin, django_assert_max_num_queries):
    first = datetime.date(2026, 4, 1)
    CalendarDay.objects.bulk_create(
        CalendarDay(date=first + datetime.timedelta(days=n), kind="closure", name="x") for n in range(100)
    )
    with django_assert_max_num_queries(24):
        admin.get("/calendar/?year=2026")


# Changing


def test_a_day_is_closed_and_the_event_says_by_whom(firm, admin):
    assert save(admin).status_code == 302
    row = CalendarDay.objects.get(date=TUESDAY)
    assert (row.kind, row.name, row.source, row.calendar) == ("closure", "全员培训", "company", None)
    event = Event.objects.get(name="calendar.day_set")
    assert (event.by_id, event.data) == (firm.he.pk, {"date": "2026-03-03", "kind": "closure", "windows": ""})
    assert cell(admin.get("/calendar/?year=2026"), TUESDAY)[0] == "closure own"


def test_a_day_is_made_ordinary_again(admin):
    save(admin)
    save(admin, kind="", name="")
    assert not CalendarDay.objects.filter(date=TUESDAY).exists()
    assert Event.objects.filter(name="calendar.day_set").count() == 2


def test_a_public_holiday_that_is_worked_comes_back_when_the_companys_word_is_taken_away(admin):
    save(admin, "/calendar/2026-10-02/", kind="extra", name="值班")
    assert cell(admin.get("/calendar/?year=2026"), "2026-10-02")[0] == "extra own"
    save(admin, "/calendar/2026-10-02/", kind="")
    assert cell(admin.get("/calendar/?year=2026"), "2026-10-02")[0] == "holiday"


def test_one_calendar_alone_is_changed(firm, admin):
    own = WorkCalendar.objects.create(name="倒班")
    save(admin, calendar=own.pk)
    assert CalendarDay.objects.get(date=TUESDAY).calendar == own
    assert cell(admin.get("/calendar/?year=2026"), TUESDAY)[0] == "working"


@pytest.mark.parametrize(
    "fields",
    [
        {"name": ""},
        {"kind": "short", "windows": ""},
        {"kind": "short", "windows": "nine to noon"},
        {"kind": "short", "windows": "12:00-10:00 09:00-10:00"},
        {"kind": "holiday"},
        {"calendar": "999"},
    ],
)
def test_what_makes_no_sense_is_refused_with_what_was_typed_kept(admin, fields):
    page = save(admin, **{"name": "全员培训"} | fields)
    assert page.status_code == 422
    assert (fields.get("windows") or fields.get("name", "全员培训")) in page.content.decode()
    assert not CalendarDay.objects.filter(date=TUESDAY).exists()


@pytest.mark.parametrize("day", ["2026-13-01", "today", "2026-02-30"])
def test_a_day_that_is_none_is_not_found(admin, day):
    assert admin.get(f"/calendar/{day}/").status_code == 404


# What it moves


def test_the_preview_shows_what_would_move_and_writes_nothing(firm, admin):
    assign(firm, firm.departments["it"], "2026-03-02 11:00", grade="B")  # due on Tuesday at 10:00
    page = admin.get(DAY, CLOSED | {"sent": 1}).content.decode()
    assert "明天 10:00" in page
    assert re.search(r"3月4日（周三）\s*10:00", page)
    assert not CalendarDay.objects.filter(date=TUESDAY).exists()
    assert shown(only("sample.respond").due_at) == "Tue 03-03 10:00"


def test_running_deadlines_move_only_when_the_admin_asks(firm, admin):
    assign(firm, firm.departments["it"], "2026-03-02 11:00", grade="B")
    save(admin, running="keep")
    assert shown(only("sample.respond").due_at) == "Tue 03-03 10:00"
    save(admin, running="recompute")
    assert shown(only("sample.respond").due_at) == "Wed 03-04 10:00"
    assert Event.objects.filter(name="deadline.moved").exists()


def test_nobody_but_an_admin_changes_a_day(client, firm):
    for person in (firm.wang, firm.zhao, firm.zhou):
        client.force_login(person)
        assert save(client).status_code == 403
    assert not CalendarDay.objects.filter(date=TUESDAY).exists()
