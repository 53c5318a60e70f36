import datetime

import pytest
from django.test import Client

from salesops.people.models import Department, User
from salesops.web.forms.once import new_token, purge
from salesops.web.models import FormToken
from tests.double_post import post_together
from tests.web.once_urls import NameForm

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.web.once_urls")]


@pytest.fixture
def wang():
    return User.objects.create(username="wang", name="王伟")


@pytest.fixture
def client(wang):
    client = Client()
    client.force_login(wang)
    return client


def test_a_double_click_has_one_effect_and_both_answers_lead_to_it(wang):
    for n in range(1, 16):
        answers = post_together("/make/", {"name": "渠道部", "once": new_token()}, user=wang)
        assert Department.objects.count() == n
        assert {answer.url for answer in answers} == {f"/made/{Department.objects.order_by('-pk')[0].pk}/"}


def test_ten_clicks_have_one_effect(wang):
    post_together("/make/", {"name": "渠道部", "once": new_token()}, user=wang, times=10)
    assert Department.objects.count() == 1


def test_sending_the_form_again_after_going_back_leads_to_the_first_result(client):
    form = {"name": "渠道部", "once": new_token()}
    first = client.post("/make/", form)
    again = client.post("/make/", form | {"name": "另一个"})
    assert again.url == first.url
    assert Department.objects.get().name == "渠道部"


def test_each_opening_of_the_form_may_be_sent(client):
    client.post("/make/", {"name": "一部", "once": new_token()})
    client.post("/make/", {"name": "二部", "once": new_token()})
    assert Department.objects.count() == 2


def test_a_form_that_was_sent_back_for_correction_may_be_sent_again(client):
    token = new_token()
    page = client.post("/make/", {"name": "", "once": token})
    assert page.status_code == 200
    assert page.context["form"]["once"].value() == token
    client.post("/make/", {"name": "渠道部", "once": token})
    assert Department.objects.count() == 1


def test_a_write_that_failed_leaves_nothing_and_may_be_tried_again(client):
    client.raise_request_exception = False
    token = new_token()
    assert client.post("/broken/", {"once": token}).status_code == 500
    assert not Department.objects.exists()
    assert client.post("/make/", {"name": "渠道部", "once": token}).status_code == 302


def test_a_post_without_a_token_does_nothing(client):
    for token in ({}, {"once": ""}, {"once": "x" * 65}):
        assert client.post("/make/", {"name": "渠道部"} | token).status_code == 400
    assert not Department.objects.exists()


def test_one_persons_token_says_nothing_about_anothers(client):
    token = new_token()
    client.post("/make/", {"name": "一部", "once": token})
    other = Client()
    other.force_login(User.objects.create(username="min", name="张敏"))
    other.post("/make/", {"name": "二部", "once": token})
    assert Department.objects.count() == 2


def test_an_answer_by_fragment_has_one_effect_too(client):
    form, htmx = {"once": new_token()}, {"HX-Request": "true"}
    assert client.post("/fragment/", form, headers=htmx).status_code == 200
    assert client.post("/fragment/", form, headers=htmx)["HX-Redirect"] == "/made/"
    assert Department.objects.count() == 1


def test_an_anonymous_form_names_nobody(client):
    form = {"once": new_token()}
    client.post("/suggest/", form)
    client.post("/suggest/", form)
    assert Department.objects.count() == 1
    assert FormToken.objects.get().user is None


def test_the_token_is_in_the_form_whatever_its_prefix():
    assert 'name="once"' in str(NameForm(prefix="first")["once"])
    assert NameForm()["once"].value() != NameForm()["once"].value()


def test_tokens_are_forgotten_after_a_week(client):
    client.post("/make/", {"name": "渠道部", "once": new_token()})
    made = FormToken.objects.get().made_at
    assert purge(made + datetime.timedelta(days=6)) == 0
    assert purge(made + datetime.timedelta(days=8)) == 1
