"""Who opens and does what with leads. 422 stands for "allowed, but the form is empty"."""

import json
from datetime import timedelta

from django.core import signing

from leads.actions import NewLead, arrive, merge, receive_payment, report_needs, win
from leads.actions.import_drafts import upload
from leads.letters import address
from leads.models import (
    Appointment,
    BulkChange,
    Case,
    Collaboration,
    Contact,
    Customer,
    Deal,
    Export,
    FieldChange,
    FollowUp,
    ImportRow,
    Lead,
    LeadImport,
    Letter,
    Mailing,
    Needs,
    Promise,
    Question,
    Script,
    Sent,
    Stage,
    Status,
    WebForm,
)
from leads.views.entering import FOUND
from salesops import clock
from tests.access import SEEN, row
from tests.leads.files import csv_file
from tests.leads.files import row as file_row
from tests.sop.world import local

MONDAY = local("2026-03-02 10:00")


def _lead(co, *, owner, status, grade):
    new = NewLead(company="克来机电", contact="蒋宇", phone="13900000001", industry="汽车配件", source="partner")
    made = arrive(new, by=co.zhou, at=MONDAY, way_in="hand")
    Lead.objects.filter(pk=made.pk).update(owner=owner, status=status, grade=grade)
    return {"pk": made.pk}


def active(co, owner):
    return _lead(co, owner=owner, status=Status.ACTIVE, grade="A")


def customer(co, owner):
    """A customer with its owner and a lead of the same."""
    pk = Lead.objects.get(pk=active(co, owner)["pk"]).customer_id
    Customer.objects.filter(pk=pk).update(owner=owner)
    return {"pk": pk}


def duplicates(co, owner):
    """Two customers of one owner."""
    other = Customer.objects.create(name="克来机电上海", owner=owner, created_at=MONDAY)
    return customer(co, owner) | {"other": other.pk}


def merged(co, owner):
    pair = duplicates(co, owner)
    kept, gone = Customer.objects.get(pk=pair["pk"]), Customer.objects.get(pk=pair["other"])
    return {"pk": merge(kept, gone, values={}, reason="同一家", by=co.zhou, at=clock.now()).pk}


def assigned(co, owner):
    return _lead(co, owner=owner, status=Status.ASSIGNED, grade="A")


def pooled(co, owner):
    return _lead(co, owner=None, status=Status.POOL, grade="B")


def uncleaned(co, owner):
    return _lead(co, owner=None, status=Status.CLEANING, grade="")


def logged(co, owner):
    lead = active(co, owner)["pk"]
    values = {"way": "call", "reached": True, "note": "刚谈完", "important": True}
    made = FollowUp.objects.create(lead_id=lead, by=owner, logged_at=MONDAY, talked_at=MONDAY, **values)
    return {"pk": made.pk}


READERS = ("am", "se", "leader", "manager", "so", "admin")


def script_kind(co, owner):
    return {"kind": "scripts"}


def script(co, owner):
    made = Script.objects.create(title="首次来电", text="您好，{联系人}", written_by=co.zhou, written_at=MONDAY)
    return {"kind": "scripts", "pk": made.pk}


def letter(co, owner):
    case = Case.objects.create(
        title="三个月上线", outcome="success", customer="远大", written_by=co.zhou, written_at=MONDAY
    )
    lead = Lead.objects.get(pk=active(co, owner)["pk"])
    mailing = Mailing.objects.create(case=case, subject="同行案例", text="您好", by=co.zhou, at=MONDAY)
    Letter.objects.create(lead=lead, contact=lead.contact, mailing=mailing, by=co.zhou, at=MONDAY, subject="", body="")
    return {"token": address(mailing.pk, lead.pk, lead.contact_id).rstrip("/").rpartition("/")[2]}


def each_of(roles, status, **others):
    """The same for whosever object it is: 403 for who is not among the roles."""
    return {"everybody": "403 403 403"} | {role: f"{others.get(role, status)} " * 3 for role in roles}


def noting(co, owner):
    return active(co, owner) | {"noted": "promise"}


def promised(co, owner):
    made = Promise(lead_id=active(co, owner)["pk"], owner=owner, text="报价单", due_on=MONDAY.date(), at=MONDAY)
    made.save()
    return {"pk": made.pk}


def asked_question(co, owner):
    return {"pk": Question.objects.create(lead_id=active(co, owner)["pk"], owner=owner, text="交期", at=MONDAY).pk}


def sent(co, owner):
    return {"pk": Sent.objects.create(lead_id=active(co, owner)["pk"], owner=owner, text="样本", at=MONDAY).pk}


def planned(co, owner):
    lead = active(co, owner)["pk"]
    made = Appointment.objects.create(
        lead_id=lead, owner=owner, way="call", starts_at=MONDAY, ends_at=local("2026-03-02 11:00")
    )
    return {"pk": made.pk}


def needs_talk(co, owner):
    made = planned(co, owner)
    Appointment.objects.filter(pk=made["pk"]).update(needs_talk=True)
    return made


def _report(co, owner):
    lead = Lead.objects.get(pk=active(co, owner)["pk"])
    Needs.objects.create(lead=lead, pain_points="停线", goals="提高节拍")
    return report_needs(lead, by=owner, at=clock.now())


def reported(co, owner):
    return {"pk": _report(co, owner).pk}


def link(co, owner):
    return {"token": _report(co, owner).token}


def visit(co, owner):
    made = planned(co, owner)
    Appointment.objects.filter(pk=made["pk"]).update(way="visit")
    return made


def region(co, owner):
    return active(co, owner) | {"name": "region"}


def edited(co, owner):
    lead = Lead.objects.get(pk=active(co, owner)["pk"])
    made = FieldChange.objects.create(lead=lead, field="region", after="上海", by=owner, at=MONDAY)
    return {"pk": made.pk}


def imported(co, owner):
    made = LeadImport.objects.create(file_name="线索.csv", by=owner, at=MONDAY, state="done")
    return {"pk": made.pk}


def preparing(state, kind="csv", **values):
    """An import that has not begun, with its file."""

    def made(co, owner):
        drawn = upload(csv_file(file_row(), file_row(客户名称="")), file_name="线索.csv", by=owner, at=MONDAY)
        LeadImport.objects.filter(pk=drawn.pk).update(state=state, kind=kind, **values)
        return {"pk": drawn.pk}

    return made


def finished(co, owner):
    """An import that may be undone, with a row to be decided and one that was rejected."""
    lead = Lead.objects.get(pk=uncleaned(co, owner)["pk"])
    values = {
        "by": owner,
        "at": MONDAY,
        "finished_at": clock.now(),
        "state": "done",
        "headings": ["客户名称", "电话", "产品"],
    }
    made = LeadImport.objects.create(file_name="线索.csv", **values)
    lead.product = "工业软件"
    lead.save()
    content = json.dumps({"客户名称": "克来机电", "电话": "13900000001", "产品": "机器人"})
    ImportRow.objects.create(
        lead_import=made, number=2, content=content, outcome="duplicate", to_review=True, lead=lead
    )
    ImportRow.objects.create(lead_import=made, number=3, content=content, outcome="rejected", column="电话")
    return {"pk": made.pk}


def only(*roles, status=200):
    """Nobody but these roles."""
    return {"everybody": 403} | dict.fromkeys(roles, status)


def owner_does(status):
    """The owner may; whoever else sees the lead is refused; the others do not find it."""
    refused = {"leader": f"{status} 403 404", "manager": f"{status} 403 404"}
    refused |= {"so": f"{status} 403 403", "admin": f"{status} 403 403"}
    return {"everybody": f"{status} 404 404"} | refused


def heads_do(own, status=422):
    """Heads do it for their people and sales operations for everybody; `own` is for a lead of one's own."""
    heads = {"leader": f"{own} {status} 404", "manager": f"{own} {status} 404"}
    return {"everybody": f"{own} 404 404"} | heads | dict.fromkeys(("so", "admin"), f"{status} {status} {status}")


def managers_do(status):
    """A manager for their people's and admins for everybody's; others who see it are refused."""
    manager = {"leader": "403 403 404", "manager": f"{status} {status} 404"}
    manager |= {"so": "403 403 403", "admin": f"{status} {status} {status}"}
    return {"everybody": "403 404 404"} | manager


def importers(status):
    """Sales operations and administrators for every import, a manager for their own and those of their people."""
    heads = {"manager": f"{status} {status} 404"}
    return {"everybody": 403} | heads | dict.fromkeys(("so", "admin"), f"{status} {status} {status}")


def sales_operations(status):
    return {"everybody": "404 404 404"} | dict.fromkeys(("so", "admin"), f"{status} {status} {status}")


SEEN_AND_SENT = {role: status.replace("200", "302") for role, status in SEEN.items()}
SEEN_AND_EDITED = {role: status.replace("200", "422") for role, status in SEEN.items()}
ASKERS = {"everybody": "403 403 403"} | dict.fromkeys(("am", "so", "leader", "manager", "admin"), "200 200 200")
DECIDERS = {"everybody": "200 404 404", "leader": "200 200 404", "manager": "200 200 404"}
DECIDERS |= {"so": "200 403 403", "admin": "200 200 200"}
CLAIMERS = dict.fromkeys(("am", "leader", "manager"), "302 302 302")

ENTERING = only("am", "so", "leader", "manager", "admin")


def found(co, owner):
    return {"found": signing.dumps(active(co, owner)["pk"], salt=FOUND)}


def asked(co, owner):
    """What somebody from elsewhere asks the owner of a lead."""
    lead = active(co, owner)["pk"]
    made = Collaboration.objects.create(lead_id=lead, person=co.lin, reason="同行介绍", asked_at=MONDAY)
    return {"pk": made.pk}


def exported(co, owner):
    """An export whose file is there. Whoever may not export any more is told so and loses it."""
    facts = {"purpose": "给总部的季度回顾", "view": "all", "columns": ["customer"], "estimated": 1}
    kept = {"built_at": MONDAY, "expires_at": clock.now() + timedelta(hours=1), "password": "abcd", "rows": 0}
    return {"pk": Export.objects.create(by=owner, asked_at=MONDAY, state="ready", **facts, **kept).pk}


def contact_of(co, owner):
    active(co, owner)
    return {"pk": Contact.objects.latest("pk").pk}


EXPORTED = dict.fromkeys(("so", "manager", "admin"), "200 404 404")


def made_form(co, owner):
    return {"pk": _web_form(co).pk}


def public_form(co, owner):
    return {"key": _web_form(co).key}


def _web_form(co):
    return WebForm.objects.get_or_create(
        name="官网", defaults={"title": "联系我们", "made_by": co.zhou, "made_at": MONDAY}
    )[0]


def changed_many(co, owner):
    return {"pk": BulkChange.objects.create(act="tag", by=owner, at=clock.now()).pk}


# Whoever did it, and nobody else.
OWN_CHANGE = {"everybody": "403 403 403"}
OWN_CHANGE |= dict.fromkeys(("am", "so", "leader", "manager", "admin"), "200 404 404")
OWN_CHANGE_UNDONE = {role: status.replace("200", "302") for role, status in OWN_CHANGE.items()}


def calls(co, owner):
    """A figure's page, whoever it is about: tests/leads/test_figures.py asks for those of others."""
    return {"key": "calls"}


FIGURES = {"everybody": "403 403 403"}
FIGURES |= dict.fromkeys(("am", "se", "so", "leader", "manager", "admin"), "200 200 200")


def proposed(co, owner):
    pk = active(co, owner)["pk"]
    Lead.objects.filter(pk=pk).update(stage=Stage.PROPOSAL)
    return {"pk": pk}


def signed(co, owner):
    lead = Lead.objects.get(pk=proposed(co, owner)["pk"])
    return {"pk": win(lead, amount=1, signed_on=MONDAY.date(), by=owner, at=clock.now()).pk}


def paid(co, owner):
    deal = Deal.objects.get(pk=signed(co, owner)["pk"])
    payment = receive_payment(deal, amount=1, received_on=MONDAY.date(), by=owner, at=clock.now())
    return {"pk": payment.pk}


def with_a_member(co, owner):
    lead = active(co, owner)["pk"]
    joined = {"state": "agreed", "reason": "同行", "asked_at": MONDAY}
    Collaboration.objects.create(lead_id=lead, person=co.engineer, **joined)
    return {"pk": lead, "person": co.engineer.pk}


ROWS = [
    row("leads:new", **ENTERING),
    row("leads:new", post={}, **ENTERING | dict.fromkeys(("am", "so", "leader", "manager", "admin"), 422)),
    row("leads:known", **ENTERING),
    row("leads:known", post={"asked": "克来机电"}, **ENTERING),
    row("leads:collaborations", found, **ASKERS),
    row("leads:collaboration", asked, **DECIDERS),
    row("leads:list", **only("am", "se", "so", "leader", "manager", "admin", "cs")),
    row("leads:bulk", post={}, **only("am", "so", "leader", "manager", "admin", status=302)),
    row("leads:bulk_change", changed_many, **OWN_CHANGE),
    row(
        "leads:bulk_undo",
        changed_many,
        **{role: code.replace("200", "302") for role, code in OWN_CHANGE.items()},
        post={},
    ),
    row("leads:cleaning", **only("so", "admin")),
    row("leads:sizes", **only("so", "admin", status=302), post={}),
    row("leads:pool", **only("am", "se", "so", "leader", "manager", "admin")),
    row("leads:web_form", public_form, everybody=200, anonymous=200),
    row("leads:web_forms", **only("so", "admin")),
    row("leads:web_form_new", **only("so", "admin")),
    row("leads:web_form_edit", made_form, **only("so", "admin")),
    row("leads:figures", **only("am", "se", "so", "leader", "manager", "admin")),
    row("leads:figure", calls, **FIGURES),
    row("leads:flow", **only("so", "manager", "admin")),
    row("leads:dry_run", **only("so", "admin")),
    row("leads:pool_rules", **only("admin")),
    row("leads:survey", active, **owner_does(200)),
    row("leads:survey", active, **owner_does(422), post={}),
    row("leads:customers", **only("am", "se", "so", "leader", "manager", "admin", "cs")),
    row("leads:customer", customer, **SEEN),
    row("leads:customer_contact", customer, **SEEN, post=lambda: {"contact": Contact.objects.latest("pk").pk}),
    row("leads:key_contact", customer, **owner_does(200)),
    row("leads:key_contact", customer, **owner_does(422), post={}),
    row("leads:key_mark", customer, **managers_do(200)),
    row("leads:key_mark", customer, **managers_do(422), post={}),
    row("leads:tags", customer, **SEEN),
    row("leads:tags", customer, **SEEN_AND_SENT, post={}),
    row("leads:parent", customer, **SEEN),
    row("leads:parent", customer, **SEEN_AND_SENT, post={}),
    row("leads:merge", duplicates, **importers(200)),
    row("leads:merge", duplicates, **importers(422), post={}),
    row("leads:merge_undo", merged, **importers(302), post={}),
    row("leads:nurture", **only("so", "manager", "admin")),
    row("leads:detail", active, **SEEN),
    row("leads:detail", pooled, **(sales_operations(200) | dict.fromkeys(CLAIMERS, "200 200 200"))),
    row("leads:needs", active, **SEEN),
    row("leads:needs_text", active, **owner_does(200)),
    row("leads:needs_text", active, **owner_does(422), post={"x": "x"}),
    row("leads:needs_report", active, **owner_does(302), post={}),
    row("leads:needs_list", needs_talk, **owner_does(200)),
    row("leads:needs_request", active, **owner_does(302)),
    row("leads:needs_paper", reported, **SEEN),
    row("leads:needs_noted", reported, **owner_does(200)),
    row("leads:needs_noted", reported, **owner_does(422), post={}),
    row("leads:needs_answer", link, everybody="200 200 200", anonymous=200),
    row("leads:needs_answer", link, everybody="422 422 422", anonymous=422, post={}),
    row("leads:stage", active, **owner_does(200)),
    row("leads:stage", active, **owner_does(422), post={}),
    row("leads:loss", active, **heads_do(422), post={}),
    row("leads:deal", proposed, **SEEN),
    row("leads:deal", proposed, **heads_do(422), post={}),
    row("leads:deal_withdrawal", signed, **heads_do(200, 200)),
    row("leads:deal_withdrawal", signed, **heads_do(422), post={}),
    row("leads:payment_withdrawal", paid, **heads_do(200, 200)),
    row("leads:payment_withdrawal", paid, **heads_do(422), post={}),
    row("leads:visits", active, **SEEN),
    row("leads:visits", active, **owner_does(422), post={}),
    row("leads:visit", visit, **SEEN),
    row("leads:preparation", visit, **owner_does(200)),
    row("leads:confirmation", visit, **owner_does(200)),
    row("leads:confirmation", visit, **owner_does(422), post={}),
    row("leads:invitation", visit, **SEEN),
    row("leads:visit_record", visit, **owner_does(200)),
    row("leads:visit_record", visit, **owner_does(422), post={}),
    row("leads:library", **only(*READERS)),
    row("leads:library_new", script_kind, **each_of(READERS, 403, manager=200, so=200, admin=200)),
    row("leads:library_new", script_kind, **each_of(READERS, 403, manager=422, so=422, admin=422), post={}),
    row("leads:library_piece", script, **each_of(READERS, 200)),
    row("leads:library_piece", script, **each_of(READERS, 403, manager=422, so=422, admin=422), post={}),
    row("leads:library_retirement", script, **each_of(READERS, 403, manager=302, so=302, admin=302), post={}),
    row("leads:mailing", **only("so", "admin")),
    row("leads:mailing", post={}, **only("so", "admin", status=422)),
    row("leads:letter_answer", letter, everybody="200 200 200", anonymous=200),
    row("leads:letter_answer", letter, everybody="200 200 200", anonymous=200, post={"List-Unsubscribe": "One-Click"}),
    row("leads:nurturing", active, **heads_do(200, 200)),
    row("leads:nurturing", active, **heads_do(422), post={}),
    row("leads:consent", active, **heads_do(200, 200)),
    row("leads:consent", active, **heads_do(422), post={}),
    row("leads:offered", active, **owner_does(200)),
    row("leads:comment", active, **SEEN),
    row("leads:comment", active, **SEEN_AND_EDITED, post={}),
    row("leads:promises", active, **SEEN),
    row("leads:promises", noting, **owner_does(422), post={}),
    row("leads:promise", promised, **SEEN),
    row("leads:promise", promised, **owner_does(302), post={}),
    row("leads:question", asked_question, **SEEN),
    row("leads:question", asked_question, **owner_does(422), post={}),
    row("leads:sent", sent, **SEEN),
    row("leads:sent", sent, **owner_does(302), post={}),
    row("leads:files", active, **SEEN),
    row("leads:files", active, **SEEN_AND_EDITED, post={}),
    row("leads:qualification", uncleaned, **sales_operations(200)),
    row("leads:closing", uncleaned, **sales_operations(422), post={}),
    row("leads:acceptance", assigned, **owner_does(302), post={}),
    row("leads:refusal", assigned, **owner_does(200)),
    row("leads:refusal", assigned, **owner_does(422), post={}),
    row("leads:claim", pooled, **(sales_operations(403) | CLAIMERS), post={}),
    row("leads:return", active, **heads_do(200, 200)),
    row("leads:return", active, **heads_do(422), post={}),
    row("leads:grade", active, **heads_do(200, 200)),
    row("leads:grade", active, **heads_do(422), post={}),
    row("leads:assignment", active, **heads_do(403), post={}),
    row("leads:team", active, **heads_do(200, 200)),
    row("leads:team", active, **heads_do(422), post={}),
    row("leads:team_removal", with_a_member, **heads_do(302, 302), post={}),
    row("leads:assignment", active, **heads_do(403, 200)),
    row("leads:field", region, **SEEN),
    row("leads:move", planned, **owner_does(200)),
    row("leads:later_date", active, **heads_do(403, 200)),
    row("leads:later_date", active, **heads_do(403), post={}),
    row("leads:follow_up", active, **owner_does(422), post={}),
    row("leads:follow_up", active, **owner_does(200)),
    row("leads:appointment", active, **owner_does(200)),
    row("leads:appointment", active, **owner_does(422), post={}),
    row("leads:contact", active, **SEEN, post=lambda: {"contact": Contact.objects.latest("pk").pk}),
    row(  # only who logged it finds it
        "leads:undo", logged, everybody="302 404 404", post={}
    ),
    row("leads:field_undo", edited, everybody="302 404 404", post={}),
    row("leads:minutes", logged, **owner_does(200)),
    row("leads:cancellation", planned, **owner_does(302), post={}),
    row("leads:exports", **only("so", "manager", "admin")),
    row("leads:export_new", **only("so", "manager", "admin")),
    row("leads:export_new", **only("so", "manager", "admin", status=422), post={}),
    row("leads:export", exported, everybody="200 404 404", admin="200 200 200"),
    row("leads:export_password", exported, everybody="302 404 404", **EXPORTED, post={}),
    row("leads:export_file", exported, everybody="302 404 404", **EXPORTED, post={}),
    row("leads:erasure", contact_of, everybody=403, admin="200 200 200"),
    row("leads:erasure", contact_of, everybody=403, admin="422 422 422", post={}),
    row("leads:security", **only("admin")),
    row("leads:security_search", **only("admin", status=302), post={"words": "13900000001"}),
    row("leads:protection", **only("admin")),
    row("leads:protection", **only("admin", status=422), post={}),
    row("leads:import", **only("so", "manager", "admin")),
    row("leads:import", post={}, **only("so", "manager", "admin", status=422)),
    row("leads:import_template", **only("so", "manager", "admin")),
    row("leads:import_file", preparing("setup"), **importers(200)),
    row("leads:import_file", preparing("setup"), **importers(422), post={}),
    row("leads:import_columns", preparing("setup"), **importers(200)),
    row("leads:import_columns", preparing("setup"), **importers(422), post={}),
    row("leads:import_check", preparing("checked"), **importers(200)),
    row("leads:import_check", preparing("checked"), **importers(302), post={}),
    row("leads:import_corrections", preparing("checked"), **importers(302), post={}),
    row("leads:import_start", preparing("checked"), **importers(200)),
    row("leads:import_start", preparing("checked"), **importers(422), post={}),
    row("leads:import_discard", preparing("checked"), **importers(302), post={}),
    row("leads:import_rejected", finished, **importers(200)),
    row("leads:import_review", finished, everybody=403, manager="302 302 404", so="200 200 200", admin="200 200 200"),
    row("leads:import_review", finished, **importers(404), post={}),
    row("leads:import_undo", finished, **importers(200)),
    row("leads:import_undo", finished, **importers(302), post={}),
    row("leads:import_detail", imported, everybody=403, manager="200 200 404", so="200 200 200", admin="200 200 200"),
]
