"""A distribution per candidate: all values thinned, the middle half, centre and P95."""

from __future__ import annotations

import math
from dataclasses import dataclass

import altair as alt

from bakeoff.language import phrase
from bakeoff.report import lanes
from bakeoff.report.compare import Figure
from bakeoff.report.data import Report
from bakeoff.report.numbers import NOT_MEASURED, Scale, bracketed, plain, scale_for

MOST_TICKS = 200
#: Gaps between tokens that are read at most per candidate, spread evenly over its requests.
_MOST_GAPS = 2_000_000
#: From this ratio of largest to smallest value on, an axis is logarithmic.
_LOG_FROM = 40
#: From this ratio of smallest to largest value on, an axis does not start at zero.
_CUT_FROM = 0.5
#: An axis ends at this quantile where the values above it would take it further by the ratio
#: below: a few long gaps must not squeeze all others into a corner.
_BULK, _LONG_TAIL = 0.985, 1.5
#: Half the height of the box, and how far centre and P95 stand above and below the middle,
#: so that long intervals of both stay apart; in pixels.
_HALF, _APART = 9.0, 4.5


@dataclass(frozen=True, kw_only=True)
class Distribution:
    """What to draw.

    Attributes:
        column: Column of the view, in milliseconds.
        view: View of the database that holds it.
        centre: Metric drawn as a dot; None for the plain median, which has no interval.
        centre_word: What the dot is, marked.
        tail: Metric drawn as a diamond: a P95.
        axis: Title of the axis, without its unit, marked.
    """

    column: str
    view: str
    centre: str | None
    centre_word: str
    tail: str
    axis: str


@dataclass(frozen=True)
class Sample:
    """One candidate's distribution.

    Attributes:
        values: At most ``MOST_TICKS`` quantiles, in ms; every value where there are fewer.
        quartiles: Lower quartile, median and upper quartile in ms; None without values.
        n: Values behind them.
        highest: The largest value of all, in ms.
    """

    values: list[float]
    quartiles: tuple[float, float, float] | None
    n: int
    highest: float = 0.0


def read(report: Report, shown: Distribution) -> dict[str, Sample]:
    """Return the distribution of each candidate, from the latency stage's requests."""
    return {candidate: _sample(report, shown, candidate) for candidate in report.candidates}


def _sample(report: Report, shown: Distribution, candidate: str) -> Sample:
    column = shown.column
    source = f"{shown.view} WHERE candidate = ? AND stage = 'latency' AND {column} IS NOT NULL"
    if shown.view == "event_gaps":
        source += f" AND request_no % {_every(report, candidate)} = 0"
    summary = f"count(*), quantile_cont({column}, [0.25, 0.5, 0.75]), max({column})"
    query = f"SELECT {summary} FROM {source}"  # noqa: S608 -- names of our own views
    n, quartiles, highest = report.connection.execute(query, [candidate]).fetchall()[0]
    if not n:
        return Sample([], None, 0)
    ticks = min(n, MOST_TICKS)
    at = [(i + 0.5) / ticks for i in range(ticks)]
    query = f"SELECT quantile_disc({column}, {at}) FROM {source}"  # noqa: S608 -- the same
    values = report.connection.execute(query, [candidate]).fetchall()[0][0]
    return Sample([float(value) for value in values], tuple(quartiles), int(n), highest)


def _every(report: Report, candidate: str) -> int:
    """Return of how many requests one is read, so that gaps stay few enough."""
    query = """
        SELECT coalesce(sum(len(chunk_ns)), 0) FROM requests
        WHERE candidate = ? AND stage = 'latency' AND phase = 'measure'
    """
    gaps = report.connection.execute(query, [candidate]).fetchall()[0][0]
    return max(1, math.ceil(int(gaps) / _MOST_GAPS))


def chart(report: Report, shown: Distribution, samples: dict[str, Sample]) -> alt.LayerChart:
    """Return the chart; at least one sample must hold values."""
    scale = scale_for("ms", [value for sample in samples.values() for value in sample.values])
    rows = [_lane(report, shown, who, sample) for who, sample in samples.items()]
    axis = _axis(report, shown, samples, scale)
    plot = _Plot(report, shown, scale, axis.high)
    return lanes.chart(rows, axis, _layers(plot, samples, lanes.tops(rows)))


@dataclass(frozen=True)
class _Plot:
    """What every mark of one chart needs to know.

    Attributes:
        report: The database.
        shown: What is drawn.
        scale: Scale of the axis.
        high: Where the axis ends, in the axis' unit.
    """

    report: Report
    shown: Distribution
    scale: Scale
    high: float


def _axis(
    report: Report, shown: Distribution, samples: dict[str, Sample], scale: Scale
) -> lanes.Axis:
    values = [value for sample in samples.values() for value in sample.values]
    ends = [
        end
        for metric in (shown.centre, shown.tail)
        if metric
        for figure in report.figures(metric)
        for end in (figure.lo, figure.value, figure.hi)
        if end is not None
    ]
    low, high = (pick([*values, *ends]) / scale.divisor for pick in (min, max))
    title = bracketed(phrase(shown.axis), scale.unit)
    if low > 0 and high / low > _LOG_FROM:
        return lanes.Axis(title, low * 0.9, high * 1.1, log=True)
    if low > _CUT_FROM * high:
        # No bars are drawn here, so the axis may leave out what no request came near.
        title = phrase("{title}, axis does not start at 0", title=title)
        return lanes.Axis(title, low - 0.2 * (high - low), high)
    bulk = max([*ends, *(s.values[int(_BULK * len(s.values))] for s in samples.values() if s.n)])
    if high > _LONG_TAIL * bulk / scale.divisor:
        slowest = scale.bare(max(sample.highest for sample in samples.values()))
        high = bulk / scale.divisor
        title = phrase(
            "{title}; the slowest, up to {slowest}, lie beyond", title=title, slowest=slowest
        )
    return lanes.Axis(title, 0, high * 1.02)


def _lane(report: Report, shown: Distribution, candidate: str, sample: Sample) -> lanes.Lane:
    tail, scale = report.figure(candidate, shown.tail), report.scale(shown.tail)
    centre = report.figure(candidate, shown.centre).value if shown.centre else None
    if not shown.centre and sample.quartiles:
        centre = sample.quartiles[1]
    told = phrase(NOT_MEASURED)
    if centre is not None and tail.value is not None:
        # The unit once: names need the room on a phone.
        told = phrase(
            "{centre} {value} · P95 {tail}",
            centre=phrase(shown.centre_word),
            value=scale.bare(centre),
            tail=scale.text(tail.value),
        )
    return lanes.Lane(candidate, report.colour(candidate), told)


def _layers(plot: _Plot, samples: dict[str, Sample], tops: list[float]) -> list[alt.Chart]:
    report, shown = plot.report, plot.shown
    drawn = _Drawn([], [], [], [], [])
    for (candidate, sample), top in zip(samples.items(), tops, strict=True):
        colour, y = report.colour(candidate), top + _HALF + 3
        values = (_x(value, plot.scale) for value in sample.values)
        shown_values = (x for x in values if x <= plot.high)
        drawn.ticks.extend({"x": x, "y": y, "stroke": colour} for x in shown_values)
        if sample.quartiles:
            drawn.boxes.append(_box(candidate, sample.quartiles, plot.scale, y) | {"fill": colour})
        if sample.quartiles and not shown.centre:
            middle = Figure(candidate, "", sample.quartiles[1], None, None, sample.n, "ms")
            drawn.centres.extend(_points(plot, middle, phrase(shown.centre_word), y - _APART))
        if shown.centre:
            centre = report.figure(candidate, shown.centre)
            drawn.centres.extend(_points(plot, centre, phrase(shown.centre_word), y - _APART))
            drawn.intervals.extend(_interval(plot, centre, y - _APART))
        tail = report.figure(candidate, shown.tail)
        drawn.tails.extend(_points(plot, tail, "P95", y + _APART))
        drawn.intervals.extend(_interval(plot, tail, y + _APART))
    return [
        lanes.bars(drawn.boxes),
        lanes.ticks(drawn.ticks, size=2 * _HALF, opacity=0.4),
        *lanes.intervals(drawn.intervals),
        lanes.points(drawn.centres, shape="circle"),
        lanes.points(drawn.tails, shape="diamond"),
    ]


@dataclass(frozen=True)
class _Drawn:
    """Records of each kind of mark."""

    ticks: list[lanes.Record]
    boxes: list[lanes.Record]
    intervals: list[lanes.Record]
    centres: list[lanes.Record]
    tails: list[lanes.Record]


def _box(
    candidate: str, quartiles: tuple[float, float, float], scale: Scale, y: float
) -> dict[str, object]:
    low, _, high = (_x(quartile, scale) for quartile in quartiles)
    tip = phrase(
        "{candidate}: the middle half lies between {low} and {high} {unit}",
        candidate=candidate,
        low=plain(low),
        high=plain(high),
        unit=scale.unit,
    )
    return {"x": low, "x2": high, "y": y - _HALF, "y2": y + _HALF, "opacity": 0.28, "tip": tip}


def _points(plot: _Plot, figure: Figure, word: str, y: float) -> list[lanes.Record]:
    if figure.value is None:
        return []
    tip = phrase(
        "{candidate}: {quantity} {value}, n = {n}",
        candidate=figure.candidate,
        quantity=word,
        value=plot.scale.bounded(figure.value, figure.lo, figure.hi),
        n=f"{figure.n:,}",
    )
    colour = plot.report.colour(figure.candidate)
    return [{"x": _x(figure.value, plot.scale), "y": y, "fill": colour, "tip": tip}]


def _interval(plot: _Plot, figure: Figure, y: float) -> list[lanes.Record]:
    if figure.lo is None:
        return []
    # An interval without an upper end reaches to the edge: it could be anything there.
    high = plot.high if figure.hi is None else _x(figure.hi, plot.scale)
    return [{"x": _x(figure.lo, plot.scale), "x2": high, "y": y}]


def _x(milliseconds: float, scale: Scale) -> float:
    return round(milliseconds / scale.divisor, 6)
