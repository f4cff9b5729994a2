"""Real answers side by side: the same question to all candidates, folded, chosen by a rule."""

from __future__ import annotations

from collections.abc import Sequence

from bakeoff.language import marked, phrase, phrases, retold
from bakeoff.report import chosen, groups
from bakeoff.report.chosen import Choice, Chosen
from bakeoff.report.data import Report, Row
from bakeoff.report.endings import ending_of
from bakeoff.report.html import (
    Content,
    Html,
    Markdown,
    folded,
    headed,
    joined,
    paragraph,
    tag,
    worded,
)
from bakeoff.report.numbers import bracketed, listed, scale_for
from bakeoff.report.parts import named, ran
from bakeoff.report.quoting import cut, quoted, written

#: Characters and lines of an answer that are shown, and characters of a prompt and a reference.
_CHARACTERS, _LINES, _PROMPT, _REFERENCE = 1_500, 40, 1_200, 400
#: Characters of a question's summary and of one factual error, and how many of these are shown.
_TEASER, _ERRORS = 90, 3
#: Candidates whose outcomes stand in a summary.
_NAMED = 4
#: Who rates, by the source of a rating; and what stands above an answer, by its column.
_RATERS = {"people": marked("people"), "judge": marked("judge")}
_REMARKS = {
    "found": marked("Understood as: {text}"),
    "note": marked("Grader: {text}"),
    "error": marked("Error: {text}"),
}


def heading(report: Report) -> Markdown | None:
    """Return the heading, None where nothing was answered."""
    if not _suites(report):
        return None
    return headed(phrase("Answers side by side"), "sec-answers", level=3)


def _suites(report: Report) -> list[str]:
    if not ran(report, "quality"):
        return []
    answered = {str(row["suite"]) for row in report.rows("SELECT DISTINCT suite FROM answers")}
    return [s for s in groups.suites(report, "math", "code", "creative") if s in answered]


def side_by_side(report: Report) -> Html | None:
    """Return the rule of choice, and the answers of each suite."""
    suites = _suites(report)
    if not suites:
        return None
    parts: list[Content] = [paragraph(_rule(), "note")]
    for suite in suites:
        choice = chosen.choose(report, suite)
        parts.append(paragraph(_told(choice), "answers-suite"))
        parts += [_question(report, choice, one) for one in choice.shown]
    return tag("div", parts, class_="side-by-side")


def _rule() -> str:
    return phrase(
        "Of each suite at most {most} questions, chosen by rule: first up to {differing} on which "
        "candidates differ most in grade or rating, then up to {failed} where an answer was cut "
        "off, empty, refused or failed, then others, drawn with a fixed seed. Where a suite has "
        "fewer of one sort, others take their place. Prompts are cut after {prompt} characters, "
        "answers after {answer} characters or {lines} lines, and say so. What people or models "
        "wrote stands here as text.",
        most=chosen.MOST,
        differing=chosen.DISAGREEMENTS,
        failed=chosen.FAILURES,
        prompt=f"{_PROMPT:,}",
        answer=f"{_CHARACTERS:,}",
        lines=_LINES,
    )


def _told(choice: Choice) -> Html:
    told = [phrase("the candidates differ on {n}", n=f"{choice.differing:,}")]
    if choice.failed:
        told.append(phrase("an answer failed on {n} more", n=f"{choice.failed:,}"))
    return worded(
        "{suite}: of {questions}, {what}; {n} are shown.",
        suite=tag("strong", choice.suite),
        questions=phrases("{n} question", "{n} questions", choice.items),
        what=listed(told),
        n=f"{len(choice.shown):,}",
    )


def _question(report: Report, choice: Choice, one: Chosen) -> Html:
    teaser = " ".join(str(one.item["prompt"]).split())
    teaser = teaser if len(teaser) <= _TEASER else f"{teaser[:_TEASER].rstrip()}…"
    summary = tag(
        "span",
        [
            tag("span", phrase(chosen.WHY[one.why]), class_=f"mark tied why-{one.why}"),
            quoted(teaser),
            tag("small", _outcomes(one, choice.kind)),
        ],
        class_="question",
    )
    parts: list[Content] = [
        paragraph(_where(one), "note"),
        tag("p", phrase("Prompt"), class_="answer-label"),
        _text(str(one.item["prompt"]), _PROMPT),
        *_reference(one, choice.kind),
        tag(
            "div",
            [_answer(report, who, row, choice.kind) for who, row in one.answers.items()],
            class_="answers-grid",
        ),
    ]
    return folded(summary, joined(parts))


def _where(one: Chosen) -> str:
    item = one.item
    told = [phrase("Template {template}", template=item["template"])]
    if item["difficulty"]:
        told.append(phrase("difficulty {n} of 3", n=item["difficulty"]))
    if one.sample_no:
        told.append(phrase("answer {n} to it", n=one.sample_no + 1))
    return phrase("{where}; item {id}.", where=phrase(", ").join(told), id=one.item_id)


def _outcomes(one: Chosen, kind: str) -> str:
    if len(one.answers) > _NAMED:
        return phrases("{n} candidate", "{n} candidates", len(one.answers))
    return phrase("; ").join(
        phrase("{candidate} {outcome}", candidate=who, outcome=outcome(row, kind))
        for who, row in one.answers.items()
    )


def outcome(row: Row, kind: str) -> str:
    """Return what became of an answer in words: ``right``, ``cut off``, ``4.0 of 5 (people)``."""
    if kind == "creative":
        if row["status"] != "ok":
            return phrase(ending_of(str(row["status"])).word)
        ratings = row.get("ratings")
        if not isinstance(ratings, list):
            return phrase("not rated")
        score = scale_for("of 5", [])
        return listed(
            bracketed(score.text(one["score"]), phrase(_RATERS[one["source"]])) for one in ratings
        )
    return phrase(ending_of(str(row["grade"] or "ungraded")).word)


def _reference(one: Chosen, kind: str) -> Sequence[Content]:
    if kind == "creative":
        return ()
    label = phrase("Right answer, as the grader holds it")
    return (
        tag("p", label, class_="answer-label"),
        _text(str(one.item["reference"]), _REFERENCE),
    )


def _answer(report: Report, who: str, row: Row, kind: str) -> Html:
    word = outcome(row, kind)
    state = {True: "ok", False: "failed"}.get(bool(row["correct"]), "")
    status = "status" if row["correct"] is None else f"status {state}"
    parts: list[Content] = [
        tag("p", [named(report, who), tag("span", word, class_=status)], class_="answer-head"),
        paragraph(_took(row), "answer-took"),
    ]
    parts += [
        tag("p", worded(message, text=_remark(column, str(row[column]))), class_="note")
        for column, message in _REMARKS.items()
        if row[column]
    ]
    parts += _errors(row)
    parts.append(_text(str(row["text"]), _CHARACTERS))
    return tag("section", parts, class_="answer-card", data_candidate=who)


def _remark(column: str, text: str) -> Html:
    """Return what was understood, in the model's words, or a remark, in the reader's."""
    told = text if column == "found" else retold(text)
    return quoted(cut(told, _REFERENCE, 3)[0])


def _errors(row: Row) -> list[Html]:
    """Return the factual errors that a judge named, none of them where it said nothing."""
    errors = row.get("factual_errors")
    if not isinstance(errors, tuple):
        return []
    shown = [one if len(one) <= _TEASER else f"{one[:_TEASER].rstrip()}…" for one in errors]
    told: Content = quoted("; ".join(shown[:_ERRORS])) if errors else phrase("none")
    if len(errors) > _ERRORS:
        more = f"{len(errors) - _ERRORS:,}"
        told = worded("{errors} and {n} more", errors=told, n=more)
    return [
        tag(
            "p", worded("Factual errors that the judge named: {errors}", errors=told), class_="note"
        )
    ]


def _took(row: Row) -> str:
    told = []
    if row["e2e_s"] is not None:
        seconds = float(str(row["e2e_s"]))
        told.append(scale_for("s", [seconds]).text(seconds))
    if row["completion_tokens"] is not None:
        tokens = phrases("{n} token", "{n} tokens", int(str(row["completion_tokens"])))
        if reasoning := int(str(row["reasoning_tokens"] or 0)):
            tokens = phrase("{tokens}, {n} of them reasoning", tokens=tokens, n=f"{reasoning:,}")
        told.append(tokens)
    return " · ".join(told) or phrase("no times or tokens")


def _text(text: str, characters: int) -> Html:
    return written(text, characters=characters, lines=_LINES)
