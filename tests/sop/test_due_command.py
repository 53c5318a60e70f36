"""manage.py sop due: due times on the command line."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from salesops.sop.models import CalendarDay, StatutoryYear, WorkCalendar

pytestmark = pytest.mark.django_db


def due(*args):
    out = StringIO()
    call_command("sop", "due", *args, stdout=out)
    return out.getvalue().splitlines()


def test_it_says_when_and_why():
    lines = due("4 hours, office", "--from", "2026-11-20T17:00")
    assert lines[0].startswith("2026-11-20T17:00:00+08:00")
    assert lines[0].endswith("2026-11-23T12:00:00+08:00")
    assert len(lines) == 5


def test_each_start_is_one_json_object_a_line():
    starts = ["2026-11-20T17:00", "2026-11-20T09:00:00Z", "2026-11-20T10:00:00+01:00"]
    answers = [json.loads(line) for line in due("4 hours, office", *(f"--from={start}" for start in starts), "--json")]
    assert [answer["from"] for answer in answers] == ["2026-11-20T17:00:00+08:00"] * 3
    assert [answer["due"] for answer in answers] == ["2026-11-23T12:00:00+08:00"] * 3
    assert answers[0]["lines"][0] == {
        "day": "2026-11-20",
        "kind": "working",
        "name": "",
        "source": "published",
        "from": "2026-11-20T17:00:00+08:00",
        "to": "2026-11-20T18:00:00+08:00",
        "counted": 60.0,
        "unit": "minutes",
    }


def test_the_term_may_stand_without_quotes():
    assert due("1", "working", "day", "--from", "2026-11-20T17:00")[0].endswith("2026-11-23T18:00:00+08:00")


def test_it_works_without_any_calendar_in_the_database():
    for model in (WorkCalendar, CalendarDay, StatutoryYear):
        model.objects.all().delete()
    assert due("1 working day", "--from", "2026-09-30")[0].endswith("2026-10-08T18:00:00+08:00")


def test_an_answer_that_rests_on_an_estimate_says_so():
    [answer] = due("1 working day", "--from", "2026-12-31", "--json")
    assert json.loads(answer)["estimated"] is True


@pytest.mark.parametrize("args", [("soon", "--from", "2026-11-20"), ("1 day", "--from", "yesterday"), ("1 day",)])
def test_what_it_does_not_understand_is_an_error(args):
    with pytest.raises(CommandError):
        due(*args)
