"""Real answers side by side: the same question to all candidates, folded, chosen by a rule."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from bakeoff.report import chosen, groups
from bakeoff.report.chosen import Choice, Chosen
from bakeoff.report.data import Report, Row
from bakeoff.report.html import Content, Html, Markdown, folded, joined, paragraph, tag
from bakeoff.report.numbers import count, listed, scale_for
from bakeoff.report.parts import named, ran
from bakeoff.report.sections.endings import ending_of

#: Characters and lines of an answer that are shown, and characters of a prompt and a reference.
_CHARACTERS, _LINES, _PROMPT, _REFERENCE = 1_500, 40, 1_200, 400
#: Characters of a question's summary and of one factual error, and how many of these are shown.
_TEASER, _ERRORS = 90, 3
#: Characters that pages cannot hold, or that turn the direction of what follows.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")


def heading(report: Report) -> Markdown | None:
    """Return the heading, None where nothing was answered."""
    if not _suites(report):
        return None
    return Markdown("### Answers side by side {#sec-answers}")


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
    return (
        f"Of each suite at most {chosen.MOST} questions, chosen by rule: first up to "
        f"{chosen.DISAGREEMENTS} on which candidates differ most in grade or rating, then up to "
        f"{chosen.FAILURES} where an answer was cut off, empty, refused or failed, then others, "
        "drawn with a fixed seed. Where a suite has fewer of one sort, others take their place. "
        f"Prompts are cut after {_PROMPT:,} characters, answers after {_CHARACTERS:,} characters "
        f"or {_LINES} lines, and say so. What people or models wrote stands here as text."
    )


def _told(choice: Choice) -> list[Content]:
    told = [f"the candidates differ on {choice.differing:,}"]
    if choice.failed:
        told.append(f"an answer failed on {choice.failed:,} more")
    shown = len(choice.shown)
    return [
        tag("strong", choice.suite),
        f": of {count(choice.items, 'question')}, {listed(told)}; {shown:,} are shown.",
    ]


def _question(report: Report, choice: Choice, one: Chosen) -> Html:
    teaser = " ".join(str(one.item["prompt"]).split())
    teaser = teaser if len(teaser) <= _TEASER else f"{teaser[:_TEASER].rstrip()}…"
    summary = tag(
        "span",
        [
            tag("span", chosen.WHY[one.why], class_=f"mark tied why-{one.why}"),
            quoted(teaser),
            tag("small", _outcomes(one, choice.kind)),
        ],
        class_="question",
    )
    parts: list[Content] = [
        paragraph(_where(one), "note"),
        tag("p", "Prompt", class_="answer-label"),
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
    difficulty = f", difficulty {item['difficulty']} of 3" if item["difficulty"] else ""
    sample = f", answer {one.sample_no + 1} to it" if one.sample_no else ""
    return f"Template {item['template']}{difficulty}{sample}; item {one.item_id}."


def _outcomes(one: Chosen, kind: str) -> str:
    told = [f"{who} {outcome(row, kind)}" for who, row in one.answers.items()]
    return "; ".join(told) if len(told) <= 4 else f"{len(told)} candidates"


def outcome(row: Row, kind: str) -> str:
    """Return what became of an answer in words: ``right``, ``cut off``, ``4.0 of 5 (people)``."""
    if kind == "creative":
        if row["status"] != "ok":
            return ending_of(str(row["status"])).word
        ratings = row.get("ratings")
        if not isinstance(ratings, list):
            return "not rated"
        score = scale_for("of 5", [])
        return listed(f"{score.text(one['score'])} ({one['source']})" for one in ratings)
    return ending_of(str(row["grade"] or "ungraded")).word


def _reference(one: Chosen, kind: str) -> Sequence[Content]:
    if kind == "creative":
        return ()
    label = "Right answer, as the grader holds it"
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
        tag("p", [f"{label}: ", quoted(_cut(str(row[column]), _REFERENCE, 3)[0])], class_="note")
        for column, label in (("found", "Understood as"), ("note", "Grader"), ("error", "Error"))
        if row[column]
    ]
    parts += _errors(row)
    parts.append(_text(str(row["text"]), _CHARACTERS))
    return tag("section", parts, class_="answer-card", data_candidate=who)


def _errors(row: Row) -> list[Html]:
    """Return the factual errors that a judge named, none of them where it said nothing."""
    errors = row.get("factual_errors")
    if not isinstance(errors, tuple):
        return []
    shown = [one if len(one) <= _TEASER else f"{one[:_TEASER].rstrip()}…" for one in errors]
    more = f" and {len(errors) - _ERRORS:,} more" if len(errors) > _ERRORS else ""
    told = [quoted("; ".join(shown[:_ERRORS])), more] if errors else ["none"]
    return [tag("p", ["Factual errors that the judge named: ", *told], class_="note")]


def _took(row: Row) -> str:
    told = []
    if row["e2e_s"] is not None:
        seconds = float(str(row["e2e_s"]))
        told.append(scale_for("s", [seconds]).text(seconds))
    if row["completion_tokens"] is not None:
        tokens = count(int(str(row["completion_tokens"])), "token")
        reasoning = int(str(row["reasoning_tokens"] or 0))
        told.append(tokens + (f", {reasoning:,} of them reasoning" if reasoning else ""))
    return " · ".join(told) or "no times or tokens"


def _text(text: str, most: int) -> Html:
    """Return a text as it was written, cut where it is long, and the cut said."""
    if not text.strip():
        return paragraph("no text", "missing")
    shown, kept = _cut(text, most, _LINES)
    cut = len(text) - kept
    said = f"Cut here: {kept:,} of {len(text):,} characters shown."
    parts = [tag("pre", quoted(shown), class_="answer-text", dir="auto", tabindex="0")]
    return joined([*parts, *([paragraph(said, "answer-cut")] if cut else [])])


def _cut(text: str, characters: int, lines: int) -> tuple[str, int]:
    """Return the beginning of a text, and how many characters of it that is."""
    held = text.split("\n", lines)
    begin = "\n".join(held[:lines])[:characters]
    return begin, len(begin)


def quoted(text: str) -> Html:
    """Return text that somebody else wrote, escaped and unchanged, as markup that is inert.

    Control characters become U+FFFD; braces and backticks are escaped too, for Quarto reads
    the one and the other could end a fence.
    """
    clean = _CONTROL.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    marked = escape(clean, quote=True).replace("{", "&#123;").replace("`", "&#96;")
    return Html(marked)
