from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .channel import ChannelAccount
from .notice import Notice


class Message(models.Model):
    """One attempt to send one or many deliveries through one channel.

    Its id fences the result: a delivery that was claimed again meanwhile names another message.
    """

    account = models.ForeignKey(ChannelAccount, models.CASCADE, related_name="messages", verbose_name=_("channel"))
    claimed_at = models.DateTimeField(_("claimed at"))
    # Set in a transaction of its own just before the request: a crash before it has sent nothing.
    requested_at = models.DateTimeField(_("requested at"), null=True)
    answered_at = models.DateTimeField(_("answered at"), null=True)
    outcome = models.CharField(_("outcome"), max_length=10, default="")
    answer = models.CharField(_("answer"), max_length=200, default="")

    class Meta:
        ordering = ["-id"]
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [models.Index(fields=["account", "-id"], name="message_of_account")]

    def __str__(self):
        return f"{self.pk} {self.outcome}"


class Delivery(models.Model):
    """One notice on its way through one channel."""

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("not delivered")
        UNKNOWN = "unknown", _("perhaps delivered")
        SUPERSEDED = "superseded", _("sent by e-mail instead")
        DROPPED = "dropped", _("no longer needed")

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="deliveries", verbose_name=_("notice"))
    account = models.ForeignKey(ChannelAccount, models.CASCADE, related_name="deliveries", verbose_name=_("channel"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    not_before = models.DateTimeField(_("not before"))
    # Copied from the notice, so that the queue is read without it.
    urgent = models.BooleanField(_("urgent"), default=False)
    expires_at = models.DateTimeField(_("useless from"), null=True)
    lease_until = models.DateTimeField(_("claimed until"), null=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    catch_up = models.BooleanField(_("after an outage"), default=False)
    possible_repeat = models.BooleanField(_("possible repeat"), default=False)
    instead_of = models.CharField(_("instead of"), max_length=10, choices=ChannelAccount.Kind, default="", blank=True)
    answer = models.CharField(_("answer"), max_length=200, default="")
    ended_at = models.DateTimeField(_("ended at"), null=True, help_text=_("When it was sent, given up or dropped."))
    message = models.ForeignKey(
        Message, models.SET_NULL, null=True, related_name="deliveries", verbose_name=_("message")
    )

    class Meta:
        ordering = ["id"]
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [models.UniqueConstraint(fields=["notice", "account"], name="delivery_once_per_channel")]
        indexes = [
            models.Index(fields=["not_before"], condition=Q(state="queued"), name="delivery_queued"),
            models.Index(
                fields=["account", "not_before"], condition=Q(state="queued"), name="delivery_queue_of_account"
            ),
            models.Index(fields=["lease_until"], condition=Q(state="sending"), name="delivery_leased"),
            models.Index(
                fields=["ended_at"], condition=Q(state__in=["failed", "unknown"]), name="delivery_undelivered"
            ),
        ]

    def __str__(self):
        return f"{self.notice_id} → {self.account_id} {self.state}"

    @property
    def sent_at(self):
        return self.ended_at if self.state == self.State.SENT else None
