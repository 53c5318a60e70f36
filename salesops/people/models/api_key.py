import datetime
import hashlib
import math
import secrets

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Greatest
from django.utils.crypto import constant_time_compare, get_random_string
from django.utils.translation import gettext_lazy as _

BEGINS = "sops"
SECOND = datetime.timedelta(seconds=1)
# Calls of one key: so many at once, and one more for each of these spans.
BURST, EVERY = 60, SECOND / 2


class Scope(models.TextChoices):
    """What a key opens; never more than the person on whose behalf it acts may see and do."""

    LEADS_WRITE = "leads:write", _("add leads, log follow-ups")
    LEADS_READ = "leads:read", _("read leads, contact data masked")
    LEADS_CONTACT = "leads:contact", _("read contact data in full; each look is logged")
    DEADLINES_READ = "deadlines:read", _("read what is due on a lead")


class ApiKeyQuerySet(models.QuerySet):
    def current(self, at):
        """The keys that open something at the instant `at` (UTC): not revoked, not expired, of somebody who is here."""
        return self.filter(revoked_at=None, expires_at__gt=at, person__is_active=True)

    def of_token(self, token: str, at) -> "ApiKey | None":
        """The key that a caller has shown, None if it opens nothing. One query; compares in constant time."""
        begins, _sep, rest = token.partition("_")
        prefix, _sep, secret = rest.partition("_")
        if begins != BEGINS or not (prefix.isascii() and secret.isascii()):
            return None
        key = self.current(at).select_related("person").filter(prefix=prefix).first()
        fits = constant_time_compare(digest_of(secret), key.digest if key else digest_of(""))
        return key if key and fits else None


class ApiKey(models.Model):
    """A key with which another program acts on behalf of a person. Only a hash of its secret is kept."""

    name = models.CharField(_("name"), max_length=80)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="api_keys", verbose_name=_("on whose behalf")
    )
    prefix = models.CharField(_("begins with"), max_length=8, unique=True)
    # Of 256 random bits: nothing that a slow hash would have to protect from guessing.
    digest = models.CharField(max_length=64)
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope), verbose_name=_("what it opens"))
    language = models.CharField(_("language of its answers"), max_length=10, default="zh-hans")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("made at"))
    expires_at = models.DateTimeField(_("expires at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    paid_until = models.DateTimeField(
        null=True, blank=True, help_text=_("How far ahead its calls have used up its rate.")
    )

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-id"]
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        indexes = [models.Index(fields=["-made_at", "-id"], name="api_key_newest")]

    def __str__(self):
        return f"{self.name} ({self.shown})"

    @property
    def shown(self) -> str:
        """How the key begins, by which people tell it from others."""
        return f"{BEGINS}_{self.prefix}"

    def is_current(self, at) -> bool:
        return self.revoked_at is None and self.expires_at > at and self.person.is_active

    def call(self, at) -> int:
        """Counts a call at the instant `at` (UTC): 0, or in how many seconds the next one is welcome.

        One statement on the key's row, so that calls at the same moment count each (the generic cell rate algorithm).
        """
        ahead = at + EVERY * (BURST - 1)
        until = Greatest(Coalesce(F("paid_until"), at), at, output_field=models.DateTimeField()) + EVERY
        welcome = ApiKey.objects.filter(Q(paid_until=None) | Q(paid_until__lte=ahead), pk=self.pk)
        if welcome.update(paid_until=until, last_used_at=at):
            return 0
        used = ApiKey.objects.values_list("paid_until", flat=True).get(pk=self.pk)
        return max(1, math.ceil((used - ahead) / SECOND))


def new_token() -> tuple[str, str, str]:
    """(prefix, digest of the secret, the whole token, which is shown once)."""
    prefix, secret = get_random_string(8), secrets.token_urlsafe(32)
    return prefix, digest_of(secret), f"{BEGINS}_{prefix}_{secret}"


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
