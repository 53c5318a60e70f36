from .leave import Leave
from .org import Department, Team
from .user import Post, Role, User

__all__ = ["Department", "Leave", "Post", "Role", "Team", "User"]
