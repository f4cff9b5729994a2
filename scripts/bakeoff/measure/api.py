"""API compatibility: every check of :mod:`bakeoff.api` on one start of the server."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import httpx2

from bakeoff import engines
from bakeoff.api.base import Check, Outcome, Target
from bakeoff.api.registry import CHECKS
from bakeoff.api.run import run_checks
from bakeoff.config.stages import ApiStage
from bakeoff.errors import CandidateError
from bakeoff.measure.stage import Row, StageRun
from bakeoff.progress import Progress, say
from bakeoff.serving.server import Server

#: Longest wait for the models list, in seconds.
_MODELS_WITHIN_S = 30.0


def request_timeout_s(config: Mapping[str, Any]) -> float:
    """Return how long an answer may be silent, from the merged configuration."""
    settings = (config.get("stages") or {}).get("api") or {}
    given = {name: settings[name] for name in ("timeout_s",) if name in settings}
    return ApiStage.model_validate(given).timeout_s


def measure_api(run: StageRun, settings: ApiStage) -> None:
    """Run the suite and add a row for each check.

    Args:
        run: The stage; gets the rows.
        settings: Which families to leave out, and how long an answer may be silent.

    Raises:
        CandidateError: If the server did not start, or stopped answering during the suite; what
            was found until then is in the rows.
    """
    with run.serving() as server:
        target = target_of(run, server, settings)
        progress = Progress(run.title, total=len(CHECKS), unit="checks")
        progress.restart_clock(0)
        for position, (check, outcome) in enumerate(
            run_checks(target, CHECKS, leave_out=settings.leave_out)
        ):
            run.api_checks.append(_row(run, position, check, outcome))
            progress.update(position + 1)
            if outcome.status == "failed":
                say(f"{run.title} · {check.id} failed: {outcome.note}")
        say(f"{run.title} · {_summary(run.api_checks)}")
        server.check()
    unanswered = [row for row in run.api_checks if row["status"] == "not_answered"]
    if unanswered:
        raise CandidateError(
            f"{unanswered[-1]['note']}; {len(unanswered)} of {len(run.api_checks)} checks were "
            "not answered"
        )


def target_of(run: StageRun, server: Server, settings: ApiStage) -> Target:
    """Return the server and what is known of it."""
    engine = engines.get(run.candidate.engine)
    declared = engine.context_tokens(run.candidate) or _listed_context_tokens(server)
    if declared is None and run.manifest is not None:
        declared = run.manifest.max_context_tokens
    return Target(
        base_url=server.base_url.rstrip("/"),
        model=server.model,
        candidate=run.candidate,
        api_key=server.api_key,
        manifest=run.manifest,
        context_tokens=declared,
        exact_output=engine.exact_output,
        timeout_s=settings.timeout_s,
    )


def _listed_context_tokens(server: Server) -> int | None:
    """Return the context length that the models list tells, None where it tells none."""
    headers = {"Authorization": f"Bearer {server.api_key}"} if server.api_key else {}
    try:
        answer = httpx2.get(
            f"{server.base_url.rstrip('/')}/models",
            headers=headers,
            timeout=_MODELS_WITHIN_S,
            trust_env=False,
        )
        entries = {entry["id"]: entry for entry in answer.json()["data"]}
        found = entries[server.model]["max_model_len"]
    except (httpx2.TransportError, ValueError, KeyError, TypeError):
        return None
    return found if isinstance(found, int) and found > 0 else None


def _row(run: StageRun, position: int, check: Check, outcome: Outcome) -> Row:
    return {
        "candidate": run.candidate.id,
        "stage": run.stage,
        "check_id": check.id,
        "position": position,
        "family": check.family,
        "title": check.title,
        "status": outcome.status,
        "request": outcome.request,
        "response": outcome.response,
        "http_status": outcome.http_status,
        "duration_ms": outcome.duration_ms,
        "note": outcome.note or None,
    }


def _summary(rows: list[Row]) -> str:
    """Return how many checks ended how, as people are told."""
    found = Counter(row["status"] for row in rows)
    words = ("passed", "failed", "not_applicable", "not_answered")
    told = [f"{found[word]} {word.replace('_', ' ')}" for word in words if found[word]]
    return f"{len(rows)} checks: {', '.join(told)}"
