from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .types import Type

LIGHT = 300_000  # bytes


class Upload(models.Model):
    """A file that somebody has put on a record. Its bytes are a row of their own, so that lists never read them.

    In the database and not in a folder: a backup of the database is whole, a file and its record are written in one
    transaction, and any number of web processes see the same.
    """

    about = models.CharField(_("about"), max_length=40, help_text=_("The record that it hangs on, as kind:id."))
    file = models.CharField(_("file"), max_length=40, default="", help_text=_("Whose timeline shows it."))
    name = models.CharField(_("name"), max_length=150)
    type = models.CharField(_("type"), max_length=10, choices=Type)
    size = models.PositiveIntegerField(_("bytes"))
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = _("uploaded file")
        verbose_name_plural = _("uploaded files")
        indexes = [
            models.Index(fields=["about"], name="upload_about"),
            models.Index(fields=["file", "-at", "-id"], condition=~models.Q(file=""), name="upload_of_file"),
        ]

    def __str__(self):
        return self.name

    @property
    def is_shown(self) -> bool:
        """Whether every browser shows it inside a page."""
        return Type(self.type).is_shown

    @property
    def is_light(self) -> bool:
        """Whether a list may show the picture itself: a phone on the road does not load forty photos."""
        return self.is_shown and self.size <= LIGHT


class Content(models.Model):
    """The bytes of an upload."""

    upload = models.OneToOneField(Upload, models.CASCADE, primary_key=True, related_name="content")
    data = models.BinaryField()

    def __str__(self):
        return str(self.upload_id)
