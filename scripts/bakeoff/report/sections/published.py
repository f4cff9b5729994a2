"""What arithmetic says of figures that somebody published; nothing where none are configured."""

from __future__ import annotations

import json
from collections import Counter

from bakeoff.language import marked, phrase, phrases, retold
from bakeoff.published.checks import checks, get
from bakeoff.published.finding import VERDICTS
from bakeoff.report.data import Report, Row
from bakeoff.report.html import (
    NOTHING,
    Content,
    Html,
    Markdown,
    Table,
    folded,
    headed,
    joined,
    paragraph,
    table,
    tag,
)
from bakeoff.report.numbers import listed

#: Verdict to its mark and word, the worst first as in ``VERDICTS``.
_VERDICTS = {
    "impossible": ("✗", marked("impossible")),
    "inconsistent": ("≠", marked("inconsistent")),
    "unsupported": ("?", marked("unsupported")),
    "not checkable": ("–", marked("not checkable")),
    "holds": ("✓", marked("holds")),
}
#: What each verdict means, as the opening of the tables says it.
_MEANINGS = {
    "impossible": marked("cannot be true, whatever was measured"),
    "inconsistent": marked("contradicts another figure of the same source"),
    "unsupported": marked("may be true, but the figures shown do not carry it"),
    "not checkable": marked("the source does not give what the arithmetic needs"),
    "holds": marked("the arithmetic comes out"),
}
#: CSS class of a verdict, of those that the theme has for the results of audits.
_KINDS = {"impossible": "failed", "inconsistent": "failed", "unsupported": "warns", "holds": "ok"}


def heading(report: Report) -> Markdown | None:
    """Return the heading and the opening of the section, None where nothing is configured."""
    if not _rows(report):
        return None
    opening = phrase(
        "None of these figures was measured here. Each claim of the source is held against the "
        "source's own numbers, taken as all values that would be rounded to them, and against what "
        "is known of the models and programs that it names."
    )
    return headed(phrase("What others published"), "sec-published", opening)


def finding(report: Report) -> Html:
    """Return how many findings there are of each verdict, by source."""
    sources = dict.fromkeys(str(row["source"]) for row in _rows(report))
    return joined(paragraph(_counted(report, source), "finding") for source in sources)


def _counted(report: Report, source: str) -> str:
    rows = [row for row in _rows(report) if row["source"] == source]
    counts = Counter(str(row["verdict"]) for row in rows)
    told = [_number(verdict, counts[verdict]) for verdict in VERDICTS if counts[verdict]]
    return phrases(
        "{source}: {n} check of its claims, {told}.",
        "{source}: {n} checks of its claims, {told}.",
        len(rows),
        source=retold(source),
        told=listed(told),
    )


def _number(verdict: str, number: int) -> str:
    if verdict == "holds":
        return phrases("{n} holds", "{n} hold", number)
    return phrase("{number} {verdict}", number=number, verdict=phrase(_VERDICTS[verdict][1]))


def claims(report: Report) -> Html:
    """Return a table of all findings, the worst first; those that hold are folded away."""
    parts = []
    for verdict in VERDICTS:
        rows = [row for row in _rows(report) if row["verdict"] == verdict]
        if not rows:
            continue
        shown = _table(rows)
        if verdict in {"holds", "not checkable"}:
            summary = phrases(
                "{n} claim: {verdict} ({meaning})",
                "{n} claims: {verdict} ({meaning})",
                len(rows),
                verdict=phrase(_VERDICTS[verdict][1]),
                meaning=phrase(_MEANINGS[verdict]),
            )
            shown = folded(summary, shown)
        else:
            shown = paragraph(_opening(verdict), "note") + shown
        parts.append(shown)
    return (
        joined([*parts, folded(phrase("What each check reckons"), _explained())])
        if parts
        else NOTHING
    )


def _opening(verdict: str) -> str:
    return phrase(
        "{verdict}: {meaning}.",
        verdict=phrase(_VERDICTS[verdict][1]).capitalize(),
        meaning=phrase(_MEANINGS[verdict]),
    )


def _table(rows: list[Row]) -> Html:
    head: list[Content] = [phrase("claim"), phrase("check"), phrase("verdict"), phrase("reason")]
    shown: list[list[Content]] = [
        [
            _said(str(row["claim_words"])),
            phrase(get(str(row["check_id"])).label),
            _mark(str(row["verdict"])),
            _said(str(row["reason_words"])),
        ]
        for row in rows
    ]
    keys = [f"{row['claim_no']}/{row['check_id']}/{row['part_no']}" for row in rows]
    return table(Table(head, shown, kind="published", key=keys))


def _mark(verdict: str) -> Html:
    mark, words = _VERDICTS[verdict]
    return tag("span", f"{mark} {phrase(words)}", class_=f"status {_KINDS.get(verdict, 'untold')}")


def _said(stored: str) -> str:
    """Return a stored sentence in the language that is spoken; names and numbers stay."""
    words = json.loads(stored)
    values = {name: retold(value) for name, value in words["values"].items()}
    return phrase(words["message"], **values) if values else phrase(words["message"])


def _explained() -> Html:
    head: list[Content] = [phrase("check"), phrase("what is reckoned and taken for granted")]
    shown: list[list[Content]] = [[phrase(check.label), phrase(check.about)] for check in checks()]
    return table(Table(head, shown))


def _rows(report: Report) -> list[Row]:
    return report.rows(
        "SELECT * FROM published_claims ORDER BY source, claim_no, check_id, part_no"
    )
