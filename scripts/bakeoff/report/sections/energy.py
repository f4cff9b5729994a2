"""Energy: what a token of output takes at each level, and what the hardware takes at rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bakeoff.language import marked, phrase, retold
from bakeoff.metrics import registry
from bakeoff.report.axes import levels_axis
from bakeoff.report.charts import INTERVAL, Caption, legend, panels
from bakeoff.report.compare import Figure
from bakeoff.report.data import Report
from bakeoff.report.findings import Words, finding
from bakeoff.report.html import Content, Html, Markdown, Table, headed, table, tag
from bakeoff.report.levels import Level, of
from bakeoff.report.numbers import NOT_MEASURED, listed, percent, scale_for
from bakeoff.report.parts import named, ran
from bakeoff.report.planes import Shown, plots

PER_TOKEN, PER_REQUEST = "energy_j_per_output_token", "energy_j_per_request"
ABOVE_IDLE = "above_idle_j_per_output_token"
_UNITS = {PER_TOKEN: "J/token", ABOVE_IDLE: "J/token", PER_REQUEST: "J"}
_WORDS = Words(
    marked("energy per output token"),
    marked("{best} takes less energy for a token than {other}"),
    marked("{best} takes the least energy for a token"),
)


@dataclass(frozen=True, kw_only=True)
class Used:
    """What the window of one level took.

    Attributes:
        level: The level, with the figures per token and per request.
        source: nvml or rapl.
        devices: GPUs or processor packages that were counted.
        energy_j: What the counters grew by.
        idle_power_w: Power before the server was started; None where not measured.
        idle_j: What as much time at rest would have taken.
        seconds: Length of the window.
    """

    level: Level
    source: str
    devices: int
    energy_j: float
    idle_power_w: float | None
    idle_j: float | None
    seconds: float

    @property
    def power_w(self) -> float:
        """Mean power over the window."""
        return self.energy_j / self.seconds


def used(report: Report) -> list[Used]:
    """Return the levels whose energy was measured, in the configuration's order."""
    if not ran(report, "throughput"):
        return []
    rows = report.connection.execute(
        """
        SELECT candidate, load, level, requests, source, devices, energy_j, idle_power_w, idle_j,
            (end_ns - begin_ns) / 1e9, energy_j_per_output_token, energy_j_per_request,
            greatest(0, energy_j - idle_j) / nullif(tokens, 0)
        FROM level_energy WHERE stage = 'throughput' AND energy_j IS NOT NULL
        ORDER BY load, level, start_no
        """
    ).fetchall()
    bounded = level_figures(report)
    found = [_used(row, bounded) for row in rows]
    return [one for who in report.candidates for one in found if one.level.candidate == who]


def level_figures(report: Report) -> dict[tuple[str, str, float, str], Figure]:
    """Return the figures of levels with their intervals: candidate, load, level and name."""
    rows = report.connection.execute(
        "SELECT candidate, load, level, figure, value, lo, hi, n, unit, note FROM level_metrics "
        "WHERE stage = 'throughput' AND starts_with(figure, 'energy_')"
    ).fetchall()
    return {
        (who, load, level, name): Figure(who, name, *rest) for who, load, level, name, *rest in rows
    }


def _used(row: tuple[Any, ...], bounded: dict[tuple[str, str, float, str], Figure]) -> Used:
    who, load, level, requests, source, devices, energy_j, idle_w, idle_j, seconds, *per = row
    names = (PER_TOKEN, PER_REQUEST, ABOVE_IDLE)
    figures = {
        name: bounded.get((who, load, level, name))
        or Figure(who, name, value, None, None, requests, _UNITS[name])
        for name, value in zip(names, per, strict=True)
    }
    return Used(
        level=Level(
            candidate=who, load=load, level=level, measured=requests, failed=0, figures=figures
        ),
        source=source,
        devices=devices,
        energy_j=energy_j,
        idle_power_w=idle_w,
        idle_j=idle_j,
        seconds=seconds,
    )


def heading(report: Report) -> Markdown | None:
    """Return the section's heading, None where no energy was measured."""
    if not used(report):
        return None
    return headed(
        phrase("Energy"),
        "sec-energy",
        phrase(
            "What the hardware took while it served, by its own counters: power at rest is in it, "
            "and shown apart below."
        ),
    )


def per_token(report: Report) -> Html | None:
    """Return the chart of energy per output token by level."""
    found = [one.level for one in used(report) if one.level.load == "closed"]
    if not found:
        return None
    known = [level for level in found if level.value(ABOVE_IDLE) is not None]
    shown = Shown(
        y=PER_TOKEN,
        y_title=phrase("energy per output token"),
        x_axis=levels_axis(phrase("requests in flight"), [level.level for level in found]),
        dashed=ABOVE_IDLE if known else None,
        zero=False,
    )
    drawn = plots(report, found, shown)
    if not drawn:
        return None
    key: list[tuple[str, Content]] = [("solid", phrase("all that was taken"))]
    if known:
        key.append(("dashed", phrase("without what it would have taken at rest")))
    if any(level.figure(PER_TOKEN).lo is not None for level in found):
        key.append(INTERVAL)
    caption = Caption(_finding(report, found), _sources(used(report)), legend(key))
    return panels("energy", drawn, caption)


def _finding(report: Report, found: list[Level]) -> str:
    declared = {metric.id for metric in registry.METRICS}
    if PER_TOKEN in declared and report.measured(PER_TOKEN):
        return finding(report, PER_TOKEN, _WORDS)
    scale = scale_for("J/token", (level.value(PER_TOKEN) for level in found))
    least = []
    for who in dict.fromkeys(level.candidate for level in found):
        own = [level for level in of(who, found) if level.value(PER_TOKEN) is not None]
        best = min(own, key=lambda level: level.value(PER_TOKEN) or 0.0, default=None)
        if best:
            text = phrase(
                "{value} for {candidate} at {level} in flight",
                value=scale.text(best.value(PER_TOKEN)),
                candidate=who,
                level=f"{best.level:g}",
            )
            least.append(text)
    return phrase("Energy per output token at its least: {values}", values=listed(least))


def _sources(found: list[Used]) -> str:
    sources = {one.source for one in found}
    if sources == {"nvml"}:
        return phrase(
            "By the energy counters of the candidate's GPUs (NVML), over each level's window."
        )
    if sources == {"rapl"}:
        return phrase(
            "By the counters of the processor packages (RAPL), over each level's window: no GPU, "
            "and memory and mainboard are not in it."
        )
    return phrase("GPUs by NVML, candidates without GPUs by the processor packages (RAPL).")


def level_table(report: Report) -> Html | None:
    """Return energy and power of each level, and power at rest."""
    found = used(report)
    if not found:
        return None
    rows: list[list[Content]] = [
        [
            named(report, one.level.candidate),
            _level(one.level),
            *_cells(one),
        ]
        for one in found
    ]
    head = [
        phrase("candidate"),
        phrase("level"),
        phrase("per output token"),
        phrase("per request"),
        phrase("in the window"),
        phrase("mean power"),
        phrase("at rest"),
        phrase("share at rest"),
        "n",
    ]
    keys = [f"energy/{v.level.candidate}/{v.level.load}/{v.level.level:g}" for v in found]
    return table(Table(head, rows, frozenset(range(2, len(head))), "tall levels", keys))


def _level(level: Level) -> str:
    number = f"{level.level:g}"
    if level.load == "closed":
        return phrase("{level} in flight", level=number)
    return phrase("{rate} requests/s", rate=number)


def _cells(one: Used) -> list[Content]:
    rest = None if one.idle_j is None or not one.energy_j else one.idle_j / one.energy_j
    return [
        _bounded(one.level.figure(PER_TOKEN)),
        _bounded(one.level.figure(PER_REQUEST)),
        _number("energy_j", one.energy_j, "J"),
        _number("power_w", one.power_w, "W"),
        _number("idle_power_w", one.idle_power_w, "W"),
        phrase(NOT_MEASURED) if rest is None else percent(rest),
        f"{one.level.measured:,}",
    ]


def _bounded(figure: Figure) -> Html:
    """Return a figure with its interval below it."""
    if figure.value is None:
        return tag("span", phrase(NOT_MEASURED), class_="missing")
    scale = scale_for("J", [figure.value])
    below = scale.interval(figure.lo, figure.hi) or phrase("no interval")
    return tag(
        "span",
        [scale.text(figure.value), tag("small", below)],
        title=retold(figure.note or "") or None,
        data_figure=figure.metric,
        data_numbers=f"{figure.value} {figure.lo} {figure.hi}",
    )


def _number(name: str, value: float | None, unit: str) -> Html:
    text = phrase(NOT_MEASURED) if value is None else scale_for(unit, [value]).text(value)
    return tag("span", text, data_figure=name, data_numbers=str(value))
