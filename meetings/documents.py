"""Whose files of tasks one may open: of those that one sees."""

from meetings.models import Task
from salesops.documents.holders import Holder, register

register(Holder("task", Task.objects.visible_to))
