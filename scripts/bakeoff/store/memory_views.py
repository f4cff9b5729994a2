"""The view ``level_memory``: what a server had set aside at each load, and what it needed of it.

A server sets aside more than it needs: a KV cache as large as it was told, or as the GPU has
room for. What it needs is what everything but the KV cache takes, and of that cache as much as
was in use at most.
"""

from bakeoff.store.schemas import FLOAT, INT, TEXT, Column
from bakeoff.store.view import View

_DESCRIPTION = (
    "The memory of a server over one load (a steady window, or a probe of the search for the "
    "stable concurrency), by kind: measured by NVML and summed over the candidate's GPUs, for a "
    "candidate without GPUs the resident memory of the process tree; told apart by the engine's "
    "log and its own figures. NULL is not told or not measured."
)

_COLUMNS = (
    Column("candidate", TEXT, "Id of the candidate."),
    Column("stage", TEXT, "Stage that made the row."),
    Column("start_no", INT, "Server start of the stage, from 0."),
    Column("load", TEXT, "closed or open loop."),
    Column("level", FLOAT, "Streams (closed loop) or requests/s (open loop)."),
    Column("kind", TEXT, "window, or the kind of the probe: step, bisect, hold."),
    Column("probe_no", INT, "Number of the probe; NULL for a window."),
    Column("verdict", TEXT, "Verdict of the probe; NULL for a window."),
    Column("begin_ns", INT, "Begin of the window or probe.", "ns"),
    Column("end_ns", INT, "End of it.", "ns"),
    Column("source", TEXT, "Where the memory was read: nvml or process; NULL is nowhere."),
    Column("devices", INT, "GPUs that were read; 1 for the process tree."),
    Column("samples", INT, "Readings of the memory, of the device with the fewest."),
    Column("measured_bytes", FLOAT, "Most memory in use, summed over the devices.", "B"),
    Column("weights_bytes", FLOAT, "Weights; see the metric memory_weights_bytes.", "B"),
    Column("activation_bytes", FLOAT, "Peak of activations, as the log tells.", "B"),
    Column("graphs_bytes", FLOAT, "Captured graphs, as the log tells.", "B"),
    Column(
        "other_bytes",
        FLOAT,
        "The rest of rest_bytes: contexts, communication, the process itself, and whichever of "
        "the kinds above is NULL.",
        "B",
    ),
    Column(
        "rest_bytes",
        FLOAT,
        "Everything but the KV cache: measured_bytes without it, or what the log tells of all "
        "its parts if that is more (activations at their peak).",
        "B",
    ),
    Column("kv_reserved_bytes", FLOAT, "The KV cache, as the log tells.", "B"),
    Column("kv_used_mean_bytes", FLOAT, "In use of it on average.", "B"),
    Column("kv_used_max_bytes", FLOAT, "In use of it at most, of the readings.", "B"),
    Column("kv_used_max_share", FLOAT, "The same as a share of the KV cache."),
    Column("kv_samples", INT, "Readings of the KV cache's use, about one a second."),
    Column("kv_least_bytes", FLOAT, "What one request of full length takes of the KV cache.", "B"),
    Column(
        "kv_together_bytes",
        FLOAT,
        "What the streams of a closed loop would take with the longest request of the load each, "
        "all at their ends at once; per token what a request of full length takes on average.",
        "B",
    ),
    Column("preemptions", FLOAT, "Requests that were preempted for want of KV cache."),
    Column("reserved_bytes", FLOAT, "Set aside: rest_bytes + kv_reserved_bytes.", "B"),
    Column(
        "needed_bytes",
        FLOAT,
        "Needed: rest_bytes + the larger of kv_used_max_bytes and kv_least_bytes (without room "
        "for one request of full length vLLM does not start).",
        "B",
    ),
)

_SPAN = "candidate, stage, start_no, load, level, kind, probe_no, verdict, begin_ns, end_ns"


def _fact(name: str) -> str:
    """Return the SQL of a number among the facts of the engine's log."""
    return f"TRY_CAST(facts ->> '$.{name}' AS DOUBLE)"


#: The log's figures are of one GPU each: they count for every GPU of the candidate. Since vLLM
#: tells what it consumed as a whole, its peak of activations holds the estimate for graphs too.
_TOLD = f"""
    SELECT candidate, stage, gpus, candidates.weights_bytes AS files_bytes,
        greatest(gpus, 1) * 1073741824.0 AS gib, {_fact("weights_gib")} AS weights_gib,
        coalesce({_fact("graphs_gib")}, {_fact("graphs_used_gib")}) AS graphs_gib,
        {_fact("consumed_gib")} AS consumed_gib,
        {_fact("activation_gib")} AS peak_gib,
        CASE WHEN consumed_gib IS NOT NULL AND facts ->> '$.graphs_estimate' = 'enabled'
            THEN coalesce({_fact("graphs_estimated_gib")}, 0) ELSE 0 END AS estimate_gib,
        if(peak_gib > estimate_gib, peak_gib - estimate_gib, 0 * peak_gib) AS activation_gib,
        {_fact("non_torch_gib")} AS non_torch_gib,
        coalesce(consumed_gib, weights_gib + if(non_torch_gib < 0, 0, non_torch_gib))
            + activation_gib + graphs_gib AS rest_gib,
        coalesce({_fact("kv_cache_available_gib")}, {_fact("kv_cache_set_gib")})
            * coalesce({_fact("kv_blocks_set")} / {_fact("kv_blocks_fitting")}, 1) AS kv_gib,
        {_fact("full_length_requests")} AS full_length_requests,
        {_fact("kv_cache_tokens")} AS kv_tokens
    FROM stages JOIN candidates USING (candidate)
"""  # noqa: S608 -- our own names

_QUERY = f"""
    WITH told AS ({_TOLD}), spans AS (
        SELECT candidate, stage, start_no, load, level, 'window' AS kind,
            CAST(NULL AS BIGINT) AS probe_no, CAST(NULL AS VARCHAR) AS verdict, begin_ns, end_ns
        FROM windows WHERE end_ns > begin_ns
        UNION ALL
        SELECT candidate, stage, start_no, 'closed' AS load, level, kind, probe_no, verdict,
            begin_ns, end_ns
        FROM probes WHERE end_ns > begin_ns
    ), kept AS (
        SELECT candidate, stage, start_no, t_ns, source, device, name, value FROM telemetry
        WHERE name IN ('memory_used_bytes', 'vllm:kv_cache_usage_perc',
            'vllm:num_preemptions_total') OR (name = 'rss_bytes' AND device = 'tree')
    ), inside AS (
        SELECT {_SPAN}, t_ns, source, device, name, value
        FROM spans JOIN kept USING (candidate, stage, start_no)
        WHERE t_ns > begin_ns AND t_ns <= end_ns
    ), devices AS (
        SELECT {_SPAN}, source, device, max(value) AS most, count(*) AS samples
        FROM inside JOIN told USING (candidate, stage)
        WHERE (name = 'memory_used_bytes' AND source = 'nvml' AND gpus > 0)
            OR (name = 'rss_bytes' AND source = 'process' AND gpus = 0)
        GROUP BY ALL
    ), measured AS (
        SELECT {_SPAN}, source, count(*) AS devices, min(samples) AS samples,
            CASE WHEN count(*) >= any_value(gpus) THEN sum(most) END AS measured_bytes
        FROM devices JOIN told USING (candidate, stage) GROUP BY ALL
    ), scrapes AS (
        -- Several engines (data parallel) have a KV cache each, of one size.
        SELECT {_SPAN}, t_ns, avg(value) AS share
        FROM inside WHERE name = 'vllm:kv_cache_usage_perc' GROUP BY ALL
    ), shares AS (
        SELECT {_SPAN}, avg(share) AS mean_share, max(share) AS max_share, count(*) AS kv_samples
        FROM scrapes GROUP BY ALL
    ), preempted AS (
        SELECT {_SPAN}, sum(grown) AS preemptions FROM (
            SELECT {_SPAN}, device, max(value) - min(value) AS grown
            FROM inside WHERE name = 'vllm:num_preemptions_total' GROUP BY ALL
        ) GROUP BY ALL
    ), longest AS (
        SELECT {_SPAN}, max(prompt_tokens + completion_tokens) AS request_tokens
        FROM spans JOIN requests USING (candidate, stage, start_no, load, level)
        WHERE load = 'closed' AND done_ns > begin_ns AND sent_ns <= end_ns GROUP BY ALL
    ), known AS (
        SELECT spans.*, source, devices, samples, measured_bytes,
            CASE WHEN gpus <= 1 THEN coalesce(nullif(weights_gib, 0) * gib, files_bytes)
                ELSE files_bytes END AS weights_bytes,
            activation_gib * gib AS activation_bytes, graphs_gib * gib AS graphs_bytes,
            rest_gib * gib AS told_bytes, kv_gib * gib AS kv_reserved_bytes,
            kv_gib * gib * mean_share AS kv_used_mean_bytes,
            kv_gib * gib * max_share AS kv_used_max_bytes, max_share AS kv_used_max_share,
            coalesce(kv_samples, 0) AS kv_samples,
            kv_gib * gib / nullif(full_length_requests, 0) AS kv_least_bytes, preemptions,
            spans.level * request_tokens * kv_gib * gib / nullif(kv_tokens, 0)
                AS kv_together_bytes,
            -- Less than the KV cache alone: it is not in what was measured.
            nullif(greatest(measured_bytes - kv_reserved_bytes, 0), 0) AS beside_bytes
        FROM spans JOIN told USING (candidate, stage)
        LEFT JOIN measured ON {{measured}}
        LEFT JOIN shares ON {{shares}}
        LEFT JOIN preempted ON {{preempted}}
        LEFT JOIN longest ON {{longest}}
    ), parts AS (
        SELECT *, greatest(beside_bytes, told_bytes) AS rest_bytes FROM known
    )
    SELECT {_SPAN}, source, devices, coalesce(samples, 0) AS samples, measured_bytes,
        weights_bytes, activation_bytes, graphs_bytes,
        CASE WHEN rest_bytes IS NOT NULL THEN greatest(0, rest_bytes - coalesce(weights_bytes, 0)
            - coalesce(activation_bytes, 0) - coalesce(graphs_bytes, 0)) END AS other_bytes,
        rest_bytes, kv_reserved_bytes, kv_used_mean_bytes, kv_used_max_bytes, kv_used_max_share,
        kv_samples, kv_least_bytes, kv_together_bytes, preemptions,
        rest_bytes + kv_reserved_bytes AS reserved_bytes,
        CASE WHEN kv_used_max_bytes IS NOT NULL
            THEN rest_bytes + greatest(kv_used_max_bytes, kv_least_bytes) END AS needed_bytes
    FROM parts
"""  # noqa: S608 -- our own column names


def _same_span(other: str) -> str:
    """Return the condition that a row is of the same span: NULLs of windows are equal."""
    return " AND ".join(
        f"spans.{name} IS NOT DISTINCT FROM {other}.{name}" for name in _SPAN.split(", ")
    )


LEVEL_MEMORY = View(
    "level_memory",
    _DESCRIPTION,
    _COLUMNS,
    _QUERY.format(
        **{name: _same_span(name) for name in ("measured", "shares", "preempted", "longest")}
    ),
)
