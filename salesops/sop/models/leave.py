from django.db import models
from django.utils.translation import gettext_lazy as _

from salesops.people.models import Leave


class LeaveTaken(models.Model):
    """That the clock has acted on a leave: handed its deadlines to the stand-in, and given back what was left."""

    leave = models.OneToOneField(Leave, models.CASCADE, primary_key=True, related_name="taken")
    begun_at = models.DateTimeField(_("begun at"))
    ended_at = models.DateTimeField(_("ended at"), null=True)

    class Meta:
        verbose_name = _("leave taken")
        verbose_name_plural = _("leave taken")

    def __str__(self):
        return str(self.leave)
