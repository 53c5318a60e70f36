"""Entering the public days of a year: by command, by file, in the admin pages."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse

from salesops.people.models import User
from salesops.sop.calendar import ESTIMATE, HOLIDAY, MAKE_UP, PUBLISHED, Day
from salesops.sop.calendars import calendar_for, current
from salesops.sop.models import CalendarDay, StatutoryYear
from salesops.sop.public_days import WrongList, changes, days_in_table, read_list, replace_year, sync_years, write_list
from salesops.sop.statutory import statutory_days

from .times import at

NOW = at("2026-11-21 12:00")
LIST_2027 = """日期,类型,名称
2027年1月1日,休,元旦
2027/1/2,休,元旦
2027.1.3,休,元旦
2027-2-5,休,春节
2027-02-06,放假,春节
2027-02-07,holiday,春节
2027-02-08,休,春节
2027-02-09,休,春节
2027-02-10,休,春节
2027-02-11,休,春节
2027-02-20,班,春节
2027-05-01,休,劳动节
2027-10-01,休,国庆节
"""


def problems(text, year=2027):
    with pytest.raises(WrongList) as caught:
        read_list(text.encode() if isinstance(text, str) else text, year)
    return caught.value.problems


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_list_is_read_in_the_encodings_that_offices_write(encoding):
    days = read_list(LIST_2027.encode(encoding), 2027)
    assert len(days) == 13
    assert days[date(2027, 1, 1)] == Day(HOLIDAY, (), "元旦", PUBLISHED)
    assert days[date(2027, 2, 20)] == Day(MAKE_UP, None, "春节", PUBLISHED)


def test_what_is_written_is_read_again():
    days = read_list(LIST_2027.encode(), 2027)
    assert read_list(write_list(days).encode(), 2027) == days


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("someday,休,x", "is not a date"),
        ("2027-02-30,休,x", "day is out of range"),
        ("2026-12-31,休,x", "is not in 2027"),
        ("2027-01-01,休,again", "twice"),
        ("2027-06-09,maybe,x", "休"),
        ("2027-06-09", "休"),
        ("2027-02-22,班,a Monday", "no weekend day"),
    ],
)
def test_each_wrong_line_is_named_and_nothing_is_taken(line, problem, settings):
    settings.LANGUAGE_CODE = "en"
    found = problems(LIST_2027 + line + "\n")
    assert len(found) == 1
    assert "15" in found[0]
    assert problem in found[0]


def test_a_list_that_cannot_be_the_state_councils_is_refused():
    assert len(problems("2027-10-01,休,国庆节\n")) == 3  # 1 January and 1 May are missing, and nearly all days
    assert problems("")
    assert problems(LIST_2027.replace("2027-05-01,休", "2027-05-01,班"))
    everything = "\n".join(f"2027-{month:02}-{day:02},休,x" for month in range(1, 13) for day in range(1, 29))
    assert len(problems(everything)) == 1
    assert problems(b"\xff\xff\xff")
    assert problems(b"x" * 200_000)


@pytest.mark.django_db
def test_a_replaced_year_leaves_the_companys_own_days_alone():
    CalendarDay.objects.create(date=date(2027, 2, 12), kind="closure", name="Outing")
    changed = replace_year(2027, read_list(LIST_2027.encode(), 2027), PUBLISHED, at=NOW)
    assert date(2027, 2, 20) in {change.date for change in changed}
    calendar = calendar_for()
    assert calendar.describe(date(2027, 2, 20)).kind == MAKE_UP
    assert not calendar.is_working(date(2027, 2, 12))
    assert calendar.source(date(2027, 3, 1)) == PUBLISHED
    assert changes(2027, days_in_table(2027)) == []


@pytest.mark.django_db
def test_sync_enters_what_is_known_and_marks_the_estimate():
    StatutoryYear.objects.all().delete()
    CalendarDay.objects.all().delete()
    sync_years(NOW)
    assert current().years[2026] == PUBLISHED
    assert dict(StatutoryYear.objects.values_list("year", "source"))[2027] == ESTIMATE
    assert days_in_table(2026) == statutory_days(2026)
    assert all(not found for found in sync_years(NOW).values())


@pytest.mark.django_db
def test_sync_never_puts_an_estimate_over_a_published_year():
    days = read_list(LIST_2027.encode(), 2027)
    replace_year(2027, days, PUBLISHED, at=NOW)
    assert 2027 not in sync_years(NOW)
    assert sync_years(NOW, only=2027) == {}
    assert days_in_table(2027) == days


@pytest.mark.django_db
def test_sync_leaves_a_published_year_that_an_admin_entered_unless_asked_for_it():
    CalendarDay.objects.filter(date=date(2026, 10, 7)).delete()
    assert 2026 not in sync_years(NOW)
    assert [change.date for change in sync_years(NOW, only=2026)[2026]] == [date(2026, 10, 7)]


@pytest.mark.django_db
def test_a_dry_run_shows_and_changes_nothing(capsys):
    CalendarDay.objects.filter(date=date(2026, 10, 7)).delete()
    call_command("sync_calendar", year=2026, dry_run=True)
    assert "2026-10-07" in capsys.readouterr().out
    assert date(2026, 10, 7) not in days_in_table(2026)


# Admin pages


@pytest.fixture
def he(client):
    he = User.objects.create_superuser("he", password="a long enough one", name="何平")
    client.force_login(he)
    return he


UPLOAD = "admin:sop_statutoryyear_upload"


@pytest.mark.django_db
def test_an_admin_sees_what_would_change_before_anything_does(client, he):
    file = SimpleUploadedFile("2027.csv", LIST_2027.encode("gb18030"))
    page = client.post(reverse(UPLOAD), {"year": 2027, "file": file})
    assert "2027-02-20" in page.text
    assert StatutoryYear.objects.get(year=2027).source == ESTIMATE

    confirmed = {"year": 2027, "list": page.context["form"].initial["list"]}
    assert client.post(reverse(UPLOAD), confirmed).status_code == 302
    year = StatutoryYear.objects.get(year=2027)
    assert (year.source, year.loaded_by) == (PUBLISHED, he)
    assert calendar_for().is_working(date(2027, 2, 20))


@pytest.mark.django_db
def test_a_wrong_list_changes_nothing_not_even_at_the_confirmation(client, he):
    before = days_in_table(2027)
    page = client.post(reverse(UPLOAD), {"year": 2027, "file": SimpleUploadedFile("x.csv", b"2027-10-01,x")})
    assert page.context["form"].errors
    page = client.post(reverse(UPLOAD), {"year": 2027, "list": "2027-10-01,休,国庆节"})
    assert page.status_code == 200
    assert days_in_table(2027) == before


@pytest.mark.django_db
def test_only_an_admin_uploads(client):
    user = User.objects.create_user("wang", password="a long enough one", name="王伟", is_staff=True)
    client.force_login(user)
    assert client.get(reverse(UPLOAD)).status_code == 403


@pytest.mark.django_db
def test_the_admin_pages_of_the_calendar_open(client, he):
    for model in ("workcalendar", "statutoryyear"):
        assert client.get(reverse(f"admin:sop_{model}_changelist")).status_code == 200
    assert client.get(reverse("admin:sop_workcalendar_add")).status_code == 200
