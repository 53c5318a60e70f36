import secrets

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from .lead import Source


def new_key() -> str:
    return secrets.token_urlsafe(9)


class WebForm(models.Model):
    """A public form of one campaign: whoever fills it in becomes a lead with its source (sop.md section 4)."""

    key = models.CharField(max_length=20, unique=True, default=new_key, editable=False)
    name = models.CharField(_("campaign"), max_length=80, unique=True)
    title = models.CharField(_("heading"), max_length=80)
    intro = models.TextField(_("text above the form"), max_length=1000, blank=True, default="")
    thanks = models.TextField(_("text after sending"), max_length=1000, blank=True, default="")
    source = models.CharField(_("source of its leads"), max_length=12, choices=Source, default=Source.WEBSITE)
    product = models.CharField(_("product"), max_length=60, blank=True, default="")
    origins = ArrayField(
        models.CharField(max_length=200),
        verbose_name=_("websites that may embed it"),
        default=list,
        blank=True,
        help_text=_("Addresses such as https://www.example.cn, separated by commas. Leave empty to forbid embedding."),
    )
    active = models.BooleanField(_("open"), default=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    made_at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ["-active", "-made_at", "-id"]
        verbose_name = _("web form")
        verbose_name_plural = _("web forms")

    def __str__(self):
        return self.name
