"""An admin changes the numbers of a rule: example, preview, save, history, back again."""

import re

import pytest

from salesops.events.models import Event
from salesops.sop.forms import RuleChangeForm
from salesops.sop.frozen import content_of
from salesops.sop.models import Deadline, RuleSetting
from salesops.web.forms.once import new_token
from tests.company import company

from .whole_sop import RULES
from .world import assign, local, only, run_sweep, shown

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("samples")]

NOON = "2026-03-02 12:00"
PAGE = "/sop/sample.respond/change/"
# What the form of sample.respond says before anybody changes anything: A 4 and B 8 office hours, a reminder, a word.
FIELDS = {
    "due-0-0_0": "4",
    "due-0-0_1": "office",
    "due-1-0_0": "8",
    "due-1-0_1": "office",
    "on-remind": "on",
    "when-remind-0_0": "1",
    "when-remind-0_1": "office",
    "on-late": "on",
    "tell-late": ["manager"],
}


@pytest.fixture
def firm():
    return company()


@pytest.fixture(autouse=True)
def noon(time_machine):
    """It is Monday, 12:00."""
    time_machine.move_to(local(NOON), tick=False)


@pytest.fixture
def admin(client, firm):
    client.force_login(firm.he)
    return client


@pytest.fixture
def save(admin):
    """save(**fields): the form as it stands with these fields changed, sent."""

    def save(**fields):
        newest = RuleSetting.objects.order_by("-id").first()
        given = FIELDS | {"seen": newest.pk if newest else 0, "reason": "旺季", "once": new_token()} | fields
        return admin.post(PAGE, {name: value for name, value in given.items() if value is not None})

    return save


def look(admin, step, headers=None, **fields):
    return admin.get(PAGE, FIELDS | {"sent": 1, "seen": 0, "step": step} | fields, headers=headers)


def main(page):
    return page.content.decode().split("<main")[1]


# Saving


def test_a_number_holds_for_what_opens_from_then_on(firm, save, time_machine):
    deal, other = firm.departments["marketing"], firm.departments["it"]
    assign(firm, deal)
    assert save(**{"due-0-0_0": "2"}).status_code == 302
    assign(firm, other, "2026-03-02 13:00")
    assert shown(only("sample.respond", subject=f"deal:{deal.pk}").due_at) == "Mon 03-02 14:00"
    assert shown(only("sample.respond", subject=f"deal:{other.pk}").due_at) == "Mon 03-02 15:00"
    assert RuleSetting.objects.get().values == {"due": {"A": {"term": "hours", "n": 2, "clock": "office"}}}
    event = Event.objects.get(name="rule.set")
    assert (event.by_id, event.data["rule"]) == (firm.he.pk, "sample.respond")


def test_the_other_grades_keep_their_terms(firm, save):
    save(**{"due-0-0_0": "2"})
    assign(firm, firm.departments["it"], "2026-03-02 13:00", grade="B")
    assert shown(only("sample.respond").due_at) == "Tue 03-03 12:00"


def test_a_number_can_wait_for_its_day(firm, save):
    assert save(**{"due-0-0_0": "2", "holds_from": "2026-03-03T00:00"}).status_code == 302
    assign(firm, firm.departments["it"], "2026-03-02 13:00")
    assign(firm, firm.departments["product"], "2026-03-03 10:00")
    due = [shown(row.due_at) for row in Deadline.objects.filter(rule="sample.respond").order_by("id")]
    assert due == ["Mon 03-02 17:00", "Tue 03-03 12:00"]


def test_a_reminder_is_moved_or_left_out(firm, save):
    save(**{"when-remind-0_0": "90", "when-remind-0_1": "office_m"})
    assign(firm, firm.departments["it"], "2026-03-02 13:00")
    assert shown(only("sample.respond").next_at) == "Mon 03-02 15:30"
    save(**{"on-remind": None})
    assign(firm, firm.departments["product"], "2026-03-02 14:00")
    row = Deadline.objects.filter(rule="sample.respond").latest("id")
    assert row.next_at == row.due_at


def test_others_can_be_told(save):
    save(**{"tell-late": ["head", "admins"]})
    assert RuleSetting.objects.get().values == {"ladder": {"late": {"tell": ["head", "admins"]}}}


def test_a_teams_own_number_beats_the_companys_and_holds_below_it(firm, save):
    save(**{"due-0-0_0": "2"})
    save(**{"due-0-0_0": "1", "team": firm.teams["east"].pk})
    assign(firm, firm.departments["it"], "2026-03-02 13:00")
    assert shown(only("sample.respond").due_at) == "Mon 03-02 14:00"


def test_a_rule_that_is_off_opens_nothing_and_its_page_says_why(firm, save, client):
    save(off="on", reason="试行结束")
    assign(firm, firm.departments["it"], "2026-03-02 13:00")
    assert not Deadline.objects.filter(rule="sample.respond").exists()
    client.force_login(firm.wang)
    page = main(client.get("/sop/sample.respond/"))
    assert "试行结束" in page
    assert "change/" not in page


def test_a_double_click_sets_the_numbers_once(admin, save):
    token = new_token()
    first, second = save(once=token), save(once=token, seen=0)
    assert (first.status_code, second.status_code) == (302, 302)
    assert RuleSetting.objects.count() == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"due-0-0_0": "soon"},
        {"due-0-0_0": "0"},
        {"due-0-0_0": "1.5", "due-0-0_1": "working_days"},
        {"due-0-0_0": "999999"},
        {"due-0-0_1": "moons"},
        {"tell-late": []},
        {"reason": "  "},
        {"holds_from": "2026-03-01T09:00"},
        {"holds_from": "gestern"},
    ],
)
def test_what_makes_no_sense_is_refused_with_what_was_typed_kept(save, fields):
    page = save(**{"when-remind-0_0": "37"} | fields)
    assert page.status_code == 422
    assert 'value="37"' in main(page)
    assert "invalid-feedback" in main(page)
    assert not RuleSetting.objects.exists()


def test_who_saves_second_is_told_of_the_first_and_keeps_what_they_typed(firm, save):
    save(reason="第一")
    page = save(seen=0, **{"due-0-0_0": "37"})
    assert page.status_code == 422
    assert 'value="37"' in main(page)
    assert "第一" in main(page)
    assert RuleSetting.objects.count() == 1


# The example and the preview


def test_the_example_is_reckoned_from_what_is_typed(admin):
    page = look(admin, "", headers={"HX-Request": "true"}, **{"due-0-0_0": "2"}).content.decode()
    assert "今天 14:00" in page
    assert "今天 16:00" in page  # so far
    assert "<html" not in page


def test_an_example_of_nonsense_says_so_and_is_no_error(admin):
    page = look(admin, "", headers={"HX-Request": "true"}, **{"due-0-0_0": "2x"})
    assert page.status_code == 200
    assert "2x" in page.content.decode()


def test_without_javascript_a_button_shows_the_example_and_saves_nothing(admin):
    page = look(admin, "example", **{"due-0-0_0": "2"})
    assert "今天 14:00" in main(page)
    assert 'value="2"' in main(page)
    assert not RuleSetting.objects.exists()


def test_the_preview_lists_what_would_move_and_writes_nothing(firm, admin):
    for name in ("it", "marketing"):
        assign(firm, firm.departments[name], "2026-03-02 11:00")
    before = list(Deadline.objects.order_by("id").values())
    page = main(look(admin, "preview", reason="旺季", **{"due-0-0_0": "5"}))
    assert page.count("今天 15:00") >= 2
    assert page.count("今天 16:00") >= 2
    assert (list(Deadline.objects.order_by("id").values()), RuleSetting.objects.count()) == (before, 0)
    assert not Event.objects.filter(name="rule.set").exists()


def test_the_preview_needs_a_reason(admin):
    page = look(admin, "preview", **{"due-0-0_0": "5"})
    assert page.status_code == 422
    assert 'value="5"' in main(page)


def test_nothing_is_recomputed_into_the_past(firm, admin):
    assign(firm, firm.departments["it"], "2026-03-02 10:00")
    assert 'value="recompute"' not in main(look(admin, "preview", reason="旺季", **{"due-0-0_0": "1"}))


def test_running_deadlines_keep_their_clock_unless_the_admin_has_them_recomputed(firm, save):
    assign(firm, firm.departments["it"], "2026-03-02 11:00")
    save(running="keep", **{"due-0-0_0": "5"})
    assert shown(only("sample.respond").due_at) == "Mon 03-02 15:00"
    save(running="recompute", **{"due-0-0_0": "6"})
    assert shown(only("sample.respond").due_at) == "Mon 03-02 17:00"
    assert Event.objects.filter(name="deadline.moved").count() == 1


def test_a_teams_change_recomputes_only_that_team(firm, save):
    save(**{"due-0-0_0": "5"})
    RuleSetting.objects.update(holds_from=local("2026-03-02 11:30"))  # after both opened
    assign(firm, firm.departments["it"], "2026-03-02 11:00")
    assign(firm, firm.departments["legal"], "2026-03-02 11:00", owner=firm.lin)
    save(running="recompute", team=firm.teams["cell"].pk, **{"due-0-0_0": "6"})
    mine, theirs = only("sample.respond", owner=firm.wang), only("sample.respond", owner=firm.lin)
    assert (shown(mine.due_at), shown(theirs.due_at)) == ("Mon 03-02 17:00", "Mon 03-02 15:00")


def test_a_number_that_holds_later_offers_no_recomputation(firm, admin):
    assign(firm, firm.departments["it"], "2026-03-02 11:00")
    page = look(admin, "preview", reason="旺季", holds_from="2026-03-03T00:00", **{"due-0-0_0": "5"})
    assert 'value="recompute"' not in main(page)


# History


def test_each_change_says_who_when_why_and_what(firm, save, client):
    save(**{"due-0-0_0": "2"})
    save(reason="淡季", **{"due-0-0_0": "3"})
    client.force_login(firm.wang)
    page = main(client.get("/sop/sample.respond/"))
    assert re.search(r"何平.*淡季.*2 个工作小时.*3 个工作小时.*旺季.*4 个工作小时.*2 个工作小时", page, re.S)


def test_an_older_setting_is_set_again_as_a_new_one(firm, admin, save):
    save(**{"due-0-0_0": "2"})
    first = RuleSetting.objects.get()
    save(**{"due-0-0_0": "3"})
    form = main(admin.get(PAGE, {"again": first.pk}))
    assert 'value="2"' in form
    save(**{"due-0-0_0": "2"})
    assert RuleSetting.objects.count() == 3
    assert RuleSetting.objects.latest("id").values == first.values


# Every shape of rule


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.key)
def test_the_form_of_every_rule_sent_as_it_is_changes_nothing(rule):
    form = RuleChangeForm(rule=rule, values={}, now=local(NOON))
    data = {"seen": 0, "reason": "旺季"}
    for name, field in form.fields.items():
        value = form[name].initial
        if hasattr(field.widget, "decompress"):
            data |= {f"{name}_{number}": part for number, part in enumerate(field.widget.decompress(value))}
        elif value is not None and value is not False:
            data[name] = value
    sent = RuleChangeForm(data, rule=rule, values={}, now=local(NOON))
    assert sent.is_valid(), sent.errors
    assert sent.values == {}
    assert content_of(rule, sent.values) == content_of(rule, {})


@pytest.mark.parametrize(
    "key", ["sample.daily", "sample.before", "sample.report", "sample.cadence", "sample.answer", "sample.visit"]
)
def test_the_pages_of_other_shapes_open(admin, key):
    assert admin.get(f"/sop/{key}/change/").status_code == 200


def test_the_page_costs_the_same_for_many_deadlines_and_settings(firm, admin, save, django_assert_max_num_queries):
    for number, name in enumerate(("it", "marketing", "product", "legal")):
        assign(firm, firm.departments[name], "2026-03-02 11:00")
        save(**{"due-0-0_0": str(number + 2)})
    with django_assert_max_num_queries(26):
        admin.get(PAGE)
    with django_assert_max_num_queries(26):
        look(admin, "preview", reason="旺季", seen=RuleSetting.objects.latest("id").pk, **{"due-0-0_0": "9"})


def test_nobody_but_an_admin_sets_numbers(client, firm):
    for person in (firm.wang, firm.li, firm.zhao, firm.zhou):
        client.force_login(person)
        assert client.get(PAGE).status_code == 403
        assert client.post(PAGE, FIELDS | {"seen": 0, "reason": "x", "once": new_token()}).status_code == 403
    assert not RuleSetting.objects.exists()


def added(**changes):
    step = {"new-on": "on", "new-kind": "tell", "new-at": "after", "new-amount_0": "2", "new-amount_1": "office"}
    return step | {"new-tell": ["manager"]} | changes


def test_a_step_is_added_with_its_example_its_preview_and_its_history(admin, save, firm):
    given = FIELDS | {"seen": 0, "sent": 1, "reason": "旺季"} | added()
    example = admin.get(PAGE, given, headers={"HX-Request": "true"})
    assert example.status_code == 200
    preview = admin.get(PAGE, given | {"step": "preview"})
    assert [line.after for line in preview.context["lines"]] != []
    assert save(**added()).status_code == 302
    assign(firm, firm.departments["it"], "2026-03-02 13:00")
    names = [step["name"] for step in only("sample.respond").terms.content["ladder"]]
    assert names == ["remind", "late", "added-1"]
    page = admin.get(PAGE)
    assert page.context["form"]["on-added-1"].value()
    assert len(page.context["history"]) == 1


def test_an_added_step_tells_in_time(save, firm):
    save(**added())
    assign(firm, firm.departments["it"], "2026-03-02 13:00")
    run_sweep("2026-03-03 18:00")
    taken = [step["name"] for step in only("sample.respond").steps]
    assert "added-1" in taken


def test_an_added_step_is_changed_and_removed_again(save):
    save(**added())
    stays = {"on-added-1": "on", "when-added-1-0_0": "3", "when-added-1-0_1": "office", "tell-added-1": ["manager"]}
    assert save(**stays).status_code == 302
    changed = RuleSetting.objects.latest("id").values["ladder"]["added-1"]
    assert changed["when"]["amount"]["n"] == 3
    assert save(**stays | {"on-added-1": None}).status_code == 302
    assert RuleSetting.objects.latest("id").values == {}


def test_a_step_that_tells_nobody_is_refused_and_a_reminder_needs_nobody(save):
    assert save(**added(**{"new-tell": None})).status_code == 422
    assert not RuleSetting.objects.exists()
    assert save(**added(**{"new-tell": None, "new-kind": "remind", "new-at": "at_due"})).status_code == 302


def test_a_new_step_never_takes_the_name_of_one_that_was_removed(save):
    save(**added())
    save(**{"when-added-1-0_0": "2", "when-added-1-0_1": "office"})
    save(**added())
    names = [list(row.values.get("ladder", {})) for row in RuleSetting.objects.order_by("id")]
    assert names[1] == []
    assert names[0] != names[2]
