"""What ratings are worth: the judge's planted controls, people's agreement, their preferences."""

from __future__ import annotations

from bakeoff.language import phrase, phrases, retold
from bakeoff.quality.judge.family import family_warning
from bakeoff.quality.judge.reliability import Reliability, doubts
from bakeoff.quality.rating.estimate import Estimate
from bakeoff.quality.rating.preferences import Preferences
from bakeoff.quality.statistics import checks
from bakeoff.report import estimates, factual
from bakeoff.report.data import Report, Row
from bakeoff.report.estimates import BARE, SHARE, ends, signed
from bakeoff.report.findings import capital, sentence, sentences
from bakeoff.report.html import NOTHING, Content, Html, Table, joined, paragraph, table, tag
from bakeoff.report.numbers import NOT_MEASURED, listed
from bakeoff.report.parts import named
from bakeoff.report.sections.ratings import creative
from bakeoff.store.quality_tables import CRITERIA

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
    asked = len({(r["candidate"], r["item_id"], r["sample_no"]) for r in rows})
    told = phrases(
        "The judge, {model}, read {n} answer. {worth}",
        "The judge, {model}, read {n} answers. {worth}",
        asked,
        model=name,
        worth=_worth(found, against),
    )
    families = sorted({str(row["judge_family"]) for row in rows if row["judge_family"]})
    warned = [_family(report, name, families), paragraph(told, "trouble" if against else None)]
    return joined([*warned, _controls(name, found), _factual(report, name, rows)])


def _worth(found: Reliability, against: list[str]) -> str:
    """Return what the planted controls show of a judge."""
    if against:
        doubted = listed(retold(text) for text in against)
        return phrase("What speaks against it: {doubts}.", doubts=doubted)
    planted = sum(one.n for one in (found.duplicate, found.shuffled, found.truncated))
    if not planted:
        return phrase("No control was planted, so nothing shows that it can tell good from bad.")
    return phrases(
        "It passed {n} planted control of {n}.", "It passed {n} planted controls of {n}.", planted
    )


def _factual(report: Report, name: str, rows: list[Row]) -> Html:
    """Return in how many answers of each candidate the judge named factual errors."""
    found = factual.in_answers(rows, report.candidates)
    if not found:
        nothing = phrase("The judge, {model}, said nothing about factual errors.", model=name)
        return paragraph(nothing, "note")
    each = listed(
        phrases(
            "{some} of {n} answer of {candidate}",
            "{some} of {n} answers of {candidate}",
            one.answers,
            some=f"{one.wrong:,}",
            candidate=one.candidate,
        )
        for one in found
    )
    readings = max(one.readings for one in found)
    if readings > 1:
        each = phrase(
            "{answers}, each in at least one of up to {n} readings", answers=each, n=f"{readings:,}"
        )
    return paragraph(
        phrase(
            "The judge, {model}, named factual errors in {answers}. Nobody checked whether it is "
            "right.",
            model=name,
            answers=each,
        )
    )


def _family(report: Report, name: str, families: list[str]) -> Html:
    """Return a warning for each candidate of the judge's own family, as configured or by names."""
    rows = report.rows("SELECT candidate, model, architecture FROM candidates ORDER BY position")
    warnings = [
        family_warning(
            judge_model=name,
            judge_family=families[0] if families else name,
            candidate=str(row["candidate"]),
            names=[str(row[key] or "") or None for key in ("model", "architecture")],
        )
        for row in rows
    ]
    return joined(
        paragraph(sentence(capital(retold(text))), "trouble") for text in warnings if text
    )


def _controls(name: str, found: Reliability) -> Html:
    rows = [
        estimates.row(phrase("same text shown twice: score within 0.5"), found.duplicate, SHARE),
        estimates.row(phrase("sentences shuffled: coherence falls"), found.shuffled, SHARE),
        estimates.row(phrase("cut short: score falls"), found.truncated, SHARE),
        estimates.row(
            phrase("spread between repeats (standard deviation, points)"),
            found.repeat_sd,
            BARE,
        ),
        estimates.row(phrase("replies without a usable score"), found.unparsable, SHARE),
        estimates.row(phrase("requests that failed or timed out"), found.unanswered, SHARE),
    ]
    head = [phrase("judge {model}", model=name), phrase("figure"), "n", ""]
    return table(Table(head, rows, frozenset({1, 2}), "levels"))


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
        alone = phrase("No answer was rated by two people, so nothing shows whether people agree.")
        return paragraph(alone, "note")
    shown: list[list[Content]] = []
    for name in (name for name in CRITERIA if name in found):
        row: list[Content] = [
            retold(name),
            estimates.cell(found[name], BARE),
            _agree(found[name]),
        ]
        if with_judge:
            row.append(estimates.cell(with_judge[name], BARE))
        shown.append(row)
    head: list[Content] = [
        phrase("criterion"),
        estimates.heading(phrase("agreement of people"), phrase("Krippendorff's alpha; 1 is full")),
        phrase("in words"),
    ]
    if with_judge:
        head.append(
            estimates.heading(phrase("judge with people"), phrase("weighted kappa; 1 is full"))
        )
    return table(Table(head, shown, frozenset({1, 3}), "levels"))


def _agree(found: Estimate) -> str:
    if found.value is None:
        return retold(found.note or "") or phrase(NOT_MEASURED)
    if found.value >= _FIRM:
        word = phrase("people agree")
    elif found.value >= _TENTATIVE:
        word = phrase("people agree well enough for tentative conclusions")
    else:
        word = phrase("people disagree: do not build on this score")
    return phrases(
        "{agreement} ({n} answer rated by two or more)",
        "{agreement} ({n} answers rated by two or more)",
        found.n,
        agreement=word,
    )


def _preferences(report: Report, found: Preferences) -> Html:
    if not found.comparisons and not found.both_bad:
        return NOTHING
    shown: list[list[Content]] = [
        [
            named(report, who),
            estimates.cell(one, SHARE),
            f"{one.n:,}",
            tag("small", retold(one.note or "")),
        ]
        for who, one in found.candidates.items()
    ]
    head: list[Content] = [
        phrase("candidate"),
        estimates.heading(
            phrase("preferred"), phrase("to the others; 50\u00a0% is as good as they")
        ),
        phrase("comparisons"),
        "",
    ]
    return joined(
        [
            paragraph(_preferred(found)),
            table(Table(head, shown, frozenset({1, 2}), "levels")),
        ]
    )


def _preferred(found: Preferences) -> str:
    """Return what people compared, whom they prefer, and what the side of the page does."""
    compared = phrases(
        "Side by side, people compared {n} pair of answers",
        "Side by side, people compared {n} pairs of answers",
        found.comparisons,
    )
    if found.both_bad:
        compared = phrases(
            "{compared}; {n} more pair had both bad",
            "{compared}; {n} more pairs had both bad",
            found.both_bad,
            compared=compared,
        )
    told = [compared]
    above = [w for w, one in found.candidates.items() if one.lo is not None and one.lo > 0.5]
    if above:
        told.append(phrase("They prefer {candidates}", candidates=listed(above)))
    elif any(one.value is not None for one in found.candidates.values()):
        told.append(phrase("Their preferences tell nobody apart"))
    if found.left.value is not None:
        told.append(
            phrase(
                "Of two equal answers the left one is preferred {share} of the time ({interval}), "
                "which is taken out",
                share=signed(found.left.value, SHARE),
                interval=ends(found.left, SHARE),
            )
        )
    return sentences(sentence(text) for text in told)
