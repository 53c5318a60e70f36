"""Talk templates and cases: written and retired by operations and managers, taken into follow-ups, counted."""

import pytest

from leads.actions import claim, qualify, retire, save_piece
from leads.library import offers
from leads.models import Case, FollowUp, Script
from salesops.events.models import Event
from salesops.web.forms.once import new_token
from tests.sop.world import local

pytestmark = pytest.mark.django_db
NOW = local("2026-03-02 10:00")


@pytest.fixture(autouse=True)
def morning(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def his(firm, arriving):
    lead = arriving("2026-03-02 09:00", product="数据平台")
    lead = qualify(lead, grade="B", industry="汽车配件", size="small", by=firm.zhou, at=local("2026-03-02 09:10"))
    return claim(lead, by=firm.wang, at=local("2026-03-02 09:20"))


@pytest.fixture
def write(firm):
    """Writes a talk template: `write("首次来电", text=...)`."""

    def write(title, text="您好，{联系人}，我是{我}。", **values):
        return save_piece(Script(), values={"title": title, "text": text} | values, by=firm.zhou, at=NOW)

    return write


@pytest.fixture
def case(firm):
    values = {"title": "三个月上线", "customer": "远大控股", "outcome": "success", "for_customers": True}
    values |= {"done": "先做试点", "why": "试点有数据", "lesson": "先试点再签约"}
    return save_piece(Case(), values=values, by=firm.zhao, at=NOW)


def _values(client, url):
    form = client.get(url).context["form"]
    return {name: form[name].value() or "" for name in form.fields}


def test_sales_operations_writes_the_next_version_and_the_first_is_kept(firm, client):
    client.force_login(firm.zhou)
    url = "/leads/library/scripts/new/"
    first = {"title": "首次来电", "text": "您好，{联系人}", "stage": "1"}
    made = client.post(url, _values(client, url) | first)
    script = Script.objects.get()
    assert (made.url, script.version, script.stage) == (f"/leads/library/scripts/{script.pk}/", 1, 1)
    client.post(made.url, _values(client, made.url) | {"text": "{联系人}您好"})
    retire(script, by=firm.zhou, at=NOW)
    script.refresh_from_db()
    assert (script.version, script.text) == (2, "{联系人}您好")
    versions = client.get(made.url).context["versions"]
    assert [(kept.version, kept.text) for kept in versions] == [(2, "{联系人}您好"), (1, "您好，{联系人}")]


def test_a_place_for_which_there_are_no_words_is_told(firm, client):
    client.force_login(firm.zhou)
    url = "/leads/library/scripts/new/"
    page = client.post(url, _values(client, url) | {"title": "首次来电", "text": "您好，{电话}"})
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["text"])
    assert not Script.objects.exists()


def test_two_who_write_the_same_piece_both_keep_their_text(firm, client, write):
    script = write("首次来电")
    client.force_login(firm.zhou)
    url = f"/leads/library/scripts/{script.pk}/"
    mine = _values(client, url)
    save_piece(script, values={"text": "别人的话"}, by=firm.zhao, at=NOW)
    page = client.post(url, mine | {"text": "我的话"})
    assert page.status_code == 409
    assert "别人的话" in page.content.decode()
    assert "我的话" in page.content.decode()


def test_a_rep_reads_and_writes_nothing(firm, client, write, case):
    script = write("首次来电")
    client.force_login(firm.wang)
    for url in ("/leads/library/", "/leads/library/cases/", f"/leads/library/scripts/{script.pk}/"):
        assert client.get(url).status_code == 200
    assert client.post(f"/leads/library/scripts/{script.pk}/", {"once": new_token()}).status_code == 403
    assert client.post(f"/leads/library/scripts/{script.pk}/retirement/", {"once": new_token()}).status_code == 403
    assert client.get("/leads/library/tales/").status_code == 404
    assert [group[0] for group in client.get("/leads/library/?q=来电").context["groups"]]
    assert not client.get("/leads/library/?q=没有").context["groups"]


def test_what_fits_the_lead_comes_first_and_what_is_for_others_not_at_all(firm, his, write):
    anywhere, fits, better = (
        write("任何时候"),
        write("汽车", industry="汽车配件"),
        write("汽车数据", industry="汽车配件"),
    )
    save_piece(better, values={"product": "数据平台", "stage": 1}, by=firm.zhou, at=NOW)
    write("银行", industry="银行")
    write("签约", stage=4)
    gone = write("旧话术")
    retire(gone, by=firm.zhou, at=NOW)
    assert [offer.piece.pk for offer in offers(his, firm.wang)["scripts"]] == [better.pk, fits.pk, anywhere.pk]


def test_a_text_speaks_the_leads_own_words(firm, his, write):
    write("首次来电", text="{contact}您好，我是{me}，关于{公司}的{需求}")
    (offer,) = offers(his, firm.wang)["scripts"]
    assert offer.words == "蒋宇您好，我是王伟，关于克来机电的{需求}"


def test_a_case_that_must_not_go_to_customers_is_not_offered(firm, his, case):
    assert [offer.piece for offer in offers(his, firm.wang)["cases"]] == [case]
    save_piece(case, values={"for_customers": False}, by=firm.zhao, at=NOW)
    assert offers(his, firm.wang)["cases"] == []


def test_a_follow_up_counts_what_it_used_once(firm, his, client, write, case):
    script, retired = write("首次来电"), write("旧话术")
    retire(retired, by=firm.zhou, at=NOW)
    client.force_login(firm.wang)
    url = f"/leads/{his.pk}/follow-up/"
    said = {"result": "progress", "note": "客户想先看案例", "need": "替换", "intent": "high", "next": "sop"}
    used = f"scripts:{script.pk},scripts:{script.pk},cases:{case.pk},scripts:{retired.pk},scripts:x,tales:1,"
    assert client.post(url, said | {"used": used, "once": new_token()}).status_code == 302
    assert list(Script.objects.order_by("pk").values_list("uses", flat=True)) == [1, 0]
    assert Case.objects.get().uses == 1
    event = Event.objects.get(name="script.used")
    assert event.refs == {"script": script.pk, "follow_up": FollowUp.objects.get().pk, "lead": his.pk}
    assert script.events.count() == 1  # using a piece makes no version of it


def test_without_scripts_a_template_comes_into_the_note_by_its_link(firm, his, client, write):
    script = write("首次来电")
    client.force_login(firm.wang)
    page = client.get(f"/leads/{his.pk}/offered/").content.decode()
    assert f"/leads/{his.pk}/follow-up/?with=scripts%3A{script.pk}" in page
    form = client.get(f"/leads/{his.pk}/follow-up/?with=scripts:{script.pk}").context["follow_up_form"]
    assert (form["note"].value(), form["used"].value()) == ("您好，蒋宇，我是王伟。", f"scripts:{script.pk}")
    for nonsense in ("scripts:0", "x", "scripts:99999999999999999999"):
        assert client.get(f"/leads/{his.pk}/follow-up/?with={nonsense}").status_code == 200


def test_the_library_costs_the_same_for_many(firm, his, client, write, django_assert_max_num_queries):
    client.force_login(firm.zhou)
    for n in range(20):
        write(f"话术{n}")
    with django_assert_max_num_queries(10):
        client.get("/leads/library/")
    client.force_login(firm.wang)
    with django_assert_max_num_queries(10):
        client.get(f"/leads/{his.pk}/offered/", headers={"HX-Request": "true"})


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_on_a_phone_a_template_is_in_the_note_by_two_taps(firm, his, write, phone, sign_in, live_server):
    write("首次来电")
    sign_in(phone, firm.wang)
    phone.goto(f"{live_server.url}/leads/{his.pk}/follow-up/")
    phone.locator("summary", has_text="话术").tap()
    phone.locator(".offer").tap()
    assert phone.locator("textarea[name=note]").input_value() == "您好，蒋宇，我是王伟。"
    assert phone.locator("input[name=used]").input_value().startswith("scripts:")
    assert phone.evaluate("document.documentElement.scrollWidth") == 360
