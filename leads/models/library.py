"""What the team knows how to say: talk templates (话术模板) and cases (案例). Each version of their text is kept."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import IntegerField, Q, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from .lead import Lead, Stage


class PieceQuerySet(models.QuerySet):
    def in_use(self):
        return self.filter(retired_at=None)

    def fitting(self, lead: Lead):
        """Those in use, first what fits the lead's industry, product and stage; a word left empty fits all.

        `fits` counts what fits by name.
        """
        same = {
            Q(industry=""): Q(industry=lead.customer.industry),
            Q(product=""): Q(product=lead.product),
            Q(stage=None): Q(stage=lead.stage),
        }
        found = self.in_use()
        for empty, equal in same.items():
            found = found.filter(empty | equal)
        fits = sum((Cast(~empty, IntegerField()) for empty in same), Value(0))
        return found.annotate(fits=fits).order_by("-fits", "-uses", "pk")


class Piece(models.Model):
    """What templates and cases have in common: for whom they are, who wrote this version, how often it was used."""

    title = models.CharField(_("title"), max_length=80)
    industry = models.CharField(_("industry"), max_length=60, blank=True, default="")
    product = models.CharField(_("product"), max_length=60, blank=True, default="")
    stage = models.PositiveSmallIntegerField(_("stage"), choices=Stage, null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("written by")
    )
    written_at = models.DateTimeField(_("written at"))
    retired_at = models.DateTimeField(_("retired at"), null=True, blank=True)
    uses = models.PositiveIntegerField(_("times used"), default=0)

    objects = PieceQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["-written_at", "-id"]

    def __str__(self):
        return self.title


@pghistory.track(exclude=["uses"])
class Script(Piece):
    """A talk template: an occasion, and a text with places for the lead's own words (handbooks H1, H4)."""

    text = models.TextField(_("text"), max_length=1000)

    class Meta(Piece.Meta):
        abstract = False
        verbose_name = _("talk template")
        verbose_name_plural = _("talk templates")


@pghistory.track(exclude=["uses"])
class Case(Piece):
    """A success or a failure from which others learn (handbooks H0, H2, H3, H4)."""

    class Outcome(models.TextChoices):
        SUCCESS = "success", _("success")
        FAILURE = "failure", _("failure")

    outcome = models.CharField(_("success or failure"), max_length=8, choices=Outcome)
    customer = models.CharField(_("customer"), max_length=200)
    done = models.TextField(_("what was done"), max_length=2000)
    why = models.TextField(_("why it went so"), max_length=2000)
    lesson = models.TextField(_("lesson"), max_length=1000)
    for_customers = models.BooleanField(
        _("may go to customers"), default=False, help_text=_("Its customer has agreed to be named.")
    )

    class Meta(Piece.Meta):
        abstract = False
        verbose_name = _("case")
        verbose_name_plural = _("cases")
