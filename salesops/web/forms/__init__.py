from .edit import EditForm, EditModelForm, conflict
from .once import OneTimeForm, OneTimeModelForm, one_time, wrote

__all__ = ["EditForm", "EditModelForm", "OneTimeForm", "OneTimeModelForm", "conflict", "one_time", "wrote"]
