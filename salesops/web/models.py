import json

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from salesops.encryption import EncryptedTextField
from salesops.people.models import ApiKey, Team
from salesops.people.models.org import ids_in


class FormToken(models.Model):
    """A form that was sent: claimed inside the write's own transaction, so that the same form has one effect.

    `result` is where the first answer went. Nobody is named by the tokens of anonymous forms.
    """

    token = models.CharField(max_length=64)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    made_at = models.DateTimeField(db_index=True)
    result = models.CharField(max_length=500, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["token", "user"], nulls_distinct=False, name="a_form_is_sent_once")
        ]

    def __str__(self):
        return self.token[:8]


class Draft(models.Model):
    """What somebody has typed into a form and not yet sent: one per person and form, encrypted, for nobody else's eyes.

    `form` is the address to which the form is sent, `token` its one-time token: once that has been claimed, the form
    was sent and the draft is of no more use.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    form = models.CharField(max_length=200)
    token = models.CharField(max_length=64, default="", blank=True)
    fields = EncryptedTextField()  # JSON: the values of each field by its name
    saved_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "form"], name="one_draft_of_a_form")]

    def __str__(self):
        return self.form

    @property
    def values(self) -> dict[str, list[str]]:
        return json.loads(self.fields)


class SavedViewQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own, and those that are shared with everybody or with a team above one's post or home team."""
        teams = {user.team_id, *(pk for post in user.current_posts if post.team for pk in ids_in(post.team.path))}
        shared = Q(shared=True) & (Q(team=None) | Q(team__in=teams - {None}))
        return self.filter(Q(owner=user) | shared)


class SavedView(models.Model):
    """A named set of filters of a page: its owner's, who may share it with a team and all below it, or everybody.

    `query` is the query string; what does not fit any more is left out by the page, as in any address.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    page = models.CharField(max_length=60)  # a URL name without arguments
    name = models.CharField(_("name"), max_length=40)
    query = models.CharField(max_length=1000)
    shared = models.BooleanField(default=False)
    team = models.ForeignKey(Team, models.CASCADE, null=True, related_name="+")
    saved_at = models.DateTimeField()

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "page", "name"], name="a_view_has_a_name_of_its_own"),
            models.CheckConstraint(condition=Q(shared=True) | Q(team=None), name="only_a_shared_view_has_a_team"),
        ]
        indexes = [models.Index(fields=["page"], condition=Q(shared=True), name="saved_view_shared")]

    def __str__(self):
        return self.name


class LastView(models.Model):
    """Which view of a page somebody looked at last, for their next session. `query` as in SavedView."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    page = models.CharField(max_length=60)
    query = models.CharField(max_length=1000)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "page"], name="one_last_view_of_a_page")]

    def __str__(self):
        return f"{self.page}?{self.query}"


class ApiAnswer(models.Model):
    """What a call with an Idempotency-Key was answered, written in the transaction of what it did.

    Of the header and of the request only hashes are kept, and answers to writes hold no contact data.
    """

    api_key = models.ForeignKey(ApiKey, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)
    request = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.TextField()
    location = models.CharField(max_length=200, default="")
    made_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["api_key", "digest"], name="one_answer_to_a_key")]

    def __str__(self):
        return self.digest[:8]
