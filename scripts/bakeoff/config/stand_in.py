"""Let demo weights stand in for the models of a configuration, so that all of it runs anywhere.

``python -m bakeoff.config.stand_in CONFIG OUT`` writes a configuration with the same candidates,
stages and scenarios. What changes: every model that is served by vLLM becomes a tiny one that is
built on this machine, GPUs are left out with the flags that split a model over them, and so are
flags that hold for one tokenizer; requests, starts, levels and questions are few. Its figures say
nothing of the models; that it runs says that the configuration and the pipeline do.
"""

from __future__ import annotations

import argparse
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import yaml

from bakeoff.errors import ConfigError

#: What a model on a CPU is served with, as in the demo.
_CPU_ARGS = {"dtype": "float32", "enforce-eager": True, "max-num-seqs": 64}
_CPU_ENV = {
    "OMP_NUM_THREADS": 1,
    "VLLM_CPU_OMP_THREADS_BIND": "nobind",
    "VLLM_ENABLE_V1_MULTIPROCESSING": 0,
    "VLLM_CPU_KVCACHE_SPACE": 1,
}
#: Flags of several GPUs, or of one.
_OF_GPUS = frozenset(
    {
        "data-parallel-size",
        "gpu-memory-utilization",
        "kv-cache-dtype",
        "pipeline-parallel-size",
        "quantization",
        "tensor-parallel-size",
    }
)
#: Flags that hold for one tokenizer or one model, and end the server of another.
_OF_THE_MODEL = frozenset(
    {
        "chat-template",
        "enable-auto-tool-choice",
        "hf-overrides",
        "reasoning-parser",
        "speculative-config",
        "tokenizer",
        "tool-call-parser",
    }
)
_WORKLOAD = {"input_tokens": 64, "output_tokens": 16}
#: Settings of each stage that decide how long it takes.
_FEW: dict[str, dict[str, Any]] = {
    "startup": {"repeats": 1, "page_cache": ["warm"], "timeout_s": 600},
    "latency": {"requests": 12, "warmup": 2, "starts": 1},
    "throughput": {"concurrency": [1, 2], "rates": [], "duration_s": 3, "min_requests": 6},
    "concurrency": {"max": 4, "hold_s": 5},
    "quality": {"max_tokens": 64, "samples": 1},
}
#: Questions of a suite.
_QUESTIONS = 3


def stand_in(config: Mapping[str, Any], only: Collection[str] = ()) -> dict[str, Any]:
    """Return the configuration with demo weights in place of its models.

    Args:
        config: A configuration, as read from YAML.
        only: Ids of the candidates to keep; all where empty.

    Raises:
        ConfigError: If one of ``only`` is no candidate.
    """
    candidates = config.get("candidates") or []
    unknown = sorted(set(only) - {candidate["id"] for candidate in candidates})
    if unknown:
        known = ", ".join(candidate["id"] for candidate in candidates)
        raise ConfigError(f"--only {', '.join(unknown)}: no such candidate; allowed are {known}")
    stages = config.get("stages") or {}
    return {
        **config,
        "title": f"Stand-in with demo weights: {config.get('title', '')}".strip(),
        "candidates": [_candidate(one) for one in candidates if not only or one["id"] in only],
        "workload": {**(config.get("workload") or {}), **_WORKLOAD},
        "stages": {name: _stage(name, settings) for name, settings in stages.items()},
    }


def _candidate(candidate: Mapping[str, Any]) -> dict[str, Any]:
    """Return a candidate with demo weights; a server that is already running stays as it is."""
    if candidate.get("engine") != "vllm":
        return dict(candidate)
    kept = {key: value for key, value in candidate.items() if key != "gpus"}
    args = candidate.get("args") or {}
    passed = {key: value for key, value in args.items() if key not in _OF_GPUS | _OF_THE_MODEL}
    return {
        **kept,
        "model": {"source": "demo", "family": _family(candidate.get("model") or {}), "seed": 1},
        "args": {**passed, **_CPU_ARGS},
        "env": {**(candidate.get("env") or {}), **_CPU_ENV},
    }


def _family(model: Mapping[str, Any]) -> str:
    """Return the demo family that is most like a model."""
    named = str(model.get("repo") or model.get("path") or model.get("family") or "")
    return "gpt-oss" if "gpt-oss" in named.lower() else "llama"


def _stage(name: str, settings: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return a stage that is done soon; one that is left out stays left out."""
    if settings is None:
        return None
    few = {**settings, **_FEW.get(name, {})}
    if name == "quality" and settings.get("suites"):
        few["suites"] = {suite: _suite(asked) for suite, asked in settings["suites"].items()}
    return few


def _suite(asked: Any) -> Any:
    """Return a suite of a few questions."""
    if isinstance(asked, int):
        return min(asked, _QUESTIONS)
    if isinstance(asked, Mapping):
        return {**asked, "items": min(asked.get("items") or _QUESTIONS, _QUESTIONS)}
    return asked


def main() -> None:
    """Write the configuration.

    Raises:
        ConfigError: If the configuration cannot be read.
    """
    parser = argparse.ArgumentParser(prog="python -m bakeoff.config.stand_in", description=__doc__)
    parser.add_argument("config", type=Path, help="the configuration")
    parser.add_argument("out", type=Path, help="YAML file to write")
    parser.add_argument("--only", nargs="+", default=(), help="ids of the candidates to keep")
    asked = parser.parse_args()
    try:
        raw = yaml.safe_load(asked.config.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise ConfigError(f"{asked.config} cannot be read as YAML: {error}") from error
    text = yaml.safe_dump(stand_in(raw, asked.only), sort_keys=False, allow_unicode=True)
    asked.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
