"""Latency of single requests: one stream, each request when the one before it has ended."""

from functools import partial
from itertools import islice

from bakeoff.config.models import Workload
from bakeoff.config.stages import LatencyStage
from bakeoff.load import request_row, run_closed_loop
from bakeoff.measure.stage import StageRun
from bakeoff.measure.workload import prompt_seed, refuse_silence, requests_for
from bakeoff.progress import Progress

#: One request in flight.
STREAMS = 1


def measure_latency(run: StageRun, settings: LatencyStage, workload: Workload) -> None:
    """Send the stage's requests over its starts and add their rows.

    Args:
        run: The stage; gets the rows.
        settings: How many requests, over how many starts.
        workload: What a request is.

    Raises:
        CandidateError: If a server did not start or ended, or no request was answered.
    """
    seed = prompt_seed(run, workload)
    measured = spread(settings.requests, settings.starts)
    total = sum(measured) + settings.warmup * len(measured)
    progress = Progress(run.title, total=total, unit="requests")
    for start_no, requests in enumerate(measured):
        done_before = sum(measured[:start_no]) + settings.warmup * start_no
        with run.serving(start_no=start_no) as server:
            maker = requests_for(run, server, workload, seed=seed, start_no=start_no)
            plan = [
                *islice(maker.of(level=STREAMS, phase="warmup"), settings.warmup),
                *islice(maker.of(level=STREAMS, phase="measure"), requests),
            ]
            progress.restart_clock(done_before)
            exchanges = run_closed_loop(
                maker.target,
                plan,
                streams=STREAMS,
                timeout_s=workload.timeout_s,
                on_done=partial(_tell, progress, done_before),
            )
            rows = [
                request_row(
                    exchange, candidate=run.candidate.id, stage=run.stage, start_no=start_no
                )
                for exchange in exchanges
            ]
            run.requests += rows
        refuse_silence(rows)


def _tell(progress: Progress, before: int, done: int) -> None:
    progress.update(before + done)


def spread(requests: int, starts: int) -> list[int]:
    """Return how many requests each start measures: as even as can be, the first ones more."""
    return [requests // starts + (start < requests % starts) for start in range(starts)]
