from .imports import ImportForm

__all__ = ["ImportForm"]
