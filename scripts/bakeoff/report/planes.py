"""Candidates' curves as plots: together where they are few, a small plot each where many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bakeoff.language import marked, phrase, phrases
from bakeoff.report.axes import Axis, axis_over
from bakeoff.report.charts import Panel
from bakeoff.report.compare import Figure
from bakeoff.report.curves import MOST_TOGETHER, chart
from bakeoff.report.data import Report
from bakeoff.report.levels import Level, of
from bakeoff.report.numbers import Scale, bracketed, scale_for
from bakeoff.report.plane import Curve, Plane, Point

STREAMS, RATES = marked("streams"), marked("requests/s")


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What is drawn of the levels.

    Attributes:
        y: Figure on the vertical axis.
        y_title: What it is called, without its unit, in the language that is spoken.
        x: Figure on the horizontal axis; None for the level itself.
        x_axis: Horizontal axis, where it is the level itself.
        x_title: What it is called, without its unit, where it is a figure.
        unit: What a level counts, as a unit: streams or requests/s.
        labelled: Whether the points carry their level.
        zero: Whether the vertical axis starts at zero, whatever the values.
        dashed: Figure to draw dashed beside y; None for none.
        limit: A limit on y, in its stored unit; None for none.
    """

    y: str
    y_title: str
    x: str | None = None
    x_axis: Axis | None = None
    x_title: str = ""
    unit: str = STREAMS
    labelled: bool = False
    zero: bool = True
    dashed: str | None = None
    limit: float | None = None


def plots(report: Report, found: Sequence[Level], shown: Shown) -> list[Panel]:
    """Return one plot of all candidates, or one each where they are many."""
    found = [level for level in found if _drawable(level, shown)]
    if not found:
        return []
    drawing = _Drawing.of(found, shown)
    together = [who for who in report.candidates if of(who, found)]
    curves = {who: drawing.curves(report, of(who, found)) for who in together}
    if len(together) <= MOST_TOGETHER:
        everyone = [curve for own in curves.values() for curve in own]
        return [Panel(drawing.title, chart(drawing.plane, everyone))]
    plane = replace(drawing.plane, named=False, small=True)
    return [
        Panel(who, chart(plane, curves[who], _others(curves, who)), report.colour(who))
        for who in together
    ]


def _others(curves: dict[str, list[Curve]], who: str) -> list[Curve]:
    return [curve for other, own in curves.items() if other != who for curve in own[:1]]


def _drawable(level: Level, shown: Shown) -> bool:
    return level.value(shown.y) is not None and (
        shown.x is None or level.value(shown.x) is not None
    )


@dataclass(frozen=True)
class _Drawing:
    """Scales and plane of one figure."""

    shown: Shown
    plane: Plane
    x: Scale
    y: Scale

    @classmethod
    def of(cls, found: Sequence[Level], shown: Shown) -> _Drawing:
        x = _scale(found, [shown.x]) if shown.x else Scale(1.0, shown.unit)
        y = _scale(found, [shown.y, shown.dashed])
        reach = _reach(found, [shown.y, shown.dashed], y)
        limit = None if shown.limit is None else shown.limit / y.divisor
        y_axis = axis_over(
            bracketed(shown.y_title, y.unit),
            [*reach, *([] if limit is None else [limit])],
            zero=shown.zero,
        )
        x_axis = shown.x_axis
        if shown.x:
            x_axis = axis_over(bracketed(shown.x_title, x.unit), _reach(found, [shown.x], x))
        if x_axis is None:
            raise ValueError("a level needs its axis")
        text = "" if limit is None else phrase("limit {limit}", limit=f"{limit:g} {y.unit}")
        return cls(shown, Plane(x=x_axis, y=y_axis, limit=limit, limit_text=text), x, y)

    @property
    def title(self) -> str:
        """What the plot shows, as its heading."""
        return self.shown.y_title

    def curves(self, report: Report, levels: Sequence[Level]) -> list[Curve]:
        """Return the curves of one candidate, the solid one first."""
        who = levels[0].candidate
        names = [self.shown.y, *([self.shown.dashed] if self.shown.dashed else [])]
        return [
            Curve(
                name=who,
                colour=report.colour(who),
                points=[self._point(v, name) for v in levels if v.value(name) is not None],
                dashed=name == self.shown.dashed,
            )
            for name in names
        ]

    def _point(self, level: Level, name: str) -> Point:
        shown = self.shown
        figure = level.figure(name)
        across = level.figure(shown.x) if shown.x else None
        return Point(
            x=level.level if across is None else _scaled(across.value, self.x) or 0.0,
            y=_scaled(figure.value, self.y) or 0.0,
            x_ends=(None, None) if across is None else _ends(across, self.x),
            y_ends=_ends(figure, self.y) if name != shown.dashed else (None, None),
            label=f"{level.level:g}" if shown.labelled and name == shown.y else "",
            tip=self._tip(level, figure, across),
        )

    def _tip(self, level: Level, figure: Figure, across: Figure | None) -> str:
        told = {
            "candidate": level.candidate,
            "level": shown_level(level, self.shown.unit),
            "value": with_ends(figure, self.y),
            "n": f"{figure.n:,}",
        }
        if across is None:
            return phrase("{candidate}, {level}: {value}, n = {n}", **told)
        return phrase(
            "{candidate}, {level}: {value} at {across}, n = {n}",
            across=with_ends(across, self.x),
            **told,
        )


def shown_level(level: Level, unit: str) -> str:
    """Return a level with what it counts: ``16 streams``."""
    number = f"{level.level:g}"
    if unit == STREAMS:
        return phrases("{n} stream", "{n} streams", int(level.level), shown=number)
    return f"{number} {phrase(unit)}"


def with_ends(figure: Figure, scale: Scale) -> str:
    """Return a figure with its unit and its interval: ``38.0 ms (37.2–39.1)``."""
    return scale.bounded(figure.value, figure.lo, figure.hi)


def _scale(found: Sequence[Level], names: Sequence[str | None]) -> Scale:
    figures = [level.figure(name) for level in found for name in names if name]
    return scale_for(figures[0].unit, (figure.value for figure in figures))


def _reach(found: Sequence[Level], names: Sequence[str | None], scale: Scale) -> list[float]:
    """Return values and ends of intervals, as far as they are worth room on an axis."""
    figures = [level.figure(name) for level in found for name in names if name]
    values = [figure.value for figure in figures if figure.value is not None]
    # The interval of a P95 of few requests may be far longer than all values together.
    most = 1.5 * max(values)
    ends = [end for f in figures for end in (f.lo, f.hi) if end is not None and end <= most]
    return [value / scale.divisor for value in (*values, *ends)]


def _ends(figure: Figure, scale: Scale) -> tuple[float | None, float | None]:
    return _scaled(figure.lo, scale), _scaled(figure.hi, scale)


def _scaled(value: float | None, scale: Scale) -> float | None:
    return None if value is None else round(value / scale.divisor, 6)
