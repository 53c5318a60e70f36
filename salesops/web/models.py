from django.conf import settings
from django.db import models


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
