import pytest
from django.urls import NoReverseMatch, reverse

from salesops.web.addresses import address


def test_an_address_is_what_django_makes_of_it():
    assert address("sop:deadline", 7) == reverse("sop:deadline", args=[7])
    assert address("sop:deadline", 987654321) == reverse("sop:deadline", args=[987654321])
    assert address("web:home") == reverse("web:home")


def test_an_unknown_name_is_refused_each_time():
    for _n in range(2):
        with pytest.raises(NoReverseMatch):
            address("nowhere:at_all", 7)
