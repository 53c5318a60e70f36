"""What went wrong, as application/problem+json (RFC 9457)."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from django.conf import settings
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True)
class Kind:
    status: int
    title: str | Promise


# By their code, which is the end of the problem's `type` and an anchor on the page that describes the API.
KINDS = {
    "unreadable": Kind(400, _("The request cannot be read.")),
    "unauthorized": Kind(401, _("The key is missing, unknown, expired or revoked.")),
    "forbidden": Kind(403, _("The key, or the person on whose behalf it acts, may not do this.")),
    "not_found": Kind(404, _("There is nothing here, or the person on whose behalf the key acts does not see it.")),
    "method": Kind(405, _("This address does not take this method.")),
    "busy": Kind(409, _("A call with the same Idempotency-Key is still being answered.")),
    "refused": Kind(409, _("It cannot be done as things are now.")),
    "too_large": Kind(413, _("The body is too large.")),
    "media_type": Kind(415, _("The body has to be application/json.")),
    "invalid": Kind(422, _("Some fields cannot be used as they are.")),
    "reused": Kind(422, _("This Idempotency-Key came with another request before.")),
    "too_many": Kind(429, _("Too many calls with this key.")),
    "internal": Kind(500, _("Something went wrong on our side; nothing was written.")),
    "unavailable": Kind(503, _("The database cannot be reached; nothing was written. Try again shortly.")),
}


@dataclass(frozen=True)
class FieldError:
    """One field that cannot be used, a code that stays, and why in the key's language.

    `pointer` is a JSON Pointer into the body ("#/phone"), or names a parameter of the address ("?stage").
    """

    pointer: str
    code: str
    detail: str


class Problem(Exception):
    """Ends a call; whatever it has written is rolled back."""

    def __init__(
        self,
        code: str,
        detail: str = "",
        *,
        errors: Iterable[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ):
        self.code, self.detail, self.errors, self.headers = code, detail, tuple(errors), dict(headers or {})
        super().__init__(code)

    def response(self) -> HttpResponse:
        kind = KINDS[self.code]
        body = {
            "type": f"{settings.BASE_URL}/developers/#{self.code}",
            "title": str(kind.title),
            "status": kind.status,
        }
        if self.detail:
            body["detail"] = self.detail
        if self.errors:
            body["errors"] = [asdict(error) for error in self.errors]
        content = json.dumps(body, ensure_ascii=False)
        return HttpResponse(content, status=kind.status, content_type=MEDIA_TYPE, headers=self.headers)
