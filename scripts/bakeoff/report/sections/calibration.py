"""The measuring client's own error, and what it leaves to be measured."""

from __future__ import annotations

from bakeoff.calibrate.limits import FACTOR, UNDISTURBED, ceiling_events_per_s
from bakeoff.report.data import Report, Row
from bakeoff.report.html import NOTHING, Content, Html, Table, paragraph, table
from bakeoff.report.numbers import NOT_MEASURED, count, listed, percent, plain

_QUANTITIES = {
    "ttft": "TTFT",
    "itl": "time between events",
    "decode": "time from first to last token",
    "e2e": "response time",
}
#: Those that the table shows.
_SHOWN = ("ttft", "itl", "e2e")
_HEAD = (
    "load",
    "client processes",
    "n",
    "TTFT P50 / P95 / P99 (ms)",
    "ITL P50 / P95 / P99 (ms)",
    "response time P50 / P95 / P99 (ms)",
    "sent late P95 (ms)",
    "events/s",
    "CPU of client",
    "CPU of server",
    "held up by others",
)


def finding(report: Report) -> Html:
    """Return one paragraph on whether what was measured is large beside the client's error."""
    if not report.rows("SELECT 1 FROM calibrations LIMIT 1"):
        return paragraph("The measuring client was not calibrated: its own error is not known.")
    rows = report.rows(
        "SELECT client_errors.* FROM client_errors LEFT JOIN candidates USING (candidate) "
        "ORDER BY position, candidate, stage, load, level, start_no, quantity = 'e2e', quantity"
    )
    limited = [row for row in rows if row["client_limited"]]
    if limited:
        return _limited(limited)
    return paragraph(f"{_unlimited(rows)} {_ceiling(report)}".strip(), "finding")


def _limited(rows: list[Row]) -> Html:
    """Return what the client is too coarse for, and what others kept us from telling."""
    own = [row for row in rows if not _was_disturbed(row)]
    others = [row for row in rows if _was_disturbed(row)]
    said = NOTHING
    if own:
        text = (
            f"The client is too coarse for {_named(own)}: what was measured is not {FACTOR:g} "
            "times its own error. The metrics that rest on it are left out."
        )
        said += paragraph(text, "trouble")
    if others:
        text = (
            f"Whether the client is fine enough for {_named(others)} cannot be told: others held "
            "the machine's CPUs during the calibration. Run it again on a quiet machine."
        )
        said += paragraph(text, "trouble")
    return said


def _was_disturbed(row: Row) -> bool:
    return row["disturbed"] is not None and float(str(row["disturbed"])) >= UNDISTURBED


def _named(rows: list[Row]) -> str:
    """Return candidates and loads, each with the quantities."""
    found: dict[str, dict[str, None]] = {}
    for row in rows:
        where = f"{row['candidate']} at {_load(row)}"
        found.setdefault(where, {})[_QUANTITIES[str(row["quantity"])]] = None
    return listed(f"{where} ({listed(quantities)})" for where, quantities in found.items())


def _unlimited(rows: list[Row]) -> str:
    """Return how far the closest of all figures is from the client's error."""
    known = [float(str(row["ratio"])) for row in rows if row["ratio"] is not None]
    unknown = len({(row["load"], row["level"]) for row in rows if row["client_limited"] is None})
    if not known:
        return "No measured load was calibrated."
    text = f"Whatever was measured is at least {plain(min(known))} times the client's own error."
    if unknown:
        text += f" {count(unknown, 'load')} above the calibrated ones cannot be judged."
    return text


def _ceiling(report: Report) -> str:
    rows = report.rows("SELECT * FROM calibrations")
    most = ceiling_events_per_s(rows)
    if most is None:
        return ""
    gave_way = any(row["gave_way"] == "client" for row in rows)
    bound = "" if gave_way else "at least "
    return f"One process of the client takes {bound}{plain(most)} events a second."


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
    said = (
        "Errors are absolute differences from the server's record; a time between two events is "
        "compared with the same one of the server."
    )
    return paragraph(said, "note") + table(Table(_HEAD, shown, frozenset(range(1, len(_HEAD)))))


def _load(row: Row) -> str:
    level = float(str(row["level"]))
    return f"{level:g} requests/s" if row["load"] == "open" else count(round(level), "stream")


def _quantiles(row: Row, name: str) -> str:
    return " / ".join(_number(row[f"{name}_{share}_ms"]) for share in ("p50", "p95", "p99"))


def _number(value: object) -> str:
    return NOT_MEASURED if value is None else plain(float(str(value)))


def _share(value: object) -> str:
    return NOT_MEASURED if value is None else percent(float(str(value)))
