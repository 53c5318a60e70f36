import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex, BTreeIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Event(models.Model):
    """Something that happened. Timeline, audit trail and rules read this table; nothing ever changes it."""

    name = models.CharField(_("event"), max_length=64)
    at = models.DateTimeField(_("at"), help_text=_("When it took effect."))
    recorded_at = models.DateTimeField(_("recorded at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, null=True, related_name="+", verbose_name=_("by")
    )
    subject = models.CharField(_("subject"), max_length=40)
    file = models.CharField(_("file"), max_length=40, default="", help_text=_("Whose timeline shows it."))
    refs = models.JSONField(default=dict)
    data = models.JSONField(default=dict)
    key = models.CharField(max_length=100, null=True, unique=True)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [
            BTreeIndex(fields=["file", "at"], condition=~Q(file=""), name="event_timeline"),
            BTreeIndex(fields=["subject", "at"], name="event_subject"),
            BTreeIndex(fields=["name", "at"], name="event_name"),
            BTreeIndex(fields=["by", "at"], condition=Q(by__isnull=False), name="event_by"),
            # Rows only ever come at the end, so that a few blocks tell what happened since an instant.
            BrinIndex(fields=["recorded_at"], name="event_recorded", autosummarize=True),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self):
        return f"{self.name} {self.subject}"

    @property
    def started_at(self):
        """From when what this event opens runs: when it was done, because nobody was told earlier."""
        return self.recorded_at if self.data.get("by_clock") else self.at
