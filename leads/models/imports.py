import json

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
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
        """Those that are being written: the same file is gone on with, not begun again."""
        return self.filter(state__in=(LeadImport.State.WAITING, LeadImport.State.RUNNING))

    def drafts(self):
        """Those of which nothing has been written yet."""
        return self.filter(state__in=DRAFTS)

    def in_hand(self):
        """Those that a worker has to go on with."""
        return self.filter(state__in=IN_HAND)


class LeadImport(models.Model):
    """A file of leads. Each row is judged, and written whole or not at all."""

    class State(models.TextChoices):
        SETUP = "setup", pgettext_lazy("import", "being prepared")
        CHECKING = "checking", pgettext_lazy("import", "being checked")
        CHECKED = "checked", pgettext_lazy("import", "checked, not yet imported")
        WAITING = "waiting", pgettext_lazy("import", "waiting")
        RUNNING = "running", pgettext_lazy("import", "running")
        DONE = "done", pgettext_lazy("import", "done")
        UNDOING = "undoing", pgettext_lazy("import", "being undone")
        UNDONE = "undone", pgettext_lazy("import", "undone")

    class Known(models.TextChoices):
        """What happens to a row whose contact is on file. A blank cell never overwrites anything."""

        ASK = "ask", _("Fill in what is blank; keep what differs for review, one by one")
        UPDATE = "update", _("Fill in what is blank and overwrite what differs")
        SKIP = "skip", _("Leave what is on file as it is")

    class Target(models.TextChoices):
        CLEANING = "cleaning", _("Cleaning: sales operations grades them and they are routed by rule")
        OWNERS = "owners", _("Account managers, in turn")
        POOL = "pool", _("Lead pool: whoever claims one")

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
    # How the file is read: what was found or chosen.
    kind = models.CharField(max_length=4, default="csv", editable=False)
    codec = models.CharField(max_length=12, blank=True, default="", editable=False)
    delimiter = models.CharField(max_length=1, blank=True, default="", editable=False)
    mapping = models.JSONField(default=dict, help_text=_("Which field each heading means."))
    trouble = models.CharField(max_length=300, blank=True, default="", help_text=_("Why the file cannot be read."))
    read_to = models.PositiveIntegerField(default=0, help_text=_("Up to which row of the file it is read."))
    expected = models.JSONField(default=dict, help_text=_("What the check expects, as counts."))
    known = models.CharField(_("rows that are known"), max_length=6, choices=Known, default=Known.ASK)
    target = models.CharField(_("new leads go to"), max_length=8, choices=Target, default=Target.CLEANING)
    owners = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", verbose_name=_("account managers"))
    per_day = models.PositiveIntegerField(
        _("leads a day for each person"), null=True, help_text=_("Empty: all are handed over at once.")
    )
    total = models.PositiveIntegerField(_("rows"), default=0)
    blank = models.PositiveIntegerField(pgettext_lazy("import", "blank"), default=0)
    created = models.PositiveIntegerField(pgettext_lazy("import", "created"), default=0)
    updated = models.PositiveIntegerField(pgettext_lazy("import", "updated"), default=0)
    duplicate = models.PositiveIntegerField(pgettext_lazy("import", "duplicate"), default=0)
    rejected = models.PositiveIntegerField(pgettext_lazy("import", "rejected"), default=0)
    finished_at = models.DateTimeField(_("finished at"), null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(_("undone at"), null=True)
    undone = models.PositiveIntegerField(_("rows undone"), default=0)
    kept = models.PositiveIntegerField(_("rows that could not be undone"), default=0)

    objects = LeadImportQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = _("lead import")
        verbose_name_plural = _("lead imports")
        indexes = [
            models.Index(fields=["by", "-at", "-id"], name="import_of_person"),
            models.Index(fields=["-at", "-id"], name="import_newest"),
            models.Index(
                fields=["id"],
                condition=Q(state__in=["checking", "waiting", "running", "undoing"]),
                name="import_in_hand",
            ),
        ]

    def __str__(self):
        return self.file_name

    @property
    def judged(self) -> int:
        return self.blank + self.created + self.updated + self.duplicate + self.rejected

    @property
    def done(self) -> bool:
        """Whether all rows have been written and nothing is going on."""
        return self.state in (self.State.DONE, self.State.UNDONE)

    @property
    def draft(self) -> bool:
        return self.state in DRAFTS


DRAFTS = (LeadImport.State.SETUP, LeadImport.State.CHECKING, LeadImport.State.CHECKED)
IN_HAND = (LeadImport.State.CHECKING, LeadImport.State.WAITING, LeadImport.State.RUNNING, LeadImport.State.UNDOING)


class ImportRow(models.Model):
    """One row of a file and what became of it. The row as it was is encrypted: it holds phone numbers."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("import", "waiting")
        BLANK = "blank", pgettext_lazy("import", "blank")
        CREATED = "created", pgettext_lazy("import", "created")
        UPDATED = "updated", pgettext_lazy("import", "updated")
        DUPLICATE = "duplicate", pgettext_lazy("import", "duplicate")
        REJECTED = "rejected", pgettext_lazy("import", "rejected")

    class Expected(models.TextChoices):
        """What the check foresees. A differing row is a duplicate that would change something on file."""

        BLANK = "blank", pgettext_lazy("import", "blank")
        CREATED = "created", pgettext_lazy("import", "new")
        UPDATED = "updated", pgettext_lazy("import", "fills in what is blank")
        DIFFERING = "differing", pgettext_lazy("import", "differs")
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
    expected = models.CharField(max_length=10, choices=Expected, blank=True, default="")
    # Keyed hashes of the ways to make contact, by which a second row of the same contact is found.
    keys = ArrayField(models.CharField(max_length=65), default=list)
    corrected = models.BooleanField(default=False, help_text=_("Put right by hand after the file was read."))
    written_at = models.DateTimeField(null=True)
    # JSON: field, value before, value after, of what the row has changed on a known lead.
    applied = EncryptedTextField(default="", blank=True)
    to_review = models.BooleanField(default=False, help_text=_("Differs from what is on file; somebody decides."))
    decided = models.CharField(max_length=8, blank=True, default="", help_text=_("What the review decided."))
    undo = models.CharField(max_length=12, blank=True, default="", help_text=_("undone, or why not: a code."))

    class Meta:
        ordering = ["number"]
        verbose_name = _("imported row")
        verbose_name_plural = _("imported rows")
        constraints = [models.UniqueConstraint(fields=["lead_import", "number"], name="import_row_once")]
        indexes = [
            models.Index(fields=["lead_import", "outcome", "number"]),
            models.Index(fields=["lead_import", "expected", "number"], name="import_row_expected"),
            GinIndex(fields=["keys"], name="import_row_keys", fastupdate=False),
            models.Index(
                fields=["lead_import", "number"],
                condition=Q(to_review=True),
                name="import_row_to_review",
            ),
        ]

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

    @property
    def changes(self) -> list[list]:
        """Field, value before, value after."""
        return json.loads(self.applied) if self.applied else []
