from .api_key import ApiKey, Scope
from .leave import Leave
from .org import Department, Team
from .user import HEADS, Post, Role, User

__all__ = ["HEADS", "ApiKey", "Department", "Leave", "Post", "Role", "Scope", "Team", "User"]
