"""Right answers by difficulty, by template, and of several tries (pass@k), folded."""

from __future__ import annotations

from bakeoff.language import marked, phrase, phrases, retold
from bakeoff.report import groups
from bakeoff.report.compare import Figure
from bakeoff.report.data import Report
from bakeoff.report.html import Content, Html, Table, folded, joined, paragraph, table, tag
from bakeoff.report.numbers import NOT_MEASURED
from bakeoff.report.parts import named, ran
from bakeoff.report.rights import SHARE

_DIFFICULTIES = {"0": marked("not said"), "1": marked("1 (easy)"), "3": marked("3 (hard)")}
_PARTS = {"k": marked("tries"), "difficulty": marked("difficulty"), "template": marked("template")}


def splits(report: Report) -> Html | None:
    """Return the tables of all graded suites, folded."""
    if not ran(report, "quality"):
        return None
    shown = [
        piece
        for suite in groups.suites(report, *groups.GRADED)
        for piece in (
            _split(report, suite, "correct_share", "difficulty"),
            _split(report, suite, "pass_at_k", "k"),
            _split(report, suite, "correct_share", "template"),
        )
        if piece is not None
    ]
    return joined(shown) if shown else None


def _split(report: Report, suite: str, figure: str, split: str) -> Html | None:
    found = groups.parts(report, suite, figure, split)
    if not found:
        return None
    rows: list[list[Content]] = [
        [_named(split, part), *(_cell(f) for f in figures)] for part, figures in found.items()
    ]
    head: list[Content] = [
        phrase(_PARTS[split]),
        *(named(report, who) for who in report.candidates),
    ]
    keys = [f"{suite}/{split}/{part}" for part in found]
    numeric = frozenset(range(1, len(head)))
    shown = table(Table(head, rows, numeric, "levels columns", keys))
    note = paragraph(phrase(_NOTES[split]), "note")
    return folded(_summary(suite, split, len(found)), joined([note, shown]))


_NOTES = {
    "difficulty": marked("Share of right answers by the difficulty that the template declares."),
    "template": marked(
        "Share of right answers by template. With few questions each, intervals are wide: a "
        "template shows where to look, and decides nothing."
    ),
    "k": marked(
        "Chance that at least one of k answers to a question is right, estimated without bias "
        "from all samples (pass@k)."
    ),
}


def _summary(suite: str, split: str, number: int) -> str:
    if split == "k":
        return phrase("{suite}: right within several tries (pass@k)", suite=suite)
    if split == "difficulty":
        return phrases(
            "{suite}: right answers by difficulty ({n} difficulty)",
            "{suite}: right answers by difficulty ({n} difficulties)",
            number,
            suite=suite,
        )
    return phrases(
        "{suite}: right answers by template ({n} template)",
        "{suite}: right answers by template ({n} templates)",
        number,
        suite=suite,
    )


def _named(split: str, part: str) -> str:
    return phrase(_DIFFICULTIES.get(part, part)) if split == "difficulty" else part


def _cell(figure: Figure) -> Html:
    if figure.value is None:
        return tag("span", phrase(NOT_MEASURED), class_="missing")
    interval = SHARE.interval(figure.lo, figure.hi) or phrase("no interval")
    below = f"{interval} · n\u00a0{figure.n:,}"
    return tag(
        "span",
        [SHARE.text(figure.value), tag("small", below)],
        title=retold(figure.note or "") or None,
    )
