"""The server's own counters over a load, as sampled from its ``/metrics``."""

from dataclasses import dataclass

from bakeoff.audits.base import Source

#: After its last load a server does nothing more, so later samples still tell that load.
_AFTER_NS = 5_000_000_000
#: Least time that a sample's moment is uncertain by, beside how long the scrape took.
_LEAST_SLACK_NS = 20_000_000
NOT_SAMPLED = "the server's own counters were not sampled"
_EDGES = """
    SELECT min(t_ns), max(t_ns) FROM start_samples
    WHERE source = 'engine' AND name = ? AND t_ns BETWEEN ? AND ?
"""
_GROWTH = """
    SELECT sum(growth) FROM (
        SELECT arg_max(value, t_ns) - arg_min(value, t_ns) AS growth FROM start_samples
        WHERE source = 'engine' AND name = ? AND t_ns BETWEEN ? AND ?
        GROUP BY device
    )
"""
_SCRAPE = """
    SELECT coalesce(max(value), 0) * 1e9 FROM start_samples
    WHERE source = 'engine' AND name = 'scrape_s' AND t_ns BETWEEN ? AND ?
"""


@dataclass(frozen=True)
class Growth:
    """How much counters grew between the first and the last sample of a load.

    Attributes:
        begin_ns: When the first sample was taken: after the load's first request was sent, so
            that nothing before it (the first token of the start, calibration) is counted.
        end_ns: When the last one was taken.
        slack_ns: How far the moment for which a sample is true may be from its time.
        by: Growth of each counter, in its own unit, summed over the engine's labels.
    """

    begin_ns: int
    end_ns: int
    slack_ns: int
    by: tuple[float, ...]


def growth(source: Source, *names: str) -> Growth | str:
    """Return how much counters grew, or why that cannot be told.

    Args:
        source: The load.
        names: Sample names as the engine writes them, such as ``vllm:prompt_tokens_total``.
    """
    load = source.load
    until_ns = load.last_ns + (_AFTER_NS if load.last_of_start else 0)
    begin_ns, end_ns = source.one(_EDGES, [names[0], load.first_ns, until_ns])
    if begin_ns is None:
        sampled = source.one("SELECT count(*) FROM start_samples WHERE source = 'engine'")[0]
        return f"the server does not tell {names[0]} in this load" if sampled else NOT_SAMPLED
    if begin_ns == end_ns:
        return "the load was over before the server's counters were sampled twice"
    grown = [source.one(_GROWTH, [name, begin_ns, end_ns])[0] for name in names]
    missing = [name for name, value in zip(names, grown, strict=True) if value is None]
    if missing:
        return f"the server does not tell {missing[0]}"
    slack_ns = _LEAST_SLACK_NS + round(source.one(_SCRAPE, [begin_ns, end_ns])[0])
    return Growth(begin_ns, end_ns, slack_ns, tuple(map(float, grown)))
