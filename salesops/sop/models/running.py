"""Rows by which enforcement watches itself."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Heartbeat(models.Model):
    """When a periodic duty of the product last ran to its end."""

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self):
        return f"{self.name} {self.at}"


class Outage(models.Model):
    """A gap between heartbeats. Deadlines due in it, or within 30 minutes after, are left out of on-time rates."""

    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"))

    class Meta:
        ordering = ["-since"]
        verbose_name = _("outage")
        verbose_name_plural = _("outages")
        indexes = [models.Index(fields=["until"])]

    def __str__(self):
        return f"{self.since:%Y-%m-%d %H:%M} – {self.until:%H:%M}"


class SweepAttempt(models.Model):
    """A batch that a sweep has begun. One that stays behind names the rows that may have killed their worker."""

    ids = models.JSONField()
    began_at = models.DateTimeField()

    class Meta:
        verbose_name = _("sweep attempt")
        verbose_name_plural = _("sweep attempts")

    def __str__(self):
        return f"{len(self.ids)} rows, {self.began_at}"
