"""Metrics of the memory that a server needs at its stable level, beside what it set aside."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from bakeoff.metrics import bootstrap
from bakeoff.metrics.base import Figure, Interval, Metric, Source
from bakeoff.metrics.sample import over_starts
from bakeoff.metrics.stable import Span, stable

_STAGE = "concurrency"
_GB, _MB = 1e9, 1e6


def _why_not(span: Span) -> str:
    """Return why a span does not tell what memory was needed."""
    if span.kv_reserved_bytes is None:
        return "the engine's log does not tell the size of the KV cache"
    if not span.kv_samples:
        return "the engine does not tell how much of the KV cache is in use"
    if span.measured_bytes is None:
        return "the memory was not sampled on every GPU, and the log does not tell it"
    return "less memory was measured than the KV cache takes by the log"


def _needed(source: Source) -> Figure:
    """Return the smallest budget; of several server starts the largest of theirs."""
    found = stable(source)
    if isinstance(found, str):
        return Figure(notes=(found,))
    missing = [span for span in found.spans if span.needed_bytes is None]
    if missing:
        return Figure(notes=(found.note, _why_not(missing[0])))
    most = max(found.spans, key=lambda span: span.needed_bytes or 0)
    n = sum(span.kv_samples for span in found.spans)
    notes = [found.note, _parts(most)]
    exhausted = [why for span in found.spans if (why := span.exhausted)]
    notes += [f"at least: {why}" for why in exhausted[:1]]
    if len(found.spans) > 1:
        notes.append(f"the most of {len(found.spans)} server starts")
    if (together := _together(most)) is not None:
        notes.append(f"{_size(together)} if all streams came to their ends at once")
    notes.append(f"no interval: the most of {n} readings; between them more may have been in use")
    lo = most.needed_bytes if exhausted else None
    return Figure(most.needed_bytes, lo, None, n, tuple(notes), found.at, found.stage)


def _parts(span: Span) -> str:
    """Return what a need consists of, in words."""
    used, least = span.kv_used_max_bytes or 0.0, span.kv_least_bytes or 0.0
    rest = _size(span.rest_bytes or 0.0)
    if least > used:
        return (
            f"{rest} beside the KV cache and {_size(least)} of it, for one request of "
            f"full length: without that the engine does not start; {_size(used)} were in use"
        )
    return f"{rest} beside the KV cache and {_size(used)} in use of it at most"


def _together(span: Span) -> float | None:
    """Return the need if all streams came to their ends at once, where that is more."""
    if span.kv_together_bytes is None or span.needed_bytes is None or span.rest_bytes is None:
        return None
    kv_bytes = min(span.kv_together_bytes, span.kv_reserved_bytes or 0.0)
    return span.rest_bytes + kv_bytes if span.rest_bytes + kv_bytes > span.needed_bytes else None


def _size(value: float) -> str:
    return f"{value / _GB:.3g} GB" if value >= _GB else f"{value / _MB:.3g} MB"


def _reserved(source: Source) -> Figure:
    """Return what was set aside, at the level that the need is of."""
    found = stable(source)
    if isinstance(found, str):
        return Figure(notes=(found,))
    known = [span for span in found.spans if span.reserved_bytes is not None]
    if not known:
        return Figure(notes=(found.note, _why_not(replace(found.spans[0], kv_samples=1))))
    most = max(known, key=lambda span: span.reserved_bytes or 0)
    note = "no interval: the most that was measured, and what the engine's log tells"
    return Figure(
        most.reserved_bytes,
        None,
        None,
        most.samples or 1,
        (found.note, note),
        found.at,
        found.stage,
    )


def _kv_used(source: Source) -> Figure:
    """Return the KV cache in use on average, with its interval."""
    found = stable(source)
    if isinstance(found, str):
        return Figure(notes=(found,))
    units, n = _blocks(source, found.spans)
    if not n or any(span.kv_reserved_bytes is None for span in found.spans):
        return Figure(notes=(found.note, _why_not(replace(found.spans[0], measured_bytes=None))))
    most = max(span.kv_used_max_bytes or 0 for span in found.spans)
    share = max(span.kv_used_max_share or 0 for span in found.spans)
    at_most = f"{_size(most)} at most, {share:.2g} of it"
    interval = _interval(units)
    notes = [found.note, at_most, *([interval.note] if interval.note else [])]
    return Figure(units.ratio, interval.lo, interval.hi, n, tuple(notes), found.at, found.stage)


def _interval(units: bootstrap.Units) -> Interval:
    """Return the interval of a mean over readings, from its blocks or from the starts."""
    note = f"no interval: {len(units.count)} blocks of one response time or more fit into it"
    return over_starts(units, f"{note}, {bootstrap.MIN_UNITS} are needed")


def _blocks(source: Source, spans: Sequence[Span]) -> tuple[bootstrap.Units, int]:
    """Return the readings of the KV cache's use by block, in bytes, and how many they are.

    Blocks are as those of rates: at least a second and the mean response time long.
    """
    rows: list[tuple[int, float, int]] = []
    for span in spans:
        found = source.connection.execute(
            """
            WITH cut AS (
                SELECT greatest(1, floor(($6 - $5) / greatest(1e9, coalesce((
                    SELECT avg(done_ns - sent_ns) FROM requests
                    WHERE candidate = $1 AND stage = $2 AND start_no = $3 AND level = $4
                        AND status = 'ok' AND done_ns > $5 AND done_ns <= $6
                ), 0)))) AS blocks
            )
            SELECT sum(value), count(*) FROM (
                SELECT t_ns, avg(value) AS value FROM telemetry
                WHERE candidate = $1 AND stage = $2 AND start_no = $3
                    AND name = 'vllm:kv_cache_usage_perc' AND t_ns > $5 AND t_ns <= $6
                GROUP BY t_ns
            ) CROSS JOIN cut GROUP BY floor((t_ns - $5 - 1) * blocks / ($6 - $5)) ORDER BY min(t_ns)
            """,
            [source.candidate, span.stage, span.start_no, span.level, span.begin_ns, span.end_ns],
        ).fetchall()
        size = span.kv_reserved_bytes or 0.0
        rows += [(span.start_no, total * size, count) for total, count in found]
    columns = list(zip(*rows, strict=True)) or [(), (), ()]
    units = bootstrap.Units(
        np.array(columns[0], dtype=np.int64),
        np.array(columns[1], dtype=np.float64),
        np.array(columns[2], dtype=np.float64),
    )
    return units, int(units.count.sum())


def _instances(source: Source) -> Figure:
    """Return how many servers with that budget fit on a GPU, by memory alone."""
    gpus, card_bytes, cards = source.connection.execute(
        "SELECT gpus, (SELECT min(TRY_CAST(value AS DOUBLE)) FROM hosts WHERE "
        "starts_with(section, 'gpu') AND name = 'memory_total'), (SELECT count(DISTINCT value) "
        "FROM hosts WHERE starts_with(section, 'gpu') AND name = 'memory_total') "
        "FROM candidates WHERE candidate = ?",
        [source.candidate],
    ).fetchall()[0]
    if not gpus:
        return Figure(notes=("not on a GPU",))
    needed = _needed(source)
    if needed.value is None:
        return needed
    if card_bytes is None:
        return Figure(notes=("the size of the GPU's memory is not known",))
    fit = card_bytes * gpus // needed.value / gpus
    notes = [f"{_size(needed.value / gpus)} of the {_size(card_bytes)} of a GPU each"]
    notes += [f"each server spans {gpus} GPUs"] if gpus > 1 else []
    notes += ["GPUs differ: the smallest counts"] if cards > 1 else []
    if needed.lo is not None:
        notes.append("at most: the memory needed is a lower bound")
    notes.append("by memory alone: servers that share a GPU share its speed too; no interval")
    return Figure(
        fit,
        None,
        fit if needed.lo is not None else None,
        needed.n,
        tuple(notes),
        needed.at,
        needed.stage,
    )


_LEVEL = (
    "At the level that the search for the stable concurrency held, or without a search at the "
    "highest closed-loop level whose figures meet the service level; the note names it."
)

METRICS = (
    Metric(
        id="memory_needed_bytes",
        label="Memory needed",
        unit="B",
        direction="lower",
        stage=_STAGE,
        formula="Smallest memory with which the server would still hold that level: all that it "
        "takes beside the KV cache (as measured, or by the engine's log if that is more, which "
        "counts activations at their peak), and of the KV cache as much as was in use at most, "
        f"but room for one request of full length. {_LEVEL} n counts the readings of the KV "
        "cache's use, about one a second: a maximum of readings has no interval.",
        measure=_needed,
    ),
    Metric(
        id="memory_reserved_bytes",
        label="Memory set aside",
        unit="B",
        direction="lower",
        stage=_STAGE,
        formula="The same with the whole KV cache that the server was told to set aside, or "
        f"took because the GPU had room for it. {_LEVEL} n counts the readings of the memory in "
        "use, 1 if only the log tells it.",
        measure=_reserved,
    ),
    Metric(
        id="memory_kv_used_bytes",
        label="KV cache in use",
        unit="B",
        direction="lower",
        stage=_STAGE,
        formula="Share of the KV cache in use, by the engine's own figures, times its size by the "
        f"engine's log: the mean over readings; the note gives the most. {_LEVEL} The interval is "
        "by bootstrap over blocks of the load's time, each at least a second and at least the "
        "mean response time long; n counts readings, about one a second.",
        measure=_kv_used,
    ),
    Metric(
        id="instances_per_gpu",
        label="Instances per GPU",
        unit="1/GPU",
        direction="higher",
        stage=_STAGE,
        formula="How many servers with the memory needed fit into the memory of a GPU, rounded "
        "down; a server of several GPUs counts for a part of one on each. By memory alone: they "
        f"share the GPU's speed. {_LEVEL} n is that of the memory needed; there is no interval.",
        measure=_instances,
    ),
)
