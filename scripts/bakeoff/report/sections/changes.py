"""What changed since an earlier version; nothing where none is compared with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bakeoff.language import marked, phrase, phrases, retold
from bakeoff.report.changed import VERDICTS, Changed, changes, surest
from bakeoff.report.data import Report
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
    worded,
)
from bakeoff.report.numbers import listed
from bakeoff.report.parts import figure_link, named

_KINDS = {"worse": "failed", "improved": "ok"}


def heading(report: Report) -> Markdown | None:
    """Return the section's heading, None where nothing is compared."""
    if not changes(report):
        return None
    return headed(phrase("What changed since the baseline"), "sec-changes")


def finding(report: Report) -> Html | None:
    """Return what got worse or better since when, what else differs, and what a verdict means."""
    found = changes(report)
    if not found:
        return None
    told = [_count(found)]
    if worse := surest(one for one in found if one.verdict == "worse"):
        told.append(
            _sentence(marked("Most surely worse is {metric} of {candidate}: {change}."), worse[0])
        )
    if better := surest(one for one in found if one.verdict == "improved"):
        told.append(
            _sentence(
                marked("Most surely improved is {metric} of {candidate}: {change}."), better[0]
            )
        )
    meaning = phrase(
        "A change is called one only where chance would show such a change, or more than one, in "
        "less than 5 % of comparisons of equal versions, all figures looked at together (Holm's "
        "correction). Intervals are 95 % intervals of each figure alone."
    )
    first = paragraph(joined(told, " "), "finding")
    return joined([first, _differing(found), _gone(report, found), paragraph(meaning, "note")])


def _sentence(message: str, one: Changed) -> Html:
    who = tag("strong", one.candidate)
    return worded(message, metric=one.label, candidate=who, change=one.size)


def _count(found: Sequence[Changed]) -> Html:
    counts = {verdict: sum(one.verdict == verdict for one in found) for verdict in VERDICTS}
    compared = len(found) - counts["not comparable"]
    name = tag("strong", found[0].baseline)
    if not compared:
        return worded("Nothing can be compared with {version}.", version=name)
    if not counts["worse"] and not counts["improved"]:
        return worded(
            "Since {version} nothing changed that chance does not explain: {figures}.",
            version=name,
            figures=phrases("{n} figure was compared", "{n} figures were compared", compared),
        )
    return worded(
        "Since {version} {worse} and {improved}, of {figures}.",
        version=name,
        worse=phrases("{n} figure got worse", "{n} figures got worse", counts["worse"]),
        improved=phrases("{n} improved", "{n} improved", counts["improved"]),
        figures=phrases("{n} that was compared", "{n} that were compared", compared),
    )


def _differing(found: Sequence[Changed]) -> Html:
    """Return a warning that names what else is not the same in both versions."""
    fields = dict.fromkeys(entry for one in found for entry in one.differs)
    if not fields:
        return NOTHING
    rows: list[list[Content]] = [
        [retold(field), tag("code", before), tag("code", after)] for field, before, after in fields
    ]
    names = listed(dict.fromkeys(retold(field) for field, _, _ in fields))
    told = phrase(
        "The versions also differ in {fields}: a change may come from that and not from the "
        "candidate.",
        fields=names,
    )
    body = tag("div", paragraph(told), class_="callout-body")
    warning = tag("div", body, class_="callout callout-warning")
    head = [phrase("what"), phrase("before"), phrase("now")]
    return warning + folded(phrase("What differs, before and now"), table(Table(head, rows)))


def _gone(report: Report, found: Sequence[Changed]) -> Html:
    """Return which candidates only one of the versions has."""
    before = dict.fromkeys(one.candidate for one in found if one.candidate not in report.candidates)
    new = [
        who
        for who in report.candidates
        if (own := [one for one in found if one.candidate == who])
        and all(one.note.startswith("not in the baseline") for one in own)
    ]
    told = []
    if before:
        told.append(phrase("Only in the baseline: {candidates}.", candidates=listed(before)))
    if new:
        told.append(phrase("Not in the baseline: {candidates}.", candidates=listed(new)))
    return paragraph(" ".join(told), "note") if told else NOTHING


def figures(report: Report) -> Html | None:
    """Return the figures: what changed open to see, the rest folded away."""
    found = changes(report)
    if not found:
        return None
    by = {verdict: [one for one in found if one.verdict == verdict] for verdict in VERDICTS}
    parts = []
    if changed := [*by["worse"], *by["improved"]]:
        parts.append(_table(report, changed))
    if still := by["no real change"]:
        summary = phrases(
            "{n} figure without a real change", "{n} figures without a real change", len(still)
        )
        parts.append(folded(summary, _table(report, still)))
    if unknown := by["not comparable"]:
        summary = phrases(
            "{n} figure that cannot be compared",
            "{n} figures that cannot be compared",
            len(unknown),
        )
        parts.append(folded(summary, _table(report, unknown, why=True)))
    return joined([*parts, _limits([one for one in found if one.kind])])


def _table(report: Report, shown: Sequence[Changed], *, why: bool = False) -> Html:
    """Return a table of figures, with why they cannot be compared instead of their change."""
    head = [phrase("figure"), phrase("candidate"), phrase("before"), phrase("now")]
    head += [phrase("reason")] if why else [phrase("change, 95\u00a0% interval"), phrase("verdict")]
    rows = [_row(report, one, why=why) for one in shown]
    keys = [f"{one.metric}-{one.candidate}" for one in shown]
    numeric = {2, 3} if why else {2, 3, 4}
    return table(Table(head, rows, frozenset(numeric), key=keys))


def _row(report: Report, one: Changed, *, why: bool) -> list[Content]:
    now = one.scale.bounded(one.after.value, one.after.lo, one.after.hi)
    row: list[Content] = [
        one.label,
        named(report, one.candidate) if one.candidate in report.candidates else one.candidate,
        one.scale.bounded(one.before.value, one.before.lo, one.before.hi),
        figure_link(report, one.after, now),
    ]
    if why:
        return [*row, retold(one.note)]
    sign, word = VERDICTS[one.verdict]
    kind = " ".join(filter(None, ["status", _KINDS.get(one.verdict)]))
    return [
        *row,
        one.size,
        tag("span", f"{sign}\u00a0{phrase(word)}", class_=kind, style="white-space:nowrap"),
    ]


def _limits(compared: Sequence[Changed]) -> Html:
    """Return what limits the comparisons, each once with how many it is true of."""
    notes = Counter(one.note for one in compared if one.note)
    lines = [
        paragraph(
            phrases("Of {n} figure: {note}.", "Of {n} figures: {note}.", number, note=retold(note)),
            "note",
        )
        for note, number in notes.items()
    ]
    return joined(lines)
