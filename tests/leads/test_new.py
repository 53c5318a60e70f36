"""Quick entry: a lead typed or pasted in within seconds, and kind words where the customer is known."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from leads.actions import NewLead, arrive, enter_by_hand, qualify
from leads.actions.entering import Known
from leads.duplicates import How, matches
from leads.models import Assignment, Comment, Customer, Lead, Status
from leads.reading.pasted import pasted
from salesops.sop.models import Deadline
from salesops.web.forms.once import FIELD, new_token
from tests.company import company
from tests.sop.world import local

pytestmark = pytest.mark.django_db
MONDAY = local("2026-03-02 10:00")
CARD = """深圳市星河科技有限公司
李建国  信息中心主任
手机：138 0013 8000
邮箱：li@xinghe.example.com
想了解销售管理系统，年内要上线"""


@pytest.fixture
def co():
    return company()


def entered(co, name="星河科技", phone="13800138000", *, by=None, keep=True, grade="A"):
    new = NewLead(company=name, contact="李建国", phone=phone, source="referral", grade=grade if keep else "")
    return enter_by_hand(new, keep=keep, by=by or co.wang, at=MONDAY)


def post(client, person, url, **data):
    client.force_login(person)
    return client.post(url, {FIELD: new_token()} | data)


GIVEN = {"reach": "138-0013-8000", "company": "星河科技", "source": "referral", "keep": "yes", "grade": "A"}


def test_a_pasted_business_card_fills_the_fields_and_loses_nothing():
    found = pasted(CARD)
    assert found["company"] == "深圳市星河科技有限公司"
    assert (found["contact"], found["reach"]) == ("李建国", "13800138000")
    assert found["email"] == "li@xinghe.example.com"
    assert "年内要上线" in found["need"]


def test_labels_in_a_pasted_text_win():
    found = pasted("客户：华东重机；联系人：周敏；职务：采购经理；微信：zhoumin_88；需求：换掉老系统；来源：展会")
    assert found["company"] == "华东重机"
    assert (found["contact"], found["title"]) == ("周敏", "采购经理")
    assert (found["reach"], found["source"], found["need"]) == ("zhoumin_88", "exhibition", "换掉老系统")


def test_filling_from_a_text_writes_nothing(co, client):
    answer = post(client, co.wang, reverse("leads:new"), fill="1", pasted=CARD)
    assert answer.status_code == 200
    assert 'value="深圳市星河科技有限公司"' in answer.content.decode()
    assert not Lead.objects.exists()


def test_who_keeps_a_lead_owes_the_first_response_and_sales_operations_still_cleans_it(co, client):
    answer = post(client, co.wang, reverse("leads:new"), **GIVEN)
    lead = Lead.objects.get()
    assert answer.url == reverse("leads:detail", args=[lead.pk])
    assert (lead.owner, lead.status, lead.source) == (co.wang, Status.ACTIVE, "referral")
    owed = {row.rule: row.owner for row in Deadline.objects.open()}
    assert owed["lead.first_response"] == co.wang
    assert "lead.qualify" in owed
    assert "lead.accept" not in owed
    assert lead in Lead.objects.to_clean()


def test_cleaning_a_kept_lead_leaves_it_with_its_owner(co):
    lead = entered(co)
    qualify(lead, grade="B", industry="软件服务", size="small", by=co.zhou, at=MONDAY)
    lead.refresh_from_db()
    assert (lead.owner, lead.grade, lead.status) == (co.wang, "B", Status.ACTIVE)
    assert lead.grade_changes.get().before == "A"
    assert not Deadline.objects.open().filter(rule="lead.qualify").exists()
    assert lead not in Lead.objects.to_clean()


def test_without_keeping_it_goes_to_sales_operations_ungraded(co):
    lead = entered(co, keep=False)
    assert (lead.status, lead.owner, lead.grade) == (Status.CLEANING, None, "")


def test_a_number_on_file_is_refused_and_names_owner_and_stage_but_no_contact(co, client):
    lead = entered(co, by=co.min)
    answer = post(client, co.wang, reverse("leads:new"), **GIVEN | {"company": "别的公司"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert co.min.name in text
    assert lead.get_stage_display() in text
    assert "李建国" not in text
    assert "138****" not in text
    assert Lead.objects.count() == 1


def test_a_number_on_file_is_refused_by_the_action_too(co):
    entered(co, by=co.min)
    with pytest.raises(Known):
        entered(co, "别的公司")


def test_a_customer_of_a_colleague_stays_theirs(co):
    entered(co, by=co.min)
    second = entered(co, "星河科技有限公司", "13900139000")
    assert (second.status, second.owner) == (Status.CLEANING, None)
    assert second.customer.owner == co.min
    assert Customer.objects.count() == 1


@pytest.mark.parametrize("name", ["星河科技股份有限公司", "深圳星河科技", "兴河科技"])
def test_a_name_that_looks_or_sounds_alike_asks_why_it_is_another(co, client, name):
    entered(co, by=co.min)
    given = GIVEN | {"company": name, "reach": "13900139000"}
    answer = post(client, co.wang, reverse("leads:new"), **given)
    assert answer.status_code == 422
    assert "13900139000" in answer.content.decode(), "what was typed is kept"
    assert Lead.objects.count() == 1

    post(client, co.wang, reverse("leads:new"), **given, other="总部在北京，不是一家")
    assert Lead.objects.count() == 2
    assert Comment.objects.get().text == "总部在北京，不是一家"


def test_a_name_of_any_length_is_looked_up(co):
    entered(co)
    with CaptureQueriesContext(connection) as asked:
        assert [match.how for match in matches(company="星河科技" + "长" * 190)] == [How.ALIKE]
    assert max(len(query["sql"]) for query in asked) < 50_000


def test_an_unlike_name_asks_nothing(co, client):
    entered(co, by=co.min)
    answer = post(client, co.wang, reverse("leads:new"), **GIVEN | {"company": "克来机电", "reach": "13900139000"})
    assert answer.status_code == 302


def test_bad_input_is_said_and_kept(co, client):
    answer = post(client, co.wang, reverse("leads:new"), **GIVEN | {"reach": "12345", "grade": ""})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "12345" in text
    assert "星河科技" in text
    assert not Lead.objects.exists()


def test_saving_and_entering_another_keeps_the_source(co, client):
    answer = post(client, co.wang, reverse("leads:new"), **GIVEN, again="1")
    assert answer.url == f"{reverse('leads:new')}?source=referral"
    assert 'value="referral" id="id_source_5" required checked' in client.get(answer.url).content.decode()


def test_the_log_says_that_its_owner_entered_it(co):
    assert entered(co).assignments.get().how == Assignment.How.KEPT


def test_a_closed_lead_does_not_block_its_number(co):
    lead = arrive(NewLead(company="星河科技", phone="13800138000"), by=co.zhou, at=MONDAY, way_in="hand")
    Lead.objects.filter(pk=lead.pk).update(status=Status.CLOSED)
    assert entered(co).customer == lead.customer


def test_the_queries_do_not_grow_with_what_is_found(co, client, django_assert_max_num_queries):
    entered(co, "星河科技", "13800138000", by=co.min)
    client.force_login(co.wang)
    with CaptureQueriesContext(connection) as one:
        client.post(reverse("leads:known"), {"asked": "星河科技"})
    for number in range(5):
        entered(co, f"星河科技{number}", f"1390013900{number}", by=co.min)
    with django_assert_max_num_queries(len(one)):
        client.post(reverse("leads:known"), {"asked": "星河科技"})
