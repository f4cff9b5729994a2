"""Throughput: closed-loop levels, then open-loop rates, all on one server start."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from bakeoff.config.models import Workload
from bakeoff.config.stages import ThroughputStage
from bakeoff.errors import CandidateError
from bakeoff.load import Exchange, request_row
from bakeoff.load.exchange import Load
from bakeoff.load.open_loop import run_open_loop
from bakeoff.load.spread_timed import LostProcessError
from bakeoff.load.timed_loop import TimedRun, run_timed_loop
from bakeoff.measure.clients import Clients
from bakeoff.measure.levels import LevelSummary, summary
from bakeoff.measure.stage import Row, StageRun
from bakeoff.measure.workload import Requests, prompt_seed, refuse_silence, requests_for
from bakeoff.progress import Progress, say
from bakeoff.serving.server import Server

#: Most requests in flight at an open-loop rate; more wait in the client, see run_open_loop.
MAX_IN_FLIGHT = 2048
#: Exchanges in a row without one byte of answer after which a server is taken for dead, and
#: as many more as there are streams.
_SILENT = 20
#: Ramp of a first level, whose response time is not known yet, as a share of the window.
_FIRST_RAMP = 0.1
#: More requests are made beforehand than the level before it suggests, by this factor.
_SPARE = 1.2


@dataclass(frozen=True)
class Level:
    """One load.

    Attributes:
        load: ``closed`` or ``open``.
        level: Streams, or requests/s.
    """

    load: Load
    level: float

    def __str__(self) -> str:
        unit = "requests/s" if self.load == "open" else "streams" if self.level > 1 else "stream"
        return f"{self.level:g} {unit}"


def measure_throughput(
    run: StageRun,
    settings: ThroughputStage,
    workload: Workload,
    clients: Clients | None = None,
) -> None:
    """Load one server level by level, and add the rows and the window of each.

    The next level begins when nothing is in flight any more.

    Args:
        run: The stage; gets the rows.
        settings: Levels, rates and the least length of a window.
        workload: What a request is.
        clients: Says how many processes the client runs in; one if left out.

    Raises:
        CandidateError: If the server did not start or ended, or none of a level's requests
            was answered; what was measured is in the rows.
        LostProcessError: If a process of the client ended; what was measured is in the rows.
    """
    clients = clients or Clients()
    seed = prompt_seed(run, workload)
    levels = [Level("closed", streams) for streams in settings.concurrency]
    levels += [Level("open", rate) for rate in settings.rates]
    progress = Progress(run.title, total=len(levels), unit="levels")
    with run.serving() as server:
        maker = requests_for(run, server, workload, seed=seed)
        progress.restart_clock()
        before: LevelSummary | None = None
        for place, level in enumerate(levels):
            processes = _processes(run, clients, level, workload)
            try:
                timed = _loaded(
                    maker,
                    level,
                    settings,
                    workload,
                    before=before,
                    processes=processes,
                    stop=partial(_dead, server, int(level.level)),
                    on_done=lambda done, level=level, place=place: progress.update(  # type: ignore[misc]  # bound now
                        place, f"{level}, {done} requests"
                    ),
                )
            except LostProcessError as lost:
                _keep_rows(run, lost.exchanges)
                raise
            rows = _keep(run, level, timed)
            before = summary(rows, timed, streams=level.level)
            if level.load == "closed":
                clients.saw(
                    rows, begin_ns=timed.begin_ns, end_ns=timed.end_ns, streams=int(level.level)
                )
            say(f"{run.title} · {level} · {before} · {place + 1} of {len(levels)} levels")
            server.check()
            refuse_silence(rows)
            if timed.stopped:
                raise CandidateError(f"the server stopped answering at {level}")


def _loaded(
    maker: Requests,
    level: Level,
    settings: ThroughputStage,
    workload: Workload,
    *,
    before: LevelSummary | None,
    processes: int,
    stop: Callable[[Sequence[Exchange]], bool],
    on_done: Callable[[int], None],
) -> TimedRun:
    """Put the load of a level on the server."""
    requests = maker.of(level=level.level, phase="measure", load=level.load)
    duration_s, least = settings.duration_s, settings.min_requests
    if level.load == "open":
        return run_open_loop(
            maker.target,
            requests,
            rate=level.level,
            duration_s=duration_s,
            min_requests=least,
            seed=workload.seed,
            timeout_s=workload.timeout_s,
            max_in_flight=MAX_IN_FLIGHT,
            processes=processes,
            stop=stop,
            on_done=on_done,
        )
    streams = int(level.level)
    ramp_s = duration_s * _FIRST_RAMP if before is None else before.e2e_s
    expected = 0.0 if before is None else before.requests_per_s_per_stream * streams * duration_s
    return run_timed_loop(
        maker.target,
        requests,
        streams=streams,
        duration_s=duration_s,
        min_requests=least,
        timeout_s=workload.timeout_s,
        ramp_s=min(ramp_s, duration_s) if streams > 1 else 0.0,
        ready=round(max(_SPARE * expected, least)) + 3 * streams,
        processes=processes,
        stop=stop,
        on_done=on_done,
    )


def _processes(run: StageRun, clients: Clients, level: Level, workload: Workload) -> int:
    """Return how many processes of the client a level needs, and note more than one."""
    if level.load == "open":
        number = clients.for_rate(level.level, output_tokens=workload.output_tokens)
    else:
        number = clients.for_streams(int(level.level))
    run.notes += [note for note in clients.notes if note not in run.notes]
    return number


def _dead(server: Server, streams: int, ended: Sequence[Exchange]) -> bool:
    """Tell whether the server's process has ended, or nothing comes back any more."""
    if server.supervised is not None and server.supervised.poll() is not None:
        return True
    last = ended[-(_SILENT + streams) :]
    return len(last) == _SILENT + streams and not any(exchange.reads for exchange in last)


def _keep(run: StageRun, level: Level, timed: TimedRun) -> list[Row]:
    """Add the rows and the window of a level to the stage; return the rows."""
    rows = _keep_rows(run, timed.exchanges)
    run.windows.append(
        {
            "candidate": run.candidate.id,
            "stage": run.stage,
            "start_no": 0,
            "load": level.load,
            "level": float(level.level),
            "begin_ns": timed.begin_ns,
            "end_ns": timed.end_ns,
            "note": _note(timed),
        }
    )
    return rows


def _keep_rows(run: StageRun, exchanges: Sequence[Exchange]) -> list[Row]:
    """Add the rows of exchanges to the stage; return them."""
    rows: list[Row] = [
        request_row(exchange, candidate=run.candidate.id, stage=run.stage, start_no=0)
        for exchange in exchanges
    ]
    run.requests += rows
    return rows


def _note(timed: TimedRun) -> str | None:
    """Return what a reader of the window should know."""
    if timed.stopped:
        return "the window ended early: the server stopped answering"
    if timed.shortages:
        return f"{timed.shortages} requests had to be made while the clock ran"
    return None
