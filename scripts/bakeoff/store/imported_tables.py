"""Results that another tool measured: kept apart from ours, in no metric and no decision."""

from bakeoff.store.table import FLOAT, INT, INTS, TEXT, Column, Table, identifier

_IMPORT = identifier("import_id", "Id of the imported result, as configured.")

IMPORTED_RESULTS = Table(
    "imported_results",
    "One result file that another tool wrote; nothing in it was measured or audited here.",
    ("import_id",),
    (
        _IMPORT,
        Column("position", INT, "Place in the configuration, from 0.", required=True),
        Column("label", TEXT, "What it is of, as configured.", required=True),
        Column("source", TEXT, "Tool that measured it.", required=True),
        Column("file", TEXT, "Name of the file.", required=True),
        Column("sha256", TEXT, "SHA-256 of the file.", required=True),
        Column("measured_at", TEXT, "When it was measured, as the file says."),
        Column("backend", TEXT, "Protocol that the tool spoke."),
        Column("model", TEXT, "Model that its requests named."),
        Column("max_concurrency", INT, "Most requests in flight; NULL for no limit.", "requests"),
        Column("request_rate", FLOAT, "Rate of requests; NULL for all at once.", "requests/s"),
        Column("duration_s", FLOAT, "Duration of the run.", "s", required=True),
        Column("requests", INT, "Requests in the file.", "requests", required=True),
        Column("failed", INT, "Requests that failed.", "requests", required=True),
        Column("remarks", TEXT, "Further entries of the file, as a JSON object."),
    ),
)

IMPORTED_REQUESTS = Table(
    "imported_requests",
    "One request of an imported result, as the other tool stamped it.",
    ("import_id", "request_no"),
    (
        _IMPORT,
        Column("request_no", INT, "Number within the file, from 0.", required=True),
        Column("begin_ns", INT, "Send time on the other tool's clock.", "ns", required=True),
        Column("ttft_ns", INT, "First event after it; NULL where none came.", "ns"),
        Column("latency_ns", INT, "Last event after it; NULL where it failed.", "ns"),
        Column("gaps_ns", INTS, "Gaps between its events.", "ns", required=True),
        Column("prompt_tokens", INT, "Prompt tokens.", "tokens"),
        Column("completion_tokens", INT, "Answer tokens; NULL where it failed.", "tokens"),
        Column("status", TEXT, "What became of it.", required=True, allowed=("ok", "failed")),
        Column("error", TEXT, "What went wrong."),
    ),
)

IMPORTED_METRICS = Table(
    "imported_metrics",
    "One figure of an imported result, reckoned here from the other tool's stamps.",
    ("import_id", "metric"),
    (
        _IMPORT,
        identifier("metric", "Metric id of the registry, whose definition it follows."),
        Column("value", FLOAT, "The figure; NULL is not measured."),
        Column("lo", FLOAT, "Lower end of the 95 % interval."),
        Column("hi", FLOAT, "Upper end of it."),
        Column("n", INT, "Observations behind the figure.", required=True),
        Column("unit", TEXT, "Unit of value, lo and hi.", required=True),
        Column("note", TEXT, "Who measured it, and what limits it.", required=True),
    ),
)
