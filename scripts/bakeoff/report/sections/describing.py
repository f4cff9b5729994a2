"""Figures on the texts of creative answers: what they are like, not how good."""

from __future__ import annotations

from bakeoff.language import marked, phrase, phrases, retold
from bakeoff.quality.diagnostics import FIGURES
from bakeoff.report.data import Report, Row
from bakeoff.report.findings import sentence
from bakeoff.report.html import Content, Html, Table, folded, joined, paragraph, table, tag
from bakeoff.report.numbers import percent, scale_for
from bakeoff.report.parts import named
from bakeoff.report.sections.ratings import creative

#: What the figures are called; one that is not here goes by its name.
_LABELS = {
    "words": marked("words"),
    "characters": marked("characters"),
    "sentences": marked("sentences"),
    "mean_sentence_words": marked("words in a sentence"),
    "distinct_1": marked("different words"),
    "distinct_2": marked("different pairs of words"),
    "distinct_3": marked("different triples of words"),
    "type_token": marked("different words, whatever the length"),
    "repeated_4gram_share": marked("repeated runs of four words"),
    "longest_repeat": marked("longest repeat"),
    "compression_ratio": marked("compression"),
    "prompt_overlap": marked("copied from the prompt"),
    "constraints_met": marked("stated constraints met"),
    "language": marked("language"),
}
#: Ratios that are no shares of a whole.
_RATIOS = ("compression_ratio",)


def diagnostics(report: Report) -> Html | None:
    """Return the table of figures: the median answer of each candidate, and the middle half."""
    if not creative(report):
        return None
    found = _read(report)
    if not found:
        return None
    shown = [figure for figure in FIGURES if any(name == figure.name for _, name in found)]
    rows: list[list[Content]] = [
        [
            _label(figure.name),
            *(_cell(found.get((who, figure.name)), figure.unit) for who in report.candidates),
        ]
        for figure in shown
    ]
    head: list[Content] = ["", *(named(report, who) for who in report.candidates)]
    keys = [figure.name for figure in shown]
    numeric = frozenset(range(1, len(head)))
    return joined(
        [
            paragraph(
                phrase(
                    "These figures describe the texts and are no scores: more different words or "
                    "longer answers are not better writing. Each is the median answer, with the "
                    "middle half of the answers below it."
                ),
                "note",
            ),
            table(Table(head, rows, numeric, "matrix", keys)),
            folded(phrase("How each figure is found"), _formulas(keys)),
        ]
    )


def _label(name: str) -> str:
    return phrase(_LABELS[name]) if name in _LABELS else name.replace("_", " ")


def _formulas(keys: list[str]) -> Html:
    entries = [
        tag("dt", _label(figure.name)) + tag("dd", sentence(retold(figure.formula)))
        for figure in FIGURES
        if figure.name in keys
    ]
    return tag("dl", joined(entries), class_="glossary")


def _read(report: Report) -> dict[tuple[str, str], Row]:
    """Return what is known of each candidate's figure, over the creative suites."""
    rows = report.rows(
        """
        SELECT candidate, name, quantile_cont(value, [0.25, 0.5, 0.75]) AS quartiles,
            count(value) AS n, count(*) AS answers, mode(label) AS label,
            count(*) FILTER (label = most) AS labelled
        FROM (
            SELECT diagnostics.*, mode(label) OVER (PARTITION BY candidate, name) AS most
            FROM diagnostics
            WHERE suite IN (SELECT suite FROM items WHERE kind = 'creative')
        )
        GROUP BY candidate, name
        """
    )
    return {(str(row["candidate"]), str(row["name"])): row for row in rows}


def _cell(row: Row | None, unit: str) -> Html:
    if row is None or not row["n"]:
        return tag(
            "span",
            [phrase("no figure"), tag("small", phrase("no text long enough"))],
            class_="missing",
        )
    n, answers = int(str(row["n"])), int(str(row["answers"]))
    if row["label"] is not None:
        share = percent(int(str(row["labelled"])) / answers)
        of = phrase("{share} of {n}", share=share, n=f"{answers:,}")
        return tag("span", [str(row["label"]), tag("small", of)])
    quartiles = row["quartiles"]
    low, middle, high = quartiles if isinstance(quartiles, list) else (0.0, 0.0, 0.0)
    scale = scale_for("" if row["name"] in _RATIOS else unit, [high])
    below = f"{scale.interval(low, high)} · n\u00a0{n:,}"
    if answers > n:
        short = phrases("{n} text too short", "{n} texts too short", answers - n)
        below = phrase(", ").join([below, short])
    return tag("span", [scale.text(middle), tag("small", below)])
