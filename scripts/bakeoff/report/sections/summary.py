"""The first screen: what was found, how sure it is, and what stands behind it."""

from __future__ import annotations

import re

from bakeoff.metrics import registry
from bakeoff.report.compare import Figure, Standing, lead_size
from bakeoff.report.data import Report
from bakeoff.report.facts import hardware, measured_on
from bakeoff.report.findings import capital, value
from bakeoff.report.html import NOTHING, Html, joined, paragraph, tag
from bakeoff.report.numbers import NOT_MEASURED, count, listed
from bakeoff.report.parts import first_line, named

#: The figures that open the report, and what sentences call them.
HEADLINES = {
    "ttft_p50_ms": "time to first token",
    "decode_tokens_per_s": "decode speed",
    "memory_steady_bytes": "memory in use",
    "startup_ready_s": "start-up time",
}
#: What each of them is, for a reader who meets it here first.
EXPLAINED = {
    "ttft_p50_ms": "median wait for the first token",
    "decode_tokens_per_s": "pace of an answer once it has begun",
    "memory_steady_bytes": "while serving",
    "startup_ready_s": "from process start until it answers",
}


def answer(report: Report) -> Html:
    """Return the finding, what stands behind it and who failed."""
    return tag(
        "div",
        [
            _emphasised(report, finding(report)),
            _failed(report),
            paragraph(_behind(report), "behind"),
        ],
        class_="report-answer",
    )


def _emphasised(report: Report, sentence: str) -> Html:
    """Return the finding with its candidates' names set off."""
    longest_first = sorted(report.candidates, key=len, reverse=True)
    pattern = "|".join(re.escape(candidate) for candidate in longest_first)
    parts = re.split(rf"(?<![\w.-])({pattern})(?![\w-])", sentence) if pattern else [sentence]
    marked = [tag("strong", part) if part in report.candidates else part for part in parts]
    return paragraph(marked, "answer")


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
            some = "" if not standing.rest else f" between {listed(_some(standing.best))}"
            ties.append(noun + some)
    clauses = [f"{who} is ahead on {listed(what)}" for who, what in leads.items()]
    sentences = [f"{'; '.join(clauses)}."] if clauses else []
    if ties:
        sentences.append(f"{capital(listed(ties))} cannot be told apart.")
    if unclear:
        sentences.append(f"{capital(listed(unclear))}: too few observations to compare.")
    return " ".join(sentences) or _alone(report)


def _alone(report: Report) -> str:
    """Return what can be said where no two candidates were measured."""
    for candidate in report.candidates:
        figures = [report.figure(candidate, metric) for metric in HEADLINES]
        told = [
            f"{HEADLINES[figure.metric]} {value(report, figure)}"
            for figure in figures
            if figure.value is not None
        ]
        if told:
            return f"Only {candidate} was measured, so nothing can be compared: {listed(told)}."
    return "No candidate could be measured."


def _against(report: Report, best: Figure, second: Figure) -> str:
    scale = report.scale(best.metric)
    against = f"{scale.bare(best.value or 0.0)} against {scale.text(second.value)}"
    return against if len(report.candidates) == 2 else f"{against} for {second.candidate}"


def _some(figures: tuple[Figure, ...]) -> list[str]:
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
    return f"{told} {_ONE_START}" if _single_start(report) else told


_ONE_START = (
    "Latency was measured on one server start per candidate: what changes from one start to the "
    "next is not in its intervals."
)


def _single_start(report: Report) -> bool:
    rows = report.rows(
        """
        SELECT max(starts) AS most FROM (
            SELECT count(DISTINCT start_no) AS starts FROM requests
            WHERE stage = 'latency' AND phase = 'measure' GROUP BY candidate
        )
        """
    )
    return rows[0]["most"] == 1


def tiles(report: Report) -> Html:
    """Return the headline figures, one tile each."""
    shown = [_tile(report, metric) for metric in HEADLINES if report.measured(metric)]
    return tag("div", shown, class_="report-tiles") if shown else NOTHING


def _tile(report: Report, metric: str) -> Html:
    declared = registry.get(metric)
    standing = report.standing(metric)
    figures = [f for f in report.figures(metric) if f.value is not None]
    figures.sort(key=lambda f: f.value or 0, reverse=declared.direction == "higher")
    absent = [f for f in report.figures(metric) if f.value is None]
    verdict = "nothing to compare with"
    if standing and standing.lead:
        size, low, high = lead_size(standing.lead, declared.direction)
        span = f"{low}–{high}" if high else f"{low} or more"
        word = "as high" if size.endswith("times") else declared.direction
        than = "" if len(figures) == 2 else f" than {standing.rest[0].candidate}"
        verdict = f"{size} {word}{than} (95\u00a0% interval {span})"
    elif standing and standing.unclear:
        verdict = "too few observations to compare"
    elif standing:
        verdict = "tied" if len(figures) == 2 else f"tied: {listed(_some(standing.best))}"
    lines = [_tile_line(report, figure, best=_is_best(standing, figure)) for figure in figures[:3]]
    more = [paragraph(f"and {len(figures) - 3} more", "tile-more")] if len(figures) > 3 else []
    if absent:
        names = [figure.candidate for figure in absent[:3]]
        rest = [f"{len(absent) - 3} more"] if len(absent) > 3 else []
        more.append(paragraph(f"{NOT_MEASURED}: {listed([*names, *rest])}", "tile-more"))
    return tag(
        "section",
        [
            paragraph([capital(HEADLINES[metric]), tag("small", EXPLAINED[metric])], "tile-label"),
            *lines,
            *more,
            paragraph(verdict, "tile-verdict"),
        ],
        class_="tile",
        data_metric=metric,
    )


def _is_best(standing: Standing | None, figure: Figure) -> bool:
    return standing is not None and not standing.unclear and figure in standing.best


def _tile_line(report: Report, figure: Figure, *, best: bool) -> Html:
    scale = report.scale(figure.metric)
    interval = scale.interval(figure.lo, figure.hi)
    return tag(
        "div",
        [
            named(report, figure.candidate),
            tag("span", scale.text(figure.value), class_="tile-value"),
            tag("span", interval or "no interval", class_="tile-interval"),
        ],
        class_="tile-line best" if best else "tile-line",
        data_candidate=figure.candidate,
    )
