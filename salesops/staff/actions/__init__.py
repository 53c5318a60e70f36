"""Leave, with word to whom it concerns."""

from .leave import ask_leave, decide_leave, end_leave

__all__ = ["ask_leave", "decide_leave", "end_leave"]
