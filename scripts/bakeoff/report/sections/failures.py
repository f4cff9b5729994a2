"""How every stage ended, and what a failed one left in its log."""

from __future__ import annotations

from bakeoff.progress import duration
from bakeoff.report.data import Report, Row
from bakeoff.report.html import NOTHING, Content, Html, Table, folded, joined, paragraph, table, tag
from bakeoff.report.numbers import count, listed
from bakeoff.report.parts import named


def finding(report: Report) -> Html:
    """Return one sentence on how the stages ended."""
    rows = list(report.stages.values())
    failed = [row for row in rows if row["status"] == "failed"]
    skipped = [row for row in rows if row["status"] == "skipped"]
    if not rows:
        return paragraph("No stage was run.", "finding")
    if not failed and not skipped:
        who = count(len(report.candidates), "candidate")
        text = f"All {count(len(rows), 'stage')} of {who} ended well."
        return paragraph(text, "finding")
    who = listed(dict.fromkeys(str(row["candidate"]) for row in [*failed, *skipped]))
    parts = [f"{len(failed)} failed"] if failed else []
    parts += [f"{len(skipped)} skipped"] if skipped else []
    text = (
        f"{listed(parts)}, of {count(len(rows), 'stage')} in all: those of {who}. What they would "
        "have measured is missing from this report, which is not the same as zero."
    )
    return paragraph(text, "finding")


def stages(report: Report) -> Html:
    """Return a table of all stages and, folded, the log of those that failed."""
    rows = list(report.stages.values())
    shown: list[list[Content]] = [
        [
            named(report, str(row["candidate"])),
            str(row["stage"]),
            tag("span", str(row["status"]), class_=f"status {row['status']}"),
            duration(float(str(row["duration_s"]))),
            str(row["error"] or ""),
        ]
        for row in rows
    ]
    if not shown:
        return NOTHING
    head = ["candidate", "stage", "status", "took", "reason"]
    return table(Table(head, shown, frozenset({3}))) + joined(
        _log(row) for row in rows if row["log_tail"]
    )


def _log(row: Row) -> Html:
    summary = f"Last lines of the log of {row['candidate']}, stage {row['stage']}"
    return folded(summary, tag("pre", tag("code", str(row["log_tail"])), class_="log"))
