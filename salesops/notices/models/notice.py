from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from salesops.people.models import Team


class NoticeQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(person=user)

    def unread(self):
        return self.filter(read_at=None, settled_at=None)


class Notice(models.Model):
    """What one person was told once (or a team, through its bots). This row is the in-app message."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="notices", verbose_name=_("person")
    )
    team = models.ForeignKey(Team, models.CASCADE, null=True, related_name="notices", verbose_name=_("team"))
    key = models.CharField(_("key"), max_length=100)
    kind = models.CharField(_("kind"), max_length=64)
    values = models.JSONField(
        _("values"), default=dict, help_text=_("Ids, codes, instants and company names; no phone number, no amount.")
    )
    url = models.CharField(_("address"), max_length=300, default="")
    file = models.CharField(_("file"), max_length=40, default="")
    # The room that owns deadlines is above this one: a plain number.
    deadline_id = models.BigIntegerField(_("deadline"), null=True)
    urgent = models.BooleanField(_("urgent"), default=False)
    escalation = models.BooleanField(
        _("escalation"),
        default=False,
        help_text=_("Rather told twice than not at all; a reminder the other way round."),
    )
    for_action = models.BooleanField(_("needs action"), default=False)
    created_at = models.DateTimeField(_("at"))
    expires_at = models.DateTimeField(_("useless from"), null=True)
    read_at = models.DateTimeField(_("read at"), null=True)
    settled_at = models.DateTimeField(_("settled at"), null=True)
    receipt = models.JSONField(null=True, help_text=_("The event to record once the person has been told."))
    told_at = models.DateTimeField(_("told at"), null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], name="notice_told_once_per_person"),
            models.UniqueConstraint(fields=["team", "key"], name="notice_told_once_per_team"),
            models.CheckConstraint(
                condition=Q(person__isnull=True) ^ Q(team__isnull=True), name="notice_has_one_recipient"
            ),
        ]
        indexes = [
            models.Index(fields=["deadline_id"], condition=Q(settled_at=None), name="notice_open_of_deadline"),
            models.Index(
                fields=["key"],
                condition=Q(for_action=True, settled_at=None, deadline_id=None),
                name="notice_open_of_key",
            ),
            models.Index(
                fields=["person", "-id"], condition=Q(for_action=True, settled_at=None), name="notice_inbox_action"
            ),
            models.Index(fields=["person", "-id"], condition=Q(for_action=False), name="notice_inbox_information"),
            models.Index(fields=["person"], condition=Q(read_at=None, settled_at=None), name="notice_unread"),
            models.Index(fields=["file", "-created_at", "-id"], condition=~Q(file=""), name="notice_of_file"),
            models.Index(fields=["id"], condition=Q(told_at=None, receipt__isnull=False), name="notice_receipt_due"),
        ]

    def __str__(self):
        return f"{self.key} {self.kind}"
