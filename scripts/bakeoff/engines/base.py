"""The seam between bakeoff and a serving engine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from bakeoff.config.models import Candidate


@dataclass(frozen=True, kw_only=True)
class PhaseMark:
    """A line of the engine's log that ends a phase of its start.

    Attributes:
        phase: Name of the phase that the line ends, as in ``startups.phase``.
        pattern: Regular expression that the line matches. A group named ``seconds``
            gives the phase's own duration as the engine logged it; without one the
            phase begins where the one before it ended.
    """

    phase: str
    pattern: str


class Engine(Protocol):
    """What bakeoff needs to know of a serving engine.

    Attributes:
        name: The value of ``engine:`` in the configuration.
        managed: Whether bakeoff starts and stops the server.
        health_path: Path, from the server's root, that answers 200 once it is ready.
        phase_marks: Log lines that end the phases of a start, in their usual order.
        log_facts: Name to regular expression with a group ``value``: figures that the
            engine's log gives (bytes, tokens), stored in ``stage.json``.
        exact_output: Request fields that make an answer exactly as long as asked;
            empty where the engine cannot.
        stream_extras: Request fields that make the stream tell its tokens per event.
    """

    name: str
    managed: bool
    health_path: str
    phase_marks: tuple[PhaseMark, ...]
    log_facts: dict[str, str]
    exact_output: dict[str, object]
    stream_extras: dict[str, object]

    def check(self, candidate: Candidate) -> list[str]:
        """Return what is wrong with the candidate's keys, each as ``key value: allowed``."""
        ...

    def context_tokens(self, candidate: Candidate) -> int | None:
        """Return the context length that the args set, None where they leave it open."""
        ...

    def default_gpus(self, candidate: Candidate) -> int:
        """Return how many GPUs the candidate occupies where ``gpus`` is left out."""
        ...

    def command(self, candidate: Candidate, *, model_dir: Path, port: int) -> list[str]:
        """Return the command line that serves the model on 127.0.0.1 at the port."""
        ...

    def environment(self, candidate: Candidate) -> dict[str, str]:
        """Return the variables to add to the server's environment."""
        ...

    def version(self, candidate: Candidate) -> str | None:
        """Return the engine's version, or None where it cannot be told without a server."""
        ...
