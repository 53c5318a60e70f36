from .imports import import_, import_detail

__all__ = ["import_", "import_detail"]
