"""Exports: asked for, approved by another, built by a worker, taken once; and what must not get out."""

import io

import msoffcrypto
import pytest
from openpyxl import load_workbook

from leads.actions import ask_export, exporting, qualify, show_password, take_export
from leads.actions.refusing import Refused
from leads.export_workbook import inert
from leads.models import Contact, Export, ExportPiece, ProtectionRules
from leads.tasks import run_exports
from salesops.approvals.actions import decide
from salesops.approvals.models import Approval
from salesops.events.models import Event
from salesops.notices.models import Notice
from salesops.people import actions as people
from salesops.people.models import Post, User
from salesops.web.forms.once import new_token
from tests.double_post import post_together
from tests.sop.world import local

pytestmark = pytest.mark.django_db
ASKED, LATER = local("2026-03-02 10:00"), local("2026-03-02 11:00")
PURPOSE = "给总部的季度回顾，用完即删"
COLUMNS = ["customer", "region", "owner", "need"]
WITH_PHONE = [*COLUMNS, "contact", "phone"]


@pytest.fixture(autouse=True)
def on_a_monday(time_machine):
    time_machine.move_to(LATER, tick=False)


@pytest.fixture
def held(firm, arriving):
    """A lead of 王伟 in the east, one of 林芳 in the south, and one that waits to be cleaned."""
    rows = [("上海精密", "上海", firm.wang), ("深圳星河", "深圳", firm.lin), ("北京远大", "北京", None)]
    made = []
    for company, region, owner in rows:
        lead = arriving("2026-03-02 09:00", company=company, region=region)
        if owner:
            facts = {"grade": "A", "industry": "汽车配件", "size": "unknown"}
            lead = qualify(lead, **facts, by=firm.zhou, at=local("2026-03-02 09:10"))
            type(lead).objects.filter(pk=lead.pk).update(owner=owner, status="active")
        made.append(lead)
    return made


def asking(by, *, view="all", query="", columns=COLUMNS):
    return ask_export(purpose=PURPOSE, view=view, query=query, columns=columns, by=by, at=ASKED)


def approve(export, by):
    decide(Approval.objects.get(subject=export.ref), approve=True, by=by, at=ASKED)
    return now(export)


def now(export):
    return Export.objects.get(pk=export.pk)


def built(by, approver, **values):
    export = approve(asking(by, **values), approver)
    assert exporting.build_next(LATER)
    return now(export)


def opened(stream, password):
    plain = io.BytesIO()
    book = msoffcrypto.OfficeFile(stream)
    book.load_key(password=password, verify_password=True)
    book.decrypt(plain)
    return load_workbook(plain)


def rows_of(export, by):
    password = show_password(export, by=by, at=LATER)
    return list(opened(take_export(export, by=by, at=LATER), password).active.iter_rows(values_only=True))


def test_from_asking_to_the_file(firm, held):
    export = built(firm.zhao, firm.boss, columns=WITH_PHONE)
    assert export.rows == 2  # 上海 and 深圳: what waits to be cleaned lies outside his view
    assert export.expires_at == local("2026-03-03 11:00")
    mark, warning, heading, *rows = rows_of(export, firm.zhao)
    assert "赵强" in mark[0]
    assert export.number in mark[0]
    assert "2026-03-02 19:00" not in mark[0]
    assert "2026-03-02 11:00" in mark[0]
    assert warning[0]
    assert heading[-1] == "电话"
    numbers = {contact.phone for contact in Contact.objects.filter(leads__owner__in=[firm.wang, firm.lin])}
    assert {row[-1] for row in rows} == numbers
    assert (now(export).state, ExportPiece.objects.count()) == ("taken", 0)


def test_the_name_stands_on_each_printed_page(firm, held):
    User.objects.filter(pk=firm.zhao.pk).update(name="赵&强")
    export = built(firm.zhao, firm.boss)
    sheet = opened(take_export(export, by=firm.zhao, at=LATER), export.password).active
    assert "赵&&强" in sheet.oddHeader.center.text
    assert sheet.oddFooter.center.text
    assert sheet.print_title_rows == "$1:$3"


def test_the_file_opens_with_its_password_alone(firm, held):
    export = built(firm.zhao, firm.boss)
    content = b"".join(bytes(piece.content) for piece in export.pieces.all())
    assert "上海精密".encode() not in content
    with pytest.raises(msoffcrypto.exceptions.InvalidKeyError):
        opened(io.BytesIO(content), "wrong")


def test_contact_data_is_left_out_unless_asked_for(firm, held):
    export = built(firm.zhao, firm.boss)
    text = str(rows_of(export, firm.zhao))
    assert not [contact for contact in Contact.objects.all() if contact.phone in text or contact.name in text]


def test_a_contact_that_one_may_not_see_on_the_page_is_not_in_the_file_either(firm, held):
    type(held[0]).objects.filter(pk=held[0].pk).update(owner=None, status="pool")
    export = built(firm.zhao, firm.boss, columns=["customer", "phone"])
    cells = dict(row[:2] for row in rows_of(export, firm.zhao)[3:])
    assert cells["上海精密"] is None
    assert cells["深圳星河"].startswith("139")


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "＝1", "＋1", "－1", "＠x", " =1", "　＝1"]


@pytest.mark.parametrize("text", FORMULAS)
def test_what_could_be_a_formula_gets_an_apostrophe(text):
    assert inert(text) == f"'{text}"


@pytest.mark.parametrize("text", [FORMULAS[0], FORMULAS[-1]])
def test_what_could_be_a_formula_is_text(firm, held, text):
    type(held[0]).objects.filter(pk=held[0].pk).update(need=text)
    export = built(firm.zhao, firm.boss)
    password = show_password(export, by=firm.zhao, at=LATER)
    sheet = opened(take_export(export, by=firm.zhao, at=LATER), password).active
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.quotePrefix for cell in cells)
    needs = [cell.value for cell in cells if cell.column == 4 and cell.row > 3]
    assert [need for need in needs if need.startswith("'")]


def test_a_phone_number_stays_as_it_is(firm, held):
    contact = Contact.objects.get(pk=held[0].contact_id)
    Contact.objects.filter(pk=contact.pk).update(phone="+8613900000000")
    cells = {row[0]: row[1] for row in rows_of(built(firm.zhao, firm.boss, columns=["customer", "phone"]), firm.zhao)}
    assert cells["上海精密"] == "+8613900000000"


def test_a_rep_cannot_ask(client, firm, held):
    for person in (firm.wang, firm.li, firm.xu):
        client.force_login(person)
        assert client.get("/leads/exports/new/").status_code == 403
        assert "导出" not in client.get("/leads/").content.decode()


def test_the_filter_of_the_list_is_that_of_the_file(client, firm, held):
    client.force_login(firm.zhao)
    page = client.get("/leads/", {"view": "all", "region": "上海"}).content.decode()
    assert "/leads/exports/new/?view=all&amp;region=%E4%B8%8A%E6%B5%B7" in page
    url = "/leads/exports/new/?view=all&region=上海"
    assert "约 1 条" in client.get(url).content.decode()
    client.post(url, {"once": new_token(), "purpose": PURPOSE, "plain": ["customer"]})
    export = Export.objects.get()
    assert (export.estimated, export.view, export.has_contacts) == (1, "all", False)
    approve(export, firm.he)
    assert exporting.build_next(LATER)
    assert now(export).leads == [held[0].pk]


@pytest.mark.parametrize("purpose", ["", "导出", "12345678901", "aaaaaaaaaaaaaaaa", "，，，，，，，，，，"])
def test_the_purpose_has_to_say_something(client, firm, held, purpose):
    client.force_login(firm.zhao)
    page = client.post("/leads/exports/new/", {"once": new_token(), "purpose": purpose, "plain": ["customer"]})
    assert page.status_code == 422
    assert not Export.objects.exists()


def test_contact_data_has_to_be_confirmed(client, firm, held):
    client.force_login(firm.zhao)
    sent = {"once": new_token(), "purpose": PURPOSE, "plain": ["customer"], "personal": ["phone"]}
    assert client.post("/leads/exports/new/", sent).status_code == 422
    client.post("/leads/exports/new/", sent | {"careful": "on"})
    assert Export.objects.get().columns == ["customer", "phone"]


def test_a_filter_that_finds_too_much_or_nothing_is_refused(firm, held):
    ProtectionRules.objects.create(pk=1, export_rows=1)
    with pytest.raises(Refused, match="1"):
        asking(firm.zhao)
    with pytest.raises(Refused):
        asking(firm.zhao, query="region=拉萨")
    assert not Export.objects.exists()


def test_more_than_the_cap_by_the_time_it_is_built_is_stopped(firm, held):
    export = approve(asking(firm.zhao), firm.boss)
    ProtectionRules.objects.create(pk=1, export_rows=1)
    exporting.build_next(LATER)
    assert (now(export).state, now(export).why) == ("stopped", "rows")


def test_the_manager_above_and_administrators_are_asked_never_oneself(firm, held):
    approval = Approval.objects.get(subject=asking(firm.zhao).ref)
    assert {seat.person for seat in approval.decisions.all()} == {firm.boss, firm.he}
    approval = Approval.objects.get(subject=asking(firm.zhou).ref)
    assert {seat.person for seat in approval.decisions.all()} == {firm.so_head, firm.he}
    approval = Approval.objects.get(subject=asking(firm.he).ref)
    assert firm.he not in {seat.person for seat in approval.decisions.all()}


def test_whoever_approves_sees_the_purpose_the_filter_and_whether_there_is_contact_data(client, firm, held):
    asking(firm.zhao, query="region=上海", columns=WITH_PHONE)
    client.force_login(firm.boss)
    page = client.get("/approvals/").content.decode()
    for words in (PURPOSE, "地区: 上海", "约 1 条", "电话"):
        assert words in page


def test_without_approval_there_is_no_file(client, firm, held):
    export = asking(firm.zhao)
    assert not exporting.build_next(LATER)
    client.force_login(firm.zhao)
    for page in ("file", "password"):
        assert client.post(f"/leads/exports/{export.pk}/{page}/", {"once": new_token()}).status_code == 404
    decide(Approval.objects.get(), approve=False, reason="范围太大", by=firm.boss, at=LATER)
    assert now(export).state == "refused"
    assert not exporting.build_next(LATER)


def test_nobody_but_the_one_who_asked_gets_password_or_file(client, firm, held):
    export = built(firm.zhao, firm.boss)
    for person in (firm.boss, firm.he, firm.zhou, firm.li, firm.wang):
        client.force_login(person)
        for page in ("file", "password"):
            assert client.post(f"/leads/exports/{export.pk}/{page}/", {"once": new_token()}).status_code == 404
        shown = client.get(f"/leads/exports/{export.pk}/")
        assert shown.status_code == (200 if person == firm.he else 404)
        assert export.password not in shown.content.decode()
    assert now(export).state == "ready"


def test_the_password_is_shown_once(client, firm, held):
    export = built(firm.zhao, firm.boss)
    client.force_login(firm.zhao)
    url, token = f"/leads/exports/{export.pk}/", new_token()
    assert export.password not in client.get(url).content.decode()
    shown = client.post(f"{url}password/", {"once": token})
    assert export.password in shown.content.decode()
    assert shown["Cache-Control"] == "no-store"
    for again in (token, new_token()):
        assert export.password not in client.post(f"{url}password/", {"once": again}, follow=True).content.decode()
    assert now(export).password == ""
    assert export.password not in str(list(Event.objects.values())) + str(list(Notice.objects.values()))


def test_the_file_is_given_once(client, firm, held):
    export = built(firm.zhao, firm.boss)
    client.force_login(firm.zhao)
    url, token = f"/leads/exports/{export.pk}/file/", new_token()
    assert client.get(url).status_code == 405
    given = client.post(url, {"once": token})
    assert given["Content-Disposition"] == f'attachment; filename="{export.number}.xlsx"'
    assert opened(io.BytesIO(b"".join(given)), export.password).active.max_row == 5
    for again in (token, new_token()):
        assert client.post(url, {"once": again}).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_two_downloads_at_once_give_one_file(firm, held):
    export = built(firm.zhao, firm.boss)
    tokens = [new_token(), new_token()]
    url = f"/leads/exports/{export.pk}/file/"
    answers = post_together(url, {"once": tokens[0]}, user=firm.zhao)
    assert sorted(answer.status_code for answer in answers) == [200, 302]
    assert Event.objects.filter(name="export.taken").count() == 1


def test_a_file_that_nobody_took_in_time_is_gone(client, firm, held):
    export = built(firm.zhao, firm.boss)
    late = local("2026-03-03 11:00")
    with pytest.raises(Refused):
        take_export(export, by=firm.zhao, at=late)
    with pytest.raises(Refused):
        show_password(export, by=firm.zhao, at=late)
    exporting.end_old(late)
    assert (now(export).state, now(export).password, ExportPiece.objects.count()) == ("expired", "", 0)


def test_whoever_loses_the_right_before_it_is_built_gets_nothing(firm, held):
    export = approve(asking(firm.zhao), firm.boss)
    Post.objects.filter(user=firm.zhao).update(until=LATER)
    exporting.build_next(LATER)
    assert (now(export).state, now(export).why) == ("stopped", "right")


def test_whoever_loses_the_right_before_the_download_gets_nothing(client, firm, held):
    export = built(firm.zhao, firm.boss)
    Post.objects.filter(user=firm.zhao).update(until=LATER)
    client.force_login(firm.zhao)
    client.post(f"/leads/exports/{export.pk}/file/", {"once": new_token()})
    assert (now(export).state, now(export).why, ExportPiece.objects.count()) == ("stopped", "right", 0)


def test_whoever_leaves_gets_nothing_and_the_file_goes(firm, held):
    waiting, ready = approve(asking(firm.zhao), firm.boss), built(firm.zhao, firm.boss)
    people.deactivate(firm.zhao, by=firm.he, at=LATER)
    exporting.end_old(LATER)
    exporting.build_next(LATER)
    states = {now(waiting).state, now(ready).state}
    assert states <= {"stopped"}
    assert not ExportPiece.objects.exists()


def test_leads_that_went_out_of_sight_since_are_not_given(client, firm, held):
    export = built(firm.zhao, firm.boss)
    type(held[0]).objects.filter(pk=held[0].pk).update(owner=firm.cs_head)
    client.force_login(firm.zhao)
    client.post(f"/leads/exports/{export.pk}/file/", {"once": new_token()})
    assert (now(export).state, now(export).why) == ("stopped", "scope")


def test_only_what_is_visible_when_it_is_built_is_in_it(firm, held):
    export = approve(asking(firm.zhao), firm.boss)
    type(held[0]).objects.filter(pk=held[0].pk).update(owner=firm.cs_head)
    exporting.build_next(LATER)
    assert now(export).leads == [held[1].pk]


def test_a_filter_that_fits_no_more_does_not_become_a_wider_one(firm, held):
    export = approve(asking(firm.zhao, query=f"owner={firm.wang.pk}"), firm.boss)
    Post.objects.filter(user=firm.wang).update(until=LATER)
    exporting.build_next(LATER)
    assert (now(export).state, now(export).why) == ("stopped", "filter")


def test_every_step_is_in_the_log_without_any_data(firm, held):
    export = built(firm.zhao, firm.boss, query="q=精密", columns=WITH_PHONE)
    rows_of(export, firm.zhao)
    events = Event.objects.filter(subject=export.ref).order_by("pk")
    assert [event.name.split(".")[1] for event in events] == ["asked", "decided", "built", "password_shown", "taken"]
    asked, taken = events[0].data, events[4].data
    assert asked == {"rows": 1, "contacts": True, "view": "all", "filters": ["q"]}
    assert taken == {"rows": 1, "contacts": True}
    assert {event.by.name for event in events} == {"赵强", "张建国"}
    assert "精密" not in str([event.data for event in events])


def test_administrators_are_told_of_a_download(firm, held):
    export = built(firm.zhao, firm.boss)
    take_export(export, by=firm.zhao, at=LATER)
    told = Notice.objects.get(person=firm.he, kind="export.taken")
    assert told.values["rows"] == 2


def test_the_task_builds_what_waits_once_and_again_does_nothing(firm, held):
    export = approve(asking(firm.zhao), firm.boss)
    run_exports()
    run_exports()
    assert (now(export).state, now(export).attempts) == ("ready", 1)
    assert Event.objects.filter(name="export.built").count() == 1


def test_one_that_breaks_again_and_again_is_given_up(firm, held, monkeypatch):
    export = approve(asking(firm.zhao), firm.boss)
    monkeypatch.setattr(exporting, "_build", lambda *given: None)
    for _try in range(exporting.MOST_ATTEMPTS + 1):
        exporting.build_next(LATER)
    assert (now(export).state, now(export).why) == ("stopped", "failed")
    assert Notice.objects.filter(person=firm.zhao, kind="export.stopped").exists()


def test_the_pages_of_many_exports_cost_the_same(client, firm, held, django_assert_max_num_queries):
    for _n in range(12):
        Export.objects.create(by=firm.zhao, asked_at=ASKED, purpose=PURPOSE, view="all", columns=COLUMNS, estimated=1)
    client.force_login(firm.zhao)
    with django_assert_max_num_queries(12):
        client.get("/leads/exports/")
