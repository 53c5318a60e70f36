from .leave import approve_leave, ask_leave, end_leave, refuse_leave
from .person import deactivate, end_tour, join, move_to_team, remove_second_factor, set_language
from .post import appoint, dismiss

__all__ = [
    "appoint",
    "approve_leave",
    "ask_leave",
    "deactivate",
    "dismiss",
    "end_leave",
    "end_tour",
    "join",
    "move_to_team",
    "refuse_leave",
    "remove_second_factor",
    "set_language",
]
