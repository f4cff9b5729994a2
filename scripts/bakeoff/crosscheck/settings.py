"""What a crosscheck runs, and the part of the configuration that it depends on."""

from dataclasses import asdict, dataclass
from typing import Any

from bakeoff import engines
from bakeoff.config.models import Config

#: Raised when a change alters what is measured or computed from the same input.
METHOD_VERSION = 1
#: Engine whose environment holds ``vllm bench serve``.
_ENGINE = "vllm"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How much is sent.

    Attributes:
        rounds: Times that each client runs. Rounds are what an interval is laid over, and
            Student's t of fewer than 4 is wider than anything it could show.
        requests: Measured requests of each client in each round; 4 rounds of 20 are just
            enough for a P95, which needs 72.
        warmup: Requests before these, in the same run and not measured: the first one opens
            a connection, which we do before the clock starts and ``vllm bench serve`` does not.
        streams: Streams of the closed loop. With one, no client can be in its own way, so
            what differs is what they measure.
    """

    rounds: int = 4
    requests: int = 20
    warmup: int = 3
    streams: int = 1


def crosschecked(config: Config) -> list[str]:
    """Return the ids of the candidates that can be crosschecked: those that we serve by vLLM."""
    return [candidate.id for candidate in config.candidates if candidate.engine == _ENGINE]


def crosscheck_slice(config: Config, candidate_id: str) -> dict[str, Any]:
    """Return what the crosscheck of a candidate depends on, for the ``params`` of its rule."""
    candidate = config.candidate(candidate_id)
    return {
        "candidate": candidate.model_dump(mode="json"),
        "engine_version": engines.get(candidate.engine).version(candidate),
        "gpus": candidate.gpu_count,
        "workload": config.workload.model_dump(mode="json"),
        "settings": asdict(Settings()),
        "method_version": METHOD_VERSION,
    }
