"""The measuring client's own error, and what it leaves to be measured."""

from __future__ import annotations

from bakeoff.calibrate.limits import FACTOR, UNDISTURBED, ceiling_events_per_s
from bakeoff.language import marked, phrase, phrases
from bakeoff.report.data import Report, Row
from bakeoff.report.findings import sentences
from bakeoff.report.html import NOTHING, Content, Html, Table, paragraph, table
from bakeoff.report.numbers import NOT_MEASURED, bracketed, listed, percent, plain

_QUANTITIES = {
    "ttft": marked("TTFT"),
    "itl": marked("time between events"),
    "decode": marked("time from first to last token"),
    "e2e": marked("response time"),
}
#: Those that the table shows.
_SHOWN = ("ttft", "itl", "e2e")
_HEAD = (
    marked("load"),
    marked("client processes"),
    marked("n"),
    marked("TTFT P50 / P95 / P99 (ms)"),
    marked("ITL P50 / P95 / P99 (ms)"),
    marked("response time P50 / P95 / P99 (ms)"),
    marked("sent late P95 (ms)"),
    marked("events/s"),
    marked("CPU of client"),
    marked("CPU of server"),
    marked("held up by others"),
)


def finding(report: Report) -> Html:
    """Return one paragraph on whether what was measured is large beside the client's error."""
    if not report.rows("SELECT 1 FROM calibrations LIMIT 1"):
        told = phrase("The measuring client was not calibrated: its own error is not known.")
        return paragraph(told)
    rows = report.rows(
        "SELECT client_errors.* FROM client_errors LEFT JOIN candidates USING (candidate) "
        "ORDER BY position, candidate, stage, load, level, start_no, quantity = 'e2e', quantity"
    )
    limited = [row for row in rows if row["client_limited"]]
    if limited:
        return _limited(limited)
    return paragraph(sentences([_unlimited(rows), _ceiling(report)]).strip(), "finding")


def _limited(rows: list[Row]) -> Html:
    """Return what the client is too coarse for, and what others kept us from telling."""
    own = [row for row in rows if not _was_disturbed(row)]
    others = [row for row in rows if _was_disturbed(row)]
    said = NOTHING
    if own:
        text = phrase(
            "The client is too coarse for {loads}: what was measured is not {factor} times its "
            "own error. The metrics that rest on it are left out.",
            loads=_named(own),
            factor=f"{FACTOR:g}",
        )
        said += paragraph(text, "trouble")
    if others:
        text = phrase(
            "Whether the client is fine enough for {loads} cannot be told: others held the "
            "machine's CPUs during the calibration. Run it again on a quiet machine.",
            loads=_named(others),
        )
        said += paragraph(text, "trouble")
    return said


def _was_disturbed(row: Row) -> bool:
    return row["disturbed"] is not None and float(str(row["disturbed"])) >= UNDISTURBED


def _named(rows: list[Row]) -> str:
    """Return candidates and loads, each with the quantities."""
    found: dict[str, dict[str, None]] = {}
    for row in rows:
        where = phrase("{candidate} at {load}", candidate=row["candidate"], load=_load(row))
        found.setdefault(where, {})[phrase(_QUANTITIES[str(row["quantity"])])] = None
    return listed(bracketed(where, listed(what)) for where, what in found.items())


def _unlimited(rows: list[Row]) -> str:
    """Return how far the closest of all figures is from the client's error."""
    known = [float(str(row["ratio"])) for row in rows if row["ratio"] is not None]
    unknown = len({(row["load"], row["level"]) for row in rows if row["client_limited"] is None})
    if not known:
        return phrase("No measured load was calibrated.")
    text = phrase(
        "Whatever was measured is at least {factor} times the client's own error.",
        factor=plain(min(known)),
    )
    if not unknown:
        return text
    more = phrases(
        "{n} load above the calibrated ones cannot be judged.",
        "{n} loads above the calibrated ones cannot be judged.",
        unknown,
    )
    return sentences([text, more])


def _ceiling(report: Report) -> str:
    rows = report.rows("SELECT * FROM calibrations")
    most = ceiling_events_per_s(rows)
    if most is None:
        return ""
    if any(row["gave_way"] == "client" for row in rows):
        return phrase("One process of the client takes {most} events a second.", most=plain(most))
    return phrase(
        "One process of the client takes at least {most} events a second.", most=plain(most)
    )


def errors(report: Report) -> Html:
    """Return a table of the client's error at each load of the study."""
    rows = report.rows(
        "SELECT * FROM calibrations WHERE kind = 'level' ORDER BY load, level, processes"
    )
    if not rows:
        return NOTHING
    shown: list[list[Content]] = [
        [
            _load(row),
            str(row["processes"]),
            f"{row['n']:,}",
            *(_quantiles(row, f"{name}_error") for name in _SHOWN),
            _number(row["lag_p95_ms"]),
            _number(row["events_per_s"]),
            _share(row["client_cpu_share"]),
            _share(row["server_cpu_share"]),
            _share(row["disturbed"]),
        ]
        for row in rows
    ]
    said = phrase(
        "Errors are absolute differences from the server's record; a time between two events is "
        "compared with the same one of the server."
    )
    return paragraph(said, "note") + table(
        Table([phrase(title) for title in _HEAD], shown, frozenset(range(1, len(_HEAD))))
    )


def _load(row: Row) -> str:
    level = float(str(row["level"]))
    if row["load"] == "open":
        return phrase("{rate} requests/s", rate=f"{level:g}")
    return phrases("{n} stream", "{n} streams", round(level))


def _quantiles(row: Row, name: str) -> str:
    return " / ".join(_number(row[f"{name}_{share}_ms"]) for share in ("p50", "p95", "p99"))


def _number(value: object) -> str:
    return phrase(NOT_MEASURED) if value is None else plain(float(str(value)))


def _share(value: object) -> str:
    return phrase(NOT_MEASURED) if value is None else percent(float(str(value)))
