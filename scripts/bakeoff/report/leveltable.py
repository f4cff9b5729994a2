"""The table of load levels: a row each, every figure with its interval."""

from __future__ import annotations

from collections.abc import Sequence

from bakeoff.language import phrase, retold
from bakeoff.report.compare import Figure
from bakeoff.report.data import Report
from bakeoff.report.html import Content, Html, Table, table, tag
from bakeoff.report.levels import UNITS, Level
from bakeoff.report.numbers import NOT_MEASURED, Scale, scale_for
from bakeoff.report.parts import named


def level_rows(
    report: Report, found: Sequence[Level], columns: Sequence[tuple[str, str]], level_title: str
) -> Html:
    """Return the table.

    Args:
        report: The database.
        found: The levels, one row each.
        columns: Figures and the titles of their columns, marked; one that no level has is left
            out.
        level_title: Title of the column of levels, marked.
    """
    columns = [each for each in columns if any(v.value(each[0]) is not None for v in found)]
    scales = {
        name: scale_for(UNITS[name], (level.value(name) for level in found)) for name, _ in columns
    }
    rows: list[list[Content]] = [
        [
            named(report, level.candidate),
            f"{level.level:g}",
            *(_cell(level.figure(name), scales[name]) for name, _ in columns),
            _counted(level),
        ]
        for level in found
    ]
    head: list[Content] = [phrase("candidate"), phrase(level_title), *_titles(columns, scales), "n"]
    keys = [f"level/{v.candidate}/{v.load}/{v.level:g}" for v in found]
    return table(Table(head, rows, frozenset(range(1, len(head))), "tall levels", keys))


def _titles(columns: Sequence[tuple[str, str]], scales: dict[str, Scale]) -> list[Content]:
    return [
        tag("span", [phrase(title), tag("small", scales[name].unit)]) for name, title in columns
    ]


def _counted(level: Level) -> Content:
    if not level.failed:
        return f"{level.measured:,}"
    failed = phrase("{n} failed", n=f"{level.failed:,}")
    return tag("span", [f"{level.measured:,}", tag("small", failed)])


def _cell(figure: Figure, scale: Scale) -> Html:
    if figure.value is None:
        return tag("span", phrase(NOT_MEASURED), class_="missing")
    below = scale.interval(figure.lo, figure.hi) or phrase("no interval")
    numbers = [str(number) for number in (figure.value, figure.lo, figure.hi)]
    return tag(
        "span",
        [scale.bare(figure.value), tag("small", below)],
        title=retold(figure.note or "") or None,
        data_figure=figure.metric,
        data_numbers=" ".join(numbers),
    )
