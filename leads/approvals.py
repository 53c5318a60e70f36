"""What of leads has to be approved."""

from collections.abc import Iterable

from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads import listing, tasks
from leads.actions.exporting import KIND, decided
from leads.export_workbook import COLUMNS
from leads.forms import FilterForm
from leads.models import Export
from leads.models.export import CONTACT_COLUMNS
from salesops.approvals.kinds import Kind, register
from salesops.approvals.models import Approval
from salesops.people.models import User


def facts_of(export: Export) -> list[tuple[str, str]]:
    """What somebody who decides on an export has to know."""
    contacts = [name for name in export.columns if name in CONTACT_COLUMNS]
    others = [name for name in export.columns if name not in CONTACT_COLUMNS]
    form = FilterForm(QueryDict(export.query), people=User.objects.only("name", "pinyin"))
    words = [str(listing.VIEWS.get(export.view, export.view))]
    words += [f"{chip['label']}: {chip['words']}" for chip in form.chips()]
    return [
        (_("Leads"), _("about %(n)s") % {"n": export.estimated}),
        (_("Filter"), " · ".join(words)),
        (_("Contact data"), _words(contacts) if contacts else _("none")),
        (_("Other columns"), _words(others)),
    ]


def _words(columns: Iterable[str]) -> str:
    return ", ".join(str(COLUMNS[name].label) for name in columns if name in COLUMNS)


def facts(approvals: Iterable[Approval]) -> dict[int, list[tuple[str, str]]]:
    exports = Export.objects.in_bulk([approval.subject_id for approval in approvals])
    return {
        approval.pk: facts_of(exports[approval.subject_id]) for approval in approvals if approval.subject_id in exports
    }


def ended(approval, by, at) -> None:
    decided(approval.subject_id, approval.state, by=by, at=at)
    transaction.on_commit(tasks.ring_exports)


register(
    Kind(
        KIND,
        gettext_lazy("Export of leads"),
        facts=facts,
        ended=ended,
    )
)
