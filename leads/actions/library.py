"""Writing, retiring and using talk templates and cases."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import F

from leads.models import Case, FollowUp, Script
from salesops.events.recording import record
from salesops.people.models import User

Piece = Script | Case


@transaction.atomic
def save_piece(piece: Piece, *, values: Mapping[str, object], by: User, at: datetime) -> Piece:
    """Writes a new piece, or the next version of one; the versions before it are kept."""
    is_new = piece.pk is None
    if not is_new:
        piece = type(piece).objects.select_for_update().get(pk=piece.pk)
        piece.version += 1
    for name, value in values.items():
        setattr(piece, name, value)
    piece.written_by, piece.written_at = by, at
    piece.full_clean()
    piece.save()
    kind = _kind(piece)
    record(f"{kind}.written", at=at, by=by, refs={kind: piece.pk}, data={"version": piece.version})
    return piece


@transaction.atomic
def retire(piece: Piece, *, by: User, at: datetime) -> bool:
    """Takes a piece out of use, or back into it. Returns whether it is out of use now."""
    piece = type(piece).objects.select_for_update().get(pk=piece.pk)
    piece.retired_at = None if piece.retired_at else at
    piece.save(update_fields=["retired_at"])
    kind = _kind(piece)
    record(f"{kind}.{'retired' if piece.retired_at else 'restored'}", at=at, by=by, refs={kind: piece.pk})
    return piece.retired_at is not None


@transaction.atomic
def use_pieces(follow_up: FollowUp, pieces: Iterable[Piece], *, by: User, at: datetime) -> None:
    """Counts what a follow-up has used."""
    for piece in pieces:
        kind = _kind(piece)
        type(piece).objects.filter(pk=piece.pk).update(uses=F("uses") + 1)
        refs = {kind: piece.pk, "follow_up": follow_up.pk, "lead": follow_up.lead_id}
        record(f"{kind}.used", at=at, by=by, refs=refs, data={"version": piece.version})


def _kind(piece: Piece) -> str:
    return "script" if isinstance(piece, Script) else "case"
