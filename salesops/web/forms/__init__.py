from .once import OneTimeForm, OneTimeModelForm, one_time, wrote

__all__ = ["OneTimeForm", "OneTimeModelForm", "one_time", "wrote"]
