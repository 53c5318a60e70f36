from .helping import help, help_new
from .tasks import proof, task, task_new, tasks

__all__ = ["help", "help_new", "proof", "task", "task_new", "tasks"]
