"""The API: which checks each candidate passed, and what was sent and received in each."""

from __future__ import annotations

from collections.abc import Sequence

from bakeoff.language import marked, phrase, phrases, retold
from bakeoff.report.apichecks import Counted, Matrix, matrix, titled
from bakeoff.report.data import Report
from bakeoff.report.evidence import cell
from bakeoff.report.html import (
    Content,
    Html,
    Table,
    folded,
    joined,
    paragraph,
    table,
    tag,
    worded,
)
from bakeoff.report.parts import figure_link, named
from bakeoff.report.quoting import quoted

#: Candidates that are named one by one even where all of them are meant.
_FEW = 2
#: Candidates that a sentence names at most; more are counted.
_MOST_NAMES = 3
_FAMILIES = {
    "models": marked("Models"),
    "completions": marked("Completions"),
    "chat": marked("Chat"),
    "streaming": marked("Streaming"),
    "sampling": marked("Sampling"),
    "logprobs": marked("Log probabilities"),
    "structured": marked("JSON output"),
    "tools": marked("Tools"),
    "reasoning": marked("Reasoning"),
    "conversation": marked("Conversation"),
    "unicode": marked("Unicode"),
    "tokenizer": marked("Token counts"),
    "context": marked("Context length"),
    "serving": marked("Serving"),
    "client": marked("Official client"),
    "errors": marked("Wrong requests"),
}


def finding(report: Report) -> Html:
    """Return who keeps to the API, who says clearly what is wrong, and who was not seen whole."""
    found = [matrix(report, errors=errors) for errors in (False, True)]
    told = []
    for one, metric, messages in zip(found, _METRICS, (_COMPATIBLE, _CLEAR), strict=True):
        counts = [one.counted(who) for who in one.candidates]
        whole = [count for count in counts if count.applicable and not count.unanswered]
        if whole:
            told.append(_told(report, whole, metric, messages))
    told += _unseen(report, found)
    if not any(one.checks for one in found):
        return paragraph(phrase("The API was not checked."), "finding")
    return paragraph(joined(told, " "), "finding")


_METRICS = ("api_compatibility", "api_error_clarity")
#: Sentences for: one candidate; all pass everything; all pass the same share; best and worst.
_Messages = tuple[str, str, str, str]
_COMPATIBLE: _Messages = (
    marked("{who} passes {count} of the API's checks that apply."),
    marked("Every check of the API that applies is passed by {who}: {count}."),
    marked("The API's checks are passed equally often by {who}: {count}."),
    marked(
        "The API's checks are passed most often by {best} ({most}), and least often by {worst} "
        "({fewest})."
    ),
)
_CLEAR: _Messages = (
    marked("{who} passes {count} of the checks with wrong requests."),
    marked("Wrong requests are answered clearly in every check by {who}: {count}."),
    marked("Wrong requests are answered equally clearly by {who}: {count}."),
    marked(
        "Wrong requests are answered most clearly by {best} ({most}), and least clearly by "
        "{worst} ({fewest})."
    ),
)


def _told(report: Report, counts: Sequence[Counted], metric: str, messages: _Messages) -> Html:
    """Return who passes how many, in the sentence that fits."""

    def link(one: Counted) -> Html:
        return figure_link(report, report.figure(one.candidate, metric), one.text)

    single, perfect, same, apart = messages
    most, fewest = (end(counts, key=lambda one: one.share) for end in (max, min))
    best, worst = ([one for one in counts if one.share == end.share] for end in (most, fewest))
    if len(counts) == 1:
        return worded(single, who=_names(report, counts), count=link(most))
    if most.share == fewest.share:
        message = perfect if most.share == 1 else same
        # Each count once: candidates to which the same checks apply have one in common.
        shown = {one.text: link(one) for one in counts}
        together = joined(shown.values(), retold(", "))
        return worded(message, who=_names(report, counts), count=together)
    return worded(
        apart,
        best=_names(report, best),
        most=link(most),
        worst=_names(report, worst),
        fewest=link(fewest),
    )


def _names(report: Report, counts: Sequence[Counted]) -> Content:
    """Return candidates by name, or how many where they are many."""
    if len(counts) == len(report.candidates) > 1:
        return phrase("all candidates")
    if len(counts) > _MOST_NAMES:
        return phrases("{n} candidate", "{n} candidates", len(counts))
    return joined((named(report, one.candidate) for one in counts), retold(", "))


def _unseen(report: Report, found: Sequence[Matrix]) -> list[Html]:
    """Return a sentence on each candidate that answered only some checks, or was asked none."""
    told = []
    for who in report.candidates:
        counts = [one.counted(who) for one in found if who in one.candidates]
        gone = sum(one.unanswered for one in counts)
        if not counts:
            told.append(worded("{who} was not checked.", who=named(report, who)))
        elif gone:
            message = phrases(
                "The server of {who} was gone before {n} check.",
                "The server of {who} was gone before {n} checks.",
                gone,
                who="{who}",
            )
            told.append(worded(message, who=named(report, who)))
    return told


def failures(report: Report) -> Html | None:
    """Return what failed, for whom and why, and folded what does not apply."""
    found = [matrix(report, errors=errors) for errors in (False, True)]
    failed = [row for one in found for row in _grouped(report, one, "failed")]
    inapplicable = [row for one in found for row in _grouped(report, one, "not_applicable")]
    spared = sum(
        any(row["status"] == "not_applicable" for row in one.of(check))
        for one in found
        for check in one.checks
    )
    if not any(one.checks for one in found):
        return None
    head = [phrase("check"), phrase("candidates"), phrase("what was seen")]
    told = phrase(
        "Each check is one question to the running server with a plain answer, asked as a client "
        "would; the official openai client is one of them. A check asserts what the protocol "
        "promises, never what a model knows."
    )
    parts: list[Content] = [paragraph(told)]
    if failed:
        parts.append(table(Table(head, failed, kind="api-notes")))
    else:
        parts.append(paragraph(phrase("No check failed.")))
    if inapplicable:
        summary = phrases(
            "{n} check does not apply to some candidate, and why",
            "{n} checks do not apply to some candidate, and why",
            spared,
        )
        parts.append(folded(summary, table(Table(head, inapplicable, kind="api-notes"))))
    return joined(parts)


def _grouped(report: Report, found: Matrix, status: str) -> list[list[Content]]:
    """Return a row for each thing that was seen: the checks of a family, and for whom."""
    groups: dict[tuple[str, str, tuple[str, ...]], list[str]] = {}
    for check, (family, title) in found.checks.items():
        by_note: dict[str, list[str]] = {}
        for row in found.of(check):
            if row["status"] == status:
                by_note.setdefault(str(row["note"] or ""), []).append(str(row["candidate"]))
        for note, whose in by_note.items():
            groups.setdefault((family, note, tuple(whose)), []).append(titled(title))
    return [
        [
            joined([joined(titles, Html("<br>")), tag("small", _family(family))]),
            _whose(report, whose, len(found.candidates)),
            quoted(retold(note)),
        ]
        for (family, note, whose), titles in groups.items()
    ]


def _whose(report: Report, whose: Sequence[str], checked: int) -> Content:
    """Return candidates; all in one word where they are all that were checked."""
    if len(whose) == checked > _FEW:
        return phrases("the one", "all {n}", checked)
    return tag("span", joined((named(report, who) for who in whose), " "), class_="whose")


def _family(family: str) -> str:
    known = _FAMILIES.get(family)
    return phrase(known) if known else family


def checks(report: Report) -> Html | None:
    """Return the matrix of all checks with right requests by candidate, families as groups."""
    found = matrix(report, errors=False)
    if not found.checks:
        return None
    head: list[Content] = [phrase("check"), *(named(report, who) for who in found.candidates)]
    shown: list[list[Content]] = []
    families = dict.fromkeys(family for family, _ in found.checks.values())
    for family in families:
        own = [check for check, (its, _) in found.checks.items() if its == family]
        counts = [found.counted(who, own) for who in found.candidates]
        shown.append(
            [
                tag("strong", _family(family), class_="family"),
                *(tag("span", _count(one), class_="family-count") for one in counts),
            ]
        )
        shown += [
            [
                titled(found.checks[check][1]),
                *(cell(report, found.cell(check, who)) for who in found.candidates),
            ]
            for check in own
        ]
    return table(Table(head, shown, kind="matrix api"))


def _count(one: Counted) -> str:
    return one.text if one.applicable else phrase("none applies")
