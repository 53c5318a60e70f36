from datetime import UTC, datetime, timedelta

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from salesops.people import scope
from salesops.people.models import Role

from .customer import Contact, Customer


class Source(models.TextChoices):
    """sop.md section 4."""

    WEBSITE = "website", _("Website")
    EXHIBITION = "exhibition", _("Trade fair")
    CAMPAIGN = "campaign", _("Marketing activity")
    INQUIRY = "inquiry", _("Customer's own inquiry")
    PARTNER = "partner", _("Channel or partner")
    REFERRAL = "referral", _("Referral")
    SOCIAL = "social", _("Social media or community")
    OTHER = "other", _("Other")


class Grade(models.TextChoices):
    A = "A", _("A – closes within 30 days")
    B = "B", _("B – closes in 1 to 3 months")
    C = "C", _("C – long term")


class Stage(models.IntegerChoices):
    """The stages of the sales process (handbook H1)."""

    DEVELOPMENT = 1, _("Lead development")
    NEEDS = 2, _("Needs analysis")
    PROPOSAL = 3, _("Proposal and negotiation")
    CONTRACT = 4, _("Contract and order")
    DELIVERY = 5, _("Delivery and after-sales")


class Status(models.TextChoices):
    """Where a lead is."""

    CLEANING = "cleaning", _("to be cleaned")
    POOL = "pool", _("lead pool")
    NURTURE = "nurture", _("nurture pool")
    ASSIGNED = "assigned", _("waiting for acceptance")
    ACTIVE = "active", _("being worked on")
    WON = "won", _("won")
    CLOSED = "closed", _("closed")


# Nobody works to win these any more.
ENDED = (Status.WON, Status.CLOSED)


class Pooled(models.TextChoices):
    """Why a lead lies in a pool."""

    NEW = "new", _("new")
    NOBODY = "nobody", _("nobody could take it")
    RETURNED = "returned", _("given back")
    NOT_FOLLOWED = "not_followed", _("not followed up")
    RECYCLED = "recycled", _("went cold")


class Loss(models.TextChoices):
    """Why a lead was lost (输单)."""

    PRICE = "price", _("price too high")
    COMPETITOR = "competitor", _("lost to a competitor")
    NO_NEED = "no_need", _("no need any more")
    NO_BUDGET = "no_budget", _("no budget")
    POSTPONED = "postponed", _("project postponed")
    PRODUCT = "product", _("product does not fit")
    SERVICE = "service", _("service or delivery not accepted")
    UNREACHABLE = "unreachable", _("customer not to be reached")
    OTHER = "other", _("another reason")


# Who lost a lead may have hung up a minute before: for a day they read it and leave a note about what was said. Later
# they have nothing to do with the customer any more, and sop.md section 3 shows them only their own.
LATE_NOTES = timedelta(hours=24)


# When the customer was last reached, for lists in that order; those never reached come first.
CONTACTED_AT = Coalesce("last_contact_at", Value(datetime(2000, 1, 1, tzinfo=UTC), output_field=models.DateTimeField()))


class LeadQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The leads that the user may see (sop.md section 3); in the pools those that anybody may claim."""
        seen = Q(owner__in=scope.people(user)) | Q(presales=user)
        agreed = Collaboration.objects.joined().filter(person=user)
        seen |= Q(pk__in=agreed.values("lead"))
        if user.has_role(Role.AM, *scope.HEADS):
            seen |= Q(status=Status.POOL)
        if user.has_role(Role.SO, Role.ADMIN):
            return self
        return self.filter(seen)

    def joined_by(self, user):
        """Those on which the user works along."""
        agreed = Collaboration.objects.joined().filter(person=user)
        return self.filter(pk__in=agreed.values("lead"))

    def running(self):
        """Those that may still be won."""
        return self.exclude(status__in=ENDED)

    def to_clean(self):
        """What sales operations has to clean: what came in and what its author has kept (lead.qualify)."""
        return self.filter(qualified_at=None).exclude(status=Status.CLOSED)

    def lost_lately(self, user, now):
        """Those that the user held until so lately that a talk from before may still be noted."""
        lost = self.model.objects.filter(assignments__owner=user, assignments__ended_at__gt=now - LATE_NOTES)
        return self.filter(pk__in=lost.values("pk"))

    def for_list(self):
        return self.select_related("customer", "contact", "owner")

    def with_holder(self, user):
        """Adds `held`: whether the user holds the lead, or stands in for who does; `joined`: works along on it."""
        acted_for = Exists(scope.acted_for(user).filter(pk=OuterRef("owner")))
        joined = Exists(Collaboration.objects.joined().filter(lead=OuterRef("pk"), person=user))
        return self.annotate(
            held=Case(When(owner=user, then=True), default=acted_for),
            joined=Case(When(presales=user, then=True), default=joined),
        )


@pghistory.track(exclude=["budget"])
class Lead(models.Model):
    """A chance to sell. Its deadlines are rows of the engine; none of its columns is one."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="leads", verbose_name=_("company"))
    contact = models.ForeignKey(
        Contact, models.SET_NULL, null=True, blank=True, related_name="leads", verbose_name=_("contact")
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.CLEANING)
    source = models.CharField(_("source"), max_length=12, choices=Source)
    product = models.CharField(_("product"), max_length=60, blank=True, default="")
    need = models.TextField(_("need"), blank=True, default="")
    decision_maker = models.CharField(_("decision maker"), max_length=100, blank=True, default="")
    budget = models.DecimalField(_("budget, 10,000 yuan"), max_digits=12, decimal_places=2, null=True, blank=True)
    grade = models.CharField(_("grade"), max_length=1, choices=Grade, blank=True, default="")
    stage = models.PositiveSmallIntegerField(_("stage"), choices=Stage, default=Stage.DEVELOPMENT)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="leads", verbose_name=_("owner")
    )
    presales = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="presales_leads",
        verbose_name=_("presales consultant"),
    )
    arrived_at = models.DateTimeField(_("arrived at"))
    qualified_at = models.DateTimeField(_("cleaned at"), null=True, editable=False)
    assigned_at = models.DateTimeField(_("assigned at"), null=True, editable=False)
    responded_at = models.DateTimeField(_("first response"), null=True, editable=False)
    pooled_at = models.DateTimeField(_("in the pool since"), null=True, editable=False)
    pooled_why = models.CharField(_("why in the pool"), max_length=12, choices=Pooled, blank=True, default="")
    last_contact_at = models.DateTimeField(_("last contact"), null=True, editable=False)
    next_contact_on = models.DateField(_("next follow-up as imported"), null=True, blank=True)
    unanswered = models.PositiveSmallIntegerField(default=0, editable=False, help_text=_("Tries in a row in vain."))
    lost_reason = models.CharField(_("reason for losing"), max_length=12, choices=Loss, blank=True, default="")
    closed_reason = models.CharField(_("reason for closing"), max_length=500, blank=True, default="")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = LeadQuerySet.as_manager()

    class Meta:
        verbose_name = _("lead")
        verbose_name_plural = _("leads")
        ordering = ["-arrived_at", "-id"]
        indexes = [
            models.Index(fields=["-arrived_at", "-id"], name="lead_newest"),
            models.Index(fields=["owner", "-arrived_at", "-id"], name="lead_of_owner"),
            models.Index(fields=["status", "-arrived_at", "-id"], name="lead_by_status"),
            models.Index(fields=["-pooled_at", "-id"], condition=Q(status="pool"), name="lead_in_pool"),
            models.Index(
                fields=["arrived_at", "id"],
                condition=Q(qualified_at=None) & ~Q(status="closed"),
                name="lead_to_clean",
            ),
            models.Index(fields=["owner"], condition=Q(status__in=["assigned", "active"]), name="lead_load"),
            models.Index(CONTACTED_AT, "id", name="lead_contacted"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status__in=["assigned", "active"]) | Q(owner__isnull=False),
                name="lead_worked_on_has_owner",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["pool", "nurture", "cleaning"]) | Q(owner__isnull=True),
                name="lead_in_pool_has_no_owner",
            ),
        ]

    def __str__(self):
        return self.customer.name

    @property
    def ref(self) -> str:
        """How events and deadlines name this lead."""
        return f"lead:{self.pk}"


class GradeChange(models.Model):
    """Why a lead's grade was changed; the reason is text and lives here, not in the event."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="grade_changes", verbose_name=_("lead"))
    grade = models.CharField(_("grade"), max_length=1, choices=Grade)
    before = models.CharField(_("before"), max_length=1, choices=Grade)
    reason = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = _("change of grade")
        verbose_name_plural = _("changes of grade")

    def __str__(self):
        return f"{self.lead} {self.before} → {self.grade}"


class Comment(models.Model):
    """Words on a lead's timeline that no record of its own holds."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="comments", verbose_name=_("lead"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    text = models.TextField(_("text"))
    reply_to = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+", verbose_name=_("reply to"))
    follow_up = models.ForeignKey(
        "leads.FollowUp", models.SET_NULL, null=True, related_name="comments", verbose_name=_("follow-up")
    )
    mentioned = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", verbose_name=_("who was told"))

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        indexes = [models.Index(fields=["lead", "-at"])]

    def __str__(self):
        return self.text[:50]


class CollaborationQuerySet(models.QuerySet):
    def joined(self):
        """Those that hold now."""
        return self.filter(state=Collaboration.State.AGREED)


class Collaboration(models.Model):
    """Somebody works along on a colleague's lead: they asked and its owner agreed, or its owner named them.

    One customer keeps one owner (H3): whoever works along sees the lead and logs talks, and owes nothing on it.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("asked for")
        AGREED = "agreed", _("agreed")
        REFUSED = "refused", _("refused")
        ENDED = "ended", _("ended")

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="collaborations", verbose_name=_("lead"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="collaborations", verbose_name=_("who asks")
    )
    reason = models.CharField(_("reason"), max_length=300)
    asked_at = models.DateTimeField(_("asked at"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.ASKED)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    answer = models.CharField(_("answer"), max_length=300, blank=True, default="")
    ended_at = models.DateTimeField(_("ended at"), null=True)

    objects = CollaborationQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at"]
        verbose_name = _("collaboration")
        verbose_name_plural = _("collaborations")
        indexes = [models.Index(fields=["person"], condition=models.Q(state="agreed"), name="collaboration_agreed")]
        constraints = [
            models.UniqueConstraint(
                fields=["lead", "person"], condition=models.Q(state__in=["asked", "agreed"]), name="collaboration_once"
            )
        ]

    def __str__(self):
        return f"{self.person} · {self.lead}"
