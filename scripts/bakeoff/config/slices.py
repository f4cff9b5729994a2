"""The part of the configuration that a job depends on, for its rule's ``params``.

Snakemake runs a job again when its ``params`` changed. A slice therefore holds exactly
what alters the job's result, in an order that does not depend on how the YAML was
written. What only decides how long to wait (``startup.timeout_s``) stays out.
"""

import hashlib
import json
from typing import Any

from bakeoff import engines
from bakeoff.config.models import Config
from bakeoff.methods import METHOD_VERSIONS

#: Keys of a stage's settings that do not alter what it measures.
_WAITING = frozenset({"timeout_s"})
#: What else does not, by stage: what answers are asked reaches them as a file, and who judges
#: them changes none.
_ELSEWHERE = {"quality": frozenset({"suites", "judge", "raters"})}
#: Stages that send the workload's requests.
LOADED = frozenset({"latency", "throughput", "concurrency"})


def stage_slice(config: Config, candidate_id: str, stage: str) -> dict[str, Any]:
    """Return what the measurement of one stage of one candidate depends on.

    Args:
        config: The whole configuration.
        candidate_id: Id of the candidate.
        stage: Name of a stage that the configuration asks for.
    """
    apart = _WAITING | _ELSEWHERE.get(stage, frozenset())
    settings = getattr(config.stages, stage).model_dump(mode="json", exclude=apart)
    candidate = config.candidate(candidate_id)
    parts: dict[str, Any] = {
        "candidate": candidate.model_dump(mode="json"),
        "engine_version": engines.get(candidate.engine).version(candidate),
        "gpus": candidate.gpu_count,
        "stage": settings,
        "method_version": METHOD_VERSIONS[stage],
    }
    if stage in LOADED:
        parts["workload"] = config.workload.model_dump(mode="json")
    return {key: _ordered(parts[key]) for key in sorted(parts)}


def database_slice(config: Config) -> dict[str, Any]:
    """Return what the database depends on, beside the rows that it is loaded from."""
    return {
        "candidates": [candidate.id for candidate in config.candidates],
        "stages": list(config.stages.asked),
        "slo": config.stages.slo.model_dump(mode="json"),
        "prices": config.prices.model_dump(mode="json"),
        "cluster_gpus": config.cluster_gpus,
        "method_version": METHOD_VERSIONS["load_database"],
    }


def decision_slice(config: Config) -> dict[str, Any]:
    """Return what the verdicts depend on, beside the database of what was measured."""
    return {
        "scenarios": [scenario.model_dump(mode="json") for scenario in config.scenarios],
        "threshold": config.threshold,
        "method_version": METHOD_VERSIONS["recommend"],
    }


def items_slice(config: Config) -> dict[str, Any]:
    """Return what the drawn items depend on; empty where no quality is asked for."""
    quality = config.stages.quality
    if quality is None:
        return {}
    asked = quality.model_dump(mode="json", include={"seed", "suites"})
    parts = asked | {"method_version": METHOD_VERSIONS["draw_items"]}
    return {key: _ordered(parts[key]) for key in sorted(parts)}


def judge_slice(config: Config) -> dict[str, Any]:
    """Return what the judgements depend on, beside the answers."""
    quality = config.stages.quality
    judge = None if quality is None else quality.judge
    return {
        "judge": None if judge is None else _ordered(judge.model_dump(mode="json")),
        "method_version": METHOD_VERSIONS["judge_answers"],
    }


def config_hash(parts: dict[str, Any]) -> str:
    """Return a short hash of a slice: the first 16 hexadecimal digits of its SHA-256."""
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _ordered(value: Any) -> Any:
    """Return the value with the keys of every mapping in it sorted."""
    if isinstance(value, dict):
        return {key: _ordered(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return [_ordered(item) for item in value]
    return value
