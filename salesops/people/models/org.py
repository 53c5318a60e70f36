import zoneinfo

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _


def known_zone(name: str) -> None:
    """Raises ValidationError unless `name` is a time zone of the IANA database."""
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValidationError(_("There is no time zone of this name.")) from error


class Department(models.Model):
    """A department is also a desk: work is owed by the desk until one of its members takes it."""

    slug = models.SlugField(_("desk key"), unique=True, help_text=_("The name that rules use for this desk."))
    name = models.CharField(_("name"), max_length=100)

    class Meta:
        ordering = ["name"]
        verbose_name = _("department")
        verbose_name_plural = _("departments")

    def __str__(self):
        return self.name


class Team(models.Model):
    """A cell, a business line or a functional line. Its head is whoever holds a leader's or manager's post in it."""

    class Kind(models.TextChoices):
        CELL = "cell", _("cell")
        LINE = "line", _("business line")
        FUNCTION = "function", _("functional line")

    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.CELL)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    zone = models.CharField(
        _("time zone"),
        max_length=40,
        blank=True,
        default="",
        validators=[known_zone],
        help_text=_("For example Asia/Shanghai. Empty: that of the team above."),
    )
    # "1.4.9.": the ids from the top down to this team, so that a subtree is one indexed prefix.
    path = models.CharField(max_length=200, editable=False, default="", db_index=True)

    class Meta:
        ordering = ["path"]
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        indexes = [models.Index(fields=["path"], name="team_subtree", opclasses=["varchar_pattern_ops"])]

    def __str__(self):
        return self.name

    @transaction.atomic
    def save(self, *args, **kwargs):
        """Saves and keeps the path of this team and of everything below it."""
        super().save(*args, **kwargs)
        path = f"{self.parent.path if self.parent else ''}{self.pk}."
        if path != self.path:
            Team.objects.filter(pk=self.pk).update(path=path)
            self.path = path
            for child in self.children.all():
                child.save()

    def clean(self):
        if self.pk and self.parent and self.parent.path.startswith(self.path):
            raise ValidationError({"parent": _("A team cannot be part of itself or of a team below it.")})

    def ancestor_ids(self) -> list[int]:
        """The ids of this team and of the teams above it, nearest first."""
        return ids_in(self.path)


def ids_in(path: str) -> list[int]:
    """The ids in a team's path, from the team itself upwards."""
    return [int(pk) for pk in reversed(path.rstrip(".").split("."))]
