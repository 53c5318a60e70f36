from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from salesops.encryption import EncryptedTextField

from .customer import Contact
from .lead import Lead


class FieldChange(models.Model):
    """A field that a person edited: what stood there and what stands there now. Its event only names the field.

    Values are kept as texts and encrypted, because some fields are private (budget, phone).
    """

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="field_changes", verbose_name=_("lead"))
    contact = models.ForeignKey(Contact, models.CASCADE, null=True, related_name="+", verbose_name=_("contact"))
    field = models.CharField(_("field"), max_length=30)
    before = EncryptedTextField(_("before"), blank=True, default="")
    after = EncryptedTextField(_("after"), blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    undone_at = models.DateTimeField(_("undone at"), null=True, editable=False)

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = _("changed field")
        verbose_name_plural = _("changed fields")
        indexes = [models.Index(fields=["lead", "-at", "-id"], name="field_change_of_lead")]

    def __str__(self):
        return f"{self.lead} {self.field}"
