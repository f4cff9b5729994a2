"""The first screen: what was found, how sure it is, and what stands behind it."""

from __future__ import annotations

import re

from bakeoff.report import groups
from bakeoff.report.compare import Figure
from bakeoff.report.data import Report
from bakeoff.report.facts import hardware, measured_on
from bakeoff.report.findings import capital, value
from bakeoff.report.html import NOTHING, Html, joined, paragraph, tag
from bakeoff.report.numbers import count, listed
from bakeoff.report.parts import first_line
from bakeoff.report.sections import quality

#: Suites whose outcome the first screen tells.
_MOST_SUITES = 3
#: The figures that open the report, and what sentences call them.
HEADLINES = {
    "ttft_p50_ms": "time to first token",
    "decode_tokens_per_s": "decode speed",
    "memory_steady_bytes": "memory in use",
    "startup_ready_s": "start-up time",
}


def answer(report: Report) -> Html:
    """Return the finding, what stands behind it and who failed."""
    return tag(
        "div",
        [
            _emphasised(report, finding(report), "answer"),
            _right(report),
            _failed(report),
            _excluded(report),
            paragraph(_behind(report), "behind"),
        ],
        class_="report-answer",
    )


def _right(report: Report) -> Html:
    """Return who answers which questions correctly more often, where that is decided."""
    decided = [
        text
        for suite in groups.suites(report, *groups.GRADED)
        if (text := quality.decided(report, suite))
    ]
    shown = [f"{text}." for text in decided[:_MOST_SUITES]]
    if len(decided) > _MOST_SUITES:
        shown.append(f"{len(decided) - _MOST_SUITES} more suites are decided.")
    return _emphasised(report, " ".join(shown), "right") if shown else NOTHING


def _emphasised(report: Report, sentence: str, class_: str) -> Html:
    """Return the finding with its candidates' names set off."""
    longest_first = sorted(report.candidates, key=len, reverse=True)
    pattern = "|".join(re.escape(candidate) for candidate in longest_first)
    parts = re.split(rf"(?<![\w.-])({pattern})(?![\w-])", sentence) if pattern else [sentence]
    marked = [tag("strong", part) if part in report.candidates else part for part in parts]
    return paragraph(marked, class_)


def finding(report: Report) -> str:
    """Return the finding in one or two sentences: who leads on which headline figure."""
    leads: dict[str, list[str]] = {}
    ties: list[str] = []
    unclear: list[str] = []
    for metric, noun in HEADLINES.items():
        standing = report.standing(metric)
        if standing and standing.lead:
            told = _against(report, standing.best[0], standing.rest[0])
            leads.setdefault(standing.best[0].candidate, []).append(f"{noun} ({told})")
        elif standing and standing.unclear:
            unclear.append(noun)
        elif standing:
            between = "" if not standing.rest else f" between {listed(leading(standing.best))}"
            ties.append(noun + between)
    clauses = [f"{who} is ahead on {listed(what)}" for who, what in leads.items()]
    sentences = [f"{'; '.join(clauses)}."] if clauses else []
    if ties:
        sentences.append(f"{capital(listed(ties))} cannot be told apart.")
    if unclear:
        sentences.append(f"{capital(listed(unclear))}: too few observations to compare.")
    return " ".join(sentences) or _alone(report)


def _alone(report: Report) -> str:
    """Return what can be said where no two candidates were measured."""
    every = [report.figure(c, metric) for metric in HEADLINES for c in report.candidates]
    kept_out = any(figure.excluded for figure in every)
    for candidate in report.candidates:
        figures = [report.figure(candidate, metric) for metric in HEADLINES]
        told = [
            f"{HEADLINES[figure.metric]} {value(report, figure)}"
            for figure in figures
            if figure.value is not None
        ]
        if told:
            only = f"Only {candidate} {'has figures that passed' if kept_out else 'was measured'}"
            return f"{only}, so nothing can be compared: {listed(told)}."
    return "No headline figure passed." if kept_out else "No candidate could be measured."


def _against(report: Report, best: Figure, second: Figure) -> str:
    scale = report.scale(best.metric)
    against = f"{scale.bare(best.value or 0.0)} against {scale.text(second.value)}"
    return against if len(report.candidates) == 2 else f"{against} for {second.candidate}"


def leading(figures: tuple[Figure, ...]) -> list[str]:
    """Return the first candidates of several, and how many more there are."""
    shown = [figure.candidate for figure in figures[:3]]
    return [*shown, f"{len(figures) - 3} more"] if len(figures) > 3 else shown


def _failed(report: Report) -> Html:
    notices = []
    for candidate in report.candidates:
        failed = [
            (stage, row)
            for (who, stage), row in report.stages.items()
            if who == candidate and row["status"] != "ok"
        ]
        if failed:
            told = listed(f"{stage} {row['status']}" for stage, row in failed)
            reason = next(
                (str(row["error"]) for _, row in failed if row["error"]), "No reason given"
            )
            why = capital(first_line(reason))
            notices.append(
                paragraph([tag("strong", candidate), f": {told}. {why} ", _MORE], "trouble")
            )
    return joined(notices)


def _excluded(report: Report) -> Html:
    """Return a notice for each candidate of whose headline figures an audit keeps some out."""
    notices = []
    for candidate in report.candidates:
        nouns = [n for m, n in HEADLINES.items() if report.figure(candidate, m).excluded]
        if nouns:
            told = f": {listed(nouns)} excluded, an audit failed. "
            notices.append(paragraph([tag("strong", candidate), told, _WHY], "trouble"))
    return joined(notices)


_WHY = tag("a", "Which and why", href="#sec-audits")
_MORE = tag("a", "How it failed", href="#sec-failures")


def _behind(report: Report) -> str:
    counts = report.rows(
        """
        SELECT count(*) AS total, count(*) FILTER (status = 'ok') AS fine
        FROM requests WHERE phase <> 'warmup'
        """
    )[0]
    starts = report.rows("SELECT count(*) AS starts FROM startups WHERE phase = 'total'")[0]
    total, fine = int(str(counts["total"])), int(str(counts["fine"]))
    requests = f"{count(total, 'measured request')}, of which {fine:,} succeeded"
    if total == fine:
        requests = f"{count(total, 'measured request')}, all of which succeeded"
    if not total:
        requests = "no measured request"
    begun = count(int(str(starts["starts"])), "server start")
    when = measured_on(report)
    told = f"Measured on {hardware(report)}{f', {when}' if when else ''}: {requests}, and {begun}."
    return " ".join(filter(None, [told, _checks(report), _one_start(report)]))


def _checks(report: Report) -> str:
    """Return how many audits passed, empty where there was nothing to check."""
    checked = report.rows(
        """
        SELECT count(passed) AS checks,
            count(*) FILTER (NOT passed AND severity = 'excludes') AS failed,
            count(*) FILTER (NOT passed AND severity = 'warns') AS warned
        FROM audits
        """
    )[0]
    checks, failed, warned = (int(str(checked[name])) for name in ("checks", "failed", "warned"))
    if not checks:
        return ""
    if not failed and not warned:
        return f"All {checks:,} audits passed."
    counted = ((failed, "failed"), (warned, "gave a warning"))
    told = listed(f"{some:,} {verb}" for some, verb in counted if some)
    return f"Of {count(checks, 'audit')}, {told}."


_ONE_START = (
    "Latency was measured on one server start per candidate: what changes from one start to the "
    "next is not in its intervals."
)


def _one_start(report: Report) -> str:
    rows = report.rows(
        """
        SELECT max(starts) AS most FROM (
            SELECT count(DISTINCT start_no) AS starts FROM requests
            WHERE stage = 'latency' AND phase = 'measure' GROUP BY candidate
        )
        """
    )
    return _ONE_START if rows[0]["most"] == 1 else ""
