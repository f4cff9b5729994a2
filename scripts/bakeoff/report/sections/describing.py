"""Figures on the texts of creative answers: what they are like, not how good."""

from __future__ import annotations

from bakeoff.quality.diagnostics import FIGURES
from bakeoff.report.data import Report, Row
from bakeoff.report.html import Content, Html, Table, folded, joined, paragraph, table, tag
from bakeoff.report.numbers import count, percent, scale_for
from bakeoff.report.parts import named
from bakeoff.report.sections.ratings import creative

#: What the figures are called; one that is not here goes by its name.
_LABELS = {
    "words": "words",
    "characters": "characters",
    "sentences": "sentences",
    "mean_sentence_words": "words in a sentence",
    "distinct_1": "different words",
    "distinct_2": "different pairs of words",
    "distinct_3": "different triples of words",
    "type_token": "different words, whatever the length",
    "repeated_4gram_share": "repeated runs of four words",
    "longest_repeat": "longest repeat",
    "compression_ratio": "compression",
    "prompt_overlap": "copied from the prompt",
    "constraints_met": "stated constraints met",
    "language": "language",
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
            _LABELS.get(figure.name, figure.name.replace("_", " ")),
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
                "These figures describe the texts and are no scores: more different words or "
                "longer answers are not better writing. Each is the median answer, with the "
                "middle half of the answers below it.",
                "note",
            ),
            table(Table(head, rows, numeric, "matrix", keys)),
            folded("How each figure is found", _formulas(keys)),
        ]
    )


def _formulas(keys: list[str]) -> Html:
    entries = [
        tag("dt", _LABELS.get(figure.name, figure.name)) + tag("dd", f"{figure.formula}.")
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
        return tag("span", ["no figure", tag("small", "no text long enough")], class_="missing")
    n, answers = int(str(row["n"])), int(str(row["answers"]))
    if row["label"] is not None:
        share = percent(int(str(row["labelled"])) / answers)
        return tag("span", [str(row["label"]), tag("small", f"{share} of {answers:,}")])
    quartiles = row["quartiles"]
    low, middle, high = quartiles if isinstance(quartiles, list) else (0.0, 0.0, 0.0)
    scale = scale_for("" if row["name"] in _RATIOS else unit, [high])
    left_out = f", {count(answers - n, 'text')} too short" if answers > n else ""
    below = f"{scale.interval(low, high)} · n\u00a0{n:,}{left_out}"
    return tag("span", [scale.text(middle), tag("small", below)])
