"""Views on load levels: what happened within the steady window of each.

A window holds what happened after its begin and up to its end, whichever request it belongs
to: tokens count where they arrived, requests where they ended. Latencies are those of the
level's own requests (phase measure), which were due in the window, however late they ended.
"""

from bakeoff.store.schemas import BOOL, FLOAT, INT, TEXT, Column
from bakeoff.store.view import View

_LEVEL_COLUMNS = (
    Column("candidate", TEXT, "Id of the candidate."),
    Column("stage", TEXT, "Stage that made the row."),
    Column("start_no", INT, "Server start of the stage, from 0."),
    Column("load", TEXT, "Closed or open loop."),
    Column("level", FLOAT, "Streams (closed loop) or requests/s (open loop)."),
)
_KEY = "candidate, stage, start_no, load, level"

LEVEL_EVENTS = View(
    "level_events",
    "An event with tokens that arrived within a steady window.",
    (
        *_LEVEL_COLUMNS,
        Column("t_ns", INT, "Arrival of the event.", "ns"),
        Column("tokens", FLOAT, "Tokens it carried; see told.", "tokens"),
        Column(
            "told",
            BOOL,
            "Whether the server told the tokens of the event; if not, each event of a request "
            "stands for an equal share of its completion tokens, NULL where nobody counts.",
        ),
    ),
    f"""
    SELECT {_KEY}, t_ns, tokens, told
    FROM (
        SELECT {_KEY}, begin_ns, end_ns, chunk_tokens IS NOT NULL AS told,
            unnest(chunk_ns) AS t_ns,
            unnest(CASE WHEN chunk_tokens IS NOT NULL THEN CAST(chunk_tokens AS DOUBLE[])
                ELSE list_transform(chunk_ns, lambda t: completion_tokens / len(chunk_ns))
            END) AS tokens
        FROM requests JOIN windows USING ({_KEY})
        WHERE last_token_ns > begin_ns AND first_token_ns <= end_ns
    )
    WHERE t_ns > begin_ns AND t_ns <= end_ns
    """,  # noqa: S608 -- our own column names
)

LEVEL_REQUESTS = View(
    "level_requests",
    "A request that ended within a steady window, held to the service level.",
    (
        *_LEVEL_COLUMNS,
        Column("phase", TEXT, "Whether it was also due within the window (measure)."),
        Column("request_no", INT, "Number within start, level and phase, from 0."),
        Column("done_ns", INT, "When it ended.", "ns"),
        Column("status", TEXT, "What became of it."),
        Column("ttft_ms", FLOAT, "First token minus send time.", "ms"),
        Column(
            "itl_p95_ms",
            FLOAT,
            "95 % of its gaps between events, each divided by the tokens that the later event "
            "carried, stayed below; where the server does not tell these, its TPOT.",
            "ms/token",
        ),
        Column(
            "met",
            BOOL,
            "Whether it succeeded, with its TTFT within the limit on the P95 of TTFT and its "
            "itl_p95_ms within that on the P95 of ITL.",
        ),
    ),
    f"""
    SELECT found.*,
        status = 'ok' AND found.ttft_ms <= slo.ttft_p95_ms
            AND coalesce(found.itl_p95_ms <= slo.itl_p95_ms, true) AS met
    FROM (
        SELECT {_KEY}, phase, request_no, done_ns, status,
            (first_token_ns - sent_ns) / 1e6 AS ttft_ms,
            CASE
                WHEN len(chunk_ns) < 2 THEN NULL
                WHEN chunk_tokens IS NOT NULL THEN list_aggregate(
                    list_transform(
                        list_zip(chunk_ns[2:], chunk_ns[:-2], chunk_tokens[2:]),
                        lambda gap: (gap[1] - gap[2]) / 1e6 / gap[3]
                    ),
                    'quantile_cont', 0.95
                )
                WHEN completion_tokens > 1
                THEN (last_token_ns - first_token_ns) / 1e6 / (completion_tokens - 1)
            END AS itl_p95_ms
        FROM requests JOIN windows USING ({_KEY})
        WHERE done_ns > begin_ns AND done_ns <= end_ns
    ) AS found CROSS JOIN slo
    """,  # noqa: S608 -- our own column names
)

LEVEL_BLOCKS = View(
    "level_blocks",
    "A steady window cut into equal blocks, at least a second and at least the mean response "
    "time long: what resembles each other within a block is not taken for independent.",
    (
        *_LEVEL_COLUMNS,
        Column("block_no", INT, "Number of the block, from 0."),
        Column("block_s", FLOAT, "Its length.", "s"),
        Column("tokens", FLOAT, "Answer tokens that arrived; NULL where nobody counts.", "tokens"),
        Column("requests", INT, "Requests that were answered."),
        Column("good", INT, "Of these, those that met the service level."),
    ),
    f"""
    WITH times AS (
        SELECT {_KEY}, avg(done_ns - sent_ns) / 1e9 AS e2e_s
        FROM requests WHERE status = 'ok' GROUP BY ALL
    ), cuts AS (
        SELECT {_KEY}, begin_ns, end_ns, (end_ns - begin_ns) / 1e9 AS window_s,
            CAST(greatest(1, floor(window_s / greatest(1, coalesce(e2e_s, 1)))) AS BIGINT) AS blocks
        FROM windows LEFT JOIN times USING ({_KEY})
        WHERE end_ns > begin_ns
    ), blocks AS (
        SELECT {_KEY}, unnest(range(blocks)) AS block_no, window_s / blocks AS block_s FROM cuts
    ), arrived AS (
        SELECT {_KEY}, CAST((t_ns - begin_ns - 1) * blocks // (end_ns - begin_ns) AS BIGINT)
                AS block_no,
            CASE WHEN count(tokens) = count(*) THEN sum(tokens) END AS tokens,
        FROM level_events JOIN cuts USING ({_KEY}) GROUP BY ALL
    ), ended AS (
        SELECT {_KEY}, CAST((done_ns - begin_ns - 1) * blocks // (end_ns - begin_ns) AS BIGINT)
                AS block_no,
            count(*) FILTER (status = 'ok') AS requests, count(*) FILTER (met) AS good
        FROM level_requests JOIN cuts USING ({_KEY}) GROUP BY ALL
    )
    SELECT {_KEY}, block_no, block_s,
        CASE WHEN arrived.block_no IS NULL THEN 0 ELSE tokens END AS tokens,
        coalesce(requests, 0) AS requests, coalesce(good, 0) AS good
    FROM blocks
    LEFT JOIN arrived USING ({_KEY}, block_no)
    LEFT JOIN ended USING ({_KEY}, block_no)
    """,  # noqa: S608 -- our own column names
)

_PERCENTS = (50, 95, 99)
_LATENCIES = {
    "ttft": "TTFT",
    "tpot": "TPOT",
    "e2e": "time from sending to the last token",
    "e2e_scheduled": "time from the schedule to the last token",
}


def _quantiles(name: str) -> str:
    """Return the percentiles of a latency as columns of a SELECT."""
    return ", ".join(
        f"quantile_cont({name}_ms, {percent / 100}) AS {name}_p{percent}_ms"
        for percent in _PERCENTS
    )


def _quantile_columns(name: str, what: str) -> tuple[Column, ...]:
    return tuple(
        Column(f"{name}_p{percent}_ms", FLOAT, f"P{percent} of {what}.", "ms")
        for percent in _PERCENTS
    )


LEVEL_FIGURES = View(
    "level_figures",
    "A load level in figures: rates within its steady window, latencies of its own requests.",
    (
        *_LEVEL_COLUMNS,
        Column("window_s", FLOAT, "Length of the window.", "s"),
        Column("output_tokens_per_s", FLOAT, "Answer tokens that arrived, a second.", "tokens/s"),
        Column(
            "total_tokens_per_s",
            FLOAT,
            "The same, and the prompt tokens of the requests whose first token arrived.",
            "tokens/s",
        ),
        Column("requests_per_s", FLOAT, "Requests that were answered, a second.", "requests/s"),
        Column(
            "goodput_requests_per_s",
            FLOAT,
            "Requests that were answered within the service level, a second.",
            "requests/s",
        ),
        Column(
            "concurrency_mean",
            FLOAT,
            "Requests in flight on average: their time in flight within the window over its length "
            "(Little's law).",
        ),
        Column("measured", INT, "The level's own requests."),
        Column("failed", INT, "Those of them that failed."),
        *(c for name, what in _LATENCIES.items() for c in _quantile_columns(name, what)),
        *_quantile_columns("itl", "ITL"),
    ),
    f"""
    WITH rates AS (
        SELECT {_KEY}, sum(block_s) AS window_s,
            CASE WHEN count(tokens) = count(*) THEN sum(tokens) END / window_s
                AS output_tokens_per_s,
            sum(requests) / window_s AS requests_per_s,
            sum(good) / window_s AS goodput_requests_per_s
        FROM level_blocks GROUP BY ALL
    ), flights AS (
        SELECT {_KEY},
            sum(greatest(0, least(done_ns, end_ns) - greatest(sent_ns, begin_ns)))
                / any_value(end_ns - begin_ns) AS concurrency_mean,
            CASE WHEN count(*) FILTER (begun AND prompt_tokens IS NULL) = 0
                THEN coalesce(sum(prompt_tokens) FILTER (begun), 0)
            END AS prompt_tokens,
            count(*) FILTER (phase = 'measure') AS measured,
            count(*) FILTER (phase = 'measure' AND status <> 'ok') AS failed
        FROM (
            SELECT *, first_token_ns > begin_ns AND first_token_ns <= end_ns AS begun
            FROM requests JOIN windows USING ({_KEY})
        ) GROUP BY {_KEY}
    ), latencies AS (
        SELECT {_KEY}, {", ".join(map(_quantiles, _LATENCIES))}
        FROM request_latencies SEMI JOIN windows USING ({_KEY}) GROUP BY ALL
    ), gaps AS (
        SELECT {_KEY}, {_quantiles("itl")}
        FROM event_gaps SEMI JOIN windows USING ({_KEY}) GROUP BY ALL
    )
    SELECT {_KEY}, window_s, output_tokens_per_s,
        output_tokens_per_s + prompt_tokens / window_s AS total_tokens_per_s,
        requests_per_s, goodput_requests_per_s, concurrency_mean, measured, failed,
        latencies.* EXCLUDE ({_KEY}), gaps.* EXCLUDE ({_KEY})
    FROM rates JOIN flights USING ({_KEY})
    LEFT JOIN latencies USING ({_KEY})
    LEFT JOIN gaps USING ({_KEY})
    """,  # noqa: S608 -- our own column names
)

#: In the order in which they are made: each stands on those before it.
LEVEL_VIEWS = (LEVEL_EVENTS, LEVEL_REQUESTS, LEVEL_BLOCKS, LEVEL_FIGURES)
