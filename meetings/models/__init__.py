from .help import HelpItem
from .task import Task, TaskEntry

__all__ = ["HelpItem", "Task", "TaskEntry"]
