"""Taking leads out as a file: asked for with a purpose, approved by another person, built by a worker, taken once."""

import tempfile
import zoneinfo
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import BinaryIO

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from leads import listing
from leads.export_workbook import new_password, write
from leads.forms.listing import FilterForm
from leads.models import Export, ExportPiece, Lead, ProtectionRules
from leads.policy import EXPORTERS, assignable, may
from salesops.approvals.actions import Refused as Unapprovable
from salesops.approvals.actions import ask
from salesops.approvals.kinds import any_of
from salesops.events.recording import record
from salesops.failpoints import failpoint
from salesops.notices.actions import Telling, tell
from salesops.people.directory import Directory
from salesops.people.models import Role, User
from salesops.people.zones import zone_of

from .refusing import Refused

KIND = "leads.export"
PIECE = 1 << 20
MOST_ATTEMPTS = 5
State, Why = Export.State, Export.Why


def leads_to_export(view: str, query: str, user: User, now: datetime) -> QuerySet[Lead] | None:
    """The leads that the filter gives this user now; None where a part of the filter does not fit any more."""
    given = QueryDict(query)
    form = FilterForm(given, people=assignable(user).only("name", "pinyin"))
    if set(form.chosen) != set(given) or view not in listing.VIEWS:
        return None
    return listing.leads_of(view, user, now).filter(form.where())


@transaction.atomic
def ask_export(*, purpose: str, view: str, query: str, columns: Sequence[str], by: User, at: datetime) -> Export:
    """Asks for an export; a manager above, or an administrator, decides.

    Raises PermissionDenied without the right; Refused for a filter that finds nothing or too much, or where nobody
    else could approve.
    """
    if not by.has_role(*EXPORTERS):
        raise PermissionDenied
    found, most = leads_to_export(view, query, by, at), ProtectionRules.now().export_rows
    count = 0 if found is None else found.order_by()[: most + 1].count()
    if not count:
        raise Refused(_("This filter finds no lead."))
    if count > most:
        raise Refused(_("This filter finds more than %(most)s leads. Narrow it first.") % {"most": most})
    export = Export.objects.create(
        by=by, asked_at=at, purpose=purpose, view=view, query=query, columns=list(columns), estimated=count
    )
    data = {"rows": count, "contacts": export.has_contacts, "view": view, "filters": sorted(QueryDict(query))}
    record("export.asked", at=at, by=by, refs={"export": export.pk}, data=data)
    try:
        steps = any_of(*_approvers(by, at))
        ask(KIND, subject=export.ref, title=export.number, reason=purpose, steps=steps, by=by, at=at)
    except Unapprovable as refused:
        raise Refused(str(refused)) from refused
    return export


def _approvers(by: User, at: datetime) -> list[int]:
    """The nearest manager or department head above, and the administrators; without any, the managers."""
    directory = Directory(at)
    wanted = {Role.MANAGER, Role.DEPARTMENT_HEAD}
    above = [head for head in directory.heads_above(by.pk) if wanted & directory.roles_of(head)][:1]
    found = [one for one in dict.fromkeys([*above, *directory.admins()]) if one != by.pk]
    return found or [one for one in directory.with_role(Role.MANAGER) if one != by.pk]


def decided(export_id: int, how: str, *, by: User, at: datetime) -> None:
    """The approval has ended: the file is made, or it is over. In the transaction of that decision."""
    state = {"approved": State.WAITING, "refused": State.REFUSED, "withdrawn": State.WITHDRAWN}[how]
    export = Export.objects.select_for_update(of=("self",)).get(pk=export_id)
    if export.state != State.ASKED:
        return
    export.state, export.decided_by = state, by
    export.ended_at = None if state == State.WAITING else at
    export.save(update_fields=["state", "decided_by", "ended_at"])
    record("export.decided", at=at, by=by, refs={"export": export.pk}, data={"how": how})


def build_next(at: datetime) -> bool:
    """Makes the file of the export that waits longest; False if none waits.

    All of it stands in one transaction: a worker that is killed leaves nothing behind, and the next one begins anew.
    """
    with transaction.atomic():
        export = _waiting().select_for_update(skip_locked=True, of=("self",)).order_by("pk").first()
        if export is None:
            return False
        export.attempts += 1
        export.save(update_fields=["attempts"])
        if export.attempts > MOST_ATTEMPTS:
            stop(export, Why.FAILED, at=at)
            return True
    with transaction.atomic():
        export = _waiting().filter(pk=export.pk).select_for_update(skip_locked=True, of=("self",)).first()
        if export is not None:
            _build(export, at)
    return True


def _waiting() -> QuerySet[Export]:
    return Export.objects.filter(state=State.WAITING).select_related("by")


def _build(export: Export, at: datetime) -> None:
    by, rules = export.by, ProtectionRules.now()
    if not by.has_role(*EXPORTERS):
        return stop(export, Why.RIGHT, at=at)
    with translation.override(by.language), timezone.override(zoneinfo.ZoneInfo(zone_of(by))):
        leads = leads_to_export(export.view, export.query, by, at)
        if leads is None:
            return stop(export, Why.FILTER, at=at)
        if leads.order_by()[: rules.export_rows + 1].count() > rules.export_rows:
            return stop(export, Why.ROWS, at=at)
        password = new_password()
        stream, export.leads = write(export, _rows(leads, by), password=password, at=at)
    failpoint("export.written")
    with stream:
        _keep(export, stream)
    export.state, export.rows, export.password, export.built_at = State.READY, len(export.leads), password, at
    export.expires_at = at + timedelta(hours=rules.export_hours)
    export.save()
    data = {"rows": export.rows, "contacts": export.has_contacts}
    record("export.built", at=at, by=by, refs={"export": export.pk}, data=data)
    _tell([by.pk], "export.ready", export, at, expires_at=export.expires_at)
    return None


def _rows(leads: QuerySet[Lead], by: User) -> Iterator[tuple[Lead, bool]]:
    for lead in leads.for_list().with_holder(by).order_by("-arrived_at", "-id").iterator(chunk_size=500):
        yield lead, may(by, lead).reveal


def _keep(export: Export, stream: BinaryIO) -> None:
    for number, content in enumerate(iter(lambda: stream.read(PIECE), b"")):
        ExportPiece.objects.create(export=export, number=number, content=content)


@transaction.atomic
def show_password(export: Export, *, by: User, at: datetime) -> str:
    """The password, for whoever asked, once. Raises Refused if it has been shown or the file is gone."""
    export = _mine(export, by, at)
    if not export.password:
        raise Refused(_("The password has been shown already. If it is lost, ask for a new export."))
    password, export.password, export.password_shown_at = export.password, "", at
    export.save(update_fields=["password", "password_shown_at"])
    record("export.password_shown", at=at, by=by, refs={"export": export.pk})
    return password


@transaction.atomic
def take(export: Export, *, by: User, at: datetime) -> BinaryIO:
    """The file, for whoever asked, once; it is deleted here. Administrators are told.

    Raises Refused if it is gone, or if `by` may not export or does not see all of its leads any more.
    """
    export = _mine(export, by, at)
    stream = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the response that sends it
    for piece in export.pieces.iterator(chunk_size=4):
        stream.write(piece.content)
    stream.seek(0)
    _end(export, State.TAKEN, at=at)
    data = {"rows": export.rows, "contacts": export.has_contacts}
    record("export.taken", at=at, by=by, refs={"export": export.pk}, data=data)
    _tell([one for one in Directory(at).admins() if one != by.pk], "export.taken", export, at)
    return stream


def _mine(export: Export, by: User, at: datetime) -> Export:
    """The export, locked, if its file is there for `by`; else Refused."""
    export = Export.objects.select_for_update(of=("self",)).select_related("by").get(pk=export.pk, by=by)
    if export.state != State.READY or export.expires_at <= at or lost(export):
        raise Refused(_("This file is not there any more. Ask for a new export."))
    return export


def lost(export: Export) -> str:
    """Why whoever asked may not have the file any more, "" if they may."""
    if not export.by.has_role(*EXPORTERS):
        return Why.RIGHT
    there = Lead.objects.filter(pk__in=export.leads).order_by()
    return Why.SCOPE if there.exclude(pk__in=there.visible_to(export.by).values("pk")).exists() else ""


@transaction.atomic
def stop(export: Export, why: str, *, at: datetime) -> None:
    """Ends an export whose file may not be had; the file is deleted and whoever asked is told why on its page."""
    export.why = why
    _end(export, State.STOPPED, at=at)
    record("export.stopped", at=at, refs={"export": export.pk}, data={"why": str(why)})
    _tell([export.by_id], "export.stopped", export, at)


def end_old(at: datetime) -> None:
    """Deletes the files that nobody took in time, and those of people who may not have them any more."""
    for pk in Export.objects.filter(state=State.READY).order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            ready = Export.objects.filter(pk=pk, state=State.READY).select_related("by")
            export = ready.select_for_update(skip_locked=True, of=("self",)).first()
            if export is not None and export.expires_at <= at:
                _end(export, State.EXPIRED, at=at)
                record("export.expired", at=at, refs={"export": export.pk})
            elif export is not None and (why := lost(export)):
                stop(export, why, at=at)


@transaction.atomic
def drop_with(leads: Sequence[int], *, at: datetime) -> int:
    """Deletes every file that waits to be taken and has one of these leads in it; returns how many."""
    ready = Export.objects.filter(Q(leads__overlap=list(leads)), state=State.READY)
    exports = list(ready.select_for_update(of=("self",)).order_by("pk"))
    for export in exports:
        stop(export, Why.ERASED, at=at)
    return len(exports)


def _end(export: Export, state: str, *, at: datetime) -> None:
    export.state, export.password, export.ended_at = state, "", at
    export.save(update_fields=["state", "password", "ended_at", "why"])
    export.pieces.all().delete()


def _tell(people, kind: str, export: Export, at: datetime, *, expires_at: datetime | None = None) -> None:
    values = {"number": export.number, "person": export.by.name, "rows": export.rows or 0}
    values["until"] = export.expires_at.isoformat() if export.expires_at else ""
    common = {"kind": kind, "values": values, "url": reverse("leads:export", args=[export.pk])}
    key = f"{kind}.{export.pk}"
    tell([Telling(person_id=one, key=key, expires_at=expires_at, **common) for one in people], at=at)
