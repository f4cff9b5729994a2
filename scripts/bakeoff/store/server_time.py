"""View of what a server's time was spent on."""

from bakeoff.store.schemas import FLOAT, INT, TEXT, Column
from bakeoff.store.view import View

SERVER_TIME = View(
    "server_time",
    "What the time of one server was spent on, from its process's start to its last sample. The "
    "parts add up to total_s.",
    (
        Column("candidate", TEXT, "Id of the candidate."),
        Column("stage", TEXT, "Stage that started the server."),
        Column("start_no", INT, "Server start of the stage, from 0."),
        Column("total_s", FLOAT, "Process start to the last sample of its memory.", "s"),
        Column("starting_s", FLOAT, "Process start to the first token: a start-up sample.", "s"),
        Column(
            "measured_s",
            FLOAT,
            "After the first token: load windows, probes, measured requests where there are "
            "neither, in the stage api its checks, in the stage startup the requests that memory "
            "is sampled under.",
            "s",
        ),
        Column(
            "unmeasured_s",
            FLOAT,
            "The rest: prompts made exact, warm-up, ramps, what ends after a window, stopping.",
            "s",
        ),
    ),
    """
    WITH starts AS (
        SELECT candidate, stage, start_no, begin_ns, end_ns
        FROM startups WHERE phase = 'total' AND status = 'ok' AND end_ns IS NOT NULL
    ), ends AS (
        SELECT candidate, stage, start_no, max(t_ns) AS last_ns
        FROM telemetry WHERE source = 'process' AND device = 'tree'
        GROUP BY ALL
    ), spans AS (
        SELECT candidate, stage, start_no, 1 AS rank, sum(end_ns - begin_ns) AS measured_ns
        FROM windows WHERE end_ns IS NOT NULL GROUP BY ALL
        UNION ALL
        SELECT candidate, stage, start_no, 2, sum(end_ns - begin_ns) FROM probes GROUP BY ALL
        UNION ALL
        SELECT candidate, stage, start_no, 3, max(done_ns) - min(sent_ns)
        FROM requests WHERE phase = 'measure' OR stage = 'startup' GROUP BY ALL
        UNION ALL
        SELECT candidate, stage, 0, 4, CAST(sum(duration_ms) * 1e6 AS BIGINT)
        FROM api_checks GROUP BY ALL
    ), measured AS (
        SELECT candidate, stage, start_no, arg_min(measured_ns, rank) AS measured_ns
        FROM spans WHERE measured_ns IS NOT NULL GROUP BY ALL
    )
    SELECT candidate, stage, start_no,
        (greatest(last_ns, end_ns) - begin_ns) / 1e9 AS total_s,
        (end_ns - begin_ns) / 1e9 AS starting_s,
        least(coalesce(measured_ns, 0), greatest(last_ns - end_ns, 0)) / 1e9 AS measured_s,
        total_s - starting_s - measured_s AS unmeasured_s
    FROM starts
    JOIN ends USING (candidate, stage, start_no)
    LEFT JOIN measured USING (candidate, stage, start_no)
    """,
)
