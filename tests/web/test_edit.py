"""Two people who edit the same record at the same time: nobody's text is overwritten unseen."""

import re
from decimal import Decimal
from html import unescape

import pytest
from django import forms
from django.test import Client

from salesops.people.models import Department
from salesops.web.forms import EditForm
from tests.company import company
from tests.double_post import post_together

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.edit_urls")]


@pytest.fixture
def co():
    return company()


@pytest.fixture
def department(co):
    return Department.objects.create(name="甲", slug="a")


def fields(answer) -> dict[str, str]:
    """What a browser would send back unchanged: hidden fields, text and what is checked."""
    text, found = answer.content.decode().split("<main", 1)[-1], {}
    for tag in re.findall(r"<input[^>]*>", text):
        values = {name: unescape(value) for name, value in re.findall(r'([\w-]+)="([^"]*)"', tag)}
        if values.get("type") != "radio" or re.search(r"\schecked", tag):
            found[values["name"]] = values.get("value", "")
    for name, value in re.findall(r'<textarea[^>]*name="([\w-]+)"[^>]*>\s*(.*?)</textarea>', text, re.S):
        found[name] = unescape(value)
    return found


class Writer:
    def __init__(self, person, department):
        self.client, self.url = Client(), f"/edit/{department.pk}/"
        self.client.force_login(person)
        self.page = self.client.get(self.url)

    def save(self, **changed):
        self.page = self.client.post(self.url, fields(self.page) | changed)
        return self.page


@pytest.fixture
def two(co, department):
    """王伟 and 张敏, who have both opened the form."""
    return Writer(co.wang, department), Writer(co.min, department)


def stands(department):
    return Department.objects.values_list("name", "slug").get(pk=department.pk)


def test_one_alone_saves_as_always(two, department):
    assert two[0].save(name="乙").status_code == 302
    assert stands(department) == ("乙", "a")


def test_the_second_sees_both_texts_and_nothing_is_written(two, department):
    two[0].save(name="王伟的纪要")
    page = two[1].save(name="张敏的纪要")
    assert page.status_code == 409
    text = page.content.decode()
    assert "王伟的纪要" in text
    assert "张敏的纪要" in text
    assert "Somebody else" in text or "其他人" in text or "有人" in text
    assert stands(department)[0] == "王伟的纪要"


@pytest.mark.parametrize(
    ("keep", "result"),
    [("mine", "我的"), ("theirs", "别人的"), ("both", "别人的\n\n我的"), ("", "我的"), ("x", "我的")],
)
def test_what_is_chosen_stays(two, department, keep, result):
    two[0].save(name="别人的")
    two[1].save(name="我的")
    assert two[1].save(**{"keep-name": keep}).status_code == 302
    assert stands(department)[0].replace("\r", "") == result


def test_one_line_cannot_be_joined(two, department):
    two[0].save(slug="b")
    two[1].save(slug="c")
    two[1].save(**{"keep-slug": "both"})
    assert stands(department)[1] == "c"


def test_different_fields_do_not_get_into_each_others_way(two, department):
    two[0].save(name="乙")
    assert two[1].save(slug="b").status_code == 302
    assert stands(department) == ("乙", "b")


def test_the_same_change_twice_is_no_conflict(two, department):
    two[0].save(name="乙")
    assert two[1].save(name="乙").status_code == 302


def test_a_third_change_while_one_chooses_is_shown_again(co, two, department):
    two[0].save(name="一")
    two[1].save(name="二")
    Writer(co.jing, department).save(name="三")
    page = two[1].save(**{"keep-name": "theirs"})
    assert page.status_code == 409
    assert "三" in page.content.decode()
    assert stands(department)[0] == "三"


def test_mistakes_come_first_and_the_conflict_is_still_found(two, department):
    two[0].save(name="别人的")
    sent = fields(two[1].page)
    assert two[1].client.post(two[1].url, sent | {"name": "我的", "slug": ""}).status_code == 422
    assert two[1].client.post(two[1].url, sent | {"name": "我的"}).status_code == 409


@pytest.mark.parametrize("seen", ["", "{", "[]", '{"name": 7}', "null"])
def test_a_form_that_does_not_say_what_it_has_seen_overwrites_nothing(two, department, seen):
    assert two[0].save(name="乙", seen=seen).status_code == 409
    assert stands(department)[0] == "甲"


def test_a_conflict_inside_a_page_is_a_fragment(two):
    two[0].save(name="乙")
    sent = fields(two[1].page) | {"name": "丙"}
    page = two[1].client.post(two[1].url, sent, headers={"HX-Request": "true"})
    assert page.status_code == 422
    assert "<html" not in page.content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_double_click_is_no_conflict_with_oneself(co, department):
    sent = fields(Writer(co.wang, department).page) | {"name": "乙"}
    answers = post_together(f"/edit/{department.pk}/", sent, user=co.wang)
    assert [answer.status_code for answer in answers] == [302, 302]


class PriceForm(EditForm):
    price = forms.DecimalField(label="price", required=False)
    size = forms.ChoiceField(label="size", choices=[("s", "小"), ("l", "大")])


def test_numbers_and_choices_are_compared_by_what_they_mean():
    shown = PriceForm(on_file={"price": Decimal("120.00"), "size": "s"})
    sent = {"seen": shown["seen"].value(), "once": "x", "price": "120", "size": "s"}
    untouched = PriceForm(sent, on_file={"price": Decimal("99.50"), "size": "s"})
    assert untouched.is_valid()
    assert untouched.cleaned_data["price"] == Decimal("99.50")
    clash = PriceForm(sent | {"size": "l"}, on_file={"price": Decimal(120), "size": "m"})
    assert not clash.is_valid()
    assert [(one.field.name, one.theirs) for one in clash.conflicts] == [("size", "m")]
