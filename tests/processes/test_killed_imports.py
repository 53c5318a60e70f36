"""Imports whose worker is killed: no row twice, none lost, whatever it was doing (reliability.md, F23)."""

import random
import sys
import time

import pytest
from django.db.models import Count

from leads.actions.import_checking import check_slice
from leads.actions.import_drafts import begin, check, upload
from leads.actions.import_undo import undo_import
from leads.models import Contact, Lead, LeadImport
from salesops import clock
from tests.leads.files import csv_file, row

from .children import until

PATIENCE = 400  # seconds: thousands of rows, beside other long tests

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]


def rows(count):
    for n in range(count):
        yield row(客户名称=f"甲{n}", 联系方式=f"139{n:08}")


def uploaded(firm, count):
    draft = upload(csv_file(*rows(count)), file_name="线索.csv", by=firm.zhou, at=clock.now())
    return check(draft, mapping=draft.mapping, by=firm.zhou, at=clock.now())


def begun(firm, count):
    draft = uploaded(firm, count)
    while check_slice(draft.pk, seconds=60, at=clock.now()):
        pass
    return begin(draft, known="ask", target="cleaning", owners=[], owner=None, per_day=None)


def now(draft) -> LeadImport:
    return LeadImport.objects.get(pk=draft.pk)


def ring(children):
    """What the timer does every half minute."""
    arguments = ("-m", "celery", "-A", "salesops", "call", "leads.tasks.run_imports", "--queue", "work")
    assert children.run(*arguments) == 0


def killed_and_gone_on(children, draft, *, when, done, name):
    """Kills the worker once `when(import)`; another goes on until `done(import)`."""
    worker = children.worker(f"first-{name}", "work")
    ring(children)
    until(lambda: when(now(draft)), f"{name}: progress", seconds=PATIENCE, every=0.02)
    children.kill(worker)
    assert not done(now(draft)), "it was over before the worker was killed"
    second = children.worker(f"second-{name}", "work")
    for _tick in range(20):
        ring(children)
        if done(now(draft)):
            break
        time.sleep(1)
    until(lambda: done(now(draft)), f"{name}: the end", seconds=PATIENCE)
    children.kill(second)


def all_there(draft, count):
    assert (now(draft).created, now(draft).state) == (count, "done")
    assert Lead.objects.count() == Contact.objects.count() == count
    twice = draft.rows.exclude(lead=None).values("lead").annotate(n=Count("pk")).filter(n__gt=1)
    assert not twice.exists()
    assert draft.rows.filter(outcome="created").count() == count


def test_a_worker_killed_in_the_middle_of_an_import_loses_no_row_and_doubles_none(firm, children, broker):
    draft = begun(firm, 1200)
    killed_and_gone_on(
        children, draft, when=lambda one: one.judged >= 100, done=lambda one: one.state == "done", name="import"
    )
    all_there(draft, 1200)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(5))
def test_killed_at_any_moment_of_check_import_and_undo(firm, children, broker, seed):
    chance = random.Random(seed)
    draft = uploaded(firm, 9000)
    at_row = chance.randrange(1000, 6000)
    killed_and_gone_on(
        children,
        draft,
        when=lambda one: one.read_to >= at_row,
        done=lambda one: one.state == "checked",
        name="check",
    )
    assert now(draft).expected == {"created": 9000}
    assert draft.rows.count() == 9000
    begin(now(draft), known="ask", target="cleaning", owners=[], owner=None, per_day=None)
    at_row = chance.randrange(100, 3000)
    killed_and_gone_on(
        children, draft, when=lambda one: one.judged >= at_row, done=lambda one: one.state == "done", name="import"
    )
    all_there(draft, 9000)
    undo_import(now(draft), by=firm.zhou, at=clock.now())
    at_row = chance.randrange(50, 2000)
    killed_and_gone_on(
        children, draft, when=lambda one: one.undone >= at_row, done=lambda one: one.state == "undone", name="undo"
    )
    assert (now(draft).undone, Lead.objects.count(), Contact.objects.count()) == (9000, 0, 0)


@pytest.mark.soak
def test_a_hundred_thousand_rows_are_checked_in_little_memory(firm, children):
    draft = uploaded(firm, 100_000)
    began = time.monotonic()
    code = (
        "import django, resource; django.setup()\n"
        "from leads.actions.import_checking import check_slice\n"
        "from salesops import clock\n"
        f"while check_slice({draft.pk}, seconds=40, at=clock.now()): pass\n"
        "print('PEAK', resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n"
    )
    assert children.run("-c", code, seconds=1500, DJANGO_SETTINGS_MODULE="salesops.settings") == 0
    took = time.monotonic() - began
    peak = int(children.log().rpartition("PEAK ")[2].split()[0]) // 1024
    sys.stderr.write(f"100,000 rows: {took:.0f} s, peak {peak} MB\n")
    assert now(draft).expected == {"created": 100_000}
    assert peak < 300
