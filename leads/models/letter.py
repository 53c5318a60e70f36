from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from salesops.encryption import EncryptedTextField

from .customer import Contact
from .lead import Lead


class Letter(models.Model):
    """A mail to a customer's contact: written with its record, sent after it, by a worker (leads/tasks.py)."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="letters", verbose_name=_("lead"))
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="letters", verbose_name=_("contact"))
    by = models.ForeignKey("people.User", models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    mailing = models.ForeignKey(
        "leads.Mailing", models.PROTECT, null=True, related_name="letters", verbose_name=_("mailing")
    )
    subject = models.CharField(_("subject"), max_length=200)
    body = EncryptedTextField(_("text"))
    invitation = EncryptedTextField(blank=True, default="")  # an iCalendar text that goes along
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)  # null: sent, or given up
    sent_at = models.DateTimeField(_("sent at"), null=True)
    trouble = models.CharField(_("trouble"), max_length=150, blank=True, default="")

    class Meta:
        verbose_name = _("mail to a customer")
        verbose_name_plural = _("mails to customers")
        indexes = [models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="letter_waiting")]

    def __str__(self):
        return self.subject
