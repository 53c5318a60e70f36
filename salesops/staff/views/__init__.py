from .leave import leave, leave_decision, leave_ending
from .leaving import leaving
from .people import access, detail, details, invitation, list, role_ending, roles
from .teams import new_team, team, teams

__all__ = [
    "access",
    "detail",
    "details",
    "invitation",
    "leave",
    "leave_decision",
    "leave_ending",
    "leaving",
    "list",
    "new_team",
    "role_ending",
    "roles",
    "team",
    "teams",
]
