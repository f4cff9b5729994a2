"""Where every number comes from, down to the hash."""

from __future__ import annotations

import json
import shlex

from bakeoff.metrics import registry
from bakeoff.report import facts
from bakeoff.report.data import Report
from bakeoff.report.html import NOTHING, Content, Html, Table, folded, joined, paragraph, table, tag
from bakeoff.report.numbers import NOT_MEASURED, count
from bakeoff.report.parts import named


def stages(report: Report) -> Html:
    """Return a table of the stages with method versions, hashes and commands."""
    shown: list[list[Content]] = [
        [
            named(report, str(row["candidate"])),
            str(row["stage"]),
            str(row["method_version"]),
            tag("code", str(row["config_hash"])[:12]),
            tag("code", str(row["model_revision"] or "none")[:12]),
            str(row["started_at"])[:19].replace("T", " "),
        ]
        for row in report.stages.values()
    ]
    head = ["candidate", "stage", "method version", "hash of settings", "weights", "began (UTC)"]
    commands = [
        _command(f"{candidate}, stage {stage}", row["command"], row["notes"])
        for (candidate, stage), row in report.stages.items()
        if row["command"]
    ]
    return table(Table(head, shown)) + folded("Commands and notes", joined(commands))


def _command(title: str, command: object, notes: object) -> Html:
    words = shlex.join(str(word) for word in json.loads(str(command)))
    told = [tag("li", str(note)) for note in json.loads(str(notes or "[]"))]
    parts = [paragraph(title), tag("pre", tag("code", words), class_="log")]
    return joined([*parts, tag("ul", told)] if told else parts)


def packages(report: Report) -> Html:
    """Return every package of the environments, folded."""
    held = facts.packages(report)
    if not held:
        return paragraph("The packages of the environments were not recorded.", "note")
    return joined(
        folded(
            f"{count(len(versions), 'package')} of the environment {section}",
            table(Table(["package", "version"], list(versions.items()), kind="tall")),
        )
        for section, versions in sorted(held.items())
    )


def numbers(report: Report) -> Html:
    """Return every figure's row, unrounded, folded."""
    rows = [report.figure(c, m.id) for m in registry.METRICS for c in report.candidates]
    shown: list[list[Content]] = [
        [
            tag("code", f.metric),
            f.candidate,
            NOT_MEASURED if f.value is None else _exact(f.value),
            "" if f.lo is None else _exact(f.lo),
            "" if f.hi is None else _exact(f.hi),
            f"{f.n:,}",
            f.unit,
            f.note or "",
        ]
        for f in rows
    ]
    head = ["metric", "candidate", "value", "lower", "upper", "n", "unit", "note"]
    if not shown:
        return NOTHING
    inner = table(
        Table(
            head,
            shown,
            frozenset({2, 3, 4, 5}),
            "tall",
            [f"{f.metric}/{f.candidate}" for f in rows],
        )
    )
    return folded(f"{count(len(shown), 'figure')} with their intervals, unrounded", inner)


def _exact(value: float) -> str:
    return f"{value:.10g}"
