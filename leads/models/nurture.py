"""The nurture pool (培育池): whose contact agreed to get mail, and the mails that went to many."""

from django.conf import settings
from django.db import models
from django.db.models import Case as Choose
from django.db.models import CharField, Exists, F, OuterRef, Q, Subquery, Value, When
from django.utils.translation import gettext_lazy as _

from .customer import Contact
from .lead import Lead, Status
from .library import Case


class Consent(models.Model):
    """A contact agreed to get cases and news by mail; it holds until it is ended, and both are kept."""

    class How(models.TextChoices):
        CALL = "call", _("on the phone")
        WRITTEN = "written", _("in writing")
        MAIL = "mail", _("by e-mail")
        FAIR = "fair", _("at a trade fair or event")

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="consents", verbose_name=_("contact"))
    how = models.CharField(_("how"), max_length=8, choices=How)
    given_on = models.DateField(_("given on"))
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("noted by"))
    noted_at = models.DateTimeField(_("noted at"))
    ended_at = models.DateTimeField(_("ended at"), null=True)
    # Null: the contact has unsubscribed by the link of a mail.
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("ended by")
    )

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["-noted_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["contact"], condition=Q(ended_at=None), name="one_consent_at_a_time")
        ]

    def __str__(self):
        return f"{self.contact} {self.given_on}"


class Mailing(models.Model):
    """A case sent to many contacts of the nurture pool at once."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="mailings", verbose_name=_("case"))
    subject = models.CharField(_("subject"), max_length=150)
    text = models.TextField(_("text"), max_length=4000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    count = models.PositiveIntegerField(_("letters"), default=0)

    class Meta:
        verbose_name = _("mailing")
        verbose_name_plural = _("mailings")
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["-at", "-id"], name="mailing_newest")]

    def __str__(self):
        return self.subject


class Excluded(models.TextChoices):
    """Why a lead of the nurture pool gets no mail; the first that holds."""

    NO_ADDRESS = "no_address", _("no e-mail address")
    UNSUBSCRIBED = "unsubscribed", _("consent withdrawn")
    NO_CONSENT = "no_consent", _("no consent recorded")
    LATELY = "lately", _("got one within the last 7 days")
    TWICE = "twice", _("the contact gets it for another lead")


def nurtured(*, lately) -> models.QuerySet[Lead]:
    """The nurture pool with `excluded`, "" for who may be written to; those who waited longest first.

    `lately` is the instant (UTC) since which a mail counts as just sent.
    """
    consents = Consent.objects.filter(contact=OuterRef("contact"))
    agreed, ended = Exists(consents.filter(ended_at=None)), Exists(consents.exclude(ended_at=None))
    mailed = Lead.objects.filter(pk=OuterRef("pk"), letters__mailing__isnull=False).order_by("-letters__at")
    earlier = Lead.objects.filter(status=Status.NURTURE, contact=OuterRef("contact"), pk__lt=OuterRef("pk"))
    why = Choose(
        When(Q(contact=None) | Q(contact__email_index=""), then=Value(Excluded.NO_ADDRESS)),
        When(~Q(agreed) & Q(ended), then=Value(Excluded.UNSUBSCRIBED)),
        When(~Q(agreed), then=Value(Excluded.NO_CONSENT)),
        When(Q(mailed_at__gt=lately), then=Value(Excluded.LATELY)),
        When(Exists(earlier), then=Value(Excluded.TWICE)),
        default=Value(""),
        output_field=CharField(),
    )
    found = Lead.objects.filter(status=Status.NURTURE).annotate(
        mailed_at=Subquery(mailed.values("letters__at")[:1]), agreed=agreed
    )
    return found.annotate(excluded=why).order_by(F("mailed_at").asc(nulls_first=True), "arrived_at", "id")
