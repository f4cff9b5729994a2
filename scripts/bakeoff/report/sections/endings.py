"""How answers ended: right, wrong, cut off, empty, refused, failed, or without a grade."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt

from bakeoff.report import groups, lanes
from bakeoff.report.axes import Axis
from bakeoff.report.charts import Caption, Panel, legend, panels
from bakeoff.report.data import Report
from bakeoff.report.findings import capital
from bakeoff.report.html import NOTHING, Content, Html, Table, folded, joined, paragraph, table
from bakeoff.report.numbers import count, listed
from bakeoff.report.parts import named, ran

_BAR = 20.0
#: Share of a bar from which on its count stands in it.
_ROOM = 0.07


@dataclass(frozen=True)
class Ending:
    """One way in which answers end.

    Attributes:
        word: What it is called.
        key: CSS class of its swatch; its colour is the variable ``--ended-{key}``.
        grades: Grades, or endings where there is no grade, that belong to it.
        meaning: What it means.
    """

    word: str
    key: str
    grades: frozenset[str]
    meaning: str


ENDINGS = (
    Ending("right", "right", frozenset({"correct"}), "graded, and correct"),
    Ending("answered", "answered", frozenset({"answered"}), "ended by itself; rated, not graded"),
    Ending("wrong", "wrong", frozenset({"wrong"}), "graded, and not correct"),
    Ending("no result found", "unfound", frozenset({"no_answer"}), "text without a final answer"),
    Ending(
        "code failed",
        "failed",
        frozenset({"exception", "timeout", "memory", "output", "exited", "forged"}),
        "the function raised, ran too long, took too much, ended itself or forged its result",
    ),
    Ending("cut off", "cut", frozenset({"truncated"}), "ended at the most tokens allowed"),
    Ending("empty", "empty", frozenset({"empty"}), "no text, or reasoning alone"),
    Ending("refused", "refused", frozenset({"refused"}), "the model declined"),
    Ending("request failed", "error", frozenset({"error"}), "no answer came; not counted as wrong"),
    Ending(
        "not graded",
        "ungraded",
        frozenset({"ungraded", "sandbox_unavailable"}),
        "no grade could be given; not counted as wrong",
    ),
)


def ending_of(grade: str) -> Ending:
    """Return the way of ending that a grade belongs to."""
    return next((one for one in ENDINGS if grade in one.grades), ENDINGS[-1])


def counts(report: Report, suite: str) -> dict[str, dict[str, int]]:
    """Return how many answers of each candidate ended in each way: candidate to word."""
    rows = report.rows(
        """
        SELECT candidate, kind, status, grade, count(*) AS answers
        FROM answer_outcomes WHERE suite = ? GROUP BY ALL ORDER BY ALL
        """,
        [suite],
    )
    found: dict[str, dict[str, int]] = {}
    for row in rows:
        grade = str(row["grade"] or "ungraded")
        if row["kind"] == "creative":
            grade = "answered" if row["status"] == "ok" else str(row["status"])
        own = found.setdefault(str(row["candidate"]), {})
        word = ending_of(grade).word
        own[word] = own.get(word, 0) + int(str(row["answers"]))
    return {who: found[who] for who in report.candidates if who in found}


def endings(report: Report) -> Html | None:
    """Return the chart of how answers ended, a plot for each suite."""
    if not ran(report, "quality"):
        return None
    every = {s: counts(report, s) for s in groups.suites(report, "math", "code", "creative")}
    every = {suite: own for suite, own in every.items() if own}
    if not every:
        return None
    seen = {word for own in every.values() for ended in own.values() for word in ended}
    key: list[tuple[str, Content]] = [(f"ended {e.key}", e.word) for e in ENDINGS if e.word in seen]
    caption = Caption(_finding(every), f"{_plotted(every)}.", legend(key))
    plots = [Panel(suite, _plot(report, suite, own)) for suite, own in every.items()]
    return panels("endings", plots, caption) + _words(report, every)


def _finding(every: dict[str, dict[str, dict[str, int]]]) -> str:
    """Return how often answers ended in another way than by themselves."""
    bad = ("cut off", "empty", "refused", "request failed", "code failed", "not graded")
    told = []
    totals = {
        who: sum(sum(own.get(who, {}).values()) for own in every.values())
        for who in dict.fromkeys(who for own in every.values() for who in own)
    }
    for who, total in totals.items():
        ended = {word: sum(own.get(who, {}).get(word, 0) for own in every.values()) for word in bad}
        parts = [f"{number:,} {word}" for word, number in ended.items() if number]
        if parts:
            told.append(f"{who}: {listed(parts)} of {count(total, 'answer')}")
    if not told:
        return "Every answer ended by itself, and all that can be graded has a grade"
    if len(told) > 4:
        return f"Answers of {len(told)} candidates were cut off, empty, refused or failed"
    return "; ".join(told)


def _plotted(every: dict[str, dict[str, dict[str, int]]]) -> str:
    totals = [
        f"{suite}: {count(max(sum(ended.values()) for ended in own.values()), 'answer')}"
        for suite, own in every.items()
    ]
    return f"How the answers of each candidate ended, as shares of all ({'; '.join(totals)})"


def _plot(report: Report, suite: str, own: dict[str, dict[str, int]]) -> alt.LayerChart:
    rows = [
        lanes.Lane(who, report.colour(who), _told(ended), _BAR + 8) for who, ended in own.items()
    ]
    bars: list[lanes.Record] = []
    texts: dict[str, list[lanes.Record]] = {}
    for (who, ended), top in zip(own.items(), lanes.tops(rows), strict=True):
        total, before = sum(ended.values()), 0
        for one in ENDINGS:
            number = ended.get(one.word, 0)
            if not number:
                continue
            x, x2 = 100 * before / total, 100 * (before + number) / total
            tip = f"{who}, {suite}: {number:,} of {total:,} {one.word} ({one.meaning})"
            bar = {"x": x, "x2": x2, "y": top, "y2": top + _BAR, "opacity": 1, "tip": tip}
            bars.append(bar | {"fill": f"var(--ended-{one.key})"})
            if number / total >= _ROOM:
                at = {"x": (x + x2) / 2, "y": top + _BAR / 2, "label": f"{number:,}"}
                texts.setdefault(one.key, []).append(at | {"fill": f"var(--on-{one.key})"})
            before += number
    labels = [lanes.labels(held, align="center", dx=0) for held in texts.values()]
    axis = Axis(f"{suite}: answers (%)", 0, 100)
    return lanes.chart(rows, axis, [lanes.bars(bars), *labels])


def _told(ended: dict[str, int]) -> str:
    total = sum(ended.values())
    first = "right" if "answered" not in ended else "answered"
    return f"{ended.get(first, 0):,} of {total:,} {first}"


def _words(report: Report, every: dict[str, dict[str, dict[str, int]]]) -> Html:
    """Return the same counts as a table, folded."""
    seen = {word for own in every.values() for ended in own.values() for word in ended}
    shown = [one for one in ENDINGS if one.word in seen]
    rows: list[list[Content]] = [
        [suite, named(report, who), *(f"{ended.get(one.word, 0):,}" for one in shown)]
        for suite, own in every.items()
        for who, ended in own.items()
    ]
    head = ["suite", "candidate", *(one.word for one in shown)]
    counted = table(Table(head, rows, frozenset(range(2, len(head))), "endings"))
    meanings = "; ".join(f"{one.word}: {one.meaning}" for one in shown)
    return folded(
        "The same as counts, and what each word means",
        joined([counted, paragraph(f"{capital(meanings)}.", "note")]),
    )


def without_sandbox(report: Report) -> Html:
    """Return a notice of code answers that no sandbox could run."""
    rows = report.rows(
        """
        SELECT candidate, suite, count(*) AS answers, any_value(note) AS why
        FROM grades JOIN candidates USING (candidate)
        WHERE grades.status = 'sandbox_unavailable'
        GROUP BY candidate, position, suite ORDER BY position, suite
        """
    )
    if not rows:
        return NOTHING
    told = listed(
        f"{count(int(str(row['answers'])), 'answer')} of {row['candidate']} to {row['suite']}"
        for row in rows
    )
    why = next((f" ({row['why']})" for row in rows if row["why"]), "")
    return paragraph(
        f"{capital(told)} could not be graded: model code is run in a sandbox only, and none was "
        f"available{why}. They count neither as right nor as wrong.",
        "trouble",
    )
