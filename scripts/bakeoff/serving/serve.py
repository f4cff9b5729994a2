"""A candidate's server for as long as a ``with`` block lasts."""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bakeoff import engines
from bakeoff.config.models import Candidate
from bakeoff.engines.base import Engine
from bakeoff.errors import CandidateError, HarnessError
from bakeoff.serving import devices, leases, logtail, loopback, marker
from bakeoff.serving.interrupts import terminable
from bakeoff.serving.launch import GRACE_S, Supervised, launch
from bakeoff.serving.server import Server, StartError, ended

#: Between two questions whether the server is ready, in seconds.
_POLL_S = 0.02
#: Starts that are tried when somebody takes the port first.
_PORT_ATTEMPTS = 3
#: Longest wait for one answer of an external server, in seconds.
_ANSWER_WITHIN_S = 30.0
#: Variables of this process's own Python, and secrets, which are no business of a server's.
_NOT_INHERITED = frozenset(
    {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"}
)


@contextmanager
def serving(
    candidate: Candidate,
    *,
    stage: str,
    model_dir: Path | None,
    log_path: Path,
    timeout_s: float,
    launched: Callable[[Supervised], None] = lambda _: None,
    gpus: tuple[str, ...] | None = None,
    choose_port: Callable[[], int] = loopback.free_port,
    grace_s: float = GRACE_S,
) -> Iterator[Server]:
    """Start the candidate's server (or find the external one) and stop it, whatever happens.

    Args:
        candidate: What to serve.
        stage: Stage that it is served for, which leftovers are named by.
        model_dir: Directory of the weights; None for an external server.
        log_path: Log to append the server's stamped output to.
        timeout_s: A start that has not answered by then has failed, in seconds.
        launched: Called once the process runs, long before it answers.
        gpus: NVML indices of its GPUs, which the caller leases; leased here if left out.
        choose_port: Gives a free port of 127.0.0.1.
        grace_s: From TERM to KILL when it is stopped, in seconds.

    Yields:
        The server, ready.

    Raises:
        StartError: If it did not become ready.
        CandidateError: If it ended while it was used, or an external one does not answer.
        HarnessError: If the engine's environment is missing, GPUs are not free, or a process
            cannot be ended.
    """
    engine = engines.get(candidate.engine)
    if not engine.managed:
        yield _external(candidate)
        return
    if model_dir is None:
        raise HarnessError(f"{candidate.id} has no model directory; call serving() with one")
    with terminable(), ExitStack() as held, ExitStack() as stack:
        if gpus is None:
            gpus = held.enter_context(lease(candidate, stage))
        for attempt in range(1, _PORT_ATTEMPTS + 1):
            start = _launch(
                candidate,
                stage=stage,
                model_dir=model_dir,
                log_path=log_path,
                gpus=gpus,
                port=choose_port(),
                grace_s=grace_s,
            )
            stack.callback(start.supervised.stop)
            launched(start.supervised)
            try:
                server = _wait(candidate, engine, start, timeout_s)
            except StartError as error:
                if attempt == _PORT_ATTEMPTS or not logtail.address_in_use(error.log_tail):
                    raise
                stack.close()
                continue
            yield server
            server.check()
            return


def lease(candidate: Candidate, stage: str) -> AbstractContextManager[tuple[str, ...]]:
    """Return the lease of the GPUs that a candidate needs; see :func:`leases.leased`."""
    own = {name: str(value) for name, value in candidate.env.items()}
    return leases.leased(
        candidate.gpu_count, {**os.environ, **own}, subject=f"{candidate.id} · {stage}"
    )


@dataclass(frozen=True, kw_only=True)
class _Start:
    """One attempt to start a managed server."""

    supervised: Supervised
    command: list[str]
    port: int
    log_path: Path
    log_offset: int
    gpus: tuple[str, ...]

    def failed(self, message: str) -> StartError:
        self.supervised.stop()
        return StartError(
            message,
            logtail.tail(self.log_path, self.log_offset),
            started_ns=self.supervised.started_ns,
            ended_ns=time.perf_counter_ns(),
            log_offset=self.log_offset,
        )


def _launch(
    candidate: Candidate,
    *,
    stage: str,
    model_dir: Path,
    log_path: Path,
    gpus: tuple[str, ...],
    port: int,
    grace_s: float,
) -> _Start:
    """Start the server's process."""
    engine = engines.get(candidate.engine)
    command = engine.command(candidate, model_dir=model_dir, port=port)
    if not Path(command[0]).exists():
        raise HarnessError(
            f"{candidate.id}: {command[0]} does not exist, so {engine.name} cannot be started; "
            "set up the engine's environment, or set engine_env to the one that holds it"
        )
    log_path.parent.mkdir(parents=True, exist_ok=True)
    offset = log_path.stat().st_size if log_path.exists() else 0
    supervised = launch(
        command,
        environment=_environment(candidate, engine, gpus, os.environ),
        log_path=log_path,
        mark=marker.mine(candidate.id, stage),
        grace_s=grace_s,
    )
    return _Start(
        supervised=supervised,
        command=command,
        port=port,
        log_path=log_path,
        log_offset=offset,
        gpus=gpus,
    )


def _environment(
    candidate: Candidate, engine: Engine, gpus: tuple[str, ...], inherited: Mapping[str, str]
) -> dict[str, str]:
    """Return the server's whole environment; what is inherited yields to the engine's own."""
    kept = {name: value for name, value in inherited.items() if name not in _NOT_INHERITED}
    # An engine that renames its processes would otherwise overwrite the mark (setproctitle).
    own = {"SPT_NOENV": "1", **engine.environment(candidate)}
    # The candidate's own CUDA_VISIBLE_DEVICES says which GPUs may be leased, not which are.
    return {**kept, **own, **devices.environment(gpus)}


def _wait(candidate: Candidate, engine: Engine, start: _Start, timeout_s: float) -> Server:
    """Wait until the server is ready.

    Raises:
        StartError: If it ends first or is not ready in time; it is stopped by then.
    """
    supervised = start.supervised
    deadline_ns = supervised.started_ns + round(timeout_s * 1e9)
    base_url = f"http://127.0.0.1:{start.port}/v1"
    while not loopback.healthy(base_url, engine.health_path, timeout_s=min(2.0, timeout_s)):
        if (code := supervised.poll(_POLL_S)) is not None:
            supervised.stop()  # so that its last words are in the log
            log = logtail.tail(start.log_path, start.log_offset)
            raise start.failed(ended("before it was ready", code, log))
        if time.perf_counter_ns() >= deadline_ns:
            raise start.failed(f"the server did not answer within {timeout_s:g} s")
    ready_ns = time.perf_counter_ns()
    return Server(
        base_url=base_url,
        model=candidate.served_model or candidate.id,
        ready_ns=ready_ns,
        health_path=engine.health_path,
        started_ns=supervised.started_ns,
        pid=supervised.pid,
        log_path=start.log_path,
        log_offset=start.log_offset,
        command=tuple(start.command),
        version=engine.version(candidate),
        devices=start.gpus,
        supervised=supervised,
    )


def _external(candidate: Candidate) -> Server:
    """Return the server that already runs, if it answers and lists the model.

    Raises:
        CandidateError: If it does not.
        HarnessError: If the variable that should hold its key is unset.
    """
    url, model = str(candidate.url).rstrip("/"), str(candidate.served_model)
    name = candidate.api_key_env
    api_key = os.environ.get(name) if name else None
    if name and not api_key:
        raise HarnessError(
            f"{candidate.id}: the environment variable {name} is unset or empty; "
            "set it to the server's API key, or leave api_key_env out"
        )
    try:
        listed = loopback.get_json(f"{url}/models", api_key=api_key, timeout_s=_ANSWER_WITHIN_S)
        ids = [str(entry["id"]) for entry in listed["data"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CandidateError(f"{url} does not list its models: {error}") from error
    if model not in ids:
        raise CandidateError(f"{url} does not serve {model!r}; it serves {', '.join(ids)}")
    return Server(base_url=url, model=model, ready_ns=time.perf_counter_ns(), api_key=api_key)
