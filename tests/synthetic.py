"""A results tree with known truth: what the stages would have written, without a server.

Every figure follows from a :class:`Truth`: with a spread of 0 each request has exactly the
TTFT and ITL given, so that metrics, views and the report can be checked by hand.
"""

import json
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from bakeoff.config.models import DemoModel
from bakeoff.models.manifest import Manifest, write_manifest
from bakeoff.models.names import model_key, model_title, weights_dir
from bakeoff.store import schemas
from bakeoff.store.files import write_record, write_rows

MS, S = 1_000_000, 1_000_000_000
#: Monotonic time at which the first server of every stage starts.
BEGIN_NS = 1_000 * S
#: Wall-clock time at 0 of the monotonic clock: 2026-11-22 12:00:00 UTC less the above.
ORIGIN_NS = 1_795_348_800 * S - BEGIN_NS
#: Time between the begins of two starts of one stage.
START_EVERY_NS = 1_000 * S
PHASES_S = MappingProxyType(
    {
        "unexplained:weights": 8.0,
        "weights": 2.0,
        "unexplained:engine_init": 0.5,
        "engine_init": 4.0,
        "graphs": 1.5,
        "http_ready": 1.0,
        "first_token": 0.25,
    }
)


@dataclass(frozen=True, kw_only=True)
class Truth:
    """What is true of one candidate.

    Attributes:
        id: Candidate id.
        family: Demo family, ``llama`` or ``gpt-oss``.
        engine: Serving engine, ``vllm`` or ``external``.
        requests: Measured requests, spread over the latency stage's starts in turn.
        warmup: Warm-up requests after each start of the latency stage.
        latency_starts: Server starts of the latency stage.
        failures: Measured requests that time out; they come first.
        ttft_ms: Time to the first token; warm-up requests take ten times as long.
        itl_ms: Time between two tokens.
        spread: Relative spread of both (log-normal); 0 for exact values.
        start_spread: Relative spread of both from start to start; 0 for equal starts.
        prompt_tokens: Tokens of each prompt.
        tokens: Completion tokens of each request, reasoning included.
        reasoning_tokens: How many of them are reasoning and come first.
        tokens_per_event: Tokens in each event; the last one may carry fewer.
        usage: Whether the server tells token counts.
        repeats: Starts of the startup stage for each state of the page cache.
        page_cache: States of the page cache, in the order in which they are measured.
        phases_s: Phases of a start and their durations in s; warm starts load weights in half.
        loaded_bytes: Memory at the end of ``http_ready``.
        steady_bytes: Memory once the first token was there.
        weights_bytes: Size of the weight files.
        gpus: GPUs; 0 gives no nvml telemetry.
        counters: Whether the latency stage has the server's own counters and the host's load.
        failed: Stage to error, for stages that failed before anything was measured.
        skipped: Stage to reason, for stages that were skipped.
        facts: Figures from the engine's log.
        seed: Seed of the spread.
    """

    id: str = "demo-llama"
    family: Literal["llama", "gpt-oss"] = "llama"
    engine: Literal["vllm", "external"] = "vllm"
    requests: int = 20
    warmup: int = 2
    latency_starts: int = 1
    failures: int = 0
    ttft_ms: float = 50.0
    itl_ms: float = 4.0
    spread: float = 0.0
    start_spread: float = 0.0
    prompt_tokens: int = 64
    tokens: int = 32
    reasoning_tokens: int = 0
    tokens_per_event: int = 1
    usage: bool = True
    repeats: int = 2
    page_cache: tuple[str, ...] = ("cold", "warm")
    phases_s: Mapping[str, float] = field(default_factory=lambda: PHASES_S)
    loaded_bytes: int = 2_000_000_000
    steady_bytes: int = 2_100_000_000
    weights_bytes: int = 3_200_000
    gpus: int = 0
    counters: bool = True
    failed: Mapping[str, str] = field(default_factory=dict)
    skipped: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, float | str] = field(default_factory=dict)
    seed: int = 1


#: Two candidates that differ; the second one reasons and puts two tokens into an event.
PAIR = (
    Truth(spread=0.1, requests=100),
    Truth(
        id="demo-gpt-oss",
        family="gpt-oss",
        requests=100,
        failures=3,
        ttft_ms=80.0,
        itl_ms=5.0,
        spread=0.1,
        tokens_per_event=2,
        reasoning_tokens=16,
        loaded_bytes=2_400_000_000,
        steady_bytes=2_600_000_000,
        seed=2,
    ),
)


def write_results(
    results: Path,
    truths: Iterable[Truth] = PAIR,
    *,
    stages: tuple[str, ...] = ("startup", "latency"),
    title: str = "A synthetic comparison",
) -> dict[str, Any]:
    """Write a results tree and return the configuration that it answers.

    Args:
        results: Folder to write; what is there is overwritten file by file.
        truths: The candidates.
        stages: The stages that were asked for.
        title: Title of the configuration.
    """
    truths = tuple(truths)
    _write_json(results / "host" / "host.json", _host_rows())
    for position, truth in enumerate(truths, start=1):
        manifest = _manifest(truth, position)
        write_manifest(manifest, results / "models" / manifest.key / "manifest.json")
        for stage in stages:
            _write_stage(results / truth.id / stage, truth, stage)
    return configuration(truths, stages=stages, title=title)


def configuration(
    truths: Iterable[Truth] = PAIR,
    *,
    stages: tuple[str, ...] = ("startup", "latency"),
    title: str = "A synthetic comparison",
) -> dict[str, Any]:
    """Return the configuration, as Snakemake would read it from YAML."""
    truths = tuple(truths)
    settings = {
        "startup": {"repeats": 2, "page_cache": ["cold", "warm"]},
        "latency": {"requests": 100, "warmup": 2},
    }
    return {
        "title": title,
        "candidates": [
            {
                "id": truth.id,
                "engine": truth.engine,
                "model": {"source": "demo", "family": truth.family, "seed": position},
                "gpus": truth.gpus,
            }
            | _SERVED[truth.engine]
            for position, truth in enumerate(truths, start=1)
        ],
        "workload": {
            "input_tokens": truths[0].prompt_tokens,
            "output_tokens": truths[0].tokens,
        },
        "stages": {stage: settings[stage] for stage in stages},
    }


_SERVED: Mapping[str, dict[str, Any]] = MappingProxyType(
    {
        "vllm": {"args": {"max-model-len": 2048}, "env": {"OMP_NUM_THREADS": 1}},
        "external": {"url": "http://127.0.0.1:1/v1", "served_model": "made-up"},
    }
)


def request_rows(truth: Truth) -> list[dict[str, Any]]:
    """Return the rows of the latency stage's requests, in the order they were sent."""
    noise = random.Random(truth.seed)  # noqa: S311 -- a reproducible spread, no secret
    rows = []
    for start_no in range(truth.latency_starts):
        factor = noise.lognormvariate(0.0, truth.start_spread)
        now = BEGIN_NS + start_no * START_EVERY_NS + round(sum(truth.phases_s.values()) * S)
        own = len(range(start_no, truth.requests, truth.latency_starts))
        numbered = [("warmup", i) for i in range(truth.warmup)]
        numbered += [("measure", i) for i in range(own)]
        for phase, number in numbered:
            now += 10 * MS
            late = phase == "measure" and number * truth.latency_starts + start_no < truth.failures
            row = _request(truth, noise, factor * (10 if phase == "warmup" else 1), now)
            row |= {"start_no": start_no, "phase": phase, "request_no": number}
            if late:
                row |= _TIMED_OUT | {"done_ns": now + 300 * S}
            rows.append(row)
            now = row["done_ns"]
    return rows


_TIMED_OUT = {
    "status": "timeout",
    "error": "no end of the response within 300 s",
    "finish_reason": None,
    "first_token_ns": None,
    "first_answer_ns": None,
    "last_token_ns": None,
    "prompt_tokens": None,
    "completion_tokens": None,
    "reasoning_tokens": None,
    "chunk_ns": [],
    "chunk_tokens": [],
}


def _request(truth: Truth, noise: random.Random, factor: float, now: int) -> dict[str, Any]:
    def spread() -> float:
        return factor * (noise.lognormvariate(0.0, truth.spread) if truth.spread else 1.0)

    carried = [truth.tokens_per_event] * (truth.tokens // truth.tokens_per_event)
    if rest := truth.tokens % truth.tokens_per_event:
        carried.append(rest)
    arrivals = [now + round(truth.ttft_ms * spread() * MS)]
    for tokens in carried[1:]:
        arrivals.append(arrivals[-1] + round(tokens * truth.itl_ms * spread() * MS))
    answer = next(
        (t for t, so_far in _cumulated(arrivals, carried) if so_far > truth.reasoning_tokens), None
    )
    return {
        "candidate": truth.id,
        "stage": "latency",
        "load": "closed",
        "level": 1.0,
        "scheduled_ns": now,
        "sent_ns": now,
        "first_token_ns": arrivals[0],
        "first_answer_ns": answer,
        "last_token_ns": arrivals[-1],
        "done_ns": arrivals[-1] + MS // 10,
        "prompt_tokens": truth.prompt_tokens if truth.usage else None,
        "completion_tokens": truth.tokens if truth.usage else None,
        "reasoning_tokens": (truth.reasoning_tokens or None) if truth.usage else None,
        "chunk_ns": arrivals,
        "chunk_tokens": carried if truth.usage else None,
        "finish_reason": "length",
        "status": "ok",
        "http_status": 200,
    }


def _cumulated(arrivals: list[int], carried: list[int]) -> Iterable[tuple[int, int]]:
    total = 0
    for arrival, tokens in zip(arrivals, carried, strict=True):
        total += tokens
        yield arrival, total


def startup_rows(truth: Truth, stage: str) -> list[dict[str, Any]]:
    """Return the rows of the phases of all starts of a stage."""
    rows = []
    for start_no, page_cache in enumerate(_starts(truth, stage)):
        begin = now = BEGIN_NS + start_no * START_EVERY_NS
        common = {
            "candidate": truth.id,
            "stage": stage,
            "start_no": start_no,
            "page_cache": page_cache,
            "status": "ok",
        }
        for phase, seconds in truth.phases_s.items():
            factor = 0.5 if phase == "weights" and page_cache == "warm" else 1.0
            end = now + round(seconds * factor * S)
            rows.append(common | {"phase": phase, "begin_ns": now, "end_ns": end})
            now = end
        rows.append(common | {"phase": "total", "begin_ns": begin, "end_ns": now})
    return rows


def telemetry_rows(truth: Truth, stage: str) -> list[dict[str, Any]]:
    """Return samples every half second: growing until HTTP is ready, then steady.

    They end 5 s after the first token, in the latency stage after the last request.
    """
    rows: list[dict[str, Any]] = []
    sent = request_rows(truth) if stage == "latency" else []
    for start_no, _ in enumerate(_starts(truth, stage)):
        ends = {
            row["phase"]: row["end_ns"]
            for row in startup_rows(truth, stage)
            if row["start_no"] == start_no
        }
        ready, first_token = ends["http_ready"], ends["first_token"]
        begin = BEGIN_NS + start_no * START_EVERY_NS
        own = [row for row in sent if row["start_no"] == start_no]
        until = max([first_token + 4 * S, *(row["done_ns"] for row in own)]) + S
        for t_ns in range(begin, until, S // 2):
            loading = truth.loaded_bytes * (t_ns - begin) / (ready - begin)
            used = loading if t_ns < ready - S // 2 else truth.loaded_bytes
            used = truth.steady_bytes if t_ns > ready else used
            common = {
                "candidate": truth.id,
                "stage": stage,
                "start_no": start_no,
                "t_ns": t_ns,
            }
            rows += [common | sample for sample in _samples(truth, float(used))]
        if own and truth.counters:
            common = {"candidate": truth.id, "stage": stage, "start_no": start_no}
            for t_ns in range(first_token, until, S // 2):
                rows += [common | sample | {"t_ns": t_ns} for sample in counters(own, t_ns)]
                rows += [common | sample | {"t_ns": t_ns} for sample in _IDLE_HOST]
    return rows


_IDLE_HOST = (
    {"source": "host", "device": "host", "name": "cpu_percent", "value": 40.0},
    {"source": "host", "device": "host", "name": "client_core_percent", "value": 20.0},
)


def counters(rows: Iterable[Mapping[str, Any]], t_ns: int) -> list[dict[str, Any]]:
    """Return the counters of a server that answered these requests, 0.2 ms before each event."""
    values = dict.fromkeys(
        (
            "vllm:prompt_tokens_total",
            "vllm:generation_tokens_total",
            "vllm:time_to_first_token_seconds_sum",
            "vllm:time_to_first_token_seconds_count",
            "vllm:prefix_cache_queries_total",
            "vllm:prefix_cache_hits_total",
        ),
        0.0,
    )
    way_ns = MS // 5
    for row in rows:
        events = row["chunk_ns"] or []
        if not events or events[0] - way_ns > t_ns:
            continue
        values["vllm:prompt_tokens_total"] += row["prompt_tokens"] or 0
        values["vllm:prefix_cache_queries_total"] += row["prompt_tokens"] or 0
        values["vllm:time_to_first_token_seconds_sum"] += (events[0] - way_ns - row["sent_ns"]) / S
        values["vllm:time_to_first_token_seconds_count"] += 1
        values["vllm:generation_tokens_total"] += sum(
            tokens
            for at, tokens in zip(events, row["chunk_tokens"] or [], strict=False)
            if at - way_ns <= t_ns
        )
    engine = {"source": "engine", "device": "0"}
    return [engine | {"name": name, "value": value} for name, value in values.items()]


def _samples(truth: Truth, used: float) -> list[dict[str, Any]]:
    tree = {"source": "process", "device": "tree"}
    rows = [
        tree | {"name": "rss_bytes", "value": used if not truth.gpus else 1e9},
        tree | {"name": "cpu_percent", "value": 100.0},
    ]
    for device in range(truth.gpus):
        gpu = {"source": "nvml", "device": str(device)}
        rows.append(gpu | {"name": "memory_used_bytes", "value": used / truth.gpus})
        rows.append(gpu | {"name": "power_w", "value": 200.0})
    return rows


def _starts(truth: Truth, stage: str) -> list[str]:
    """Return the page cache of each start of a stage."""
    if stage == "startup":
        return [state for _ in range(truth.repeats) for state in truth.page_cache]
    return ["as_found"] * truth.latency_starts


def _write_stage(folder: Path, truth: Truth, stage: str) -> None:
    ended = "failed" if stage in truth.failed else "skipped" if stage in truth.skipped else "ok"
    record = {
        "candidate": truth.id,
        "stage": stage,
        "status": ended,
        "error": truth.failed.get(stage) or truth.skipped.get(stage),
        "log_tail": "RuntimeError: made up\n" if ended == "failed" else None,
        "method_version": 1,
        "config_hash": "0123456789abcdef",
        "started_at": "2026-11-22T12:00:00+00:00",
        "duration_s": 60.0,
        "origin_ns": ORIGIN_NS,
        "engine_version": "0.32.0",
        "model_revision": "f" * 40,
        "command": ["python", "-m", "vllm.entrypoints.openai.api_server"],
        "facts": dict(truth.facts),
        "notes": [],
    }
    write_record(schemas.STAGES, folder / "stage.json", record)
    ok = ended == "ok"
    requests = request_rows(truth) if ok and stage == "latency" else []
    write_rows(schemas.REQUESTS, folder / "requests.parquet", requests)
    write_rows(
        schemas.STARTUPS, folder / "startups.parquet", startup_rows(truth, stage) if ok else []
    )
    write_rows(
        schemas.TELEMETRY, folder / "telemetry.parquet", telemetry_rows(truth, stage) if ok else []
    )
    for table in (schemas.WINDOWS, schemas.PROBES):
        write_rows(table, folder / f"{table.name}.parquet", [])
    (folder / "server.log").write_text("INFO made up\n", encoding="utf-8")


def _host_rows() -> list[dict[str, Any]]:
    facts = (
        ("cpu", "model", "A synthetic CPU", None),
        ("cpu", "cores", "2", "cores"),
        ("memory", "total_bytes", "25769803776", "B"),
        ("system", "kernel", "6.1.0", None),
        ("git", "commit", "0" * 40, None),
        ("gpu0", "name", None, None),
    )
    return [
        {"host": "0123456789ab", "section": section, "name": name, "value": value, "unit": unit}
        for section, name, value, unit in facts
    ]


def _manifest(truth: Truth, seed: int) -> Manifest:
    architectures = {"llama": "LlamaForCausalLM", "gpt-oss": "GptOssForCausalLM"}
    source = DemoModel(source="demo", family=truth.family, seed=seed)
    return Manifest(
        source=source.model_dump(mode="json"),
        key=model_key(source),
        title=model_title(source),
        directory=str(weights_dir(source)),
        status="ok",
        revision="f" * 64,
        total_bytes=truth.weights_bytes + 1_000_000,
        weights_bytes=truth.weights_bytes,
        architecture=architectures[truth.family],
        parameters=truth.weights_bytes // 4,
        parameters_by_dtype={"F32": truth.weights_bytes // 4},
        tokenizer="BPE (PreTrainedTokenizerFast)",
    )


def _write_json(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=2), encoding="utf-8")
