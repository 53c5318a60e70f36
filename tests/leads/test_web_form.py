"""Public forms of campaigns: whoever fills one in becomes a lead; robots and other websites do not get through."""

import pytest
from django.core.cache import cache
from django.test import Client

from leads.actions import save_web_form
from leads.models import Comment, Customer, Lead, WebForm
from salesops.notices.models import Notice
from salesops.sop.models import Deadline
from salesops.web.forms.once import new_token
from tests.sop.world import local

pytestmark = pytest.mark.django_db
SENT = {"company": "星河科技", "contact": "刘敏", "reach": "138 0013 8000", "need": "想看演示", "agreed": "on"}


@pytest.fixture(autouse=True)
def morning(time_machine):
    time_machine.move_to(local("2026-03-02 10:00"), tick=False)
    cache.clear()


@pytest.fixture
def form(firm):
    values = {"name": "春季展会", "title": "预约演示", "source": "exhibition", "product": "数据平台", "active": True}
    return save_web_form(None, values=values, by=firm.zhou, at=local("2026-03-02 09:00"))


@pytest.fixture
def visit(form, time_machine):
    """Fills the form in as a visitor would, ten seconds after it was shown; returns the answer."""

    def fill(seconds=10, client=None, **values):
        client = client or Client()
        address = f"/leads/form/{form.key}/"
        shown = client.get(address).context["form"]
        hidden = {"shown": shown["shown"].value(), "once": new_token()}
        time_machine.shift(seconds)
        return client.post(address, SENT | hidden | values)

    return fill


def test_whoever_fills_it_in_is_a_lead_to_be_cleaned_with_the_campaigns_source(form, visit):
    answer = visit()
    assert answer.status_code == 302
    lead = Lead.objects.select_related("customer", "contact").get()
    assert (lead.customer.name, lead.contact.name, lead.contact.phone) == ("星河科技", "刘敏", "13800138000")
    assert (lead.source, lead.product, lead.need, lead.status) == ("exhibition", "数据平台", "想看演示", "cleaning")
    assert Deadline.objects.get(rule="lead.qualify").subject == lead.ref
    assert "13800138000" not in answer.headers["Location"]


def test_a_known_number_is_a_word_on_its_lead_and_the_visitor_is_not_told(firm, form, visit):
    first, again = visit(), visit(company="星河科技有限公司", need="还想问价格")
    assert first.headers["Location"] == again.headers["Location"]
    assert Lead.objects.count() == 1
    assert "还想问价格" in Comment.objects.get().text
    assert Notice.objects.filter(person=firm.zhou, kind="lead.wrote_again").count() == 1


def test_what_cannot_be_used_is_said_at_the_field_and_what_was_typed_stays(visit):
    answer = visit(reach="请联系我", agreed="")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert {"reach", "agreed"} <= set(answer.context["form"].errors)
    assert "请联系我" in page
    assert "星河科技" in page
    assert not Lead.objects.exists()


def test_a_robot_that_fills_in_everything_is_thanked_and_leaves_nothing(visit):
    assert visit(website="http://spam.example").status_code == 302
    assert not Customer.objects.exists()


def test_a_form_sent_at_once_or_kept_for_days_has_to_be_sent_again(visit):
    for seconds in (0, 3 * 24 * 60 * 60):
        assert visit(seconds=seconds).status_code == 422
    assert visit(shown="forged").status_code == 422
    assert not Lead.objects.exists()


def test_one_address_sends_twenty_an_hour(visit):
    codes = [visit(reach=f"1380013{n:04}").status_code for n in range(22)]
    assert codes == [302] * 20 + [429] * 2


def test_a_pause_within_the_hour_does_not_begin_the_count_anew(visit):
    for n in range(20):
        visit(reach=f"1380013{n:04}")
    assert visit(seconds=600, reach="13800139000").status_code == 429
    assert visit(seconds=3600, reach="13800139000").status_code == 302


def test_a_double_click_makes_one_lead(form, visit):
    token = new_token()
    assert {visit(once=token).status_code, visit(once=token).status_code} == {302}
    assert Lead.objects.count() == 1
    assert not Comment.objects.exists()


def test_it_works_in_the_frame_of_a_named_website_only_and_without_cookies(firm, form, visit):
    address = f"/leads/form/{form.key}/"
    closed = Client().get(address)
    assert "frame-ancestors 'none'" in closed.headers["Content-Security-Policy"]
    assert closed.headers["X-Frame-Options"] == "DENY"
    values = {"origins": ["https://www.example.cn"]}
    save_web_form(form, values=values, by=firm.zhou, at=local("2026-03-02 09:10"))
    shown = Client().get(address)
    assert "frame-ancestors https://www.example.cn" in shown.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in shown.headers
    assert visit(client=Client(enforce_csrf_checks=True)).status_code == 302


def test_a_closed_form_says_so_and_takes_nothing(firm, form, visit):
    save_web_form(form, values={"active": False}, by=firm.zhou, at=local("2026-03-02 09:10"))
    assert visit().status_code == 200
    assert not Lead.objects.exists()
    assert Client().get("/leads/form/nobody/").status_code == 404


def test_html_in_a_field_is_text_everywhere(firm, visit, client):
    visit(company="<script>alert(1)</script>", need="<img src=x onerror=alert(1)>")
    client.force_login(firm.zhou)
    page = client.get("/leads/cleaning/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_sales_operations_makes_a_form_and_gets_its_address(firm, client):
    client.force_login(firm.zhou)
    new = client.get("/leads/forms/new/").context["form"]
    hidden = {"once": new_token(), "seen": new["seen"].value()}
    values = {"name": "官网", "title": "联系我们", "source": "website", "active": "on"}
    refused = client.post("/leads/forms/new/", values | hidden | {"origins": "www.example.cn"})
    assert (refused.status_code, "origins" in refused.context["form"].errors) == (422, True)
    answer = client.post("/leads/forms/new/", values | hidden | {"origins": "https://www.example.cn，https://a.cn/"})
    made = WebForm.objects.get()
    assert (made.name, made.origins) == ("官网", ["https://www.example.cn", "https://a.cn"])
    page = client.get(answer.headers["Location"]).content.decode()
    assert f"/leads/form/{made.key}/" in page
    assert client.get("/leads/forms/").status_code == 200


def test_a_form_that_two_change_at_once_stands_side_by_side(firm, form, client):
    client.force_login(firm.zhou)
    url = f"/leads/forms/{form.pk}/"
    seen = client.get(url).context["form"]["seen"].value()
    values = {"name": "春季展会", "source": "exhibition", "product": "数据平台", "active": True}
    save_web_form(form, values=values | {"title": "预约参观"}, by=firm.zhou, at=local("2026-03-02 10:00"))
    hidden = {"once": new_token(), "seen": seen, "active": "on"}
    clash = client.post(url, values | hidden | {"title": "预约试用"})
    assert (clash.status_code, WebForm.objects.get().title) == (409, "预约参观")
    assert "预约试用" in clash.content.decode()
