"""One load: the client against a reference server of its own, compared with the record."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from bakeoff.calibrate.cores import Cores, pinned
from bakeoff.calibrate.errors import columns, differences
from bakeoff.calibrate.requests import reference_requests, reference_target
from bakeoff.calibrate.truth import events, lateness_ms, quantile
from bakeoff.load.cpu import Shares, Usage, shares, usage
from bakeoff.load.exchange import Exchange, Load, PreparedRequest
from bakeoff.load.open_loop import run_open_loop
from bakeoff.load.parse import parse
from bakeoff.load.target import Target
from bakeoff.load.timed_loop import TimedRun, run_timed_loop
from bakeoff.reference import Record, Schedule, reference_server

#: An error of this many ms would be a tenth of a TTFT of 100 ms: the client gave way.
GAVE_WAY_MS = 10.0
#: A server that writes fewer than this share of what its schedule asks for gave way.
KEPT_UP = 0.9
TIMEOUT_S = 60.0


@dataclass(frozen=True)
class Sent:
    """What came of a load.

    Attributes:
        exchanges: Every exchange, that of a request with the request's key.
        usages: What each process of the client had spent, before and after.
        begin_ns: Begin of the steady window.
        end_ns: End of the steady window.
    """

    exchanges: list[Exchange]
    usages: tuple[tuple[Usage, ...], ...]
    begin_ns: int
    end_ns: int


Send = Callable[["Trial", Target, Iterator[PreparedRequest], Cores], Sent]


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One load that the client is tried at.

    Attributes:
        kind: ``level`` of the configuration, or step towards the ``ceiling``.
        load: ``closed`` or ``open``.
        level: Streams (closed loop) or requests/s (open loop).
        processes: Processes that the client runs in.
        ttft_ms: TTFT of the schedule.
        itl_ms: ITL of the schedule.
        tokens: Tokens of each answer, one an event.
        requests: Measured requests, at least.
    """

    kind: Literal["level", "ceiling"]
    load: Load = "closed"
    level: float
    processes: int = 1
    ttft_ms: float = 50.0
    itl_ms: float = 10.0
    tokens: int = 16
    requests: int

    @property
    def answer_s(self) -> float:
        """Time of one answer by the schedule, in s."""
        return (self.ttft_ms + (self.tokens - 1) * self.itl_ms) / 1e3

    @property
    def offered_events_per_s(self) -> float:
        """Events that the schedule asks for each second, once all streams are busy."""
        per_s = self.level if self.load == "open" else self.level / self.answer_s
        return per_s * self.tokens


def run_trial(
    trial: Trial, *, host: str, places: Cores, send: Send | None = None
) -> dict[str, Any]:
    """Run the client at one load and return the row of ``calibrations``.

    Args:
        trial: The load.
        host: Id of this machine.
        places: Where the two sides run.
        send: Sends of the endless requests as many as the trial asks for; the measuring client
            if left out.
    """
    # Answers that overlap without end, as when the client is late, must not queue.
    schedule = Schedule(ttft_ms=trial.ttft_ms, itl_ms=trial.itl_ms, capacity=100_000)
    with reference_server(schedule, cpu=places.server) as server:
        target = reference_target(server.url)
        requests = reference_requests(
            target, level=trial.level, tokens=trial.tokens, load=trial.load
        )
        before = usage(server.process.pid)
        sent = (send or SENDERS[trial.load])(trial, target, requests, places)
        after = usage(server.process.pid)
        records = {record.body_crc32: record for record in server.records()}
    outcomes = {
        exchange.key: parse(exchange) for exchange in sent.exchanges if exchange.phase == "measure"
    }
    known = {key: record for key, record in records.items() if key in outcomes}
    found = differences(outcomes, known)
    row = {
        "host": host,
        **{name: getattr(trial, name) for name in _OF_THE_TRIAL},
        "n": found.n,
        "lost": found.lost,
        **columns(found),
        **_rates(list(records.values()), sent, (before, after)),
    }
    if places.server is None:
        row["disturbed"] = None
    return row | {"gave_way": gave_way(row)}


_OF_THE_TRIAL = (
    "kind",
    "load",
    "level",
    "processes",
    "ttft_ms",
    "itl_ms",
    "tokens",
    "offered_events_per_s",
)


def send_closed(
    trial: Trial, target: Target, requests: Iterator[PreparedRequest], places: Cores
) -> Sent:
    """Keep the trial's streams busy, from this process or from several."""
    with pinned(places.clients):
        before = usage(os.getpid())
        run = run_timed_loop(
            target,
            requests,
            streams=int(trial.level),
            duration_s=0.0,
            min_requests=trial.requests,
            timeout_s=TIMEOUT_S,
            processes=trial.processes,
        )
        return _sent(run, before)


def send_open(
    trial: Trial, target: Target, requests: Iterator[PreparedRequest], places: Cores
) -> Sent:
    """Send on a schedule, at the trial's rate, until enough have been measured."""
    with pinned(places.clients):
        before = usage(os.getpid())
        run = run_open_loop(
            target,
            requests,
            rate=trial.level,
            duration_s=0.0,
            min_requests=trial.requests,
            seed=0,
            timeout_s=TIMEOUT_S,
            processes=trial.processes,
        )
        return _sent(run, before)


def _sent(run: TimedRun, before: Usage) -> Sent:
    usages = run.usages or ((before, usage(os.getpid())),)
    return Sent(run.exchanges, usages, run.begin_ns, run.end_ns)


SENDERS: Mapping[str, Send] = MappingProxyType({"closed": send_closed, "open": send_open})


def gave_way(row: Mapping[str, Any]) -> str:
    """Return what gave way at a load: ``none``, the ``client`` or the ``server``.

    Args:
        row: A row of ``calibrations``, its column ``gave_way`` left out.
    """
    error_ms = row["e2e_error_p95_ms"]
    if error_ms is None or error_ms > GAVE_WAY_MS or row["lost"]:
        return "client"
    # The arrivals of an open loop come by chance: a short window may hold fewer than its rate.
    offered = row["offered_events_per_s"] if row["load"] == "closed" else 0.0
    kept_up = row["events_per_s"] >= KEPT_UP * offered
    on_time = row["server_late_p99_ms"] <= GAVE_WAY_MS
    return "none" if kept_up and on_time else "server"


def _waiting(found: Shares) -> float:
    """Return how much of the time that a process wanted a CPU it waited for one."""
    wanted = found.ran + found.waited
    return found.waited / wanted if wanted else 0.0


_MEASURED = (
    "events_per_s",
    "client_cpu_share",
    "server_cpu_share",
    "disturbed",
    "server_late_p99_ms",
)


def _rates(
    records: Sequence[Record], sent: Sent, server: Sequence[Usage]
) -> dict[str, float | None]:
    """Return what was written each second of the window, and what both sides' CPUs did for it.

    The server's warm-up answers still run when the window begins, and count for what it wrote.
    """
    served = [record for record in records if record.first_token_ns]
    if not served or sent.end_ns <= sent.begin_ns:
        return dict.fromkeys(_MEASURED)
    begin_ns, end_ns = sent.begin_ns, sent.end_ns
    clients = [shares(usages, begin_ns, end_ns) for usages in sent.usages]
    theirs = shares(server, begin_ns, end_ns)
    return {
        "events_per_s": events(served, begin_ns, end_ns) / (end_ns - begin_ns) * 1e9,
        "client_cpu_share": max(client.ran for client in clients),
        "server_cpu_share": theirs.ran,
        "disturbed": max(_waiting(each) for each in (theirs, *clients)),
        "server_late_p99_ms": quantile(lateness_ms(served), 0.99),
    }
