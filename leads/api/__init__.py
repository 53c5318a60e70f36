"""Leads for other programs (salesops/web/api): bringing them in, reading them, following them up."""

from salesops.web.api.site import api

from . import entering, following, reading
from .router import router

__all__ = ["entering", "following", "reading"]

api.add_router("/leads", router)
