from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .customer import TAG, Contact, Customer


class KeyMark(models.Model):
    """A customer is a key customer (重点客户) from when a manager says so, with a reason, until one takes it back."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="key_marks", verbose_name=_("customer"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    since = models.DateTimeField(_("since"))
    reason = models.CharField(_("reason"), max_length=300)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("ended by")
    )
    until = models.DateTimeField(_("until"), null=True)
    ended_reason = models.CharField(_("reason for the end"), max_length=300, blank=True, default="")

    class Meta:
        ordering = ["-since", "-id"]
        verbose_name = _("key customer mark")
        verbose_name_plural = _("key customer marks")
        constraints = [models.UniqueConstraint(fields=["customer"], condition=Q(until=None), name="key_mark_once")]

    def __str__(self):
        return f"{self.customer} · {self.since:%Y-%m-%d}"


class KeyContact(models.Model):
    """The month's contact with a key customer: how they get on with what they use, and what they need next (H4)."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="key_contacts", verbose_name=_("customer"))
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, related_name="+", verbose_name=_("contact"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    feedback = models.TextField(_("feedback on use"))
    needs = models.TextField(_("new needs"))

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = _("contact with a key customer")
        verbose_name_plural = _("contacts with key customers")
        indexes = [models.Index(fields=["customer", "-at"])]

    def __str__(self):
        return f"{self.customer} · {self.at:%Y-%m-%d}"


class Tag(models.Model):
    """A word that stands or stood on a customer: what the form suggests, the last used first."""

    name = models.CharField(_("tag"), max_length=TAG, unique=True)
    used_at = models.DateTimeField(_("last used"), db_index=True)

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")

    def __str__(self):
        return self.name
