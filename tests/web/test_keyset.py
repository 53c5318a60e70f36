import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesops.people.models import Leave, User
from salesops.web import keyset

pytestmark = pytest.mark.django_db
START = datetime.datetime(2026, 9, 7, 2, 0, 0, 123456, tzinfo=datetime.UTC)


def leaves(minutes):
    user, _ = User.objects.get_or_create(username="wang", name="王伟")
    Leave.objects.all().delete()
    Leave.objects.bulk_create(
        Leave(user=user, since=START + datetime.timedelta(microseconds=m), until=START + datetime.timedelta(days=9))
        for m in minutes
    )


def walk(order, size):
    """All pages from the first to the last, then back to the first."""
    page = keyset.page(Leave.objects.all(), order, size=size)
    there = [[row.pk for row in page.rows]]
    while page.after:
        page = keyset.page(Leave.objects.all(), order, page.after, size=size)
        there.append([row.pk for row in page.rows])
    back = [[row.pk for row in page.rows]]
    while page.before:
        page = keyset.page(Leave.objects.all(), order, page.before, size=size)
        back.insert(0, [row.pk for row in page.rows])
    return there, back


@given(st.lists(st.integers(0, 5), max_size=12), st.integers(1, 5), st.sampled_from(["since", "-since"]))
def test_every_row_is_seen_once_forwards_and_again_backwards(minutes, size, first):
    leaves(minutes)
    order = (first, "-id")
    there, back = walk(order, size)
    expected = list(Leave.objects.order_by(*order).values_list("pk", flat=True))
    assert [pk for page in there for pk in page] == expected
    assert [pk for page in back for pk in page] == expected


def test_a_row_that_comes_meanwhile_repeats_nothing(django_assert_num_queries):
    leaves([0, 1, 2, 3])
    first = keyset.page(Leave.objects.all(), ("-since", "-id"), size=2)
    leaves_before = [row.pk for row in first.rows]
    Leave.objects.create(
        user=User.objects.get(), since=START + datetime.timedelta(minutes=9), until=START + datetime.timedelta(days=9)
    )
    with django_assert_num_queries(1):
        second = keyset.page(Leave.objects.all(), ("-since", "-id"), first.after, size=2)
    assert not {row.pk for row in second.rows} & set(leaves_before)
    assert len(second.rows) == 2


@pytest.mark.parametrize("cursor", ["", "x", "bm90anNvbg", "WzBd", "WzAsMSwyLDNd", "WzAsImFiYyIsMV0", "\x00", "é"])
def test_a_cursor_that_does_not_fit_shows_the_first_page(cursor):
    leaves([0, 1])
    assert len(keyset.page(Leave.objects.all(), ("since", "id"), cursor).rows) == 2
