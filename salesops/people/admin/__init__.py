from . import org, user

__all__ = ["org", "user"]
