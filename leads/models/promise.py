"""What was promised to a customer, what they asked, and what was sent and waits for an answer."""

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import OuterRef, Q
from django.db.models.functions import JSONObject
from django.utils.translation import gettext_lazy as _

from .follow_up import FollowUp
from .lead import Lead


def _still_open(kind: str) -> models.Index:
    return models.Index(fields=["lead"], condition=Q(ended_at=None), name=f"{kind}_open")


class OwedQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those on leads that the user sees, and the user's own wherever the lead has gone."""
        return self.filter(Q(lead__in=Lead.objects.visible_to(user)) | Q(owner=user))

    def open(self):
        return self.filter(ended_at=None)


def open_texts() -> dict[str, ArraySubquery]:
    """For a query of leads: what is promised, asked and sent on each and still open, as `texts` reads it."""
    return {f"open_{kind}": ArraySubquery(_open_of(model)) for kind, model in KINDS.items()}


def texts(lead) -> dict[str, str]:
    """What `open_texts` has read, by reference: {"promise:7": "报价单"}."""
    return {f"{kind}:{row['pk']}": row["text"] for kind in KINDS for row in getattr(lead, f"open_{kind}")}


class Owed(models.Model):
    """What the three have in common. `ended_at` is set when it is done, answered or dropped; never taken back."""

    text = models.CharField(_("what"), max_length=300)
    at = models.DateTimeField(_("at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, editable=False)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("ended by")
    )
    dropped = models.BooleanField(_("dropped"), default=False)
    answer = models.CharField(_("how it ended"), max_length=500, blank=True, default="")

    objects = OwedQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["at", "id"]

    def __str__(self):
        return self.text


class Promise(Owed):
    """承诺事项: something promised to a customer by a day (handbook H4)."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="promises", verbose_name=_("lead"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="promises", verbose_name=_("who promised")
    )
    follow_up = models.ForeignKey(FollowUp, models.SET_NULL, null=True, related_name="promises")
    due_on = models.DateField(_("by"))
    moved_reason = models.CharField(_("why another day"), max_length=300, blank=True, default="")

    class Meta(Owed.Meta):
        verbose_name = _("promise")
        verbose_name_plural = _("promises")
        indexes = [models.Index(fields=["lead", "-at", "-id"], name="promise_of_lead"), _still_open("promise")]


class Question(Owed):
    """A customer's question that could not be answered on the spot (handbook H4)."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="questions", verbose_name=_("lead"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="questions", verbose_name=_("who was asked")
    )
    follow_up = models.ForeignKey(FollowUp, models.SET_NULL, null=True, related_name="questions")
    promised_at = models.DateTimeField(_("promised for"), null=True, blank=True)

    class Meta(Owed.Meta):
        verbose_name = _("open question")
        verbose_name_plural = _("open questions")
        indexes = [models.Index(fields=["lead", "-at", "-id"], name="question_of_lead"), _still_open("question")]


class Sent(Owed):
    """Something that was sent to a customer: asked again about it too soon, one chases them (handbook H4)."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="sent_items", verbose_name=_("lead"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="sent_items", verbose_name=_("who sent it")
    )
    follow_up = models.ForeignKey(FollowUp, models.SET_NULL, null=True, related_name="sent_items")

    class Meta(Owed.Meta):
        verbose_name = _("sent item")
        verbose_name_plural = _("sent items")
        indexes = [models.Index(fields=["lead", "-at", "-id"], name="sent_of_lead"), _still_open("sent")]


KINDS = {"promise": Promise, "question": Question, "sent": Sent}


def _open_of(model):
    facts = JSONObject(pk="pk", text="text", at="at")
    return model.objects.open().filter(lead=OuterRef("pk")).order_by("at", "pk").values(facts=facts)
