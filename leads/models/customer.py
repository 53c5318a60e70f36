import pghistory
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from leads import identity
from leads.grams import Bigrams
from salesops.encryption import EncryptedTextField, blind_index
from salesops.people.models.user import pinyin_key


class Size(models.TextChoices):
    SMALL = "small", _("small")
    MEDIUM = "medium", _("medium")
    LARGE = "large", _("large")
    UNKNOWN = "unknown", _("unknown")


@pghistory.track()
class Customer(models.Model):
    """A company. One customer has one owner (handbook H3)."""

    name = models.CharField(_("company"), max_length=200)
    # Equal for the ways in which people write one company, so that nobody follows up a customer twice by accident.
    name_key = models.CharField(max_length=200, editable=False, db_index=True)
    pinyin = models.CharField(max_length=200, editable=False, default="")
    industry = models.CharField(_("industry"), max_length=60, blank=True, default="")
    region = models.CharField(_("region"), max_length=60, blank=True, default="")
    size = models.CharField(_("size"), max_length=10, choices=Size, blank=True, default="")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="customers",
        verbose_name=_("owner"),
    )
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        indexes = [
            models.Index(fields=["owner", "pinyin"]),
            models.Index(fields=["pinyin"], name="customer_pinyin"),
            GinIndex(Bigrams("name_key"), name="customer_name_pairs"),
        ]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        self.name_key = identity.company_key(self.name)
        self.pinyin = pinyin_key(self.name_key)  # without the legal form, which everybody has
        super().save(*args, **kwargs)


@pghistory.track(exclude=["phone", "email", "wechat"])
class Contact(models.Model):
    """A person at a customer. Phone, mail and WeChat are encrypted; a blind index finds them again (handbook H4)."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="contacts", verbose_name=_("company"))
    name = models.CharField(_("contact"), max_length=60, blank=True, default="")
    title = models.CharField(_("job title"), max_length=60, blank=True, default="")
    phone = EncryptedTextField(_("phone"), blank=True, default="")
    phone_index = models.CharField(max_length=64, editable=False, default="")
    email = EncryptedTextField(_("e-mail"), blank=True, default="")
    email_index = models.CharField(max_length=64, editable=False, default="")
    wechat = EncryptedTextField(_("WeChat"), blank=True, default="")

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        indexes = [
            models.Index(fields=["email_index"], condition=~Q(email_index=""), name="contact_email"),
            GinIndex(Bigrams("name"), name="contact_name_pairs"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["phone_index"],
                condition=~Q(phone_index=""),
                name="contact_phone_once",
                violation_error_message=_("Another contact has this phone number."),
            )
        ]

    def __str__(self):
        return self.name or str(_("unnamed contact"))

    def save(self, *args, **kwargs):
        self.phone_index = blind_index(identity.phone_digits(self.phone))
        self.email_index = blind_index(self.email.strip().lower())
        super().save(*args, **kwargs)

    @property
    def masked_phone(self) -> str:
        return identity.masked(self.phone)
