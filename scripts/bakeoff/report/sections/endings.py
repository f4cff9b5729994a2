"""How answers ended: right, wrong, cut off, empty, refused, failed, or without a grade."""

from __future__ import annotations

import altair as alt

from bakeoff.language import phrase, phrases, retold
from bakeoff.report import groups, lanes
from bakeoff.report.axes import Axis
from bakeoff.report.charts import Caption, Panel, legend, panels
from bakeoff.report.data import Report
from bakeoff.report.endings import BAD, ENDINGS, ending_of
from bakeoff.report.findings import capital, sentence
from bakeoff.report.html import NOTHING, Content, Html, Table, folded, joined, paragraph, table
from bakeoff.report.numbers import listed
from bakeoff.report.parts import named, ran

_BAR = 20.0
#: Candidates whose endings the title tells one by one.
_NAMED = 4
#: Share of a bar from which on its count stands in it.
_ROOM = 0.07


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
    key: list[tuple[str, Content]] = [
        (f"ended {e.key}", phrase(e.word)) for e in ENDINGS if e.word in seen
    ]
    caption = Caption(_finding(every), sentence(_plotted(every)), legend(key))
    plots = [Panel(suite, _plot(report, suite, own)) for suite, own in every.items()]
    return panels("endings", plots, caption) + _words(report, every)


def _finding(every: dict[str, dict[str, dict[str, int]]]) -> str:
    """Return how often answers ended in another way than by themselves."""
    told = []
    for who in dict.fromkeys(who for own in every.values() for who in own):
        ended = [own[who] for own in every.values() if who in own]
        totals = {bad.word: sum(one.get(bad.word, 0) for one in ended) for bad in BAD}
        parts = [
            phrase("{n} {ending}", n=f"{number:,}", ending=phrase(word))
            for word, number in totals.items()
            if number
        ]
        if parts:
            told.append(_of_all(who, parts, sum(sum(one.values()) for one in ended)))
    if not told:
        return phrase("Every answer ended by itself, and all that can be graded has a grade")
    if len(told) > _NAMED:
        return phrases(
            "Answers of {n} candidate were cut off, empty, refused or failed",
            "Answers of {n} candidates were cut off, empty, refused or failed",
            len(told),
        )
    return phrase("; ").join(told)


def _of_all(who: str, parts: list[str], total: int) -> str:
    return phrases(
        "{candidate}: {endings} of {n} answer",
        "{candidate}: {endings} of {n} answers",
        total,
        candidate=who,
        endings=listed(parts),
    )


def _plotted(every: dict[str, dict[str, dict[str, int]]]) -> str:
    totals = [
        phrases(
            "{suite}: {n} answer",
            "{suite}: {n} answers",
            max(sum(ended.values()) for ended in own.values()),
            suite=suite,
        )
        for suite, own in every.items()
    ]
    return phrase(
        "How the answers of each candidate ended, as shares of all ({suites})",
        suites=phrase("; ").join(totals),
    )


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
            tip = phrase(
                "{candidate}, {suite}: {n} of {total} {ending} ({meaning})",
                candidate=who,
                suite=suite,
                n=f"{number:,}",
                total=f"{total:,}",
                ending=phrase(one.word),
                meaning=phrase(one.meaning),
            )
            bar = {"x": x, "x2": x2, "y": top, "y2": top + _BAR, "opacity": 1, "tip": tip}
            bars.append(bar | {"fill": f"var(--ended-{one.key})"})
            if number / total >= _ROOM:
                at = {"x": (x + x2) / 2, "y": top + _BAR / 2, "label": f"{number:,}"}
                texts.setdefault(one.key, []).append(at | {"fill": f"var(--on-{one.key})"})
            before += number
    labels = [lanes.labels(held, align="center", dx=0) for held in texts.values()]
    axis = Axis(phrase("{suite}: answers (%)", suite=suite), 0, 100)
    return lanes.chart(rows, axis, [lanes.bars(bars), *labels])


def _told(ended: dict[str, int]) -> str:
    total = sum(ended.values())
    if "answered" in ended:
        return phrase("{n} of {total} answered", n=f"{ended['answered']:,}", total=f"{total:,}")
    return phrase("{n} of {total} right", n=f"{ended.get('right', 0):,}", total=f"{total:,}")


def _words(report: Report, every: dict[str, dict[str, dict[str, int]]]) -> Html:
    """Return the same counts as a table, folded."""
    seen = {word for own in every.values() for ended in own.values() for word in ended}
    shown = [one for one in ENDINGS if one.word in seen]
    rows: list[list[Content]] = [
        [suite, named(report, who), *(f"{ended.get(one.word, 0):,}" for one in shown)]
        for suite, own in every.items()
        for who, ended in own.items()
    ]
    words = [phrase(one.word) for one in shown]
    head = [phrase("suite"), phrase("candidate"), *words]
    counted = table(Table(head, rows, frozenset(range(2, len(head))), "endings"))
    meanings = phrase("; ").join(
        phrase("{ending}: {meaning}", ending=word, meaning=phrase(one.meaning))
        for word, one in zip(words, shown, strict=True)
    )
    return folded(
        phrase("The same as counts, and what each word means"),
        joined([counted, paragraph(sentence(capital(meanings)), "note")]),
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
        phrases(
            "{n} answer of {candidate} to {suite}",
            "{n} answers of {candidate} to {suite}",
            int(str(row["answers"])),
            candidate=row["candidate"],
            suite=row["suite"],
        )
        for row in rows
    )
    why = next((retold(str(row["why"])) for row in rows if row["why"]), "")
    if not why:
        text = phrase(
            "{answers} could not be graded: model code is run in a sandbox only, and none was "
            "available. They count neither as right nor as wrong.",
            answers=capital(told),
        )
    else:
        text = phrase(
            "{answers} could not be graded: model code is run in a sandbox only, and none was "
            "available ({reason}). They count neither as right nor as wrong.",
            answers=capital(told),
            reason=why,
        )
    return paragraph(text, "trouble")
