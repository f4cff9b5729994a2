"""Latency of single requests: one stream, each request when the one before it has ended."""

import time
from functools import partial
from itertools import chain

from bakeoff import engines
from bakeoff.config.models import Workload
from bakeoff.config.stages import LatencyStage
from bakeoff.errors import CandidateError
from bakeoff.load import (
    PreparedRequest,
    Target,
    make_prompts,
    prepare_requests,
    request_row,
    run_closed_loop,
)
from bakeoff.measure.stage import StageRun
from bakeoff.progress import Progress
from bakeoff.serving.server import Server

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
    seed = _seed(run, workload)
    measured = spread(settings.requests, settings.starts)
    total = sum(measured) + settings.warmup * len(measured)
    progress = Progress(run.title, total=total, unit="requests")
    for start_no, requests in enumerate(measured):
        done_before = sum(measured[:start_no]) + settings.warmup * start_no
        with run.serving(start_no=start_no) as server:
            plan = _plan(
                run,
                server,
                workload=workload,
                seed=seed,
                start_no=start_no,
                requests=(settings.warmup, requests),
            )
            progress.restart_clock(done_before)
            exchanges = run_closed_loop(
                _target(server, workload),
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
        _refuse_silence(rows)


def _tell(progress: Progress, before: int, done: int) -> None:
    progress.update(before + done)


def spread(requests: int, starts: int) -> list[int]:
    """Return how many requests each start measures: as even as can be, the first ones more."""
    return [requests // starts + (start < requests % starts) for start in range(starts)]


def _seed(run: StageRun, workload: Workload) -> int:
    """Return the seed of the prompts.

    A server that runs on between two measurements may still hold their prompts in its
    prefix cache, so an external one gets a seed of its own each time; it is kept in the facts.
    """
    if engines.get(run.candidate.engine).managed:
        return workload.seed
    seed = (workload.seed + time.time_ns()) % 2**32
    run.facts["prompt_seed"] = str(seed)
    return seed


def _target(server: Server, workload: Workload) -> Target:
    return Target.from_url(
        server.base_url, model=server.model, api_key=server.api_key, endpoint=workload.endpoint
    )


def _plan(
    run: StageRun,
    server: Server,
    *,
    workload: Workload,
    seed: int,
    start_no: int,
    requests: tuple[int, int],
) -> list[PreparedRequest]:
    """Return the prepared requests of one start: warm-up, then measured."""
    engine = engines.get(run.candidate.engine)
    target = _target(server, workload)
    prompts = make_prompts(
        target,
        input_tokens=workload.input_tokens,
        seed=seed,
        model_dir=run.model_dir,
        timeout_s=workload.timeout_s,
    )
    run.notes += [note for note in prompts.notes if note not in run.notes]
    parts = zip(("warmup", "measure"), requests, strict=True)
    return list(
        chain.from_iterable(
            prepare_requests(
                target,
                prompts,
                number=number,
                start_no=start_no,
                phase=phase,
                level=STREAMS,
                max_tokens=workload.output_tokens,
                stream_extras=engine.stream_extras,
                exact_output=engine.exact_output,
            )
            for phase, number in parts
        )
    )


def _refuse_silence(rows: list[dict[str, object]]) -> None:
    """Fail the stage if no measured request of a start was answered.

    Raises:
        CandidateError: Naming the commonest error.
    """
    measured = [row for row in rows if row["phase"] == "measure"]
    if measured and not any(row["status"] == "ok" for row in measured):
        errors = [f"{row['status']}: {row['error']}" for row in measured]
        commonest = max(set(errors), key=errors.count)
        raise CandidateError(f"none of {len(measured)} requests was answered; {commonest}")
