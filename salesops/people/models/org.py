from django.db import models, transaction
from django.utils.translation import gettext_lazy as _


class Department(models.Model):
    """A department is also a desk: work is owed by the desk until one of its members takes it."""

    slug = models.SlugField(_("key"), unique=True, help_text=_("The name that rules use for this desk."))
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

    def ancestor_ids(self) -> list[int]:
        """The ids of this team and of the teams above it, nearest first."""
        return [int(pk) for pk in reversed(self.path.rstrip(".").split("."))]
