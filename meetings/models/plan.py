"""当日工作计划: what somebody means to do on a day, in the order in which they mean to do it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from leads.models import Appointment
from salesops.people import scope
from salesops.people.models import Role

from .task import Task


class PlanQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own, those of one's teams, and those of the people whose work one sees."""
        seen = scope.people(user, everything=(Role.ADMIN,))
        teams = scope.teams(user, everything=(Role.ADMIN,))
        return self.filter(models.Q(person__in=seen) | models.Q(person__team__in=teams))


class DayPlan(models.Model):
    """There is none before it is handed in. `version` counts the times it was amended."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="day_plans", verbose_name=_("whose")
    )
    day = models.DateField(_("day"))
    submitted_at = models.DateTimeField(_("handed in at"))
    amended_at = models.DateTimeField(_("amended at"), null=True)
    version = models.PositiveSmallIntegerField(default=0)
    checked_at = models.DateTimeField(_("checked at"), null=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("checked by")
    )
    resources = models.CharField(_("resources"), max_length=300, blank=True, default="")

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering = ["-day", "-id"]
        verbose_name = _("day plan")
        verbose_name_plural = _("day plans")
        constraints = [models.UniqueConstraint(fields=["person", "day"], name="plan_once_a_day")]
        indexes = [models.Index(fields=["day", "person"], name="plan_of_day")]

    def __str__(self):
        return f"{self.person} {self.day}"

    @property
    def amended_since(self) -> bool:
        """Whether it was amended after it was checked."""
        return bool(self.checked_at and self.amended_at and self.amended_at > self.checked_at)

    @property
    def unchecked(self) -> bool:
        return self.checked_at is None or self.amended_since


class PlanLine(models.Model):
    """One thing to do; what it is about says how it is shown and what it has come to."""

    class Kind(models.TextChoices):
        VISIT = "visit", _("visit")
        TALK = "talk", _("appointment")
        TASK = "task", _("task")
        DUTY = "duty", _("due")
        OTHER = "other", _("other")

    plan = models.ForeignKey(DayPlan, models.CASCADE, related_name="lines", verbose_name=_("plan"))
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(_("kind"), max_length=6, choices=Kind)
    text = models.CharField(_("what"), max_length=300)
    at = models.DateTimeField(_("at"), null=True)
    region = models.CharField(_("region"), max_length=60, blank=True, default="")
    material = models.CharField(_("material"), max_length=200, blank=True, default="")
    key = models.BooleanField(_("key task"), default=False)
    appointment = models.ForeignKey(Appointment, models.SET_NULL, null=True, related_name="+")
    task = models.ForeignKey(Task, models.SET_NULL, null=True, related_name="+")
    duty = models.PositiveBigIntegerField(null=True, help_text=_("The id of the deadline."))

    class Meta:
        ordering = ["position", "id"]
        verbose_name = _("line of a plan")
        verbose_name_plural = _("lines of plans")

    def __str__(self):
        return self.text

    @property
    def name(self) -> str:
        """How a form names the line: "visit-7"."""
        return f"{self.kind}-{self.appointment_id or self.task_id or self.duty or self.position}"
