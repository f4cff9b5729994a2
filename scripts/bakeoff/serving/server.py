"""A server as the measuring scripts see it, and the error of one that did not start."""

from dataclasses import dataclass, field
from pathlib import Path

from bakeoff.errors import CandidateError
from bakeoff.serving import logtail, loopback
from bakeoff.serving.launch import Supervised
from bakeoff.telemetry.sampling import Sampler

#: A server that does not answer its health check for this long is not healthy, in seconds.
_HEALTHY_WITHIN_S = 10.0


class StartError(CandidateError):
    """A server did not become ready.

    Attributes:
        started_ns: When its process was started, on the monotonic clock.
        ended_ns: When it had ended or was given up.
        log_offset: Where this start's part of the log begins, in bytes.
    """

    def __init__(
        self, message: str, log_tail: str, *, started_ns: int, ended_ns: int, log_offset: int
    ) -> None:
        super().__init__(message, log_tail)
        self.started_ns, self.ended_ns, self.log_offset = started_ns, ended_ns, log_offset


@dataclass(frozen=True, kw_only=True)
class Server:
    """A server that answers.

    Attributes:
        base_url: Base URL with its ``/v1``.
        model: Model name that requests carry.
        ready_ns: When its health check first answered 200, on the monotonic clock.
        api_key: Key that requests carry, None for none; never shown by ``repr``.
        health_path: Path that answers 200 while it is well; None for an external server.
        started_ns: When its process was started; None for an external server.
        pid: Process id of the server; None for an external one.
        log_path: The stamped log; None for an external server.
        log_offset: Where this start's part of the log begins, in bytes.
        command: Command line; None for an external server.
        version: Version of the engine, None where it cannot be told.
        devices: NVML indices or UUIDs of the candidate's GPUs.
        supervised: Handle of the process; None for an external server.
        sampler: The sampler that watches it, which can be asked to scrape it now; None where
            nothing is sampled.
    """

    base_url: str
    model: str
    ready_ns: int
    api_key: str | None = field(default=None, repr=False)
    health_path: str | None = None
    started_ns: int | None = None
    pid: int | None = None
    log_path: Path | None = None
    log_offset: int = 0
    command: tuple[str, ...] | None = None
    version: str | None = None
    devices: tuple[str, ...] = ()
    supervised: Supervised | None = field(default=None, repr=False, compare=False)
    sampler: Sampler | None = field(default=None, repr=False, compare=False)

    def check(self) -> None:
        """Do nothing if the server still runs and is healthy, or is external.

        Raises:
            CandidateError: If not, with the reason and the tail of its log.
        """
        if self.supervised is None or self.health_path is None:
            return
        code = self.supervised.poll()
        if code is None:
            if loopback.healthy(self.base_url, self.health_path, timeout_s=_HEALTHY_WITHIN_S):
                return
            code = self.supervised.poll(_HEALTHY_WITHIN_S)  # it may be on its way out
        tail = self.log_tail()
        if code is None:
            raise CandidateError("the server stopped answering its health check", tail)
        raise CandidateError(ended("while it was measured", code, tail), tail)

    def log_tail(self) -> str:
        """Return the last lines of this start's log, empty for an external server."""
        return "" if self.log_path is None else logtail.tail(self.log_path, self.log_offset)


def ended(when: str, exit_code: int, log: str) -> str:
    """Return one line that says how and why a server ended."""
    why = logtail.reason(log)
    return f"the server {logtail.how_it_ended(exit_code)} {when}" + (f": {why}" if why else "")
