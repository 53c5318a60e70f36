from .leave import Leave
from .org import Department, Team
from .user import HEADS, Post, Role, User

__all__ = ["HEADS", "Department", "Leave", "Post", "Role", "Team", "User"]
