from .edit import EditForm, conflict
from .once import OneTimeForm, OneTimeModelForm, one_time, wrote

__all__ = ["EditForm", "OneTimeForm", "OneTimeModelForm", "conflict", "one_time", "wrote"]
