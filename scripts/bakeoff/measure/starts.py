"""One recorded start of a server: its phases, its telemetry and what its log tells."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bakeoff import engines
from bakeoff.config.models import Candidate
from bakeoff.errors import CandidateError
from bakeoff.measure.firsttoken import first_token_ns
from bakeoff.measure.remains import telemetry_spool
from bakeoff.serving import stamps, startlog
from bakeoff.serving.serve import lease, serving
from bakeoff.serving.server import Server, StartError
from bakeoff.telemetry.idle import idle_rows
from bakeoff.telemetry.sampling import Sampler, sampling

#: Longest wait for the server's last figures before it is stopped, in seconds.
_LAST_SAMPLE_WITHIN_S = 3.0


@dataclass(kw_only=True)
class Start:
    """A start, filled while it is recorded.

    Attributes:
        candidate: Who is started.
        stage: Stage that starts it.
        start_no: Number within the stage, from 0.
        page_cache: ``cold``, ``warm`` or ``as_found``.
        log_path: Log to append the server's stamped output to.
        first_of_job: Whether the job has started no server before; idle power is measured then.
        startups: Rows of ``startups``.
        telemetry: Rows of ``telemetry``.
        facts: Figures from the engine's log.
        notes: What a reader should know.
    """

    candidate: Candidate
    stage: str
    start_no: int
    page_cache: str
    log_path: Path
    first_of_job: bool = True
    startups: list[dict[str, Any]] = field(default_factory=list)
    telemetry: list[dict[str, Any]] = field(default_factory=list)
    facts: dict[str, float | str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def identity(self) -> dict[str, Any]:
        """The columns that tell the start's rows from others."""
        return {"candidate": self.candidate.id, "stage": self.stage, "start_no": self.start_no}

    def reached(
        self,
        *,
        log_offset: int,
        started_ns: int,
        ready_ns: int | None,
        first_token_ns: int | None,
    ) -> None:
        """Fill rows and facts from how far the start got; None is "not reached"."""
        engine = engines.get(self.candidate.engine)
        with self.log_path.open("rb") as file:
            file.seek(log_offset)
            lines = stamps.parse(file.read().decode(errors="replace"))
        found = startlog.phases(
            engine,
            lines,
            started_ns=started_ns,
            ready_ns=ready_ns,
            first_token_ns=first_token_ns,
        )
        self.facts |= startlog.facts(engine, lines)
        self.startups += [
            {
                **self.identity,
                "page_cache": self.page_cache,
                "phase": phase.name,
                "begin_ns": phase.begin_ns,
                "end_ns": phase.end_ns,
                "status": "failed" if first_token_ns is None else "ok",
            }
            for phase in found
        ]


@contextmanager
def recorded(start: Start, *, model_dir: Path | None, timeout_s: float) -> Iterator[Server]:
    """Serve the candidate until the block ends, first token included, and fill the start.

    An external server is not started, so there are no rows of ``startups``; what it tells at
    ``/metrics`` is sampled all the same, and so is the client.

    Args:
        start: What to start; filled also when the start or the block fails.
        model_dir: Directory of the weights; None for an external server.
        timeout_s: A start that has not given its first token by then has failed.

    Yields:
        The server, which has answered its first request.

    Raises:
        CandidateError: If it did not start, or ended while it was used.
        HarnessError: If the engine's environment is missing, or GPUs are not free.
    """
    managed = engines.get(start.candidate.engine).managed
    with ExitStack() as stack:
        gpus = stack.enter_context(lease(start.candidate, start.stage)) if managed else ()
        sampler = stack.enter_context(_sampled(start, gpus))
        if managed and start.first_of_job:
            start.telemetry += idle_rows(sampler, gpus, **start.identity)
        try:
            server = stack.enter_context(
                serving(
                    start.candidate,
                    stage=start.stage,
                    model_dir=model_dir,
                    log_path=start.log_path,
                    timeout_s=timeout_s,
                    gpus=gpus,
                    launched=lambda supervised: sampler.watch(supervised.tree_pid),
                )
            )
        except StartError as error:
            start.reached(
                log_offset=error.log_offset,
                started_ns=error.started_ns,
                ready_ns=None,
                first_token_ns=None,
            )
            raise
        sampler.scrape(server.base_url)
        try:
            if managed:
                _record_first_token(start, server, timeout_s)
            yield replace(server, sampler=sampler)
        finally:
            sampler.sample_now(timeout_s=_LAST_SAMPLE_WITHIN_S)
            sampler.leave()


@contextmanager
def _sampled(start: Start, gpus: tuple[str, ...]) -> Iterator[Sampler]:
    """Sample until the block ends, and fill the start's telemetry and notes."""
    spool = telemetry_spool(start.log_path.parent, start.start_no)
    sampler = None
    try:
        with sampling(spool, gpus) as sampler:
            yield sampler
    finally:
        if sampler is not None:
            start.telemetry += sampler.rows(**start.identity)
            start.notes += sampler.notes
        spool.unlink(missing_ok=True)


def _record_first_token(start: Start, server: Server, timeout_s: float) -> None:
    """Send the first request of the start and fill the start.

    Raises:
        CandidateError: If it gave no token.
    """
    started_ns = server.started_ns or server.ready_ns
    left_s = max(1.0, timeout_s - (server.ready_ns - started_ns) / 1e9)
    token_ns = None
    try:
        token_ns = first_token_ns(server, timeout_s=left_s)
    except CandidateError as error:
        # Why it gave no token stands in the log, where the server lived on as well.
        raise CandidateError(str(error), error.log_tail or server.log_tail()) from error
    finally:
        start.reached(
            log_offset=server.log_offset,
            started_ns=started_ns,
            ready_ns=server.ready_ns,
            first_token_ns=token_ns,
        )
