"""How every stage ended, and what a failed one left in its log."""

from __future__ import annotations

from bakeoff.language import marked, phrase, phrases, retold
from bakeoff.report.data import Report, Row
from bakeoff.report.html import NOTHING, Content, Html, Table, folded, joined, paragraph, table, tag
from bakeoff.report.numbers import duration, listed
from bakeoff.report.parts import named

_STATUSES = {"ok": marked("ok"), "failed": marked("failed"), "skipped": marked("skipped")}


def finding(report: Report) -> Html:
    """Return one sentence on how the stages ended."""
    rows = list(report.stages.values())
    failed = [row for row in rows if row["status"] == "failed"]
    skipped = [row for row in rows if row["status"] == "skipped"]
    if not rows:
        return paragraph(phrase("No stage was run."), "finding")
    if not failed and not skipped:
        who = phrases("{n} candidate", "{n} candidates", len(report.candidates))
        text = phrases(
            "All {n} stage of {who} ended well.",
            "All {n} stages of {who} ended well.",
            len(rows),
            who=who,
        )
        return paragraph(text, "finding")
    who = listed(dict.fromkeys(str(row["candidate"]) for row in [*failed, *skipped]))
    parts = [phrase("{n} failed", n=f"{len(failed):,}")] if failed else []
    parts += [phrase("{n} skipped", n=f"{len(skipped):,}")] if skipped else []
    text = phrases(
        "{ended}, of {n} stage in all: those of {who}. What they would have measured is missing "
        "from this report, which is not the same as zero.",
        "{ended}, of {n} stages in all: those of {who}. What they would have measured is missing "
        "from this report, which is not the same as zero.",
        len(rows),
        ended=listed(parts),
        who=who,
    )
    return paragraph(text, "finding")


def stages(report: Report) -> Html:
    """Return a table of all stages and, folded, the log of those that failed."""
    rows = list(report.stages.values())
    shown: list[list[Content]] = [
        [
            named(report, str(row["candidate"])),
            retold(str(row["stage"])),
            tag("span", phrase(_STATUSES[str(row["status"])]), class_=f"status {row['status']}"),
            duration(float(str(row["duration_s"]))),
            retold(str(row["error"] or "")),
        ]
        for row in rows
    ]
    if not shown:
        return NOTHING
    head = [
        phrase("candidate"),
        phrase("stage"),
        phrase("status"),
        phrase("took"),
        phrase("reason"),
    ]
    return table(Table(head, shown, frozenset({3}))) + joined(
        _log(row) for row in rows if row["log_tail"]
    )


def _log(row: Row) -> Html:
    summary = phrase(
        "Last lines of the log of {candidate}, stage {stage}",
        candidate=row["candidate"],
        stage=retold(str(row["stage"])),
    )
    return folded(summary, tag("pre", tag("code", str(row["log_tail"])), class_="log"))
