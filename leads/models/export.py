from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from salesops.encryption import EncryptedTextField
from salesops.people.models import Role


class ExportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own; administrators look after all."""
        return self if user.has_role(Role.ADMIN) else self.filter(by=user)


class Export(models.Model):
    """Leads that somebody asks to take out as a file: another person approves, a worker builds it, it is taken once."""

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("export", "waits for approval")
        WAITING = "waiting", pgettext_lazy("export", "approved, the file is being made")
        READY = "ready", pgettext_lazy("export", "ready")
        TAKEN = "taken", pgettext_lazy("export", "downloaded")
        REFUSED = "refused", pgettext_lazy("export", "refused")
        WITHDRAWN = "withdrawn", pgettext_lazy("export", "taken back")
        EXPIRED = "expired", pgettext_lazy("export", "expired")
        STOPPED = "stopped", pgettext_lazy("export", "stopped")

    class Why(models.TextChoices):
        """Why an export was stopped."""

        RIGHT = "right", _("Whoever asked may not export any more.")
        SCOPE = "scope", _("Some of its leads are not visible to whoever asked any more.")
        FILTER = "filter", _("Its filter does not fit any more. Ask again from the list.")
        ROWS = "rows", _("It has become longer than one export may be. Narrow the filter and ask again.")
        ERASED = "erased", _("A contact in it has been erased. Ask again.")
        FAILED = "failed", _("The file could not be made. Tell an administrator.")

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked at"))
    purpose = models.CharField(_("purpose"), max_length=500)
    view = models.CharField(_("view"), max_length=20)
    query = models.CharField(_("filter"), max_length=1000, blank=True, default="")
    columns = ArrayField(models.CharField(max_length=20), verbose_name=_("columns"))
    estimated = models.PositiveIntegerField(_("leads when it was asked for"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ASKED)
    why = models.CharField(_("why it was stopped"), max_length=10, choices=Why, blank=True, default="")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    rows = models.PositiveIntegerField(_("rows"), null=True)
    # Which leads are in the file: who is asked for a number must be able to say who took it out.
    leads = ArrayField(models.BigIntegerField(), default=list, verbose_name=_("leads"))
    built_at = models.DateTimeField(_("made at"), null=True)
    expires_at = models.DateTimeField(_("kept until"), null=True)
    password = EncryptedTextField(blank=True, default="", help_text=_("Until it has been shown."))
    password_shown_at = models.DateTimeField(_("password shown at"), null=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-id"]
        verbose_name = _("export of leads")
        verbose_name_plural = _("exports of leads")
        indexes = [
            models.Index(fields=["by", "-asked_at", "-id"], name="export_of_person"),
            models.Index(fields=["-asked_at", "-id"], name="export_newest"),
            models.Index(fields=["id"], condition=Q(state__in=["waiting", "ready"]), name="export_in_hand"),
            GinIndex(fields=["leads"], name="export_of_lead"),
        ]

    def __str__(self):
        return self.number

    @property
    def number(self) -> str:
        """How people name it, on the page and in the file."""
        return f"EX-{self.pk:05}"

    @property
    def ref(self) -> str:
        return f"export:{self.pk}"

    @property
    def has_contacts(self) -> bool:
        """Whether contact data was asked for."""
        return not CONTACT_COLUMNS.isdisjoint(self.columns)


# Personal data: only in a file for which it was asked for by name.
CONTACT_COLUMNS = frozenset({"contact", "title", "phone", "email", "wechat"})


class ExportPiece(models.Model):
    """A piece of the encrypted file, until it is taken."""

    export = models.ForeignKey(Export, models.CASCADE, related_name="pieces")
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        verbose_name = _("piece of an exported file")
        verbose_name_plural = _("pieces of exported files")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["export", "number"], name="export_piece_once")]

    def __str__(self):
        return f"{self.export} {self.number}"
