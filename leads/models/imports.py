from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from salesops.encryption import EncryptedTextField

from .lead import Lead


class LeadImport(models.Model):
    """A file of leads. Each row is judged, and written whole or not at all."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

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
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    total = models.PositiveIntegerField(_("rows"), default=0)
    blank = models.PositiveIntegerField(_("blank"), default=0)
    created = models.PositiveIntegerField(_("created"), default=0)
    updated = models.PositiveIntegerField(_("updated"), default=0)
    duplicate = models.PositiveIntegerField(_("duplicate"), default=0)
    rejected = models.PositiveIntegerField(_("rejected"), default=0)
    problem = models.CharField(_("problem"), max_length=300, blank=True, default="")
    began_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = _("lead import")
        verbose_name_plural = _("lead imports")
        indexes = [models.Index(fields=["by", "-at"])]

    def __str__(self):
        return self.file_name


class ImportRow(models.Model):
    """One row of a file and what became of it. The row as it was is encrypted: it holds phone numbers."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("waiting")
        BLANK = "blank", _("blank")
        CREATED = "created", _("created")
        UPDATED = "updated", _("updated")
        DUPLICATE = "duplicate", _("duplicate")
        REJECTED = "rejected", _("rejected")

    lead_import = models.ForeignKey(LeadImport, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(_("row"))
    content = EncryptedTextField(_("row as it was"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, default=Outcome.WAITING)
    column = models.CharField(_("column"), max_length=60, blank=True, default="")
    reason = models.CharField(_("reason"), max_length=60, blank=True, default="", help_text=_("A code."))
    cleaned = models.JSONField(default=list, help_text=_("Columns whose values were put right."))
    differing = EncryptedTextField(default="", blank=True, help_text=_("Fields in which a duplicate differs."))
    lead = models.ForeignKey(Lead, models.SET_NULL, null=True, related_name="import_rows")

    class Meta:
        ordering = ["number"]
        verbose_name = _("imported row")
        verbose_name_plural = _("imported rows")
        constraints = [models.UniqueConstraint(fields=["lead_import", "number"], name="import_row_once")]
        indexes = [models.Index(fields=["lead_import", "outcome", "number"])]

    def __str__(self):
        return f"{self.lead_import} {self.number}"
