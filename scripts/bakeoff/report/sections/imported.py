"""Results that others measured: shown apart from ours; nothing where none are imported."""

from __future__ import annotations

from bakeoff.language import phrase, phrases, retold
from bakeoff.metrics import registry
from bakeoff.report.data import Report, Row
from bakeoff.report.html import (
    NOTHING,
    Content,
    Html,
    Markdown,
    Table,
    folded,
    headed,
    paragraph,
    table,
    tag,
)
from bakeoff.report.numbers import Scale, listed, scale_for

#: Figures that are shown, in the order of the rows.
SHOWN = (
    "ttft_p50_ms",
    "ttft_p95_ms",
    "decode_tokens_per_s",
    "itl_p95_ms",
    "e2e_mean_ms",
    "throughput_tokens_per_s",
)


def heading(report: Report) -> Markdown | None:
    """Return the heading and the opening of the section, None where nothing is imported."""
    if not _results(report):
        return None
    opening = phrase(
        "These requests were sent and stamped by another tool, on a machine and at a time that "
        "this report does not know. No audit has looked at them, and no verdict, matrix or "
        "comparison of this report uses them. The figures follow the same definitions as ours."
    )
    return headed(phrase("Measured by others"), "sec-imported", opening)


def finding(report: Report) -> Html:
    """Return how many results there are, and by which tool."""
    results = _results(report)
    if not results:
        return NOTHING
    requests = sum(int(str(row["requests"])) for row in results)
    tools = listed(dict.fromkeys(str(row["source"]) for row in results))
    text = phrases(
        "{n} result of {tools}, {requests} requests in all.",
        "{n} results of {tools}, {requests} requests in all.",
        len(results),
        tools=tools,
        requests=f"{requests:,}",
    )
    return paragraph(text, "finding")


def figures(report: Report) -> Html:
    """Return a table of the results with their figures and, folded, what limits each."""
    results = _results(report)
    if not results:
        return NOTHING
    metrics = [metric for metric in SHOWN if _measured(report, metric)]
    scales = {metric: _scale(report, metric) for metric in metrics}
    head: list[Content] = ["", *(_named(row) for row in results)]
    rows: list[list[Content]] = [
        [phrase("load"), *(_load(row) for row in results)],
        [phrase("requests"), *(_requests(row) for row in results)],
        *(
            [
                retold(registry.get(metric).label),
                *(_cell(report, row, metric, scales[metric]) for row in results),
            ]
            for metric in metrics
        ),
    ]
    shown = table(Table(head, rows, kind="imported", key=["load", "requests", *metrics]))
    return shown + folded(phrase("What limits these figures"), _notes(report))


def _named(row: Row) -> Html:
    model = str(row["model"] or "")
    about = phrase("{tool}, {model}", tool=row["source"], model=model) if model else row["source"]
    return tag("span", [str(row["label"]), " ", tag("small", str(about))])


def _load(row: Row) -> str:
    if row["request_rate"] is not None:
        return phrase("{rate} requests/s", rate=f"{float(str(row['request_rate'])):g}")
    if row["max_concurrency"] is None:
        return phrase("all at once")
    streams = int(str(row["max_concurrency"]))
    return phrases("{n} stream", "{n} streams", streams)


def _requests(row: Row) -> str:
    sent, failed = int(str(row["requests"])), int(str(row["failed"]))
    if not failed:
        return f"{sent:,}"
    return phrase("{sent}, {failed} failed", sent=f"{sent:,}", failed=f"{failed:,}")


def _cell(report: Report, row: Row, metric: str, scale: Scale) -> Content:
    (found,) = [
        one for one in _metrics(report, metric) if one["import_id"] == row["import_id"]
    ] or [{"value": None, "lo": None, "hi": None, "note": None}]
    text = scale.bounded(*(_number(found[name]) for name in ("value", "lo", "hi")))
    note = str(found["note"] or "")
    return tag("span", text, title=retold(note) or None)


def _notes(report: Report) -> Html:
    rows = report.rows(
        "SELECT import_id, metric, n, note FROM imported_metrics JOIN imported_results "
        "USING (import_id) ORDER BY position, metric"
    )
    shown: list[list[Content]] = [
        [
            str(row["import_id"]),
            retold(registry.get(str(row["metric"])).label),
            f"{int(str(row['n'])):,}",
            retold(str(row["note"])),
        ]
        for row in rows
    ]
    head: list[Content] = [phrase("result"), phrase("figure"), "n", phrase("what limits it")]
    return table(Table(head, shown, frozenset({2})))


def _scale(report: Report, metric: str) -> Scale:
    values = [_number(row["value"]) for row in _metrics(report, metric)]
    return scale_for(registry.get(metric).unit, values)


def _measured(report: Report, metric: str) -> bool:
    return any(row["value"] is not None for row in _metrics(report, metric))


def _number(value: object) -> float | None:
    return None if value is None else float(str(value))


def _metrics(report: Report, metric: str) -> list[Row]:
    return report.rows("SELECT * FROM imported_metrics WHERE metric = ?", [metric])


def _results(report: Report) -> list[Row]:
    return report.rows("SELECT * FROM imported_results ORDER BY position")
