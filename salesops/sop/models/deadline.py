from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from salesops.events.models import Event
from salesops.people import scope
from salesops.people.models import Team

from ..registry import registry
from ..rule import System


class Frozen(models.Model):
    """Content that never changes once written, stored once however many deadlines share it."""

    digest = models.CharField(max_length=64, unique=True)
    content = models.JSONField()

    class Meta:
        abstract = True


class Terms(Frozen):
    """The terms of a rule as they were when a deadline opened: due terms by case, ladder, choice."""

    rule = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("terms")
        verbose_name_plural = _("terms")

    def __str__(self):
        return f"{self.rule} {self.digest[:8]}"


class CalendarSnapshot(Frozen):
    """A working calendar as it stood when a deadline was reckoned, so that it can be explained for ever."""

    class Meta:
        verbose_name = _("calendar as it stood")
        verbose_name_plural = _("calendars as they stood")

    def __str__(self):
        return self.digest[:8]


class Ending(models.TextChoices):
    MET = "met", _("met")
    MISSED = "missed", _("missed")
    WAIVED = "waived", _("waived")
    VOID = "void", _("no longer owed")


class Counted(models.TextChoices):
    """How a deadline counts in the on-time rate; each counts once, on the day of its due time."""

    IN_TIME = "in_time", _("in time")
    LATE = "late", _("late")
    WAIVED = "waived", _("waived")
    VOID = "void", _("no longer owed")
    OUTAGE = "outage", _("system outage")


def desks_of(user) -> list[str]:
    """The desks whose duties the user may take."""
    slugs = {post.department.slug for post in user.current_posts if post.department_id}
    return sorted(slugs | ({user.department.slug} if user.department_id else set()))


class DeadlineQuerySet(models.QuerySet):
    def open(self):
        return self.filter(ending="")

    def of_people(self):
        """Without what the product itself owes, which nobody can act on."""
        return self.exclude(rule__in=[rule.key for rule in registry if isinstance(rule.owes, System)])

    def overdue(self, now):
        return self.open().filter(due_at__lt=now, stopped_at=None)

    def visible_to(self, user):
        """The deadlines of the people whose work the user may see, and those of the user's own desk."""
        return self.filter(Q(owner__in=scope.people(user)) | Q(desk__in=desks_of(user)))


class Deadline(models.Model):
    """One duty of one person on one subject for one round. All instants are UTC."""

    rule = models.CharField(_("rule"), max_length=64)
    subject = models.CharField(_("subject"), max_length=40, help_text=_("For example lead:12."))
    file = models.CharField(_("file"), max_length=40, default="")
    slot = models.CharField(max_length=20, default="", help_text=_("Whose, where each named person has their own."))
    period = models.CharField(max_length=40, help_text=_("The round, or the id of the event that opened it."))
    turn = models.PositiveSmallIntegerField(default=0)
    opened_by = models.ForeignKey(Event, models.DO_NOTHING, null=True, related_name="+")
    ended_by = models.ForeignKey(Event, models.DO_NOTHING, null=True, related_name="+")
    previous = models.ForeignKey("self", models.SET_NULL, null=True, related_name="successors")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="deadlines", verbose_name=_("owner")
    )
    desk = models.CharField(_("desk"), max_length=50, default="")
    on_behalf_of = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    team = models.ForeignKey(Team, models.SET_NULL, null=True, related_name="+", verbose_name=_("team"))
    title = models.CharField(_("title"), max_length=200, default="")
    terms = models.ForeignKey(Terms, models.PROTECT, related_name="+")
    calendar = models.ForeignKey(CalendarSnapshot, models.PROTECT, related_name="+")
    case = models.CharField(max_length=20, default="")
    facts = models.JSONField(default=dict, help_text=_("The event's values that the terms read."))
    starts_at = models.DateTimeField(_("starts at"))
    due_at = models.DateTimeField(_("due at"))
    ends_at = models.DateTimeField(_("ends at"), null=True)
    series = models.BooleanField(default=False, help_text=_("Several rounds of it may be open at once."))
    chosen = models.BooleanField(default=False, help_text=_("The owner chose the due time."))
    pauses = models.JSONField(default=list)
    stopped_at = models.DateTimeField(_("stopped at"), null=True)
    progress = models.FloatField(default=0)
    met_at = models.DateTimeField(_("met at"), null=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)
    ending = models.CharField(_("ending"), max_length=10, choices=Ending, default="", blank=True)
    counted = models.CharField(_("counted as"), max_length=10, choices=Counted, default="", blank=True)
    counted_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", help_text=_("In whose rate it counts.")
    )
    streak = models.PositiveSmallIntegerField(default=0, help_text=_("Periods missed in a row before this one."))
    steps = models.JSONField(default=list, help_text=_("Steps taken: name, number, when due, when taken, outcome."))
    acknowledged_at = models.DateTimeField(null=True)
    reason = models.CharField(_("reason"), max_length=500, default="", help_text=_("Why it is late, in their words."))
    next_at = models.DateTimeField(null=True, help_text=_("When the clock has to look at it again."))
    failures = models.PositiveSmallIntegerField(default=0)

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        constraints = [
            models.UniqueConstraint(fields=["rule", "subject", "slot", "period", "turn"], name="deadline_once"),
            models.UniqueConstraint(
                fields=["rule", "subject", "slot"], condition=Q(ending="", series=False), name="deadline_one_open"
            ),
            models.CheckConstraint(
                condition=Q(ending="", ended_at=None, met_at=None, next_at__isnull=False)
                | Q(~Q(ending=""), ended_at__isnull=False, next_at=None),
                name="deadline_open_or_ended",
            ),
            models.CheckConstraint(condition=~Q(ending="met") | Q(met_at__isnull=False), name="deadline_met_has_time"),
        ]
        indexes = [
            models.Index(fields=["next_at", "id"], condition=Q(ending=""), name="deadline_next"),
            models.Index(fields=["owner", "due_at"], condition=Q(ending=""), name="deadline_owner"),
            models.Index(fields=["due_at", "id"], condition=Q(ending=""), name="deadline_due"),
            models.Index(fields=["desk", "due_at"], condition=Q(ending="") & ~Q(desk=""), name="deadline_desk"),
            models.Index(fields=["team", "due_at"], condition=Q(ending=""), name="deadline_team"),
            models.Index(fields=["subject"], condition=Q(ending=""), name="deadline_subject"),
            models.Index(fields=["file", "due_at"], name="deadline_file"),
            models.Index(fields=["failures"], condition=Q(ending="", failures__gt=0), name="deadline_parked"),
            models.Index(fields=["ended_by"], condition=Q(ended_by__isnull=False), name="deadline_ended_by"),
            models.Index(fields=["opened_by"], name="deadline_opened_by"),
            models.Index(fields=["rule", "due_at", "team", "owner"], name="deadline_rates"),
        ]

    def __str__(self):
        return f"{self.rule} {self.subject} #{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.ending == ""

    def passed(self, now) -> float:
        """Which share of its time, from start to due, has passed at `now`; more than 1 once it is overdue."""
        return (now - self.starts_at) / (self.due_at - self.starts_at)

    def is_late(self, now) -> bool:
        """Whether the due time passed before it was met (or before `now`, while it is open and running)."""
        return self.due_at < (self.met_at or self.ended_at or self.stopped_at or now)
