"""What was found, how sure it is, and what stands behind it."""

from __future__ import annotations

import re

from bakeoff.language import marked, phrase, phrases, retold
from bakeoff.report import groups, rights
from bakeoff.report.compare import Figure
from bakeoff.report.data import Report
from bakeoff.report.findings import capital, sentences, value
from bakeoff.report.html import NOTHING, Html, joined, paragraph, tag, worded
from bakeoff.report.numbers import bracketed, listed
from bakeoff.report.parts import first_line

#: Suites whose outcome the first screen tells.
_MOST_SUITES = 3
#: The figures that open the report, and what sentences call them.
HEADLINES = {
    "ttft_p50_ms": marked("time to first token"),
    "decode_tokens_per_s": marked("decode speed"),
    "memory_steady_bytes": marked("memory in use"),
    "startup_ready_s": marked("start-up time"),
}


def answer(report: Report) -> Html:
    """Return the finding, and who failed."""
    return tag(
        "div",
        [
            _emphasised(report, finding(report), "answer"),
            _right(report),
            _failed(report),
            _excluded(report),
            _one_start(report),
        ],
        class_="report-answer",
    )


def _right(report: Report) -> Html:
    """Return who answers which questions correctly more often, where that is decided."""
    decided = [
        text
        for suite in groups.suites(report, *groups.GRADED)
        if (text := rights.decided(report, suite))
    ]
    shown = [phrase("{sentence}.", sentence=text) for text in decided[:_MOST_SUITES]]
    more = len(decided) - _MOST_SUITES
    if more > 0:
        shown.append(phrases("{n} more suite is decided.", "{n} more suites are decided.", more))
    return _emphasised(report, sentences(shown), "right") if shown else NOTHING


def _emphasised(report: Report, sentence: str, class_: str) -> Html:
    """Return the finding with its candidates' names set off."""
    longest_first = sorted(report.candidates, key=len, reverse=True)
    pattern = "|".join(re.escape(candidate) for candidate in longest_first)
    # ASCII: a name may stand right beside a Chinese character.
    whole = re.compile(rf"(?<![\w.-])({pattern})(?![\w-])", re.ASCII)
    parts = whole.split(sentence) if pattern else [sentence]
    shown = [tag("strong", part) if part in report.candidates else part for part in parts]
    return paragraph(shown, class_)


def finding(report: Report) -> str:
    """Return the finding in one or two sentences: who leads on which headline figure."""
    leads: dict[str, list[str]] = {}
    ties: list[str] = []
    unclear: list[str] = []
    for metric, message in HEADLINES.items():
        noun = phrase(message)
        standing = report.standing(metric)
        if standing and standing.lead:
            told = _against(report, standing.best[0], standing.rest[0])
            leads.setdefault(standing.best[0].candidate, []).append(bracketed(noun, told))
        elif standing and standing.unclear:
            unclear.append(noun)
        elif standing and standing.rest:
            who = listed(leading(standing.best))
            ties.append(phrase("{noun} between {who}", noun=noun, who=who))
        elif standing:
            ties.append(noun)
    clauses = [
        phrase("{who} is ahead on {what}", who=who, what=listed(what))
        for who, what in leads.items()
    ]
    said = [phrase("{sentence}.", sentence=phrase("; ").join(clauses))] if clauses else []
    if ties:
        said.append(phrase("{what} cannot be told apart.", what=capital(listed(ties))))
    if unclear:
        told = phrase("{what}: too few observations to compare.", what=capital(listed(unclear)))
        said.append(told)
    return sentences(said) or _alone(report)


def _alone(report: Report) -> str:
    """Return what can be said where no two candidates were measured."""
    every = [report.figure(c, metric) for metric in HEADLINES for c in report.candidates]
    kept_out = any(figure.excluded for figure in every)
    for candidate in report.candidates:
        figures = [report.figure(candidate, metric) for metric in HEADLINES]
        told = listed(
            f"{phrase(HEADLINES[figure.metric])} {value(report, figure)}"
            for figure in figures
            if figure.value is not None
        )
        if told and len(report.candidates) == 1:
            return phrase("{figures}.", figures=capital(told))
        if told and kept_out:
            return phrase(
                "Only {who} has figures that passed, so nothing can be compared: {figures}.",
                who=candidate,
                figures=told,
            )
        if told:
            return phrase(
                "Only {who} was measured, so nothing can be compared: {figures}.",
                who=candidate,
                figures=told,
            )
    if kept_out:
        return phrase("No headline figure passed.")
    return phrase("No candidate could be measured.")


def _against(report: Report, best: Figure, second: Figure) -> str:
    scale = report.scale(best.metric)
    pair = {"best": scale.bare(best.value or 0.0), "second": scale.text(second.value)}
    if len(report.candidates) == 2:
        return phrase("{best} against {second}", **pair)
    return phrase("{best} against {second} for {who}", **pair, who=second.candidate)


def leading(figures: tuple[Figure, ...]) -> list[str]:
    """Return the first candidates of several, and how many more there are."""
    shown = [figure.candidate for figure in figures[:3]]
    more = len(figures) - 3
    return [*shown, phrases("{n} more", "{n} more", more)] if more > 0 else shown


def _failed(report: Report) -> Html:
    notices = []
    for candidate in report.candidates:
        failed = [
            (stage, row)
            for (who, stage), row in report.stages.items()
            if who == candidate and row["status"] != "ok"
        ]
        if failed:
            ended = {
                "failed": phrase("failed"),
                "skipped": phrase("skipped"),
            }
            told = listed(f"{retold(stage)} {ended[str(row['status'])]}" for stage, row in failed)
            given = (retold(str(row["error"])) for _, row in failed if row["error"])
            reason = next(given, phrase("No reason given"))
            notices.append(
                paragraph(
                    worded(
                        "{who}: {stages}. {why} {link}",
                        who=tag("strong", candidate),
                        stages=told,
                        why=capital(first_line(reason)),
                        link=tag("a", phrase("How it failed"), href="#sec-failures"),
                    ),
                    "trouble",
                )
            )
    return joined(notices)


def _excluded(report: Report) -> Html:
    """Return a notice for each candidate of whose headline figures an audit keeps some out."""
    notices = []
    for candidate in report.candidates:
        nouns = [phrase(n) for m, n in HEADLINES.items() if report.figure(candidate, m).excluded]
        if nouns:
            notices.append(
                paragraph(
                    worded(
                        "{who}: {figures} excluded, an audit failed. {link}",
                        who=tag("strong", candidate),
                        figures=listed(nouns),
                        link=tag("a", phrase("Which and why"), href="#sec-audits"),
                    ),
                    "trouble",
                )
            )
    return joined(notices)


def _one_start(report: Report) -> Html:
    rows = report.rows(
        """
        SELECT max(starts) AS most FROM (
            SELECT count(DISTINCT start_no) AS starts FROM requests
            WHERE stage = 'latency' AND phase = 'measure' GROUP BY candidate
        )
        """
    )
    if rows[0]["most"] != 1:
        return NOTHING
    told = phrase(
        "Latency was measured on one server start per candidate: what changes from one start to "
        "the next is not in its intervals."
    )
    return paragraph(told, "behind")
