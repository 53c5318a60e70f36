import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from salesops.encryption import EncryptedTextField, blind_index
from salesops.people.models import Team

LONG_AGO = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)


class ChannelAccountQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own channels. Those of teams and of the company are kept in the administration."""
        return self.sealed().filter(person=user)

    def sealed(self):
        """Without address and secret, so that one that no key opens any more stops only its own channel."""
        return self.defer("url", "secret")

    def with_address(self, url):
        return self.filter(url_index=blind_index(url.strip()))

    def usable(self):
        return self.filter(active=True, broken_at=None)


class ChannelAccount(models.Model):
    """One way out to one person, team or company: a mail address, or the webhook of a group bot.

    A team's bots hear what is told to the team. A team without one uses those of the nearest team above that has
    one, at last the company's. The database keeps address and secret encrypted; no page ever shows them again.
    """

    class Kind(models.TextChoices):
        EMAIL = "email", _("e-mail")
        WECOM = "wecom", _("WeCom")
        DINGTALK = "dingtalk", _("DingTalk")
        FEISHU = "feishu", _("Feishu")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    name = models.CharField(_("name"), max_length=100, blank=True, default="")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="channels",
        verbose_name=_("person"),
    )
    team = models.ForeignKey(
        Team, models.CASCADE, null=True, blank=True, related_name="channels", verbose_name=_("team")
    )
    url = EncryptedTextField(
        _("address"),
        blank=True,
        default="",
        help_text=_("The bot's webhook, or a mail address. Empty for mail: the address in the person's profile."),
    )
    # Equal addresses are found by this: one bot has one queue and one limit.
    url_index = models.CharField(max_length=64, editable=False, default="")
    secret = EncryptedTextField(
        _("signing secret"), blank=True, default="", help_text=_("DingTalk and Feishu: if the bot demands a signature.")
    )
    active = models.BooleanField(_("active"), default=True)
    limit = models.PositiveSmallIntegerField(
        _("messages per minute"), default=15, help_text=_("The vendors block bots from 20 a minute on.")
    )
    ready_at = models.DateTimeField(default=LONG_AGO, editable=False, help_text=_("Within its limit from then on."))
    rest_until = models.DateTimeField(default=LONG_AGO, editable=False, help_text=_("What is not urgent waits."))
    opened_until = models.DateTimeField(
        _("interrupted until"),
        null=True,
        editable=False,
        help_text=_("After repeated failures nothing is sent until then."),
    )
    failures = models.PositiveSmallIntegerField(_("failures in a row"), default=0, editable=False)
    tried_at = models.DateTimeField(_("last tried"), default=LONG_AGO, editable=False)
    answer = models.CharField(_("last answer"), max_length=200, default="", editable=False)
    broken_at = models.DateTimeField(
        _("refused since"), null=True, editable=False, help_text=_("The address was refused for good.")
    )

    objects = ChannelAccountQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=True) | Q(team__isnull=True), name="channel_has_one_owner_at_most"
            ),
            models.CheckConstraint(condition=Q(limit__gte=1), name="channel_limit_is_positive"),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(kind="email", person__isnull=False),
                name="one_mail_address_per_person",
            ),
            models.UniqueConstraint(fields=["url_index"], condition=~Q(url_index=""), name="one_channel_per_address"),
        ]

    def __str__(self):
        owner = self.person or self.team or _("company")
        return f"{self.get_kind_display()} · {self.name or owner}"

    blind_indexes = {"url_index": lambda account: account.url.strip()}

    def save(self, *args, **kwargs):
        self.url_index = blind_index(self.url.strip())
        super().save(*args, **kwargs)


class Preference(models.Model):
    """When a person wants to be left alone, in the time zone of their team. Without a row the defaults hold."""

    QUIET_FROM = datetime.time(20, 30)
    QUIET_UNTIL = datetime.time(8, 30)
    DIGEST_MINUTES = 10

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        primary_key=True,
        related_name="notice_preference",
        verbose_name=_("person"),
    )
    quiet_from = models.TimeField(_("quiet from"), default=QUIET_FROM)
    quiet_until = models.TimeField(
        _("quiet until"), default=QUIET_UNTIL, help_text=_("Equal times: never quiet. Urgent messages come at once.")
    )
    digest_minutes = models.PositiveSmallIntegerField(
        _("minutes between messages"),
        default=DIGEST_MINUTES,
        help_text=_("What comes up in between is sent together. Urgent messages come at once."),
    )

    class Meta:
        verbose_name = _("quiet hours")
        verbose_name_plural = _("quiet hours")
        constraints = [
            models.CheckConstraint(condition=Q(digest_minutes__lte=120), name="digest_within_two_hours"),
        ]

    def __str__(self):
        return f"{self.person} {self.quiet_from:%H:%M}-{self.quiet_until:%H:%M}"
