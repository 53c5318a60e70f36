"""请求协助: somebody named owes an answer by the end of the day."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from leads.models import Lead
from salesops.people import scope
from salesops.people.models import Role

from .task import Task


class HelpQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those that the user, or somebody whose work they see, has asked for or is asked for."""
        seen = scope.people(user, everything=(Role.ADMIN,))
        return self.filter(Q(asker__in=seen) | Q(helper__in=seen))

    def open(self):
        return self.filter(ended_at=None)


class HelpItem(models.Model):
    """Help that was asked of one person. `ended_at` is set when it is answered, passed on as a task, or withdrawn."""

    text = models.CharField(_("what is needed"), max_length=300)
    asker = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="help_asked", verbose_name=_("who asks")
    )
    helper = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="help_owed", verbose_name=_("who is asked")
    )
    lead = models.ForeignKey(Lead, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("customer"))
    asked_at = models.DateTimeField(_("asked at"))
    answer = models.CharField(_("answer"), max_length=500, blank=True, default="")
    task = models.OneToOneField(
        Task, models.SET_NULL, null=True, blank=True, related_name="help", verbose_name=_("passed on as")
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, editable=False)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("ended by")
    )
    withdrawn = models.BooleanField(_("withdrawn"), default=False)

    objects = HelpQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-id"]
        verbose_name = _("help item")
        verbose_name_plural = _("help items")
        indexes = [
            models.Index(fields=["helper", "-asked_at", "-id"], name="help_of_helper"),
            models.Index(fields=["asker", "-asked_at", "-id"], name="help_of_asker"),
        ]

    def __str__(self):
        return self.text

    @property
    def ref(self) -> str:
        """How events and deadlines name this help item."""
        return f"help:{self.pk}"
