from .api_key import make_api_key, revoke_api_key
from .leave import approve_leave, ask_leave, end_leave, refuse_leave
from .person import (
    change_person,
    deactivate,
    end_tour,
    first_password,
    invite,
    join,
    move_to_team,
    remove_second_factor,
    set_language,
)
from .post import appoint, dismiss
from .team import add_team, change_team

__all__ = [
    "add_team",
    "appoint",
    "approve_leave",
    "ask_leave",
    "change_person",
    "change_team",
    "deactivate",
    "dismiss",
    "end_leave",
    "end_tour",
    "first_password",
    "invite",
    "join",
    "make_api_key",
    "move_to_team",
    "refuse_leave",
    "remove_second_factor",
    "revoke_api_key",
    "set_language",
]
