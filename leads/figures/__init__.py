"""Figures 指标 (sop.md section 6): what each counts, for whom, in which period, and the rows that it counts.

A new figure is one entry in a module of this package, or of a room above that calls `register`.
"""

from . import activity, results  # noqa: F401  registers what they define
from .periods import Period
from .reckoning import Table, reckon
from .registry import Figure, Ratio, Source, Unit, figures

__all__ = ["Figure", "Period", "Ratio", "Source", "Table", "Unit", "figures", "reckon"]
