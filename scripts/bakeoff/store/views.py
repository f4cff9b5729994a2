"""Views on the tables, declared once: what people and the report ask for.

Each gives in everyday units what the tables hold in raw nanoseconds, with the
definitions of the report: whoever queries a view gets the report's figures.
"""

from bakeoff.store.energy import LEVEL_ENERGY
from bakeoff.store.level_views import LEVEL_VIEWS
from bakeoff.store.memory_views import LEVEL_MEMORY
from bakeoff.store.quality_views import QUALITY_VIEWS
from bakeoff.store.schemas import BOOL, FLOAT, INT, TEXT, Column
from bakeoff.store.server_time import SERVER_TIME
from bakeoff.store.view import View

_CANDIDATE = Column("candidate", TEXT, "Id of the candidate.")
_STAGE = Column("stage", TEXT, "Stage that made the row.")
_START_NO = Column("start_no", INT, "Server start of the stage, from 0.")
_LOAD = Column("load", TEXT, "Closed or open loop.")
_LEVEL = Column("level", FLOAT, "Streams (closed loop) or requests/s (open loop).")
_REQUEST_NO = Column("request_no", INT, "Number within start, level and phase, from 0.")

REQUEST_LATENCIES = View(
    "request_latencies",
    "A measured request that succeeded (phase measure, status ok), with its latencies.",
    (
        _CANDIDATE,
        _STAGE,
        _START_NO,
        _LOAD,
        _LEVEL,
        _REQUEST_NO,
        Column("ttft_ms", FLOAT, "First token (reasoning or answer) minus send time.", "ms"),
        Column("ttft_answer_ms", FLOAT, "First answer token minus send time.", "ms"),
        Column(
            "tpot_ms",
            FLOAT,
            "(Last token - first token) / (completion tokens - 1); NULL where the server tells "
            "no token count or all tokens came in one event.",
            "ms/token",
        ),
        Column("decode_tokens_per_s", FLOAT, "1 / TPOT.", "tokens/s"),
        Column("e2e_ms", FLOAT, "Last token minus send time.", "ms"),
        Column("ttft_scheduled_ms", FLOAT, "First token minus scheduled time.", "ms"),
        Column("e2e_scheduled_ms", FLOAT, "Last token minus scheduled time.", "ms"),
        Column("prompt_tokens", INT, "Prompt tokens, from the server's usage.", "tokens"),
        Column("completion_tokens", INT, "Answer tokens, from the server's usage.", "tokens"),
        Column("reasoning_tokens", INT, "Reasoning tokens among them, where told.", "tokens"),
    ),
    """
    SELECT candidate, stage, start_no, load, level, request_no,
        (first_token_ns - sent_ns) / 1e6 AS ttft_ms,
        (first_answer_ns - sent_ns) / 1e6 AS ttft_answer_ms,
        CASE WHEN completion_tokens > 1 AND last_token_ns > first_token_ns
            THEN (last_token_ns - first_token_ns) / 1e6 / (completion_tokens - 1)
        END AS tpot_ms,
        1e3 / tpot_ms AS decode_tokens_per_s,
        (last_token_ns - sent_ns) / 1e6 AS e2e_ms,
        (first_token_ns - scheduled_ns) / 1e6 AS ttft_scheduled_ms,
        (last_token_ns - scheduled_ns) / 1e6 AS e2e_scheduled_ms,
        prompt_tokens, completion_tokens, reasoning_tokens
    FROM requests
    WHERE phase = 'measure' AND status = 'ok'
    """,
)

EVENT_GAPS = View(
    "event_gaps",
    "The gap before an event of a measured request that succeeded; the first event has none.",
    (
        _CANDIDATE,
        _STAGE,
        _START_NO,
        _LOAD,
        _LEVEL,
        _REQUEST_NO,
        Column("event_no", INT, "Number of the event in its request; the first gap is before 1."),
        Column("gap_ms", FLOAT, "Arrival of the event minus arrival of the one before.", "ms"),
        Column("tokens", INT, "Tokens that the event carried; NULL where nobody tells.", "tokens"),
        Column("itl_ms", FLOAT, "ITL: the gap divided by the tokens it carried.", "ms/token"),
    ),
    """
    SELECT candidate, stage, start_no, load, level, request_no, event_no,
        gap_ns / 1e6 AS gap_ms, tokens,
        CASE WHEN tokens > 0 THEN gap_ms / tokens END AS itl_ms
    FROM (
        SELECT candidate, stage, start_no, load, level, request_no,
            unnest(range(1, len(chunk_ns))) AS event_no,
            unnest(chunk_ns[2:]) - unnest(chunk_ns[:-2]) AS gap_ns,
            unnest(chunk_tokens[2:]) AS tokens
        FROM requests
        WHERE phase = 'measure' AND status = 'ok' AND len(chunk_ns) > 1
    )
    """,
)

START_PHASES = View(
    "start_phases",
    "A phase of a server start, in seconds since the process started.",
    (
        _CANDIDATE,
        _STAGE,
        _START_NO,
        Column("page_cache", TEXT, "State of the weights in the page cache: cold, warm, as_found."),
        Column("phase", TEXT, "Phase of the start; `total` spans them all."),
        Column("begin_s", FLOAT, "Begin of the phase.", "s"),
        Column("end_s", FLOAT, "End of the phase; NULL if it was never reached.", "s"),
        Column("duration_s", FLOAT, "How long it took; NULL if it never ended.", "s"),
        Column("status", TEXT, "Whether the start succeeded: ok, failed."),
    ),
    """
    SELECT phases.candidate, phases.stage, phases.start_no, phases.page_cache, phases.phase,
        (phases.begin_ns - total.begin_ns) / 1e9 AS begin_s,
        (phases.end_ns - total.begin_ns) / 1e9 AS end_s,
        (phases.end_ns - phases.begin_ns) / 1e9 AS duration_s,
        phases.status
    FROM startups AS phases
    JOIN startups AS total USING (candidate, stage, start_no)
    WHERE total.phase = 'total'
    """,
)

START_MEMORY = View(
    "start_memory",
    "The memory of a server start that succeeded: GPU memory summed over the candidate's "
    "devices where NVML gave it, otherwise resident memory of the process tree.",
    (
        _CANDIDATE,
        _STAGE,
        _START_NO,
        Column("source", TEXT, "Where the samples come from: nvml or process."),
        Column("devices", INT, "GPUs that were sampled; 1 for the process tree."),
        Column("loaded_bytes", FLOAT, "Last sample at or before the end of http_ready.", "B"),
        Column("steady_bytes", FLOAT, "Median of the samples after first_token ended.", "B"),
        Column("steady_samples", INT, "Samples behind steady_bytes."),
    ),
    """
    WITH marks AS (
        SELECT candidate, stage, start_no,
            max(end_ns) FILTER (phase = 'http_ready') AS ready_ns,
            max(end_ns) FILTER (phase = 'first_token') AS first_token_ns
        FROM startups WHERE status = 'ok'
        GROUP BY ALL
    ), devices AS (
        SELECT candidate, stage, start_no, source, device,
            arg_max(value, t_ns) FILTER (t_ns <= ready_ns) AS loaded_bytes,
            median(value) FILTER (t_ns > first_token_ns) AS steady_bytes,
            count(*) FILTER (t_ns > first_token_ns) AS steady_samples
        FROM telemetry JOIN marks USING (candidate, stage, start_no)
        WHERE (source = 'nvml' AND name = 'memory_used_bytes')
            OR (source = 'process' AND name = 'rss_bytes')
        GROUP BY ALL
    ), starts AS (
        SELECT candidate, stage, start_no, source, count(*) AS devices,
            CASE WHEN count(loaded_bytes) = count(*) THEN sum(loaded_bytes) END AS loaded_bytes,
            CASE WHEN count(steady_bytes) = count(*) THEN sum(steady_bytes) END AS steady_bytes,
            min(steady_samples) AS steady_samples
        FROM devices GROUP BY ALL
    )
    SELECT candidate, stage, start_no, source, devices, loaded_bytes, steady_bytes, steady_samples
    FROM starts
    QUALIFY source = min(source) OVER (PARTITION BY candidate, stage, start_no)
    """,
)

CLIENT_ERRORS = View(
    "client_errors",
    "What was measured at one load beside the measuring client's own error there, from the "
    "calibration at the next higher level. A quantity is limited by the client where it is not "
    "at least ten times that error.",
    (
        _CANDIDATE,
        _STAGE,
        _START_NO,
        Column("load", TEXT, "closed or open loop."),
        _LEVEL,
        Column(
            "quantity",
            TEXT,
            "ttft, e2e, decode (first token to last), or itl: here a request's mean gap between "
            "two events.",
        ),
        Column("measured_ms", FLOAT, "Median over the measured requests that succeeded.", "ms"),
        Column("calibrated_level", FLOAT, "Level whose calibration counts; NULL without one."),
        Column("error_ms", FLOAT, "P95 of the client's error there.", "ms"),
        Column("ratio", FLOAT, "What was measured, in multiples of the error."),
        Column("client_limited", BOOL, "Whether the ratio is below ten; NULL is not calibrated."),
        Column("disturbed", FLOAT, "Share of its waiting for CPUs in the calibration."),
    ),
    """
    WITH measured AS (
        SELECT candidate, stage, start_no, load, level,
            median((first_token_ns - sent_ns) / 1e6) AS ttft,
            median((last_token_ns - first_token_ns) / 1e6 / (len(chunk_ns) - 1))
                FILTER (len(chunk_ns) > 1) AS itl,
            median((last_token_ns - first_token_ns) / 1e6)
                FILTER (len(chunk_ns) > 1) AS decode,
            median((last_token_ns - sent_ns) / 1e6) AS e2e
        FROM requests
        WHERE phase <> 'warmup' AND status = 'ok'
        GROUP BY ALL
    ), effects AS (
        FROM measured UNPIVOT (measured_ms FOR quantity IN (ttft, itl, decode, e2e))
    ), calibrated AS (
        SELECT load, level AS calibrated_level, disturbed, ttft_error_p95_ms AS ttft,
            itl_error_p95_ms AS itl, decode_error_p95_ms AS decode, e2e_error_p95_ms AS e2e
        FROM calibrations
        WHERE kind = 'level'
        QUALIFY processes = max(processes) OVER (PARTITION BY load, level)
    ), errors AS (
        FROM calibrated
        UNPIVOT INCLUDE NULLS (error_ms FOR quantity IN (ttft, itl, decode, e2e))
    )
    SELECT candidate, stage, start_no, effects.load, level, effects.quantity, measured_ms,
        calibrated_level, error_ms, measured_ms / nullif(error_ms, 0) AS ratio,
        measured_ms < 10 * error_ms AS client_limited, disturbed
    FROM effects ASOF LEFT JOIN errors
        ON effects.quantity = errors.quantity AND effects.load = errors.load
        AND effects.level <= errors.calibrated_level
    """,
)

#: All views, in the order in which they are made.
VIEWS: tuple[View, ...] = (
    REQUEST_LATENCIES,
    EVENT_GAPS,
    START_PHASES,
    START_MEMORY,
    CLIENT_ERRORS,
    SERVER_TIME,
    *LEVEL_VIEWS,
    LEVEL_ENERGY,
    LEVEL_MEMORY,
    *QUALITY_VIEWS,
)
