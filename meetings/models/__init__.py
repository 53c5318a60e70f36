from .help import HelpItem
from .target import Target
from .task import Task, TaskEntry

__all__ = ["HelpItem", "Target", "Task", "TaskEntry"]
