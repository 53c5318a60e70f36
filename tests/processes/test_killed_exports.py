"""An export whose worker is killed while it writes: nothing of it stays, and the next one begins anew."""

import pytest

from leads.actions import ask_export
from leads.models import ExportPiece
from salesops import clock
from salesops.approvals.actions import decide
from salesops.approvals.models import Approval
from salesops.events.models import Event
from salesops.notices.models import Notice
from tests.leads.test_export import COLUMNS, PURPOSE

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]
BUILD = (
    "import django; django.setup()\n"
    "from leads.actions.exporting import build_next\n"
    "from salesops import clock\n"
    "build_next(clock.now())\n"
)


def test_a_worker_killed_before_it_has_stored_the_file_leaves_nothing_and_the_next_makes_it_once(
    firm, arriving, children
):
    arriving("2026-03-02 09:00")
    now = clock.now()
    export = ask_export(purpose=PURPOSE, view="all", query="", columns=COLUMNS, by=firm.zhou, at=now)
    decide(Approval.objects.get(), approve=True, by=firm.so_head, at=now)
    run = {"DJANGO_SETTINGS_MODULE": "salesops.settings"}
    assert children.run("-c", BUILD, SALESOPS_FAILPOINT="export.written", **run) == 137
    export.refresh_from_db()
    assert (export.state, export.attempts, ExportPiece.objects.count()) == ("waiting", 1, 0)
    for _again in range(2):
        assert children.run("-c", BUILD, **run) == 0
    export.refresh_from_db()
    assert (export.state, export.attempts, export.rows) == ("ready", 2, 1)
    assert ExportPiece.objects.count() == 1
    assert Event.objects.filter(name="export.built").count() == 1
    assert Notice.objects.filter(person=firm.zhou, kind="export.ready").count() == 1
