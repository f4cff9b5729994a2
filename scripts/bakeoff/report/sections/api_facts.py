"""Facts of integration: what each candidate's model brings along."""

from __future__ import annotations

from bakeoff.language import marked, phrase, retold
from bakeoff.models.integration import FACTS, LABELS, Fact
from bakeoff.report.data import Report, Row
from bakeoff.report.html import Content, Html, Table, paragraph, table, tag
from bakeoff.report.numbers import listed, scale_for
from bakeoff.report.parts import named

#: Values that are words of ours; others are names, and stay as they are.
_WORDS = {"yes": marked("yes"), "no": marked("no"), "none": marked("none")}


def facts(report: Report) -> Html:
    """Return a table of the facts, candidates side by side."""
    found = {
        (str(row["fact"]), str(row["candidate"])): row
        for row in report.rows("SELECT * FROM integration_facts")
    }
    if not found:
        return paragraph(phrase("Nothing is known of the models' files."), "note")
    head: list[Content] = ["", *(named(report, who) for who in report.candidates)]
    shown: list[list[Content]] = [
        [retold(fact.title), *(_cell(fact, found.get((fact.id, who))) for who in report.candidates)]
        for fact in FACTS
    ]
    return table(Table(head, shown, kind="columns api-facts"))


def _cell(fact: Fact, row: Row | None) -> Html:
    note = str(row["note"] or "") if row is not None else ""
    why = [tag("small", retold(note))] if note else []
    if row is None or row["value"] is None:
        return tag("span", [phrase("not known"), *why], class_="missing")
    return tag("span", [shown(fact, str(row["value"])), *why])


def shown(fact: Fact, value: str) -> str:
    """Return a value as people read it, by the kind of its fact.

    Args:
        fact: The fact.
        value: As it stands in ``integration_facts``.
    """
    if fact.kind == "count":
        return f"{int(value):,}"
    if fact.kind == "bytes":
        return scale_for("B", [float(value)]).text(float(value))
    if fact.kind == "list":
        names = [retold(LABELS.get(name, name)) for name in value.split(",") if name]
        return listed(names) if names else phrase("none of these")
    known = _WORDS.get(value)
    return value if known is None else phrase(known)
