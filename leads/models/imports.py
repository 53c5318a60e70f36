import json

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from salesops.encryption import EncryptedTextField
from salesops.people import scope

from .lead import Lead


class LeadImportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The imports of the user and of the people whom they head; sales operations and administrators see all."""
        return self.filter(by__in=scope.people(user))

    def unfinished(self):
        return self.exclude(state=LeadImport.State.DONE)


class LeadImport(models.Model):
    """A file of leads. Each row is judged, and written whole or not at all."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("import", "waiting")
        RUNNING = "running", pgettext_lazy("import", "running")
        DONE = "done", pgettext_lazy("import", "done")

    file_name = models.CharField(_("file"), max_length=200)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="lead_imports", verbose_name=_("imported by")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner of rows at a later stage"),
    )
    at = models.DateTimeField(_("uploaded at"))
    digest = models.CharField(max_length=64, editable=False, help_text=_("Keyed hash of the file, which is not kept."))
    encoding = models.CharField(_("encoding"), max_length=20, blank=True, default="", help_text=_("Empty for Excel."))
    also = models.CharField(max_length=60, blank=True, default="", help_text=_("Other encodings that fit as well."))
    headings = models.JSONField(_("headings"), default=list)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    total = models.PositiveIntegerField(_("rows"), default=0)
    blank = models.PositiveIntegerField(pgettext_lazy("import", "blank"), default=0)
    created = models.PositiveIntegerField(pgettext_lazy("import", "created"), default=0)
    updated = models.PositiveIntegerField(pgettext_lazy("import", "updated"), default=0)
    duplicate = models.PositiveIntegerField(pgettext_lazy("import", "duplicate"), default=0)
    rejected = models.PositiveIntegerField(pgettext_lazy("import", "rejected"), default=0)
    finished_at = models.DateTimeField(_("finished at"), null=True)

    objects = LeadImportQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = _("lead import")
        verbose_name_plural = _("lead imports")
        indexes = [
            models.Index(fields=["by", "-at", "-id"], name="import_of_person"),
            models.Index(fields=["-at", "-id"], name="import_newest"),
            models.Index(fields=["id"], condition=~Q(state="done"), name="import_unfinished"),
        ]

    def __str__(self):
        return self.file_name

    @property
    def judged(self) -> int:
        return self.blank + self.created + self.updated + self.duplicate + self.rejected

    @property
    def done(self) -> bool:
        return self.state == self.State.DONE


class ImportRow(models.Model):
    """One row of a file and what became of it. The row as it was is encrypted: it holds phone numbers."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("import", "waiting")
        BLANK = "blank", pgettext_lazy("import", "blank")
        CREATED = "created", pgettext_lazy("import", "created")
        UPDATED = "updated", pgettext_lazy("import", "updated")
        DUPLICATE = "duplicate", pgettext_lazy("import", "duplicate")
        REJECTED = "rejected", pgettext_lazy("import", "rejected")

    lead_import = models.ForeignKey(LeadImport, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(_("row"))
    content = EncryptedTextField(_("row as it was"), blank=True, default="")  # JSON: cells by heading
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, default=Outcome.WAITING)
    column = models.CharField(_("column"), max_length=60, blank=True, default="")
    reason = models.CharField(_("reason"), max_length=60, blank=True, default="", help_text=_("A code."))
    cleaned = models.JSONField(default=list, help_text=_("Columns whose values were put right or left out, and which."))
    # JSON: column, value on file, value in the row.
    differing = EncryptedTextField(default="", blank=True, help_text=_("Fields in which a known lead differs."))
    lead = models.ForeignKey(Lead, models.SET_NULL, null=True, related_name="import_rows")

    class Meta:
        ordering = ["number"]
        verbose_name = _("imported row")
        verbose_name_plural = _("imported rows")
        constraints = [models.UniqueConstraint(fields=["lead_import", "number"], name="import_row_once")]
        indexes = [models.Index(fields=["lead_import", "outcome", "number"])]

    def __str__(self):
        return f"{self.lead_import} {self.number}"

    @property
    def cells(self) -> dict[str, str]:
        """The cells that were not blank, by heading."""
        return json.loads(self.content) if self.content else {}

    @property
    def differences(self) -> list[list[str]]:
        """Column, value on file, value in the row."""
        return json.loads(self.differing) if self.differing else []
