"""Figures about the text of an answer: they describe it and are no score.

To add one, declare it in ``figures.py``.
"""

from bakeoff.quality.diagnostics.base import Figure
from bakeoff.quality.diagnostics.figures import FIGURES
from bakeoff.quality.diagnostics.rows import diagnostic_rows

__all__ = ["FIGURES", "Figure", "diagnostic_rows"]
