from .helping import help, help_new
from .planning import my_plan, plan, plans, team_plans
from .targets import targets, team_targets
from .tasks import proof, task, task_new, tasks

__all__ = [
    "help",
    "help_new",
    "my_plan",
    "plan",
    "plans",
    "proof",
    "targets",
    "task",
    "task_new",
    "tasks",
    "team_plans",
    "team_targets",
]
