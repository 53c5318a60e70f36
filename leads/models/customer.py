import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, When
from django.utils.translation import gettext_lazy as _

from leads import identity
from leads.grams import SHORTEST, Bigrams, Spelled, find_named, spelling, syllables
from salesops.encryption import EncryptedTextField, blind_index
from salesops.people import scope
from salesops.people.models import Role

TAG = 20  # characters
FEW = 50  # people, whose leads are looked through one by one


class Size(models.TextChoices):
    SMALL = "small", _("small")
    MEDIUM = "medium", _("medium")
    LARGE = "large", _("large")
    UNKNOWN = "unknown", _("unknown")


class CustomerQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The customers whose leads the user sees, and those that the user or one of their people owns."""
        if user.has_role(Role.SO, Role.ADMIN):
            return self
        leads = self.model._meta.get_field("leads").related_model.objects.visible_to(user)
        # Of one customer at a time: a list of all that the user sees would hold the whole pool.
        return self.filter(Q(owner__in=scope.people(user)) | Q(Exists(leads.filter(customer=OuterRef("pk")))))

    def in_hand_of(self, user):
        """Those of `visible_to` whom somebody in the user's scope works with; not those of the pools, for all to claim.

        Two queries read ids beforehand: only with the numbers does the planner know whether these are a few customers,
        to be sorted, or so many of a million that the index in the order of the list soon meets them.
        """
        if user.has_role(Role.SO, Role.ADMIN):
            return self
        people = [*scope.people(user).values_list("pk", flat=True)]
        leads = self.model._meta.get_field("leads").related_model.objects.order_by()
        near = people if len(people) <= FEW else [user.pk]
        held = leads.filter(owner__in=near).exclude(customer__owner__in=near)  # as after a merge
        along = held.values("customer").union(
            leads.filter(presales=user).values("customer"), leads.joined_by(user).values("customer")
        )
        return self.filter(Q(owner__in=people) | Q(pk__in=[row["customer"] for row in along]))

    def named(self, words: str):
        """Those with the words in their name or in how it is said: pinyin or initials, from any syllable on."""
        key = identity.company_key(words)
        if len(key) < SHORTEST:
            return self.filter(name_key__startswith=key) if key else self.none()
        return find_named(self, "name_key", key, spelling(identity.plain(words)))

    def with_holder(self, user):
        """Adds `held`: the user owns the customer or stands in for who does; `below`: one of the user's people does."""
        owner = OuterRef("owner")
        held = Case(When(owner=user, then=True), default=Exists(scope.acted_for(user).filter(pk=owner)))
        return self.annotate(held=held, below=Exists(scope.people(user).filter(pk=owner)))


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
    tags = ArrayField(models.CharField(max_length=TAG), default=list, blank=True, verbose_name=_("tags"))
    parent = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="subsidiaries", verbose_name=_("parent company")
    )
    # A duplicate keeps its row, so that the merge can be undone and its name still leads to the customer.
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="duplicates", verbose_name=_("merged into")
    )

    objects = CustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        indexes = [
            models.Index(fields=["owner", "pinyin", "id"], name="customer_of_owner"),
            models.Index(fields=["pinyin", "id"], name="customer_pinyin"),
            GinIndex(Bigrams("name_key"), name="customer_name_pairs"),
            GinIndex(Spelled("pinyin"), name="customer_said"),
            GinIndex(fields=["tags"], name="customer_tags"),
        ]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        self.name_key = identity.company_key(self.name)
        self.pinyin = syllables(self.name_key)  # without the legal form, which everybody has
        super().save(*args, **kwargs)

    @property
    def ref(self) -> str:
        """How events and deadlines name this customer."""
        return f"customer:{self.pk}"


@pghistory.track(exclude=["phone", "email", "wechat", "pinyin"])
class Contact(models.Model):
    """A person at a customer. Phone, mail and WeChat are encrypted; a blind index finds them again (handbook H4)."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="contacts", verbose_name=_("company"))
    name = models.CharField(_("contact"), max_length=60, blank=True, default="")
    pinyin = models.CharField(max_length=200, editable=False, default="")
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
            GinIndex(Spelled("pinyin"), name="contact_said"),
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

    blind_indexes = {
        "phone_index": lambda contact: identity.phone_digits(contact.phone),
        "email_index": lambda contact: contact.email.strip().lower(),
    }

    def save(self, *args, **kwargs):
        for field, text in self.blind_indexes.items():
            setattr(self, field, blind_index(text(self)))
        self.pinyin = syllables(self.name)
        super().save(*args, **kwargs)

    @property
    def masked_phone(self) -> str:
        return identity.masked(self.phone)
