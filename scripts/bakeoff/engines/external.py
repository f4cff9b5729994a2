"""A server that is already running: bakeoff sends requests to it and starts nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bakeoff.engines.base import PhaseMark
from bakeoff.errors import HarnessError

if TYPE_CHECKING:
    from bakeoff.config.models import Candidate


class External:
    """Any OpenAI-compatible server; see :class:`bakeoff.engines.base.Engine`.

    Only fields of the OpenAI API itself are sent, because many servers refuse others.
    """

    def __init__(self) -> None:
        self.name = "external"
        self.managed = False
        self.health_path = "/v1/models"
        self.phase_marks: tuple[PhaseMark, ...] = ()
        self.log_facts: dict[str, str] = {}
        self.exact_output: dict[str, object] = {}
        self.stream_extras: dict[str, object] = {"stream_options": {"include_usage": True}}

    def check(self, candidate: Candidate) -> list[str]:
        """Return what is wrong with the candidate's keys, each as ``key value: allowed``."""
        problems = [
            f"{key} is missing: {what}"
            for key, what in (
                ("url", "an external server needs its base URL, as in http://127.0.0.1:8000/v1"),
                ("served_model", "requests to an external server carry the model's name"),
            )
            if getattr(candidate, key) is None
        ]
        if candidate.gpus:
            problems.append(f"gpus {candidate.gpus}: allowed is 0, its machine is not measured")
        managed_only = {
            "args": candidate.args,
            "env": ", ".join(candidate.env),  # values may be secrets
            "engine_env": candidate.engine_env,
        }
        problems += [
            f"{key} {value}: left out, bakeoff does not start this server"
            for key, value in managed_only.items()
            if value
        ]
        return problems

    def context_tokens(self, candidate: Candidate) -> int | None:
        """Return None: only the server itself could tell."""
        del candidate
        return None

    def default_gpus(self, candidate: Candidate) -> int:
        """Return 0: its machine is not measured."""
        del candidate
        return 0

    def command(self, candidate: Candidate, *, model_dir: Path, port: int) -> list[str]:
        """Refuse: an external server is never started.

        Raises:
            HarnessError: Always.
        """
        raise HarnessError(
            f"{candidate.id} is external and cannot be started "
            f"(model {model_dir}, port {port}); use bakeoff.serving.serve"
        )

    def environment(self, candidate: Candidate) -> dict[str, str]:
        """Return nothing: no process is started."""
        del candidate
        return {}

    def version(self, candidate: Candidate) -> str | None:
        """Return None: only the server itself could tell."""
        del candidate
        return None


ENGINE = External()
