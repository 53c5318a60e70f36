from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from .lead import Lead


class Territory(models.Model):
    """Which leads go to which account managers. An empty list means any."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    industries = ArrayField(models.CharField(max_length=60), verbose_name=_("industries"), default=list, blank=True)
    regions = ArrayField(models.CharField(max_length=60), verbose_name=_("regions"), default=list, blank=True)
    products = ArrayField(models.CharField(max_length=60), verbose_name=_("products"), default=list, blank=True)
    sizes = ArrayField(models.CharField(max_length=10), verbose_name=_("sizes"), default=list, blank=True)
    presales = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("presales consultant"),
        help_text=_("Is copied on A leads of this territory."),
    )
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("territory")
        verbose_name_plural = _("territories")

    def __str__(self):
        return self.name


class TerritoryMember(models.Model):
    """An account manager of a territory; `last_at` is the persistent memory of the rotation."""

    territory = models.ForeignKey(Territory, models.CASCADE, related_name="members", verbose_name=_("territory"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="territories", verbose_name=_("account manager")
    )
    capacity = models.PositiveIntegerField(
        _("capacity"), default=50, help_text=_("At most so many leads at once are assigned by rule.")
    )
    last_at = models.DateTimeField(_("last assigned"), null=True, editable=False)

    class Meta:
        verbose_name = _("member of a territory")
        verbose_name_plural = _("members of a territory")
        constraints = [models.UniqueConstraint(fields=["territory", "person"], name="territory_member_once")]

    def __str__(self):
        return f"{self.territory} · {self.person}"


class Assignment(models.Model):
    """Every change of a lead's owner, with why: the log of routing, claiming, taking back and returning."""

    class How(models.TextChoices):
        ROUTED = "routed", _("routed")
        CLAIMED = "claimed", _("claimed")
        BY_HAND = "by_hand", _("assigned by hand")
        CUSTOMER = "customer", _("owner of the customer")
        IMPORTED = "imported", _("imported")
        KEPT = "kept", _("entered by its owner")

    class Ended(models.TextChoices):
        LAPSED = "lapsed", _("not accepted in time")
        DECLINED = "declined", _("declined")
        RETURNED = "returned", _("returned to the pool")
        REASSIGNED = "reassigned", _("assigned to somebody else")
        CLOSED = "closed", _("closed")

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="assignments", verbose_name=_("lead"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="assignments", verbose_name=_("owner")
    )
    how = models.CharField(_("how"), max_length=10, choices=How)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    # Codes and numbers, so that the choice can be shown in the reader's language: territory, candidates, figures.
    reasons = models.JSONField(_("reasons"), default=dict)
    accepted_at = models.DateTimeField(_("accepted at"), null=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)
    ended = models.CharField(_("how it ended"), max_length=10, choices=Ended, blank=True, default="")
    ended_reason = models.CharField(_("reason"), max_length=300, blank=True, default="")

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        indexes = [
            models.Index(fields=["owner", "-at"]),
            models.Index(fields=["lead", "-at"]),
            models.Index(fields=["-at", "-id"]),
        ]
        constraints = [
            models.UniqueConstraint(fields=["lead"], condition=models.Q(ended_at=None), name="assignment_one_at_a_time")
        ]

    def __str__(self):
        return f"{self.lead} → {self.owner}"
