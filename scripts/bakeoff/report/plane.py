"""What curves are made of, and the plane that they are drawn on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bakeoff.report.axes import Axis

#: Height of a plot, and of one of many, in pixels.
_HEIGHT, _SMALL_HEIGHT = 270, 180
#: Widths of the plot inside its axes, on a phone and on a desk, in pixels.
_WIDTHS, _SMALL_WIDTHS = (265.0, 345.0), (215.0, 285.0)


@dataclass(frozen=True, kw_only=True)
class Point:
    """One measured point.

    Attributes:
        x: Place on the horizontal axis, in its unit.
        y: Place on the vertical axis.
        x_ends: Ends of its interval along the horizontal axis; None without one. An end that
            is None is open.
        y_ends: Ends of its interval along the vertical axis.
        label: What stands beside it; empty for nothing.
        tip: What is told about it when asked.
    """

    x: float
    y: float
    x_ends: tuple[float | None, float | None] = (None, None)
    y_ends: tuple[float | None, float | None] = (None, None)
    label: str = ""
    tip: str = ""


@dataclass(frozen=True, kw_only=True)
class Curve:
    """One candidate's points in the order in which a line joins them.

    Attributes:
        name: Candidate id.
        colour: CSS colour.
        points: The points.
        dashed: Whether the line is dashed and its points are hollow.
    """

    name: str
    colour: str
    points: Sequence[Point]
    dashed: bool = False


@dataclass(frozen=True, kw_only=True)
class Plane:
    """What the curves are drawn on.

    Attributes:
        x: Horizontal axis.
        y: Vertical axis.
        limit: A level to draw across, in the vertical axis' unit; None for none.
        limit_text: What it is.
        named: Whether each curve carries its name; a small plot has it as its heading.
        small: Whether it is one of many.
    """

    x: Axis
    y: Axis
    limit: float | None = None
    limit_text: str = ""
    named: bool = True
    small: bool = False

    @property
    def height(self) -> int:
        """Height in pixels."""
        return _SMALL_HEIGHT if self.small else _HEIGHT

    @property
    def widths(self) -> tuple[float, ...]:
        """Widths at which labels are placed, in pixels."""
        return _SMALL_WIDTHS if self.small else _WIDTHS

    def share(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point stands, as shares from the left and from the top."""
        return self.x.share(x), 1 - self.y.share(y)
