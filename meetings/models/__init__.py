from .help import HelpItem
from .plan import DayPlan, PlanLine
from .target import Target
from .task import Task, TaskEntry

__all__ = ["DayPlan", "HelpItem", "PlanLine", "Target", "Task", "TaskEntry"]
