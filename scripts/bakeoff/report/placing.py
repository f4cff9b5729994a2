"""Where labels go beside points, so that they neither meet each other nor leave the plot.

A greedy search over a few places around each point, as in Christensen, Marks and Shieber
(1995, *An empirical study of algorithms for point-feature label placement*, ACM Transactions
on Graphics 14, 203-232). A chart is drawn once and shown at any width, so a place is judged
at the narrowest and at the widest plot together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bakeoff.report.widths import columns

#: Estimated width of a Latin character and height of a line, in pixels.
_CHARACTER, _LINE = 6.6, 13.0
#: Half the size of a point's mark.
_MARK = 4.0
#: What leaving the plot costs, in square pixels of overlap; names must be readable.
_OUTSIDE = 400.0
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Place:
    """A place of a label relative to its point, in pixels.

    Attributes:
        dx: To the right.
        dy: Downwards, to the middle of the text.
        align: Side of the text that stands at dx: left, center or right.
    """

    dx: float
    dy: float
    align: str


#: The places in order of preference.
PLACES = (
    Place(0, -14, "center"),
    Place(0, 15, "center"),
    Place(9, 0, "left"),
    Place(-9, 0, "right"),
    Place(7, -13, "left"),
    Place(-7, -13, "right"),
    Place(7, 14, "left"),
    Place(-7, 14, "right"),
    Place(0, -28, "center"),
    Place(0, 29, "center"),
    Place(-7, -27, "right"),
    Place(7, 28, "left"),
)


@dataclass(frozen=True)
class Label:
    """A text that wants a place.

    Attributes:
        text: The text.
        x: Place of its point from the left of the plot, as a share of the width.
        y: Place of its point from the top, as a share of the height.
        needed: Whether it is shown even where every place is taken.
    """

    text: str
    x: float
    y: float
    needed: bool = False


def place(
    labels: Sequence[Label],
    obstacles: Sequence[tuple[float, float]],
    *,
    widths: tuple[float, ...],
    height: float,
    taken: Sequence[Label] = (),
) -> list[Place | None]:
    """Return a place for each label; None where a label that is not needed finds no room.

    Args:
        labels: The labels, the most important first.
        obstacles: Points that labels should not cover, as shares of width and height.
        widths: Widths of the plot to judge at, in pixels.
        height: Height of the plot, in pixels.
        taken: Texts that already stand, starting at their point and centred on its height.
    """
    marks = [[_mark(x * width, y * height) for x, y in obstacles] for width in widths]
    written = [
        [_box(label, Place(0, 0, "left"), width, height) for label in taken] for width in widths
    ]
    result: list[Place | None] = []
    for label in labels:
        costs = {
            option: sum(
                _cost(_box(label, option, width, height), [*around, *texts], width, height)
                for width, around, texts in zip(widths, marks, written, strict=True)
            )
            for option in PLACES
        }
        best = min(PLACES, key=lambda option: costs[option])
        if costs[best] > 0 and not label.needed:
            result.append(None)
            continue
        result.append(best)
        for width, texts in zip(widths, written, strict=True):
            texts.append(_box(label, best, width, height))
    return result


def _mark(x: float, y: float) -> Box:
    return x - _MARK, x + _MARK, y - _MARK, y + _MARK


def _box(label: Label, where: Place, width: float, height: float) -> Box:
    long = _CHARACTER * columns(label.text)
    left = (
        label.x * width + where.dx - {"left": 0.0, "center": long / 2, "right": long}[where.align]
    )
    middle = label.y * height + where.dy
    return left, left + long, middle - _LINE / 2, middle + _LINE / 2


def _cost(box: Box, others: Sequence[Box], width: float, height: float) -> float:
    """Return how much of a box lies on others, and a penalty for leaving the plot."""
    left, right, top, bottom = box
    overlap = sum(
        max(0.0, min(right, other[1]) - max(left, other[0]))
        * max(0.0, min(bottom, other[3]) - max(top, other[2]))
        for other in others
    )
    out = max(0.0, -left) + max(0.0, right - width) + max(0.0, -top) + max(0.0, bottom - height)
    return overlap + (_OUTSIDE + out if out else 0.0)
