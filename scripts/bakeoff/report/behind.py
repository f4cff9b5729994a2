"""What stands behind the figures, in one line: hardware, day, requests, answers and audits."""

from __future__ import annotations

from bakeoff.language import phrase, phrases
from bakeoff.report.data import Report
from bakeoff.report.facts import hardware, measured_on
from bakeoff.report.findings import capital, sentences
from bakeoff.report.numbers import listed


def behind(report: Report) -> str:
    """Return what stands behind the figures: hardware, day, requests, answers and audits."""
    when = measured_on(report)
    told = phrase("Measured on {hardware}.", hardware=hardware(report))
    if when:
        told = phrase("Measured on {hardware}, {when}.", hardware=hardware(report), when=when)
    return sentences(filter(None, [told, _counted(report), _checks(report)]))


def _counted(report: Report) -> str:
    """Return how many requests, server starts and graded answers there are."""
    row = report.rows(
        """
        SELECT
            (SELECT count(*) FROM requests WHERE phase <> 'warmup') AS total,
            (SELECT count(*) FROM requests WHERE phase <> 'warmup' AND status = 'ok') AS fine,
            (SELECT count(*) FROM startups WHERE phase = 'total') AS starts,
            (SELECT count(*) FROM answers) AS answers
        """
    )[0]
    counts = {name: int(str(number)) for name, number in row.items()}
    total, fine = counts["total"], counts["fine"]
    parts = [phrase("no measured request")]
    if total:
        requests = phrases("{n} measured request", "{n} measured requests", total)
        parts = [phrase("{requests}, all of which succeeded", requests=requests)]
        if total != fine:
            told = phrase(
                "{requests}, of which {fine} succeeded", requests=requests, fine=f"{fine:,}"
            )
            parts = [told]
    if counts["answers"]:
        parts.append(phrases("{n} answer", "{n} answers", counts["answers"]))
    parts.append(phrases("{n} server start", "{n} server starts", counts["starts"]))
    return phrase("{sentence}.", sentence=capital(listed(parts)))


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
        return phrases("The one audit passed.", "All {n} audits passed.", checks)
    told = []
    if failed:
        told.append(phrase("{n} failed", n=f"{failed:,}"))
    if warned:
        told.append(phrase("{n} gave a warning", n=f"{warned:,}"))
    return phrases("Of {n} audit, {what}.", "Of {n} audits, {what}.", checks, what=listed(told))
