"""任务: something that one person is to have done by a day, and what was said about it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from leads.models import Lead
from salesops.people import scope
from salesops.people.models import Role


class TaskQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those that the user, or somebody whose work they see, is to do or has given."""
        seen = scope.people(user, everything=(Role.ADMIN,))
        return self.filter(Q(assignee__in=seen) | Q(assigner__in=seen))

    def running(self):
        """Those that are not in the archive yet."""
        return self.filter(state__in=RUNNING)


class Task(models.Model):
    """Its deadlines are rows of the engine: task.done of who does it, task.confirm of who has given it."""

    class State(models.TextChoices):
        OPEN = "open", _("to be done")
        PROVEN = "proven", _("waits for confirmation")
        DONE = "done", _("confirmed")
        DROPPED = "dropped", _("dropped")

    content = models.CharField(_("what is to be done"), max_length=200)
    standard = models.CharField(_("done when"), max_length=300, blank=True, default="")
    due_on = models.DateField(_("by"))
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="tasks", verbose_name=_("who does it")
    )
    assigner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="tasks_given", verbose_name=_("given by")
    )
    important = models.BooleanField(_("important"), default=False)
    urgent = models.BooleanField(_("urgent"), default=False)
    lead = models.ForeignKey(
        Lead, models.SET_NULL, null=True, blank=True, related_name="tasks", verbose_name=_("customer")
    )
    given_at = models.DateTimeField(_("given at"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)
    proof = models.TextField(_("proof"), blank=True, default="")
    proven_at = models.DateTimeField(_("handed in at"), null=True, editable=False)
    ended_at = models.DateTimeField(_("ended at"), null=True, editable=False)
    # Said before the day is over: the clock carries the task over when it is.
    next_on = models.DateField(_("next date"), null=True, blank=True)
    carried = models.PositiveSmallIntegerField(_("times carried over"), default=0)

    objects = TaskQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        indexes = [
            models.Index(
                fields=["assignee", "due_on", "id"], condition=Q(state__in=["open", "proven"]), name="task_to_do"
            ),
            models.Index(
                fields=["assigner", "due_on", "id"], condition=Q(state__in=["open", "proven"]), name="task_given"
            ),
            models.Index(fields=["assignee", "-ended_at", "-id"], name="task_archive"),
            models.Index(fields=["assigner", "-ended_at", "-id"], name="task_given_archive"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["open", "proven"], ended_at=None)
                | Q(state__in=["done", "dropped"], ended_at__isnull=False),
                name="task_running_or_ended",
            ),
        ]

    def __str__(self):
        return self.content

    @property
    def ref(self) -> str:
        """How events and deadlines name this task."""
        return f"task:{self.pk}"


RUNNING = (Task.State.OPEN, Task.State.PROVEN)


class TaskEntry(models.Model):
    """What somebody said when they did something about a task: words live here, never in events."""

    class Kind(models.TextChoices):
        GIVEN = "given", _("given")
        MOVED = "moved", _("moved to another day")
        PUT_OFF = "put_off", _("will not be done by its day")
        CARRIED = "carried", _("carried over")
        PROVEN = "proven", _("handed in")
        CONFIRMED = "confirmed", _("confirmed")
        SENT_BACK = "sent_back", _("sent back")
        DROPPED = "dropped", _("dropped")

    task = models.ForeignKey(Task, models.CASCADE, related_name="entries", verbose_name=_("task"))
    kind = models.CharField(_("what happened"), max_length=10, choices=Kind)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    text = models.TextField(_("words"), blank=True, default="")
    due_on = models.DateField(_("day"), null=True, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = _("word about a task")
        verbose_name_plural = _("words about tasks")
        indexes = [models.Index(fields=["task", "-at", "-id"], name="entry_of_task")]

    def __str__(self):
        return f"{self.get_kind_display()} · {self.task}"
