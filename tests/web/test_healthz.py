import pytest

pytestmark = pytest.mark.django_db


def test_it_answers_without_signing_in(client):
    assert client.get("/healthz").json()["database"]["ok"]
