"""One effect for calls that are sent again: the Idempotency-Key header (draft-ietf-httpapi-idempotency-key-header).

The answer is stored in the transaction of the write: whoever did not get it gets it by asking again.
"""

import datetime
import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Schema

from salesops.retrying import retrying

from ..models import ApiAnswer
from .problems import Problem

KEPT = datetime.timedelta(hours=24)
LONGEST = 255  # characters of the header
JSON = "application/json; charset=utf-8"


@dataclass(frozen=True)
class Answer:
    """What a write has to tell: `body` as JSON, and the address of what it made."""

    status: int
    body: Schema
    location: str = ""


def once(request: HttpRequest, act: Callable[[], Answer]) -> HttpResponse:
    """Acts in a transaction and answers; a call with an Idempotency-Key that was answered gets that answer again.

    Raises Problem: "reused" for another request under the key, "busy" while the first is still being answered. A call
    that fails stores nothing and may be sent again.
    """
    name = _name(request)
    return retrying(lambda: _answer(request, name, act), times=3)


def purge(at: datetime.datetime) -> int:
    """Forgets the answers given more than KEPT before `at`; returns how many."""
    return ApiAnswer.objects.filter(made_at__lt=at - KEPT).delete()[0]


def _answer(request, name: str, act: Callable[[], Answer]) -> HttpResponse:
    if not name:
        done = act()
        return _response(done.status, done.body.model_dump_json(), done.location)
    digest = _hash(name.encode())
    _claim(request.auth.pk, digest)
    asked = _hash(f"{request.method} {request.path}\n".encode() + request.body)
    given = ApiAnswer.objects.filter(api_key=request.auth, digest=digest).first()
    if given is not None and given.made_at > request.now - KEPT:
        if given.request != asked:
            raise Problem("reused")
        return _response(given.status, given.body, given.location, again=True)
    done = act()
    values = {"request": asked, "status": done.status, "body": done.body.model_dump_json()}
    values |= {"location": done.location, "made_at": request.now}
    ApiAnswer.objects.update_or_create(api_key=request.auth, digest=digest, defaults=values)
    return _response(done.status, values["body"], done.location)


def _name(request) -> str:
    """The header's value, without the quotes that the draft asks for and few clients send."""
    name = request.headers.get("Idempotency-Key", "")
    name = name[1:-1] if len(name) > 1 and name[0] == name[-1] == '"' else name
    if len(name) > LONGEST or not (name.isascii() and name.isprintable()):
        raise Problem("unreadable", _("An Idempotency-Key is at most %(most)d ASCII characters.") % {"most": LONGEST})
    return name.strip()


def _claim(api_key: int, digest: str) -> None:
    """Holds the name until the transaction ends; refuses whoever comes meanwhile instead of letting them wait."""
    number = int(_hash(f"{api_key} {digest}".encode())[:15], 16)  # 60 bits, for a lock's signed 64
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        if not cursor.fetchone()[0]:
            raise Problem("busy", headers={"Retry-After": "1"})


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _response(status: int, body: str, location: str, *, again: bool = False) -> HttpResponse:
    response = HttpResponse(body, status=status, content_type=JSON)
    if location:
        response["Location"] = location
    if again:
        response["Idempotency-Replayed"] = "true"
    return response
