"""Saved views of the list of leads: one's own, shared ones, and what must not break the page."""

import pytest
from django.http import QueryDict
from django.test import Client

from salesops.web.forms.once import new_token
from salesops.web.models import SavedView
from tests.company import SINCE, company, outsider

pytestmark = pytest.mark.django_db


@pytest.fixture
def co():
    return company()


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def save(person, name, query, **given):
    data = {"once": new_token(), "name": name, "query": query, **given}
    return signed_in(person).post("/views/of/leads/", data)


def tabs(person, query=""):
    page = signed_in(person).get(f"/leads/{query}")
    assert page.status_code == 200
    return [tab.view.name for tab in page.context["tabs"]]


def test_the_present_filters_are_saved_under_a_name_and_opened_by_their_tab(co):
    page = signed_in(co.wang).get("/leads/?view=mine&grade=A&region=上海")
    form = page.context["save"]
    assert "上海" in form["name"].value()
    answer = save(co.wang, "上海 A 类", form["query"].value())
    page = signed_in(co.wang).get(answer.url)
    assert page.context["tab"].view.name == "上海 A 类"
    assert {chip["words"] for chip in page.context["chips"]} == {"A", "上海"}
    assert page.context["save"] is None  # nothing new to save
    assert signed_in(co.wang).get(answer.url.replace("grade=A", "grade=B")).context["save"] is not None


def test_saving_under_the_same_name_replaces_the_view(co):
    save(co.wang, "上海", "region=上海")
    save(co.wang, "上海", "region=上海&grade=B&page=xyz&saved=3")
    assert QueryDict(SavedView.objects.get().query).dict() == {"region": "上海", "grade": "B"}


def test_without_filters_there_is_nothing_to_save(co):
    assert signed_in(co.wang).get("/leads/?view=mine").context["save"] is None


def test_the_last_view_is_there_again_in_the_next_session(co):
    client = signed_in(co.wang)
    url = save(co.wang, "上海", "view=mine&region=上海").url
    client.get(url)
    for later in (client, signed_in(co.wang)):
        page = later.get("/leads/")
        assert (page.context["tab"].view.name, page.context["view"]) == ("上海", "mine")
    client.get("/leads/?view=a")
    assert signed_in(co.wang).get("/leads/").context["view"] == "a"


def test_a_head_shares_with_the_team_and_all_below_it(co):
    save(co.zhao, "华东大单", "grade=A", share=str(co.teams["east"].pk))
    assert [tabs(person) for person in (co.wang, co.li, co.lin, co.zhao)] == [["华东大单"]] * 4
    assert tabs(co.boss) == tabs(outsider(co)) == []


def test_sales_operations_share_with_everybody_and_an_account_manager_with_nobody(co):
    save(co.zhou, "官网", "source=website", share="all")
    assert tabs(co.lin) == ["官网"]
    save(co.wang, "我的", "grade=A", share="all")
    save(co.li, "小组", "grade=A", share=str(co.teams["south"].pk))
    assert SavedView.objects.filter(shared=True).count() == 1
    assert tabs(co.min) == ["官网"]


def test_a_shared_view_is_changed_and_deleted_by_its_owner_alone(co):
    save(co.zhou, "官网", "source=website", share="all")
    view = SavedView.objects.get()
    post = {"once": new_token(), "name": "别的"}
    assert signed_in(co.wang).get(f"/views/{view.pk}/").status_code == 403
    assert signed_in(co.wang).post(f"/views/{view.pk}/", post).status_code == 403
    assert signed_in(co.he).post(f"/views/{view.pk}/removal/", post).status_code == 403
    mine = signed_in(co.zhou)
    assert mine.post(f"/views/{view.pk}/", post | {"share": "all"}).status_code == 302
    assert tabs(co.wang) == ["别的"]
    assert mine.post(f"/views/{view.pk}/", post | {"once": new_token(), "share": ""}).status_code == 302
    assert tabs(co.wang) == []
    assert mine.post(f"/views/{view.pk}/removal/", {"once": new_token()}).status_code == 302
    assert not SavedView.objects.exists()


def test_a_name_that_is_taken_is_refused_when_renaming(co):
    save(co.wang, "一", "grade=A")
    save(co.wang, "二", "grade=B")
    view = SavedView.objects.get(name="二")
    page = signed_in(co.wang).post(f"/views/{view.pk}/", {"once": new_token(), "name": "一"})
    assert page.status_code == 422
    assert SavedView.objects.filter(name="二").exists()


@pytest.mark.parametrize(
    "query",
    [
        "grade=Z&stage=99&owner=999999&view=gone&due=",
        "view=team&owner=abc",
        "%%%&&&=;page=!!",
        "q=" + "长" * 200,
    ],
)
def test_a_view_with_outdated_filters_shows_what_still_fits(co, query):
    view = SavedView.objects.create(owner=co.wang, page="leads:list", name="旧", query=query, saved_at=SINCE)
    assert tabs(co.wang, f"?saved={view.pk}&{query}") == ["旧"]
    assert tabs(co.wang) == ["旧"]


def test_the_last_view_may_have_been_deleted_meanwhile(co):
    client = signed_in(co.wang)
    client.get(save(co.wang, "上海", "region=上海").url)
    SavedView.objects.all().delete()
    assert client.get("/leads/").context["tab"] is None
    assert tabs(co.wang) == []


def test_nonsense_is_refused_and_nothing_saved(co):
    assert save(co.wang, "", "grade=A").status_code == 302
    assert save(co.wang, "长" * 41, "grade=A").status_code == 302
    assert signed_in(co.wang).post("/views/of/people/", {"once": new_token(), "name": "x"}).status_code == 404
    assert not SavedView.objects.exists()


def test_the_list_costs_one_query_more_however_many_views_there_are(co, django_assert_max_num_queries):
    client = signed_in(co.wang)
    client.get("/leads/?view=mine")
    for n in range(20):
        SavedView.objects.create(owner=co.wang, page="leads:list", name=f"视图{n}", query="grade=A", saved_at=SINCE)
    with django_assert_max_num_queries(9):
        client.get("/leads/?view=mine")
