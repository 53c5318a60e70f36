from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class LeaveQuerySet(models.QuerySet):
    def running(self, at):
        """Approved leave that covers the instant `at`."""
        return self.filter(state=Leave.State.APPROVED, since__lte=at, until__gt=at)


class Leave(models.Model):
    """A span in which a person owes no daily duties and a stand-in answers to their customers (sop.md section 1)."""

    class State(models.TextChoices):
        ASKED = "asked", _("asked for")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")
        CANCELLED = "cancelled", _("cancelled")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="leaves", verbose_name=_("person"))
    stand_in = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="standing_in",
        verbose_name=_("stand-in"),
        help_text=_("Without one, the head of the team stands in."),
    )
    since = models.DateTimeField(_("begins"))
    until = models.DateTimeField(_("ends"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ASKED)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("decided by"),
    )

    objects = LeaveQuerySet.as_manager()

    class Meta:
        ordering = ["-since"]
        verbose_name = _("leave")
        verbose_name_plural = _("leave")
        indexes = [models.Index(fields=["until", "since"]), models.Index(fields=["stand_in", "until"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gt=F("since")),
                name="leave_ends_after_it_begins",
                violation_error_message=_("Leave ends after it begins."),
            ),
            models.CheckConstraint(
                condition=Q(stand_in__isnull=True) | ~Q(stand_in=F("user")),
                name="nobody_stands_in_for_oneself",
                violation_error_message=_("Choose another person as the stand-in."),
            ),
        ]

    def __str__(self):
        return f"{self.user} {self.since:%Y-%m-%d} – {self.until:%Y-%m-%d}"
