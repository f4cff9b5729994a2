"""What ratings are worth: the judge's planted controls, people's agreement, their preferences."""

from __future__ import annotations

from bakeoff.quality.judge.family import family_warning
from bakeoff.quality.judge.reliability import Reliability, doubts
from bakeoff.quality.rating.estimate import Estimate
from bakeoff.quality.rating.preferences import Preferences
from bakeoff.quality.statistics import checks
from bakeoff.report import factual
from bakeoff.report.data import Report, Row
from bakeoff.report.findings import capital
from bakeoff.report.html import NOTHING, Content, Html, Table, joined, paragraph, table, tag
from bakeoff.report.numbers import NOT_MEASURED, Scale, count, listed, plain, scale_for
from bakeoff.report.parts import named
from bakeoff.report.sections.ratings import creative
from bakeoff.store.quality_tables import CRITERIA

_SHARE = scale_for("1", [])
_BARE = Scale(1.0, "")
#: From this agreement on conclusions stand, and tentative ones (Krippendorff 2004).
_FIRM, _TENTATIVE = 0.8, 0.667


def judge(report: Report) -> Html | None:
    """Return what the judge is worth, None where none judged."""
    if not creative(report):
        return None
    rows = report.rows("SELECT * FROM judgements")
    if not rows:
        return None
    judges = sorted({str(row["judge"]) for row in rows})
    worth = report.rows("SELECT * FROM rating_checks")
    parts = [
        _judge(
            report, one, checks.reliability_of(worth, one), [r for r in rows if r["judge"] == one]
        )
        for one in judges
    ]
    return joined(parts)


def _judge(report: Report, name: str, found: Reliability, rows: list[Row]) -> Html:
    against = doubts(found)
    asked = count(len({(r["candidate"], r["item_id"], r["sample_no"]) for r in rows}), "answer")
    told = f"The judge, {name}, read {asked}."
    if against:
        told += f" What speaks against it: {listed(against)}."
    elif planted := sum(one.n for one in (found.duplicate, found.shuffled, found.truncated)):
        told += f" It passed {count(planted, 'planted control')} of {planted:,}."
    else:
        told += " No control was planted, so nothing shows that it can tell good from bad."
    families = sorted({str(row["judge_family"]) for row in rows if row["judge_family"]})
    warned = [_family(report, name, families), paragraph(told, "trouble" if against else None)]
    return joined([*warned, _controls(name, found), _factual(report, name, rows)])


def _factual(report: Report, name: str, rows: list[Row]) -> Html:
    """Return in how many answers of each candidate the judge named factual errors."""
    found = factual.in_answers(rows, report.candidates)
    if not found:
        return paragraph(f"The judge, {name}, said nothing about factual errors.", "note")
    each = listed(
        f"{one.wrong:,} of {count(one.answers, 'answer')} of {one.candidate}" for one in found
    )
    readings = max(one.readings for one in found)
    any_of = f", each in at least one of up to {readings:,} readings" if readings > 1 else ""
    told = f"The judge, {name}, named factual errors in {each}{any_of}."
    return paragraph(f"{told} Nobody checked whether it is right.")


def _family(report: Report, name: str, families: list[str]) -> Html:
    """Return a warning for each candidate of the judge's own family, as configured or by names."""
    rows = report.rows("SELECT candidate, model, architecture FROM candidates ORDER BY position")
    warnings = [
        family_warning(
            judge_model=name,
            judge_family=families[0] if families else name,
            candidate=str(row["candidate"]),
            names=[
                None if row[key] is None else str(row[key]) for key in ("model", "architecture")
            ],
        )
        for row in rows
    ]
    return joined(paragraph(f"{capital(text)}.", "trouble") for text in warnings if text)


def _controls(name: str, found: Reliability) -> Html:
    rows = [
        _row("same text shown twice: score within 0.5", found.duplicate, _SHARE),
        _row("sentences shuffled: coherence falls", found.shuffled, _SHARE),
        _row("cut short: score falls", found.truncated, _SHARE),
        _row("spread between repeats (standard deviation, points)", found.repeat_sd, _BARE),
        _row("replies without a usable score", found.unparsable, _SHARE),
        _row("requests that failed or timed out", found.unanswered, _SHARE),
    ]
    head = [f"judge {name}", "figure", "n", ""]
    return table(Table(head, rows, frozenset({1, 2}), "levels"))


def _row(label: str, found: Estimate, scale: Scale) -> list[Content]:
    return [label, _cell(found, scale), f"{found.n:,}", tag("small", found.note or "")]


def _cell(found: Estimate, scale: Scale) -> Html:
    if found.value is None:
        return tag("span", NOT_MEASURED, class_="missing", title=found.note)
    return tag("span", [_signed(found.value, scale), tag("small", _ends(found, scale))])


def _ends(found: Estimate, scale: Scale) -> str:
    if found.lo is None or found.hi is None:
        return "no interval"
    between = " to " if found.lo < 0 else "–"
    return f"{_bare(found.lo, scale)}{between}{_bare(found.hi, scale)}"


def _bare(value: float, scale: Scale) -> str:
    return plain(value / scale.divisor).replace("-", "\u2212")


def _signed(value: float, scale: Scale) -> str:
    return f"{_bare(value, scale)}{scale.suffix}"


def people(report: Report) -> Html | None:
    """Return whether people agree and whom they prefer, None where nobody rated."""
    if not creative(report):
        return None
    worth = report.rows("SELECT * FROM rating_checks WHERE who = ?", [checks.PEOPLE])
    if not worth:
        return None
    return joined([_agreement(worth), _preferences(report, checks.preferences_from(worth))])


def _agreement(worth: list[Row]) -> Html:
    known = checks.by_criterion(worth, "people_agreement")
    with_judge = checks.by_criterion(worth, "agreement_with_judge")
    found = {name: one for name, one in known.items() if one.n or one.value is not None}
    if not found:
        alone = "No answer was rated by two people, so nothing shows whether people agree."
        return paragraph(alone, "note")
    shown: list[list[Content]] = []
    for name in (name for name in CRITERIA if name in found):
        row: list[Content] = [name, _cell(found[name], _BARE), _agree(found[name])]
        if with_judge:
            row.append(_cell(with_judge[name], _BARE))
        shown.append(row)
    head: list[Content] = [
        "criterion",
        tag("span", ["agreement of people", tag("small", "Krippendorff's alpha; 1 is full")]),
        "in words",
    ]
    if with_judge:
        head.append(tag("span", ["judge with people", tag("small", "weighted kappa; 1 is full")]))
    return table(Table(head, shown, frozenset({1, 3}), "levels"))


def _agree(found: Estimate) -> str:
    if found.value is None:
        return found.note or NOT_MEASURED
    if found.value >= _FIRM:
        word = "people agree"
    elif found.value >= _TENTATIVE:
        word = "people agree well enough for tentative conclusions"
    else:
        word = "people disagree: do not build on this score"
    return f"{word} ({count(found.n, 'answer')} rated by two or more)"


def _preferences(report: Report, found: Preferences) -> Html:
    if not found.comparisons and not found.both_bad:
        return NOTHING
    shown: list[list[Content]] = [
        [named(report, who), _cell(one, _SHARE), f"{one.n:,}", tag("small", one.note or "")]
        for who, one in found.candidates.items()
    ]
    head: list[Content] = [
        "candidate",
        tag("span", ["preferred", tag("small", "to the others; 50\u00a0% is as good as they")]),
        "comparisons",
        "",
    ]
    return joined(
        [
            paragraph(f"{_preferred(found)}."),
            table(Table(head, shown, frozenset({1, 2}), "levels")),
        ]
    )


def _preferred(found: Preferences) -> str:
    told = (
        f"Side by side, people compared {count(found.comparisons, 'pair')} of answers; "
        f"{count(found.both_bad, 'more pair')} had both bad"
        if found.both_bad
        else f"Side by side, people compared {count(found.comparisons, 'pair')} of answers"
    )
    above = [w for w, one in found.candidates.items() if one.lo is not None and one.lo > 0.5]
    if above:
        told += f". They prefer {listed(above)}"
    elif any(one.value is not None for one in found.candidates.values()):
        told += ". Their preferences tell nobody apart"
    if found.left.value is not None:
        told += (
            f". Of two equal answers the left one is preferred {_signed(found.left.value, _SHARE)} "
            f"of the time ({_ends(found.left, _SHARE)}), which is taken out"
        )
    return told
