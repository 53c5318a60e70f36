from zoneinfo import ZoneInfo

import pgtrigger
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..calendar import CLOSURE, COMPANY, ESTIMATE, EXTRA, HOLIDAY, MAKE_UP, PUBLISHED, SHORT, Day
from ..windows import parse_windows

WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
STAMP = """
    INSERT INTO sop_calendarstamp (id, stamp) VALUES (1, gen_random_uuid())
    ON CONFLICT (id) DO UPDATE SET stamp = excluded.stamp;
    RETURN NULL;
"""


def stamped(name: str) -> list[pgtrigger.Trigger]:
    """Any change of the table, by whatever way, renews the stamp within the same transaction."""
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete
    return [
        pgtrigger.Trigger(
            name=f"{name}_stamp", level=pgtrigger.Statement, when=pgtrigger.After, operation=operation, func=STAMP
        )
    ]


def check_windows_text(text: str) -> None:
    try:
        parse_windows(text)
    except ValueError as error:
        raise ValidationError(str(error)) from error


def check_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ValueError, KeyError, OSError) as error:
        raise ValidationError(_("“%(name)s” is not a time zone."), params={"name": name}) from error


class WindowsField(models.CharField):
    """Windows of a day as people write them: "09:00-12:00 13:30-18:00"; empty is a free day."""

    def __init__(self, verbose_name=None, **kwargs):
        super().__init__(
            verbose_name, **{"max_length": 200, "blank": True, "validators": [check_windows_text], **kwargs}
        )


class CalendarStamp(models.Model):
    """One row that changes with every change of a calendar, so that processes know when to read them again."""

    stamp = models.UUIDField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="calendar_stamp_is_one_row")]

    def __str__(self):
        return str(self.stamp)


class WorkCalendar(models.Model):
    """Office hours by weekday, in one time zone. Public holidays and the company's own days are laid over it."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    zone = models.CharField(_("time zone"), max_length=64, default="Asia/Shanghai", validators=[check_zone])
    monday = WindowsField(_("Monday"), default="09:00-18:00", help_text=_("Such as 09:00-12:00 13:30-18:00"))
    tuesday = WindowsField(_("Tuesday"), default="09:00-18:00")
    wednesday = WindowsField(_("Wednesday"), default="09:00-18:00")
    thursday = WindowsField(_("Thursday"), default="09:00-18:00")
    friday = WindowsField(_("Friday"), default="09:00-18:00")
    saturday = WindowsField(_("Saturday"), default="")
    sunday = WindowsField(_("Sunday"), default="")
    observes_holidays = models.BooleanField(
        _("follows the public holidays"),
        default=True,
        help_text=_("Off for a shift that works through holidays; make-up working days are left out as well."),
    )
    is_default = models.BooleanField(
        _("default"), default=False, help_text=_("For everybody to whom no other calendar is given.")
    )

    class Meta:
        ordering = ["-is_default", "name"]
        verbose_name = _("working calendar")
        verbose_name_plural = _("working calendars")
        constraints = [
            models.UniqueConstraint(fields=["is_default"], condition=Q(is_default=True), name="one_default_calendar"),
            models.CheckConstraint(condition=~Q(**dict.fromkeys(WEEK, "")), name="calendar_has_a_working_weekday"),
        ]
        triggers = stamped("calendar")

    def __str__(self):
        return self.name

    @property
    def week(self) -> tuple:
        """The windows of each weekday, Monday first."""
        return tuple(parse_windows(getattr(self, day)) for day in WEEK)


class CalendarAssignment(models.Model):
    """Who follows a calendar. The nearest one holds: a person's, the home team's, that of a team above, the default."""

    calendar = models.ForeignKey(
        WorkCalendar, models.CASCADE, related_name="assignments", verbose_name=_("working calendar")
    )
    team = models.OneToOneField(
        "people.Team", models.CASCADE, null=True, blank=True, related_name="calendar_assignment", verbose_name=_("team")
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="calendar_assignment",
        verbose_name=_("person"),
    )

    class Meta:
        verbose_name = _("calendar of a team or person")
        verbose_name_plural = _("calendars of teams and people")
        constraints = [
            models.CheckConstraint(
                condition=Q(team__isnull=True) ^ Q(user__isnull=True),
                name="calendar_for_a_team_or_a_person",
                violation_error_message=_("Choose either a team or a person."),
            )
        ]
        triggers = stamped("assignment")

    def __str__(self):
        return f"{self.team or self.user}: {self.calendar}"


class StatutoryYear(models.Model):
    """A year of the public list that stands in the table, and where it came from."""

    class Source(models.TextChoices):
        PUBLISHED = PUBLISHED, _("published by the State Council")
        ESTIMATE = ESTIMATE, _("estimate")

    year = models.PositiveSmallIntegerField(_("year"), primary_key=True)
    source = models.CharField(_("source"), max_length=10, choices=Source)
    loaded_at = models.DateTimeField(_("loaded at"))
    loaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("loaded by")
    )

    class Meta:
        ordering = ["-year"]
        verbose_name = _("year of public holidays")
        verbose_name_plural = _("years of public holidays")
        triggers = stamped("year")

    def __str__(self):
        return f"{self.year} ({self.get_source_display()})"


class CalendarDay(models.Model):
    """A day that differs from the ordinary week: of the public list, or of the company's own, which wins."""

    class Kind(models.TextChoices):
        HOLIDAY = HOLIDAY, _("public holiday")
        MAKE_UP = MAKE_UP, _("make-up working day")
        CLOSURE = CLOSURE, _("company closure")
        EXTRA = EXTRA, _("extra working day")
        SHORT = SHORT, _("day with its own hours")

    class Source(models.TextChoices):
        PUBLISHED = PUBLISHED, _("published by the State Council")
        ESTIMATE = ESTIMATE, _("estimate")
        COMPANY = COMPANY, _("company")

    PUBLIC = (Kind.HOLIDAY, Kind.MAKE_UP)
    FREE = (Kind.HOLIDAY, Kind.CLOSURE)

    calendar = models.ForeignKey(
        WorkCalendar,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="days",
        verbose_name=_("working calendar"),
        help_text=_("Empty: all calendars."),
    )
    date = models.DateField(_("date"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    windows = WindowsField(
        _("hours"), default="", help_text=_("Such as 09:00-12:00; empty on a working day: the usual hours.")
    )
    name = models.CharField(_("name"), max_length=100, blank=True, default="")
    source = models.CharField(_("source"), max_length=10, choices=Source, default=Source.COMPANY)

    class Meta:
        ordering = ["date"]
        verbose_name = _("day of the calendar")
        verbose_name_plural = _("days of the calendar")
        indexes = [models.Index(fields=["date"], name="calendar_day_date")]
        constraints = [
            models.UniqueConstraint(fields=["date"], condition=~Q(source=COMPANY), name="one_public_day_per_date"),
            models.UniqueConstraint(
                fields=["date"],
                condition=Q(source=COMPANY, calendar=None),
                name="one_company_day_per_date",
                violation_error_message=_("The company's day of this date is entered already."),
            ),
            models.UniqueConstraint(fields=["calendar", "date"], name="one_own_day_per_calendar_and_date"),
            models.CheckConstraint(
                condition=Q(source=COMPANY, kind__in=("closure", "extra", "short"))
                | (~Q(source=COMPANY) & Q(kind__in=("holiday", "make_up"), calendar=None)),
                name="public_days_are_for_all_calendars",
                violation_error_message=_("A public day is a holiday or a make-up day and holds for all calendars."),
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=("holiday", "closure")) | Q(windows=""),
                name="free_days_have_no_hours",
                violation_error_message=_("A free day has no hours."),
            ),
            models.CheckConstraint(
                condition=~Q(kind="short") | ~Q(windows=""),
                name="own_hours_are_given",
                violation_error_message=_("Give the hours of this day."),
            ),
        ]
        triggers = stamped("day")

    def __str__(self):
        return f"{self.date} {self.get_kind_display()}"

    def as_day(self) -> Day:
        """The value that calendars are made of."""
        if self.kind in self.FREE:
            windows = ()
        else:
            windows = parse_windows(self.windows) if self.windows else None
        return Day(self.kind, windows, self.name, self.source)
