"""How a stage ended, for people, and why it cannot begin."""

from collections.abc import Mapping
from pathlib import Path

from bakeoff.errors import CandidateError
from bakeoff.models.manifest import Manifest
from bakeoff.progress import duration, say


def refuse_failed(manifest: Manifest | None) -> None:
    """Refuse a model that could not be fetched.

    Raises:
        CandidateError: If it could not.
    """
    if manifest is not None and manifest.status == "failed":
        raise CandidateError(f"the model is not there: {manifest.error}")


def say_outcome(title: str, log_path: Path, took_s: float, outcome: Mapping[str, str]) -> None:
    """Say how a stage ended.

    Args:
        title: Candidate and stage.
        log_path: The log of its servers.
        took_s: How long it took, in seconds.
        outcome: Its columns ``status``, ``error`` and ``log_tail``.
    """
    took = duration(took_s)
    if outcome["status"] == "ok":
        say(f"{title} · ok · {took}")
        return
    say(f"{title} · {outcome['status']} after {took}: {outcome['error']}")
    if tail := outcome.get("log_tail"):
        say(f"{title} · last lines of {log_path}:\n{tail}")
