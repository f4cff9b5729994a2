"""The workload's requests, as every stage under load sends them to a server."""

import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from bakeoff import engines
from bakeoff.config.models import Workload
from bakeoff.engines.base import Engine
from bakeoff.errors import CandidateError
from bakeoff.load import PreparedRequest, PromptMaker, Target, make_prompts
from bakeoff.load.exchange import Load
from bakeoff.load.plan import make_requests
from bakeoff.measure.stage import Row, StageRun
from bakeoff.serving.server import Server


@dataclass(frozen=True, kw_only=True)
class Requests:
    """Makes the requests of one server start.

    Attributes:
        target: Where they go.
        prompts: Maker of their prompts, calibrated by that server.
        engine: Whose fields they carry.
        output_tokens: Length of an answer.
        start_no: Number of the start.
    """

    target: Target
    prompts: PromptMaker
    engine: Engine
    output_tokens: int
    start_no: int

    def of(self, *, level: float, phase: str, load: Load = "closed") -> Iterator[PreparedRequest]:
        """Yield the requests of a phase of a level without end, no two with the same prompt."""
        return make_requests(
            self.target,
            self.prompts,
            start_no=self.start_no,
            phase=phase,
            level=level,
            load=load,
            max_tokens=self.output_tokens,
            stream_extras=self.engine.stream_extras,
            exact_output=self.engine.exact_output,
        )


def prompt_seed(run: StageRun, workload: Workload) -> int:
    """Return the seed of a stage's prompts: another for each stage.

    A server that runs on between two measurements may still hold their prompts in its
    prefix cache, so an external one gets a seed of its own each time; it is kept in the facts.
    """
    if engines.get(run.candidate.engine).managed:
        return zlib.crc32(f"{workload.seed}/{run.stage}".encode())
    seed = (workload.seed + time.time_ns()) % 2**32
    run.facts["prompt_seed"] = str(seed)
    return seed


def requests_for(
    run: StageRun, server: Server, workload: Workload, *, seed: int, start_no: int = 0
) -> Requests:
    """Return the maker of requests for a server that runs; it is asked how it counts tokens.

    Args:
        run: The stage; gets notes on what prompts could not be.
        server: The server.
        workload: What a request is.
        seed: Seed of the prompts, from :func:`prompt_seed`.
        start_no: Number of the start.

    Raises:
        CandidateError: If the server does not answer, or the prompts are too short for it.
    """
    target = Target.from_url(
        server.base_url, model=server.model, api_key=server.api_key, endpoint=workload.endpoint
    )
    prompts = make_prompts(
        target,
        input_tokens=workload.input_tokens,
        seed=seed,
        model_dir=run.model_dir,
        timeout_s=workload.timeout_s,
    ).sharing(workload.shared_prefix_tokens)
    run.notes += [note for note in prompts.notes if note not in run.notes]
    return Requests(
        target=target,
        prompts=prompts,
        engine=engines.get(run.candidate.engine),
        output_tokens=workload.output_tokens,
        start_no=start_no,
    )


def refuse_silence(rows: list[Row]) -> None:
    """Fail the stage if no measured request among the rows was answered.

    Raises:
        CandidateError: Naming the commonest error.
    """
    measured = [row for row in rows if row["phase"] == "measure"]
    if measured and not any(row["status"] == "ok" for row in measured):
        errors = [f"{row['status']}: {row['error']}" for row in measured]
        commonest = max(set(errors), key=errors.count)
        raise CandidateError(f"none of {len(measured)} requests was answered; {commonest}")
