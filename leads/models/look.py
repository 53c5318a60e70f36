from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .customer import Customer
from .lead import Lead


class Look(models.Model):
    """Somebody opened a lead or a customer; the same again within an hour is the same look.

    No event: rules never ask for it, and unlike events it is thrown away after KEPT (leads/actions/looking.py).
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person"))
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+", verbose_name=_("customer"))
    lead = models.ForeignKey(Lead, models.CASCADE, null=True, related_name="+", verbose_name=_("lead"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("opened record")
        verbose_name_plural = _("opened records")
        indexes = [
            models.Index(fields=["person", "-at", "-id"], name="look_of_person"),
            models.Index(fields=["customer", "-at", "-id"], name="look_at_customer"),
            models.Index(fields=["-at", "-id"], name="look_newest"),
        ]

    def __str__(self):
        return f"{self.person} {self.customer} {self.at:%Y-%m-%d %H:%M}"
