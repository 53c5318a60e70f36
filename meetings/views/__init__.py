from .helping import help, help_new
from .targets import targets, team_targets
from .tasks import proof, task, task_new, tasks

__all__ = ["help", "help_new", "proof", "targets", "task", "task_new", "tasks", "team_targets"]
