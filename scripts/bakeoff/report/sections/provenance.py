"""Where every number comes from, down to the hash."""

from __future__ import annotations

import json
import shlex
from dataclasses import replace

from bakeoff.language import phrase, phrases, retold
from bakeoff.metrics import registry
from bakeoff.report import facts, groups
from bakeoff.report.compare import Figure
from bakeoff.report.data import Report
from bakeoff.report.html import NOTHING, Content, Html, Table, folded, joined, paragraph, table, tag
from bakeoff.report.parts import named, row_id, suite_metric


def stages(report: Report) -> Html:
    """Return a table of the stages with method versions, hashes and commands."""
    shown: list[list[Content]] = [
        [
            named(report, str(row["candidate"])),
            str(row["stage"]),
            str(row["method_version"]),
            tag("code", str(row["config_hash"])[:12]),
            tag("code", str(row["model_revision"] or phrase("none"))[:12]),
            str(row["started_at"])[:19].replace("T", " "),
        ]
        for row in report.stages.values()
    ]
    head = [
        phrase("candidate"),
        phrase("stage"),
        phrase("method version"),
        phrase("hash of settings"),
        phrase("weights"),
        phrase("began (UTC)"),
    ]
    commands = [
        _command(
            phrase("{candidate}, stage {stage}", candidate=candidate, stage=stage),
            row["command"],
            row["notes"],
        )
        for (candidate, stage), row in report.stages.items()
        if row["command"]
    ]
    return table(Table(head, shown)) + folded(phrase("Commands and notes"), joined(commands))


def _command(title: str, command: object, notes: object) -> Html:
    words = shlex.join(str(word) for word in json.loads(str(command)))
    told = [tag("li", retold(str(note))) for note in json.loads(str(notes or "[]"))]
    parts = [paragraph(title), tag("pre", tag("code", words), class_="log")]
    return joined([*parts, tag("ul", told)] if told else parts)


def packages(report: Report) -> Html:
    """Return every package of the environments, folded."""
    held = facts.packages(report)
    if not held:
        return paragraph(phrase("The packages of the environments were not recorded."), "note")
    head = [phrase("package"), phrase("version")]
    return joined(
        folded(
            phrases(
                "{n} package of the environment {section}",
                "{n} packages of the environment {section}",
                len(versions),
                section=section,
            ),
            table(Table(head, list(versions.items()), kind="tall")),
        )
        for section, versions in sorted(held.items())
    )


def numbers(report: Report) -> Html:
    """Return every figure's row, unrounded, folded; a link to a row opens the fold."""
    rows = [report.figure(c, m.id) for m in registry.METRICS for c in report.candidates]
    rows += _suites(report)
    if not rows:
        return NOTHING
    head = [
        phrase("metric"),
        phrase("candidate"),
        phrase("value"),
        phrase("lower end"),
        phrase("upper end"),
        phrase("n"),
        phrase("unit"),
        phrase("note"),
    ]
    keys = [f"{f.metric}/{f.candidate}" for f in rows]
    shown = [_row(figure) for figure in rows]
    inner = table(Table(head, shown, frozenset({2, 3, 4, 5}), "tall appendix", keys))
    told = phrases(
        "{n} figure with its interval, unrounded",
        "{n} figures with their intervals, unrounded",
        len(shown),
    )
    return folded(told, inner)


def _suites(report: Report) -> list[Figure]:
    """Return the share of right answers of each suite, which the registry has no metric of."""
    return [
        replace(figure, metric=suite_metric(suite))
        for suite in groups.suites(report, *groups.GRADED)
        for figure in groups.of_suite(report, suite, "correct_share")
    ]


def _row(figure: Figure) -> list[Content]:
    return [
        tag("code", figure.metric, id=row_id(figure.metric, figure.candidate)),
        figure.candidate,
        phrase("not measured") if figure.value is None else _exact(figure.value),
        "" if figure.lo is None else _exact(figure.lo),
        "" if figure.hi is None else _exact(figure.hi),
        f"{figure.n:,}",
        retold(figure.unit),
        retold(figure.note or ""),
    ]


def _exact(value: float) -> str:
    return f"{value:.10g}"
