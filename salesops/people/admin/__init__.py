from . import leave, org, user

__all__ = ["leave", "org", "user"]
