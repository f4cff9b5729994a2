"""Metrics of a server under load: its best rates over the closed-loop levels."""

from dataclasses import replace
from functools import partial

from bakeoff.metrics.base import Figure, Metric, Source
from bakeoff.metrics.rates import Blocks, blocks_of

_STAGE = "throughput"


def _best(column: str, source: Source) -> Figure:
    """Return the rate of the closed-loop level where it is highest; the note names the level.

    Args:
        column: What is counted, a column of ``level_blocks``.
        source: The candidate's rows.
    """
    if reason := source.unmeasured.get(_STAGE):
        return Figure(notes=(reason,))
    found = blocks_of(source.connection, source.candidate, _STAGE, column)
    levels = [blocks for blocks in found if blocks.load == "closed"]
    if not levels:
        return Figure(notes=("no closed-loop level was measured",))
    best = max(levels, key=lambda level: -1.0 if level.rate is None else level.rate)
    figure = best.figure
    notes = [] if figure.value is None else [_which(best, levels)]
    notes += [*figure.notes, *_failures(source, best)]
    if column == "tokens" and figure.value is not None:
        notes += _shares(source, best)
    return replace(figure, notes=tuple(notes), at=(best.load, best.level))


def _which(best: Blocks, levels: list[Blocks]) -> str:
    """Return which level is the best, and whether a higher one might be better."""
    if best.rate == 0:
        return f"0 at each of the levels {', '.join(f'{level.level:g}' for level in levels)}"
    name = f"at {best.level:g} {'stream' if best.level == 1 else 'streams'}"
    if best is levels[-1]:
        return f"{name}, the highest level measured: more streams may give more"
    return f"{name}, the best of {', '.join(f'{level.level:g}' for level in levels)}"


def _failures(source: Source, best: Blocks) -> list[str]:
    """Return a note on the requests of a level that failed, if any did."""
    found = source.connection.execute(
        "SELECT count(*), count(*) FILTER (status <> 'ok') FROM requests WHERE candidate = ? "
        "AND stage = ? AND load = ? AND level = ? AND phase = 'measure'",
        [source.candidate, _STAGE, best.load, best.level],
    ).fetchone()
    measured, failed = found or (0, 0)
    return [f"{failed} of {measured} requests failed there"] if failed else []


def _shares(source: Source, best: Blocks) -> list[str]:
    """Return a note if tokens were shared out to events, for want of a count by event."""
    found = source.connection.execute(
        "SELECT count(*) FILTER (NOT told) FROM level_events WHERE candidate = ? AND stage = ? "
        "AND load = ? AND level = ?",
        [source.candidate, _STAGE, best.load, best.level],
    ).fetchone()
    if not found or not found[0]:
        return []
    return [
        "the server tells no tokens by event: each event of a request stands for an equal share"
    ]


_WINDOW = (
    "Of the closed-loop levels the best one counts, and the note names it. The interval is by "
    "bootstrap over blocks of that level's steady window, each at least a second and at least "
    "the mean response time long; n counts the requests that were answered in the window."
)

METRICS = (
    Metric(
        id="throughput_tokens_per_s",
        label="Output throughput",
        unit="tokens/s",
        direction="higher",
        stage=_STAGE,
        formula="Answer tokens, reasoning included, that arrived within the steady window, "
        "whichever request they belong to, divided by the window's length. Tokens are counted by "
        "event as the server tells them; where it does not, each event of a request stands for an "
        f"equal share of its completion tokens. {_WINDOW}",
        measure=partial(_best, "tokens"),
    ),
    Metric(
        id="throughput_requests_per_s",
        label="Request throughput",
        unit="requests/s",
        direction="higher",
        stage=_STAGE,
        formula="Requests that succeeded and ended within the steady window, divided by the "
        f"window's length. {_WINDOW}",
        measure=partial(_best, "requests"),
    ),
    Metric(
        id="goodput_requests_per_s",
        label="Goodput",
        unit="requests/s",
        direction="higher",
        stage=_STAGE,
        formula="Requests that ended within the steady window and met the service level, divided "
        "by the window's length: TTFT within the limit on its P95, and 95 % of the request's gaps "
        "(ITL) within the limit on theirs; a request that failed met nothing. The limits are those "
        f"of stages.concurrency.slo, or its defaults. {_WINDOW}",
        measure=partial(_best, "good"),
    ),
)
