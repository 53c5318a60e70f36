from .help import HelpItem
from .plan import DayPlan, PlanLine
from .task import Task, TaskEntry

__all__ = ["DayPlan", "HelpItem", "PlanLine", "Task", "TaskEntry"]
