import json

from django.conf import settings
from django.db import models

from salesops.encryption import EncryptedTextField


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
