"""The view ``level_energy``: what a window took and what was served in it.

The query is a function of its windows, so that parts of a window are counted as the whole.
"""

from bakeoff.store.schemas import FLOAT, INT, TEXT, Column
from bakeoff.store.view import View

_DESCRIPTION = (
    "The energy of the steady window of a load level, idle included, and what was served in it. "
    "GPU counters (NVML) summed over the candidate's GPUs; for a candidate without GPUs those of "
    "the processor packages (RAPL); NULL where a counter is missing. A counter's value at an end "
    "of the window lies between the samples before and after it, in proportion to time."
)

_COLUMNS = (
    Column("candidate", TEXT, "Id of the candidate."),
    Column("stage", TEXT, "Stage that made the row."),
    Column("start_no", INT, "Server start of the stage, from 0."),
    Column("load", TEXT, "closed or open loop."),
    Column("level", FLOAT, "Streams (closed loop) or requests/s (open loop)."),
    Column("begin_ns", INT, "Begin of the window.", "ns"),
    Column("end_ns", INT, "End of the window.", "ns"),
    Column("source", TEXT, "Where the counter is: nvml or rapl; NULL where there is none."),
    Column("devices", INT, "GPUs or processor packages that were counted."),
    Column("energy_j", FLOAT, "What the counters grew by in the window.", "J"),
    Column("idle_power_w", FLOAT, "Power before the server was started, where measured.", "W"),
    Column("idle_j", FLOAT, "What as much time would have taken idle; part of energy_j.", "J"),
    Column("requests", INT, "Requests of the level that succeeded and ended in the window."),
    Column("tokens", FLOAT, "Output tokens that arrived in the window, of any request.", "tokens"),
    Column("energy_j_per_request", FLOAT, "energy_j / requests.", "J"),
    Column("energy_j_per_output_token", FLOAT, "energy_j / tokens.", "J/token"),
)

_WINDOW = "candidate, stage, start_no, load, level, begin_ns, end_ns"
_DEVICE = "candidate, stage, start_no, source, device"


def level_energy(windows: str) -> str:
    """Return the query of the view over a table with the columns of ``windows``."""
    return f"""
    WITH spans AS (
        SELECT {_WINDOW} FROM {windows} WHERE end_ns > begin_ns
    ), counters AS (
        SELECT {_DEVICE}, t_ns, value
        FROM telemetry JOIN candidates USING (candidate)
        WHERE name = 'energy_j' AND url IS NULL AND (
            (source = 'nvml' AND gpus > 0)
            OR (source = 'rapl' AND gpus = 0 AND device NOT LIKE '%/%')
        )
    ), marks AS (
        SELECT {_WINDOW}, source, device, is_end, if(is_end, end_ns, begin_ns) AS mark_ns
        FROM spans
        JOIN (SELECT DISTINCT {_DEVICE} FROM counters) USING (candidate, stage, start_no)
        CROSS JOIN (VALUES (FALSE), (TRUE)) AS ends(is_end)
    ), earlier AS (
        SELECT marks.*, counters.t_ns AS earlier_ns, counters.value AS earlier_j
        FROM marks ASOF JOIN counters
            ON {_same_device("marks")} AND marks.mark_ns >= counters.t_ns
    ), readings AS (
        SELECT earlier.*, earlier_j + (counters.value - earlier_j)
            * coalesce((mark_ns - earlier_ns) / nullif(counters.t_ns - earlier_ns, 0), 0)
            AS reading_j
        FROM earlier ASOF JOIN counters
            ON {_same_device("earlier")} AND earlier.mark_ns <= counters.t_ns
    ), used AS (
        SELECT {_WINDOW}, source, device,
            max(reading_j) FILTER (is_end) - max(reading_j) FILTER (NOT is_end) AS used_j
        FROM readings GROUP BY ALL
    ), idle AS (
        SELECT candidate, stage, source, device, avg(value) AS idle_w
        FROM telemetry WHERE name = 'idle_power_w' GROUP BY ALL
    ), energy AS (
        SELECT {_WINDOW}, source, count(*) AS devices,
            -- A GPU that counts nothing is missing here; a counter that fell was reset.
            CASE WHEN count(*) >= any_value(gpus) AND count(used_j) = count(*)
                AND min(used_j) >= 0 THEN sum(used_j) END AS energy_j,
            CASE WHEN count(idle_w) = count(*) THEN sum(idle_w) END AS idle_power_w
        FROM used JOIN candidates USING (candidate)
            LEFT JOIN idle USING (candidate, stage, source, device)
        GROUP BY {_WINDOW}, source
    ), answers AS (
        SELECT spans.*, status, done_ns, chunk_tokens, completion_tokens,
            len(chunk_ns) AS events,
            len(list_filter(chunk_ns, lambda t_ns: t_ns <= begin_ns)) AS before,
            len(list_filter(chunk_ns, lambda t_ns: t_ns > begin_ns AND t_ns <= end_ns)) AS inside
        FROM spans JOIN requests USING (candidate, stage, start_no, load, level)
        WHERE sent_ns <= end_ns AND coalesce(done_ns, end_ns) > begin_ns
    ), served AS (
        SELECT {_WINDOW},
            count(*) FILTER (status = 'ok' AND done_ns > begin_ns AND done_ns <= end_ns)
                AS requests,
            -- Tokens as told for each event, otherwise in equal shares.
            sum(CASE WHEN events > 0 THEN CASE WHEN chunk_tokens IS NOT NULL
                THEN coalesce(list_sum(chunk_tokens[before + 1 : before + inside]), 0)
                ELSE completion_tokens * inside / events END END)::DOUBLE AS tokens
        FROM answers GROUP BY ALL
    )
    SELECT {_WINDOW}, source, devices, energy_j, idle_power_w,
        idle_power_w * (end_ns - begin_ns) / 1e9 AS idle_j,
        coalesce(requests, 0) AS requests, tokens,
        energy_j / nullif(requests, 0) AS energy_j_per_request,
        energy_j / nullif(tokens, 0) AS energy_j_per_output_token
    FROM spans LEFT JOIN energy USING ({_WINDOW}) LEFT JOIN served USING ({_WINDOW})
    """  # noqa: S608 -- our own names


def _same_device(other: str) -> str:
    """Return the condition that a counter belongs to a row of another table."""
    return " AND ".join(f"{other}.{name} = counters.{name}" for name in _DEVICE.split(", "))


LEVEL_ENERGY = View("level_energy", _DESCRIPTION, _COLUMNS, level_energy("windows"))
