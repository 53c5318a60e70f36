"""Every write of the team's rhythm that a person or the clock can make."""

from leads.actions.refusing import Refused

from .helping import answer_help, ask_help, pass_on, withdraw_help
from .planning import check_plans, submit_plan
from .targets import set_targets
from .tasks import confirm, drop_task, give_task, prove, put_off, send_back

__all__ = [
    "Refused",
    "answer_help",
    "ask_help",
    "check_plans",
    "confirm",
    "drop_task",
    "give_task",
    "pass_on",
    "prove",
    "put_off",
    "send_back",
    "set_targets",
    "submit_plan",
    "withdraw_help",
]
