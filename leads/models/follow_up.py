from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Q, Subquery
from django.db.models.functions import JSONObject
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .lead import Lead


class Way(models.TextChoices):
    """How one talked (handbook H2)."""

    CALL = "call", _("Call")
    MESSAGE = "message", _("WeChat or text message")
    MAIL = "mail", _("E-mail")
    VISIT = "visit", _("Visit")
    DEMO = "demo", _("Demo")
    NEGOTIATION = "negotiation", _("Negotiation")


IMPORTANT = (Way.DEMO, Way.NEGOTIATION)


class Intent(models.TextChoices):
    HIGH = "high", pgettext_lazy("intent", "high")
    MEDIUM = "medium", pgettext_lazy("intent", "medium")
    LOW = "low", pgettext_lazy("intent", "low")


class Appointment(models.Model):
    """A planned talk with a customer."""

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        HELD = "held", _("held")
        CANCELLED = "cancelled", _("cancelled")

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="appointments", verbose_name=_("lead"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="appointments", verbose_name=_("who talks")
    )
    way = models.CharField(_("way"), max_length=12, choices=Way)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    place = models.CharField(_("place"), max_length=200, blank=True, default="")
    purpose = models.CharField(_("purpose"), max_length=200, blank=True, default="")
    needs_talk = models.BooleanField(_("needs talk"), default=False)
    route = models.CharField(_("route"), max_length=300, blank=True, default="")
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PLANNED)

    class Meta:
        ordering = ["starts_at"]
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        indexes = [models.Index(fields=["owner", "starts_at"]), models.Index(fields=["lead", "starts_at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=models.F("starts_at")),
                name="appointment_ends_after_it_begins",
                violation_error_message=_("An appointment ends after it begins."),
            )
        ]

    def __str__(self):
        return f"{self.get_way_display()} · {self.lead}"


def planned_talks() -> ArraySubquery:
    """For a query of leads: the planned talks of each, as `talks` reads them. No query of its own."""
    planned = Appointment.objects.filter(lead=models.OuterRef("pk"), state=Appointment.State.PLANNED)
    facts = JSONObject(
        pk="pk",
        way="way",
        starts_at="starts_at",
        ends_at="ends_at",
        place="place",
        purpose="purpose",
        needs_talk="needs_talk",
    )
    return ArraySubquery(planned.order_by("starts_at", "pk").values(facts=facts))


def last_said() -> dict[str, Subquery]:
    """For a query of leads: the last words that anybody noted, and when, as `last` and `last_at`; null for none."""
    said = FollowUp.objects.filter(lead=models.OuterRef("pk")).exclude(note="").order_by("-logged_at", "-id")
    return {"last": Subquery(said.values("note")[:1]), "last_at": Subquery(said.values("logged_at")[:1])}


def talks(planned: list[dict]) -> list[Appointment]:
    """The appointments out of what `planned_talks` has read, soonest first."""
    instants = ("starts_at", "ends_at")
    return [Appointment(**row | {name: parse_datetime(row[name]) for name in instants}) for row in planned]


class FollowUp(models.Model):
    """客户跟进记录表: one contact with a customer, or a try (handbooks H0 and H2)."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="follow_ups", verbose_name=_("lead"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="follow_ups", verbose_name=_("who talked")
    )
    appointment = models.OneToOneField(
        Appointment, models.SET_NULL, null=True, blank=True, related_name="follow_up", verbose_name=_("appointment")
    )
    logged_at = models.DateTimeField(_("logged at"))
    talked_at = models.DateTimeField(_("talked at"), help_text=_("When the talk ended."))
    way = models.CharField(_("way"), max_length=12, choices=Way)
    reached = models.BooleanField(_("reached"))
    progress = models.BooleanField(_("progress"), null=True, help_text=_("Empty: nobody said."))
    note = models.TextField(_("key points"), blank=True, default="")
    need = models.CharField(_("need"), max_length=500, blank=True, default="")
    intent = models.CharField(_("intent"), max_length=6, choices=Intent, blank=True, default="")
    feedback = models.TextField(_("customer's feedback"), blank=True, default="")
    objection = models.CharField(_("objection"), max_length=500, blank=True, default="")
    objection_answer = models.CharField(_("answer to the objection"), max_length=500, blank=True, default="")
    next_step = models.CharField(_("next step"), max_length=200, blank=True, default="")
    next_on = models.DateField(_("next follow-up"), null=True, blank=True)
    later_reason = models.CharField(_("why later"), max_length=300, blank=True, default="")
    important = models.BooleanField(_("important talk"), default=False)
    minutes = models.TextField(_("detailed minutes"), blank=True, default="")
    minutes_at = models.DateTimeField(_("minutes attached at"), null=True, editable=False)

    class Meta:
        ordering = ["-logged_at", "-id"]
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        indexes = [
            models.Index(fields=["lead", "-logged_at", "-id"], name="follow_up_of_lead"),
            models.Index(fields=["by", "-logged_at"], name="follow_up_by"),
        ]

    def __str__(self):
        return f"{self.lead} · {self.get_way_display()}"
