"""A customer's needs: the list before the talk, the report that the customer confirms, the request (H1, H4)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from salesops.encryption import EncryptedTextField

from .lead import Lead

TEXT = ("pain_points", "goals", "budget_range", "decision_process", "dates")


class Mode(models.TextChoices):
    ONLINE = "online", _("online")
    ON_SITE = "on_site", _("on site")


class NeedsText(models.Model):
    """需求分析清单: what is asked in a needs talk, and what its report says."""

    pain_points = models.TextField(_("pain points"), blank=True, default="")
    goals = models.TextField(_("goals"), blank=True, default="")
    budget_range = models.CharField(_("budget range"), max_length=100, blank=True, default="")
    decision_process = models.CharField(_("decision process"), max_length=300, blank=True, default="")
    dates = models.CharField(_("dates"), max_length=200, blank=True, default="")

    class Meta:
        abstract = True


class Needs(NeedsText):
    """What is known of the needs of a lead now. `version` grows with each report that is sent."""

    lead = models.OneToOneField(Lead, models.CASCADE, related_name="needs", verbose_name=_("lead"))
    mode = models.CharField(_("way agreed"), max_length=8, choices=Mode, blank=True, default="")
    version = models.PositiveSmallIntegerField(_("version"), default=0, editable=False)
    changed_at = models.DateTimeField(_("changed at"), null=True, editable=False)
    prepared_at = models.DateTimeField(_("prepared at"), null=True, editable=False)

    class Meta:
        verbose_name = _("needs")
        verbose_name_plural = _("needs")

    def __str__(self):
        return str(self.lead)


class NeedsReport(NeedsText):
    """需求分析报告, as it was sent to the customer: never changed, so that it is known what was confirmed."""

    class Answer(models.TextChoices):
        YES = "yes", _("confirmed")
        NO = "no", _("not right")

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="needs_reports", verbose_name=_("lead"))
    version = models.PositiveSmallIntegerField(_("version"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    sent_at = models.DateTimeField(_("sent at"))
    # The unguessable part of its address: found by its index, shown again to who may see the lead.
    blind_indexes = {"token_index": lambda report: report.token}

    token = EncryptedTextField(editable=False)
    token_index = models.CharField(max_length=64, unique=True, editable=False)
    expires_at = models.DateTimeField(_("open until"))
    opened_at = models.DateTimeField(_("first opened"), null=True, editable=False)
    answer = models.CharField(_("answer"), max_length=4, choices=Answer, blank=True, default="")
    answered_at = models.DateTimeField(_("answered at"), null=True)
    answered_by = models.CharField(_("answered by"), max_length=60, blank=True, default="")
    words = models.TextField(_("the customer's words"), blank=True, default="")
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("noted by")
    )

    class Meta:
        ordering = ["-version"]
        verbose_name = _("needs report")
        verbose_name_plural = _("needs reports")
        constraints = [models.UniqueConstraint(fields=["lead", "version"], name="needs_report_version")]

    def __str__(self):
        return f"{self.lead} · {self.version}"


class NeedsRequest(models.Model):
    """需求申请表: the confirmed need filed to the manager, with the signed document as a file."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="needs_requests", verbose_name=_("lead"))
    report = models.ForeignKey(NeedsReport, models.CASCADE, related_name="requests", verbose_name=_("needs report"))
    text = models.TextField(_("what is asked for"))
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("filed by"))
    filed_at = models.DateTimeField(_("filed at"))

    class Meta:
        ordering = ["-filed_at"]
        verbose_name = _("needs request")
        verbose_name_plural = _("needs requests")

    def __str__(self):
        return str(self.lead)


def confirmed_report(lead: Lead) -> NeedsReport | None:
    """The report to which the customer said yes and since which nothing has changed; None if there is none."""
    found = Needs.objects.filter(lead=lead).first()
    return confirmed_of(found, NeedsReport.objects.filter(lead=lead)[:1]) if found else None


def confirmed_of(found: Needs, reports) -> NeedsReport | None:
    """The same for what has been read: the needs and their reports, the newest first."""
    report = next(iter(reports), None)
    if report is None or report.answer != NeedsReport.Answer.YES or report.version != found.version:
        return None
    return report if all(getattr(report, name) == getattr(found, name) for name in TEXT) else None
