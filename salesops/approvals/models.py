from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from salesops.people import scope


class ApprovalQuerySet(models.QuerySet):
    def visible_to(self, user):
        """What the user or one of their people has asked for, and what was put before them or before whom they stand
        in for. Sales operations and administrators read all (sop.md section 3)."""
        seats = Decision.objects.filter(Q(person=user) | Q(decided_by=user) | Q(person__in=scope.acted_for(user)))
        return self.filter(Q(asked_by__in=scope.people(user)) | Q(pk__in=seats.values("approval")))


class Approval(models.Model):
    """Something that waits for others to say yes. What it is about stays in its own app (see kinds.py)."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("approval", "waiting")
        APPROVED = "approved", pgettext_lazy("approval", "approved")
        REFUSED = "refused", pgettext_lazy("approval", "refused")
        WITHDRAWN = "withdrawn", pgettext_lazy("approval", "taken back")

    kind = models.CharField(_("kind"), max_length=40)
    subject = models.CharField(_("subject"), max_length=40, help_text=_("The record that it is about, as kind:id."))
    title = models.CharField(_("what"), max_length=200, help_text=_("No phone number, no amount: messages carry it."))
    reason = models.CharField(_("reason"), max_length=500, blank=True, default="")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked at"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    step = models.PositiveSmallIntegerField(_("step"), default=1, help_text=_("The one that is being decided."))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-id"]
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        indexes = [
            models.Index(fields=["asked_by", "-asked_at", "-id"], name="approval_of_asker"),
            models.Index(fields=["subject"], name="approval_of_subject"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject"], condition=Q(state="waiting"), name="approval_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", ended_at=None) | (~Q(state="waiting") & Q(ended_at__isnull=False)),
                name="approval_ends_once",
            ),
        ]

    def __str__(self):
        return f"{self.kind} {self.title}"

    @property
    def subject_id(self) -> int:
        return int(self.subject.partition(":")[2])


class Decision(models.Model):
    """One person's yes or no in one step. Who decides may be somebody who stands in for them."""

    class State(models.TextChoices):
        LATER = "later", pgettext_lazy("approval", "not yet")
        ASKED = "asked", pgettext_lazy("approval", "to be decided")
        APPROVED = "approved", pgettext_lazy("approval", "approved")
        REFUSED = "refused", pgettext_lazy("approval", "refused")
        DROPPED = "dropped", pgettext_lazy("approval", "not needed any more")

    approval = models.ForeignKey(Approval, models.CASCADE, related_name="decisions", verbose_name=_("approval"))
    step = models.PositiveSmallIntegerField(_("step"))
    is_enough = models.BooleanField(_("decides the step alone"), default=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.LATER)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True, default="")

    class Meta:
        ordering = ["step", "id"]
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        indexes = [
            models.Index(fields=["person"], condition=Q(state="asked"), name="decision_asked"),
            models.Index(fields=["decided_by", "-decided_at", "-id"], name="decision_of"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["approval", "step", "person"], name="decision_once"),
            models.CheckConstraint(
                condition=Q(state__in=["approved", "refused"], decided_by__isnull=False, decided_at__isnull=False)
                | (~Q(state__in=["approved", "refused"]) & Q(decided_by=None, decided_at=None)),
                name="decision_has_its_decider",
            ),
        ]

    def __str__(self):
        return f"{self.approval} {self.person} {self.get_state_display()}"
