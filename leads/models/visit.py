"""A visit: what is brought along (拜访准备清单) and what came of it (客户拜访记录表), handbook H4."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from .customer import Contact
from .follow_up import Appointment, FollowUp


class Preparation(models.Model):
    """拜访准备清单."""

    visit = models.OneToOneField(Appointment, models.CASCADE, related_name="preparation", verbose_name=_("visit"))
    past_deals = models.TextField(_("past deals"), blank=True, default="")
    preferences = models.TextField(_("preferences and habits"), blank=True, default="")
    open_points = models.TextField(_("open points"), blank=True, default="")
    focus = models.TextField(_("focus of this visit"), blank=True, default="")
    company_size = models.CharField(_("company size"), max_length=200, blank=True, default="")
    business = models.CharField(_("what the company does"), max_length=300, blank=True, default="")
    decision_chain = models.CharField(_("decision chain"), max_length=300, blank=True, default="")
    manual = models.BooleanField(_("product manual"), default=False)
    cases = models.BooleanField(_("cases of the trade"), default=False)
    contract = models.BooleanField(_("contract template"), default=False)
    quote_until = models.DateField(_("quote, valid until"), null=True, blank=True)
    devices = models.BooleanField(_("devices and demo tested"), default=False)
    done_at = models.DateTimeField(_("done at"), null=True, editable=False)

    class Meta:
        verbose_name = _("preparation of a visit")
        verbose_name_plural = _("preparations of visits")

    def __str__(self):
        return str(self.visit)


class VisitRecord(models.Model):
    """客户拜访记录表. Its promises are Promise rows, its photos uploads, its visitor the follow-up's `by`."""

    visit = models.OneToOneField(Appointment, models.CASCADE, related_name="record", verbose_name=_("visit"))
    follow_up = models.OneToOneField(FollowUp, models.CASCADE, related_name="visit_record")
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, related_name="+", verbose_name=_("contact"))
    others = models.CharField(_("who else was there"), max_length=200, blank=True, default="")
    began_at = models.DateTimeField(_("began"))
    ended_at = models.DateTimeField(_("ended"))
    place = models.CharField(_("place"), max_length=200)
    purpose = models.CharField(_("purpose"), max_length=200)
    content = models.TextField(_("what was talked about"))
    needs = models.TextField(_("what the customer needs"))
    signs = models.TextField(_("signs of intent"), blank=True, default="")
    objections = models.TextField(_("objections"), blank=True, default="")
    summary = models.TextField(_("agreed summary"))
    next_plan = models.CharField(_("next plan"), max_length=300)
    latitude = models.DecimalField(
        max_digits=8, decimal_places=5, null=True, validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    longitude = models.DecimalField(
        max_digits=8, decimal_places=5, null=True, validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )
    at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("visit record")
        verbose_name_plural = _("visit records")

    def __str__(self):
        return str(self.visit)
