"""What is typed and not yet sent is kept on the server: for its writer alone, until the form is sent."""

import datetime
import re
from pathlib import Path

import pytest
from django import forms
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leads.forms import ReadingForm, StartForm
from leads.models import FollowUp
from salesops import clock
from salesops.sop.models import Deadline
from salesops.web import drafts
from salesops.web.forms.once import new_token
from salesops.web.models import Draft
from tests.company import company
from tests.held import answered

pytestmark = pytest.mark.django_db
TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


@pytest.fixture
def co():
    return company()


@pytest.fixture
def lead(co):
    """A B lead of 王伟's that has had its first response."""
    return answered(co, way="demo", important=True)


@pytest.fixture
def wang(client, co):
    client.force_login(co.wang)
    return client


def form_of(lead):
    return f"/leads/{lead.pk}/follow-up/"


def typing(client, form, **values):
    return client.post("/draft/", {"draft": form, "once": new_token()} | values)


def test_a_draft_is_back_in_the_form_with_its_time(wang, lead):
    answer = typing(wang, form_of(lead), note="客户希望十二月<交付>", result="visit")
    assert answer.json()["saved"] == f"{Draft.objects.get().saved_at + datetime.timedelta(hours=8):%H:%M}"
    for page in (wang.get(form_of(lead)), wang.get(form_of(lead), headers={"HX-Request": "true"})):
        text = page.content.decode()
        assert "客户希望十二月&lt;交付&gt;" in text
        assert "已恢复草稿" in text
        assert 'value="visit" id="id_' in text
    assert "checked" in text.split('value="visit"')[1].split(">")[0]


def test_nobody_else_sees_it_though_they_may_open_the_form(wang, lead, co):
    typing(wang, form_of(lead), note="只给自己看")
    leader = Client()
    leader.force_login(co.li)
    assert "只给自己看" not in leader.get(f"/leads/{lead.pk}/").content.decode()
    assert typing(leader, form_of(lead), note="李娜的").status_code == 200
    assert "只给自己看" in wang.get(form_of(lead)).content.decode()


def test_it_is_encrypted_in_the_database(wang, lead):
    typing(wang, form_of(lead), note="机密内容13800001111")
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM web_draft")
        row = repr(cursor.fetchall())
    assert "机密" not in row
    assert "13800001111" not in row


def test_the_last_words_replace_the_earlier_ones(wang, lead):
    typing(wang, form_of(lead), note="一")
    typing(wang, form_of(lead), note="一二")
    assert Draft.objects.get().values == {"note": ["一二"]}


def test_sending_the_form_removes_the_draft_and_mistakes_leave_it(wang, lead):
    typing(wang, form_of(lead), note="谈")
    sent = {"once": new_token(), "draft": form_of(lead), "result": "progress", "note": "", "next": "sop"}
    assert wang.post(form_of(lead), sent).status_code == 422
    assert Draft.objects.count() == 1
    assert wang.post(form_of(lead), sent | {"note": "谈了价格和交期"}).status_code == 302
    assert FollowUp.objects.filter(note="谈了价格和交期").exists()
    assert not Draft.objects.exists()


def test_what_arrives_after_the_form_was_sent_is_no_draft(wang, lead, co):
    token = new_token()
    sent = {"once": token, "draft": form_of(lead), "result": "progress", "note": "谈了价格和交期", "next": "sop"}
    assert wang.post(form_of(lead), sent).status_code == 302
    assert typing(wang, form_of(lead), note="谈了", once=token).status_code == 204
    assert not Draft.objects.exists()
    # And should it have slipped in between, it is not shown.
    Draft.objects.create(
        person=co.wang, form=form_of(lead), token=token, fields='{"note": ["谈"]}', saved_at=clock.now()
    )
    assert "已恢复草稿" not in wang.get(form_of(lead)).content.decode()


def test_a_draft_can_be_discarded_with_and_without_scripts(wang, lead):
    typing(wang, form_of(lead), note="一")
    back = f"http://testserver/leads/{lead.pk}/"
    answer = wang.post("/draft/removal/", {"draft": form_of(lead)}, headers={"Referer": back})
    assert answer.url == back
    assert not Draft.objects.exists()
    answer = wang.post("/draft/removal/", {"draft": form_of(lead)}, headers={"HX-Request": "true"})
    assert answer.headers["HX-Refresh"] == "true"
    answer = wang.post("/draft/removal/", {"draft": form_of(lead)}, headers={"Referer": "https://evil.example/"})
    assert answer.url == "/"


@pytest.mark.parametrize("form", ["", "no-slash", "/nowhere/at/all/", "//evil.example/", "/" + "x" * 300])
def test_only_forms_of_ours_have_drafts(wang, form):
    assert typing(wang, form, note="x").status_code == 204
    assert not Draft.objects.exists()


def test_a_page_of_somebody_who_has_left_the_machine_saves_nothing_for_the_next(wang, lead, co):
    answer = wang.post("/draft/", {"draft": form_of(lead), "note": "x"}, headers={"Draft-Of": str(co.min.pk)})
    assert answer.status_code == 409
    assert not Draft.objects.exists()


def test_without_a_session_nothing_is_kept(lead):
    assert typing(Client(), form_of(lead), note="x").status_code == 302
    assert not Draft.objects.exists()


def test_drafts_are_few_and_short(wang, lead, co):
    assert typing(wang, form_of(lead), note="长" * drafts.LONGEST).status_code == 413
    for number in range(drafts.MOST + 5):
        typing(wang, f"/leads/{number + 1}/follow-up/", note="x")
    assert Draft.objects.filter(person=co.wang).count() == drafts.MOST


def test_old_drafts_are_forgotten(wang, lead):
    typing(wang, form_of(lead), note="x")
    assert drafts.purge(clock.now() + drafts.KEPT - datetime.timedelta(minutes=1)) == 0
    assert drafts.purge(clock.now() + drafts.KEPT + datetime.timedelta(minutes=1)) == 1


def test_a_form_with_two_buttons_has_one_draft(wang, lead, co):
    """The reason of a late duty is given, or a waiver asked for, in the same form."""
    deadline = lead_deadline(lead)
    form = f"/deadlines/{deadline.pk}/reason/"
    page = wang.get(f"/deadlines/{deadline.pk}/").content.decode()
    assert f'name="draft" value="{form}"' in page
    typing(wang, form, reason="客户出差")
    sent = {"once": new_token(), "draft": form, "reason": "客户出差"}
    wang.post(f"/deadlines/{deadline.pk}/waiver/", sent)
    assert not Draft.objects.exists()


def lead_deadline(lead):
    """Something that is late on the lead."""
    found = Deadline.objects.open().filter(file=lead.ref, owner=lead.owner).earliest("due_at")
    Deadline.objects.filter(pk=found.pk).update(due_at=clock.now() - datetime.timedelta(minutes=5))
    return found


def test_a_draft_of_older_text_does_not_overwrite_newer_text_unseen(wang, lead):
    follow_up = FollowUp.objects.get()
    form = f"/leads/follow-ups/{follow_up.pk}/minutes/"
    before = wang.get(form).context["form"]["seen"].value()
    typing(wang, form, minutes="我写了一半", seen=before)
    FollowUp.objects.update(minutes="别人先交了")
    shown = wang.get(form).context["form"]
    assert (shown["minutes"].value(), shown["seen"].value()) == ("我写了一半", before)
    sent = {"once": new_token(), "draft": form, "minutes": "我写了一半", "seen": shown["seen"].value()}
    assert wang.post(form, sent).status_code == 409


def test_pages_with_many_forms_ask_once(wang, lead):
    wang.get(f"/leads/{lead.pk}/promises/")
    with CaptureQueriesContext(connection) as queries:
        wang.get(f"/leads/{lead.pk}/promises/")
    assert sum("web_draft" in query["sql"] for query in queries) == 1


def test_a_page_that_outlived_its_session_gets_a_new_csrf_token(co):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(co.wang)
    token = strict.get("/draft/").json()["token"]
    sent = {"draft": "/me/shortcuts/", "note": "x", "csrfmiddlewaretoken": "stale" * 10}
    assert strict.post("/draft/", sent).status_code == 403
    assert strict.post("/draft/", sent | {"csrfmiddlewaretoken": token}).status_code == 200


# Forms of a few choices, made again in a moment: nothing in them was written.
CHOICES = {"leads/import_file.html": ReadingForm, "leads/import_start.html": StartForm}
# Sign-in and administration, whose secrets are nobody's drafts; a file; a look-up; a customer's answer, who is nobody
# here.
WITHOUT = (
    *CHOICES,
    "leads/needs_answer.html",
    "leads/web_form.html",
    "leads/known.html",
    "account/",
    "mfa/",
    "admin/",
    "people/leaving.html",
    "people/team.html",
    "leads/import.html",
)


@pytest.mark.parametrize(
    "template", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES))
)
def test_every_form_for_words_keeps_a_draft(template):
    for form in re.findall(r'<form\b[^>]*method="post".*?</form>', template.read_text(), re.S):
        for_words = re.search(r"(?<!role_form)\|crispy|\|as_crispy_field|<textarea", form)
        if for_words and not str(template.relative_to(TEMPLATES)).startswith(WITHOUT):
            assert "{% draft " in form


@pytest.mark.parametrize("form", CHOICES.values())
def test_a_form_of_choices_has_no_field_for_words(form):
    for field in form.base_fields.values():
        assert isinstance(field, forms.ChoiceField | forms.ModelChoiceField | forms.IntegerField)
