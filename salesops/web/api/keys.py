"""Who calls: a key in the Authorization header, and nothing else."""

import logging
import zoneinfo

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from salesops.people.models import ApiKey, Scope
from salesops.people.zones import zone_of
from salesops.web.refusals import record_refusal

from .problems import Problem

access = logging.getLogger("salesops.access")


class KeyAuth(HttpBearer):
    """Lets a key of the scope in, as `request.auth`; from then on the call speaks its language, in its person's zone.

    `request.user` stays anonymous: whatever looks at it belongs to sessions.
    """

    def __init__(self, scope: Scope):
        self.scope = scope
        super().__init__()

    def __call__(self, request):
        key = super().__call__(request)
        if key is None:
            raise Problem("unauthorized", headers={"WWW-Authenticate": "Bearer"})
        return key

    def authenticate(self, request, token: str) -> ApiKey | None:
        key = ApiKey.objects.of_token(token.strip(), request.now)
        if key is None:
            return None
        request.auth = key
        translation.activate(key.language)
        timezone.activate(zoneinfo.ZoneInfo(zone_of(key.person)))
        wait = key.call(request.now)
        if wait:
            raise Problem("too_many", headers={"Retry-After": str(wait)})
        if self.scope not in key.scopes:
            raise Problem("forbidden", _("The key lacks the scope %(scope)s.") % {"scope": self.scope.value})
        return key


def log_refusal(request, status: int) -> None:
    """Tells what was refused to which key (sop.md section 3): ids and the path, never names or numbers."""
    key = getattr(request, "auth", None)
    whose = f"key={key.shown} user={key.person_id}" if isinstance(key, ApiKey) else "key=-"
    if isinstance(key, ApiKey) and request.resolver_match:
        record_refusal(request, key.person, status)
    access.warning("%d %s %s %s", status, request.method, request.path, whose)


def scoped(scope: Scope, *, example: dict | None = None) -> dict:
    """What an endpoint says of the scope that opens it, once for the lock and for the description."""
    extra = {"x-scope": scope.value} | ({"x-example": example} if example else {})
    return {"auth": KeyAuth(scope), "openapi_extra": extra}
