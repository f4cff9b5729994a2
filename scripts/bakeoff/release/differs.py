"""What differs between two versions beside what was measured, and what forbids a comparison."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from bakeoff.config.slices import LOADED
from bakeoff.language import marked
from bakeoff.metrics.base import Metric
from bakeoff.release.versions import Version

#: Facts about the machine that may change a figure: section, name, what people call it.
_HOST = (
    ("host", "id", marked("host")),
    ("driver", "nvidia_driver", marked("GPU driver")),
    ("driver", "cuda_driver", marked("CUDA")),
    ("cpu", "model", marked("processor")),
    ("cpu", "cores_usable", marked("processor cores")),
    ("memory", "total", marked("memory")),
    ("system", "kernel", marked("kernel")),
)
_CANDIDATE = {
    "engine": marked("engine"),
    "model": marked("the model"),
    "model_revision": marked("model revision"),
    "quantization": marked("quantisation"),
    "gpus": marked("number of GPUs"),
    "args": marked("engine flags"),
    "env": marked("environment variables"),
    "url": marked("URL"),
}
#: Jobs whose method also makes the figures, by stage; those of every stage under the empty name.
_METHODS = {
    "": {"load_database": marked("method of the figures")},
    "quality": {
        "draw_items": marked("method of the questions"),
        "grade_answers": marked("method of grading"),
        "judge_answers": marked("method of judging"),
    },
}
#: Metrics that the service level is part of.
_SERVICE_LEVEL = frozenset({"goodput_requests_per_s", "max_stable_concurrency"})
#: Kinds of questions behind a metric of the stage quality, where they are not math and code.
_KINDS = {"quality_math": ("math",), "quality_code": ("code",), "quality_creative": ("creative",)}
_NOT_KNOWN, _NO_OTHERS = "not known", "no others"


@dataclass(frozen=True)
class Differing:
    """One thing that is not the same in both versions.

    Attributes:
        field: What it is.
        before: What it was.
        after: What it is now.
        forbids: Whether figures cannot be compared across it.
    """

    field: str
    before: str
    after: str
    forbids: bool = False


def differing(before: Version, after: Version, candidate: str, metric: Metric) -> list[Differing]:
    """Return what differs and may matter to a metric of a candidate."""
    stage = metric.stage
    return [
        *_forbidding(before, after, candidate, metric),
        *_of_host(before, after),
        *_of_candidate(before, after, candidate, stage),
        *_of_stage(before, after, candidate, stage),
    ]


def to_json(found: Iterable[Differing]) -> str | None:
    """Return the differences as the column ``differs`` holds them; None without any."""
    rows = [{k: v for k, v in asdict(one).items() if k != "forbids"} for one in found]
    return json.dumps(rows, ensure_ascii=False) if rows else None


def _forbidding(
    before: Version, after: Version, candidate: str, metric: Metric
) -> Iterator[Differing]:
    """Yield what makes the figures two different quantities."""
    stage = metric.stage
    yield from _unequal(
        marked("method of the stage"),
        *(v.stages.get((candidate, stage), {}).get("method_version") for v in (before, after)),
        forbids=True,
    )
    for job, told in (_METHODS[""] | _METHODS.get(stage, {})).items():
        versions = before.methods.get(job), after.methods.get(job)
        if None not in versions:
            yield from _unequal(told, *versions, forbids=True)
    if stage in LOADED and before.settings and after.settings:
        workloads = _common(before.settings.get("workload"), after.settings.get("workload"))
        yield from _unequal(marked("workload"), *workloads, forbids=True)
    if metric.id in _SERVICE_LEVEL:
        levels = _plain(before.slo), _plain(after.slo)
        yield from _unequal(marked("service level (SLO)"), *levels, forbids=True)
    if stage == "quality":
        yield from _questions(before, after, metric.id)
    if metric.unit == "USD":
        yield from _unequal(
            marked("prices"), _plain(before.prices), _plain(after.prices), forbids=True
        )


def _questions(before: Version, after: Version, metric: str) -> Iterator[Differing]:
    """Yield that other kinds of questions were asked; other questions of one kind do not count."""
    kinds = _KINDS.get(metric, ("math", "code"))
    old, new = (
        frozenset().union(*(version.questions.get(kind, ()) for kind in kinds))
        for version in (before, after)
    )
    if old and new and old != new:
        only = [", ".join(sorted(own)) or _NO_OTHERS for own in (old - new, new - old)]
        yield Differing(marked("questions"), only[0], only[1], forbids=True)


def _of_host(before: Version, after: Version) -> Iterator[Differing]:
    for section, name, told in _HOST:
        yield from _unequal(told, before.host.get((section, name)), after.host.get((section, name)))
    yield from _unequal(marked("kind of GPU"), _gpus(before), _gpus(after))


def _gpus(version: Version) -> str:
    names = [
        value
        for (section, name), value in sorted(version.host.items())
        if section.startswith("gpu") and name == "name"
    ]
    return ", ".join(names)


def _of_candidate(
    before: Version, after: Version, candidate: str, stage: str
) -> Iterator[Differing]:
    old, new = before.candidates.get(candidate, {}), after.candidates.get(candidate, {})
    for column, told in _CANDIDATE.items():
        yield from _unequal(told, old.get(column), new.get(column))
    versions = [v.stages.get((candidate, stage), {}).get("engine_version") for v in (before, after)]
    yield from _unequal(marked("engine version"), *versions)


def _of_stage(before: Version, after: Version, candidate: str, stage: str) -> Iterator[Differing]:
    """Yield that a stage was set differently, as far as that is known."""
    old, new = ((version.settings.get("stages") or {}).get(stage) for version in (before, after))
    if old is not None and new is not None:
        yield from _unequal(marked("settings of the stage"), *_common(old, new))
        return
    hashes = [v.stages.get((candidate, stage), {}).get("config_hash") for v in (before, after)]
    yield from _unequal(marked("configuration of the stage (hash)"), *hashes)


def _unequal(
    field: str, before: object, after: object, *, forbids: bool = False
) -> Iterator[Differing]:
    if before != after:
        shown = [_NOT_KNOWN if one in (None, "") else str(one) for one in (before, after)]
        yield Differing(field, shown[0], shown[1], forbids=forbids)


def _common(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> tuple[str, str]:
    """Return settings as text, without keys that only one bakeoff knows."""
    both = set(old or ()) & set(new or ())
    shown = [{k: v for k, v in (one or {}).items() if k in both} for one in (old, new)]
    return _plain(shown[0]), _plain(shown[1])


def _plain(settings: Mapping[str, Any] | None) -> str:
    return json.dumps(settings, sort_keys=True) if settings else ""
