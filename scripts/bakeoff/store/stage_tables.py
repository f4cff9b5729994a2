"""The tables that a measuring stage writes, as `results/{candidate}/{stage}/{table}.parquet`."""

from bakeoff.store.table import (
    CANDIDATE,
    FLOAT,
    INT,
    INTS,
    LEVEL,
    LOAD,
    STAGE,
    START_NO,
    TEXT,
    Column,
    Table,
)

STARTUPS = Table(
    "startups",
    "One phase of one server start.",
    ("candidate", "stage", "start_no", "phase"),
    (
        CANDIDATE,
        STAGE,
        START_NO,
        Column(
            "page_cache",
            TEXT,
            "State of the weights in the page cache; as_found where nobody arranged it.",
            required=True,
            allowed=("cold", "warm", "as_found"),
        ),
        Column("phase", TEXT, "Phase of the start; `total` spans them all.", required=True),
        Column("begin_ns", INT, "Begin of the phase.", "ns", required=True),
        Column("end_ns", INT, "End of the phase; NULL if it was never reached.", "ns"),
        Column(
            "status",
            TEXT,
            "Whether the start succeeded.",
            required=True,
            allowed=("ok", "failed"),
        ),
    ),
)

REQUEST_STATUSES = (
    "ok",
    "timeout",
    "http_error",
    "disconnected",
    "malformed",
    "empty",
)

REQUESTS = Table(
    "requests",
    "One request, whatever happened to it.",
    ("candidate", "stage", "start_no", "load", "level", "phase", "request_no"),
    (
        CANDIDATE,
        STAGE,
        START_NO,
        LOAD,
        LEVEL,
        Column(
            "phase",
            TEXT,
            "Whether the request is measured.",
            required=True,
            allowed=("warmup", "measure", "hold"),
        ),
        Column("request_no", INT, "Number within start, level and phase, from 0.", required=True),
        Column("scheduled_ns", INT, "When it should have been sent.", "ns", required=True),
        Column("sent_ns", INT, "When its bytes were handed to the socket.", "ns"),
        Column("first_token_ns", INT, "First event with a token, reasoning or answer.", "ns"),
        Column("first_answer_ns", INT, "First event with answer content.", "ns"),
        Column("last_token_ns", INT, "Last event with a token.", "ns"),
        Column("done_ns", INT, "End of the response, or of the waiting for it.", "ns"),
        Column("prompt_tokens", INT, "Prompt tokens, from the server's usage.", "tokens"),
        Column("completion_tokens", INT, "Answer tokens, from the server's usage.", "tokens"),
        Column("reasoning_tokens", INT, "Reasoning tokens among them, where told.", "tokens"),
        Column("chunk_ns", INTS, "Arrival of each event that carries tokens.", "ns"),
        Column(
            "chunk_tokens",
            INTS,
            "Tokens each of these carried; NULL where the server does not tell.",
            "tokens",
        ),
        Column("finish_reason", TEXT, "The server's finish_reason."),
        Column(
            "status", TEXT, "What became of the request.", required=True, allowed=REQUEST_STATUSES
        ),
        Column("http_status", INT, "HTTP status code, NULL if no response began."),
        Column("error", TEXT, "What went wrong, with the server's own words."),
    ),
)

WINDOWS = Table(
    "windows",
    "The steady window of one load level: what throughput and energy are counted in.",
    ("candidate", "stage", "start_no", "load", "level"),
    (
        CANDIDATE,
        STAGE,
        START_NO,
        LOAD,
        LEVEL,
        Column("begin_ns", INT, "When every stream had been answered once.", "ns", required=True),
        Column("end_ns", INT, "When duration and number of requests were reached.", "ns"),
        Column("note", TEXT, "Why the window ended early, or what a reader should know."),
    ),
)

PROBES = Table(
    "probes",
    "One level that the search for the maximum stable concurrency tried.",
    ("candidate", "stage", "start_no", "probe_no"),
    (
        CANDIDATE,
        STAGE,
        START_NO,
        Column("probe_no", INT, "Number within the search, from 0.", required=True),
        Column(
            "kind", TEXT, "Part of the search.", required=True, allowed=("step", "bisect", "hold")
        ),
        LEVEL,
        Column(
            "verdict",
            TEXT,
            "Whether the level meets the service level.",
            required=True,
            allowed=("passed", "failed", "undecided"),
        ),
        Column("reason", TEXT, "What decided it, with the number and its limit."),
        Column("requests", INT, "Requests that the verdict stands on.", required=True),
        Column("begin_ns", INT, "Begin of the probe.", "ns", required=True),
        Column("end_ns", INT, "End of the probe.", "ns", required=True),
        Column("ttft_p95_ms", FLOAT, "95th percentile of TTFT.", "ms"),
        Column("itl_p95_ms", FLOAT, "95th percentile of ITL.", "ms"),
        Column("error_rate", FLOAT, "Share of requests that failed."),
        Column("ttft_trend_ms_per_s", FLOAT, "Theil-Sen slope of TTFT over the probe.", "ms/s"),
        Column("ttft_trend_lo_ms_per_s", FLOAT, "Lower end of its 95 % interval.", "ms/s"),
        Column("ttft_trend_hi_ms_per_s", FLOAT, "Upper end of its 95 % interval.", "ms/s"),
    ),
)

TELEMETRY = Table(
    "telemetry",
    "One sample of one quantity.",
    ("candidate", "stage", "t_ns", "source", "device", "name"),
    (
        CANDIDATE,
        STAGE,
        START_NO,
        Column("t_ns", INT, "When the sample was taken.", "ns", required=True),
        Column(
            "source",
            TEXT,
            "Where it comes from.",
            required=True,
            allowed=("nvml", "process", "host", "engine", "rapl"),
        ),
        Column(
            "device",
            TEXT,
            "What was sampled: a GPU's index, `tree` (the server's processes), `client`, "
            "`sampler`, `host`, the engine's own label or `server`, `scrape`, or a RAPL zone.",
            required=True,
        ),
        Column(
            "name", TEXT, "Quantity, with its unit: memory_used_bytes, rss_bytes.", required=True
        ),
        Column("value", FLOAT, "The sample, in the unit that the name ends in.", required=True),
    ),
)
