"""The figures that clients are compared by, each with its interval.

Rounds are what counts as independent: requests of one round share the state of the machine.
The intervals are those of ``bakeoff.metrics`` with rounds in the place of server starts.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import duckdb
import numpy as np

from bakeoff.crosscheck.timed import Answered, span_s
from bakeoff.metrics import bootstrap
from bakeoff.metrics.base import Figure, Interval
from bakeoff.metrics.sample import mean, quantile
from bakeoff.metrics.values import Sample, take

#: The requests of one client, round by round.
Rounds = Sequence[Sequence[Answered]]
#: Margin of TTFT, at least, in ms. ``vllm bench serve`` stamps before it builds a request
#: and after it parsed an event: on a server of known TTFT its median is 1.8 ms late at one
#: stream and ours 0.5 ms (`make bench`), so 1.4 ms of difference are known beforehand.
TTFT_MARGIN_MS = 2.5


@dataclass(frozen=True, kw_only=True)
class Quantity:
    """One figure that the clients are compared by.

    Attributes:
        id: Its name in files.
        label: Its name for people.
        unit: Its unit.
        figure: Computes it over all rounds, with its interval.
        of_round: Computes it for one round.
        margin: Least margin, in its unit.
    """

    id: str
    label: str
    unit: str
    figure: Callable[[Rounds], Figure]
    of_round: Callable[[Sequence[Answered]], float]
    margin: float = 0.0


def _over_requests(
    rounds: Rounds, value: Callable[[Answered], float], statistic: Callable[[Sample], Figure]
) -> Figure:
    """Return a figure over one value per request, with rounds as clusters."""
    rows = [
        (round_no, number, 0, value(request))
        for round_no, requests in enumerate(rounds)
        for number, request in enumerate(requests)
    ]
    if not rows:
        return Figure()
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE timed (start_no INTEGER, unit_no INTEGER, part_no INTEGER, value DOUBLE)"
        )
        connection.executemany("INSERT INTO timed VALUES (?, ?, ?, ?)", rows)
        figure = statistic(take(connection, "SELECT * FROM timed"))
    notes = tuple(note.replace("server start", "round") for note in figure.notes)
    return Figure(figure.value, figure.lo, figure.hi, figure.n, notes)


def _throughput(rounds: Rounds) -> Figure:
    """Return output tokens per second of the rounds, a ratio of sums with rounds as clusters."""
    measured = [requests for requests in rounds if requests]
    if not measured:
        return Figure()
    units = bootstrap.Units(
        np.arange(len(measured)),
        np.array([float(sum(r.tokens for r in requests)) for requests in measured]),
        np.array([span_s(requests) for requests in measured]),
    )
    if len(measured) >= bootstrap.MIN_STARTS:
        interval = Interval(*bootstrap.bootstrap(units))
    elif len(measured) > 1:
        interval = bootstrap.over_few_starts(units.ratio, units.total / units.count)
    else:
        interval = Interval(note="one round has no interval")
    notes = (interval.note.replace("server start", "round"),) if interval.note else ()
    return Figure(units.ratio, interval.lo, interval.hi, sum(map(len, measured)), notes)


def _tokens_per_s(requests: Sequence[Answered]) -> float:
    return sum(request.tokens for request in requests) / span_s(requests)


def _ttft_ms(request: Answered) -> float:
    return request.ttft_ms


def _tpot_ms(request: Answered) -> float:
    return request.tpot_ms


def _quantile(id_: str, label: str, value: Callable[[Answered], float], q: float) -> Quantity:
    """Return a quantile of one value per request, in ms."""
    return Quantity(
        id=id_,
        label=label,
        unit="ms",
        figure=lambda rounds: _over_requests(rounds, value, partial(quantile, q=q)),
        of_round=lambda requests: float(np.quantile([value(r) for r in requests], q)),
        margin=TTFT_MARGIN_MS if value is _ttft_ms else 0.0,
    )


QUANTITIES = (
    _quantile("ttft_p50_ms", "TTFT, median", _ttft_ms, 0.5),
    _quantile("ttft_p95_ms", "TTFT, P95", _ttft_ms, 0.95),
    _quantile("tpot_p50_ms", "TPOT, median", _tpot_ms, 0.5),
    Quantity(
        id="tpot_mean_ms",
        label="TPOT, mean",
        unit="ms",
        figure=lambda rounds: _over_requests(rounds, _tpot_ms, mean),
        of_round=lambda requests: float(np.mean([r.tpot_ms for r in requests])),
    ),
    Quantity(
        id="output_tokens_per_s",
        label="Throughput",
        unit="output tokens/s",
        figure=_throughput,
        of_round=_tokens_per_s,
    ),
)
