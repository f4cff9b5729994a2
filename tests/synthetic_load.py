"""Stages under load with known truth, added to a results tree of :mod:`tests.synthetic`.

A server has a knee: up to so many streams each answer takes as long as alone, above it every
latency grows in proportion, so that the output of the server stays what it is at the knee. With
a spread of 0 the figures of a level follow from that by hand, see :meth:`Load.tokens_per_s`.
"""

import math
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bakeoff.store import schemas
from bakeoff.store.files import write_rows
from tests import synthetic
from tests.synthetic import BEGIN_NS, MS, Truth

S = 1_000_000_000
#: When the load of a stage begins: long after the server's start.
LOAD_NS = BEGIN_NS + 100 * S
SLO = {"ttft_p95_ms": 200.0, "itl_p95_ms": 20.0, "error_rate": 0.0}


@dataclass(frozen=True, kw_only=True)
class Load:
    """What is asked of a server, and what is true of it.

    Attributes:
        levels: Closed-loop levels.
        rates: Open-loop rates.
        window_s: Length of a window, at least.
        least: Requests within a window, at least.
        knee: Streams above which latencies grow.
        lag_ms: How late open-loop requests are sent.
        holds: Streams that the search ends at; 0 for none, None for no search.
        most: Highest level of the search.
        trend_ms_per_s: Growth of TTFT over the hold.
        hold_requests: Requests of each stream over the hold.
        watts: Power under load of each GPU.
        idle_watts: Power at rest of each GPU.
    """

    levels: tuple[int, ...] = (1, 4, 16, 64)
    rates: tuple[float, ...] = ()
    window_s: float = 1.0
    least: int = 100
    knee: int = 16
    lag_ms: float = 0.0
    holds: int | None = None
    most: int = 64
    trend_ms_per_s: float = 0.0
    hold_requests: int = 10
    watts: float = 300.0
    idle_watts: float = 60.0

    def factor(self, streams: float) -> float:
        """How many times longer everything takes than alone."""
        return max(1.0, streams / self.knee)

    def e2e_s(self, truth: Truth, streams: float) -> float:
        """Time from a request to its last token."""
        alone = truth.ttft_ms + (truth.tokens - 1) * truth.itl_ms
        return alone * self.factor(streams) / 1e3

    def tokens_per_s(self, truth: Truth, streams: int) -> float:
        """Output of the server at a closed-loop level."""
        return streams * truth.tokens / self.e2e_s(truth, streams)


def add_stages(
    results: Path, config: Mapping[str, Any], loads: Iterable[tuple[Truth, Load]]
) -> dict[str, Any]:
    """Write the stages throughput and concurrency and return the configuration with them.

    Args:
        results: Folder of the results, as :func:`tests.synthetic.write_results` left it.
        config: The configuration that it returned.
        loads: Each candidate with its load.
    """
    loads = tuple(loads)
    stages = dict(config["stages"])
    first = loads[0][1]
    if first.levels or first.rates:
        stages["throughput"] = {
            "concurrency": list(first.levels),
            "rates": list(first.rates),
            "duration_s": 1.0,
        }
    if any(load.holds is not None for _, load in loads):
        stages["concurrency"] = {"slo": SLO, "max": first.most, "hold_s": 1.0}
    for truth, load in loads:
        if "throughput" in stages:
            requests, windows = throughput(truth, load)
            folder = results / truth.id / "throughput"
            _write(folder, truth, load, requests=requests, windows=windows, probes=[])
        if "concurrency" in stages:
            requests, probes = concurrency(truth, load)
            folder = results / truth.id / "concurrency"
            _write(folder, truth, load, requests=requests, windows=[], probes=probes)
    return dict(config) | {"stages": stages}


def throughput(truth: Truth, load: Load) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the rows of requests and windows of all levels and rates."""
    requests: list[dict[str, Any]] = []
    windows: list[dict[str, Any]] = []
    noise = random.Random(truth.seed)  # noqa: S311 -- a reproducible spread, no secret
    now = LOAD_NS
    for level in load.levels:
        rounds = math.ceil(max(load.least / level, load.window_s / load.e2e_s(truth, level)))
        rows, window = _closed(truth, load, level, rounds, now=now, noise=noise)
        requests += rows
        windows.append(window)
        now = max(row["done_ns"] for row in rows) + 10 * S
    for rate in load.rates:
        rows, window = _open(truth, load, rate, now, noise)
        requests += rows
        windows.append(window)
        now = max(row["done_ns"] for row in rows) + 10 * S
    return requests, windows


def _closed(
    truth: Truth, load: Load, level: int, rounds: int, *, now: int, noise: random.Random
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return a level's rows: a warm-up answer of each stream, the window, and what overlaps it."""
    cycle_ns = round(load.e2e_s(truth, level) * S)
    begin = now + 2 * cycle_ns
    end = begin + rounds * cycle_ns
    counted = {"warmup": 0, "measure": 0}
    rows = []
    for stream in range(level):
        # Begins are spread over a cycle, so that tokens arrive evenly.
        at = now + cycle_ns * stream // level
        while at < end:
            phase = "measure" if at >= begin else "warmup"
            own = {"phase": phase, "request_no": counted[phase], "level": float(level)}
            rows.append(_request(truth, noise, load.factor(level), at) | own)
            counted[phase] += 1
            at = rows[-1]["last_token_ns"]
    return rows, _window(truth, "closed", level, begin, end)


def _open(
    truth: Truth, load: Load, rate: float, now: int, noise: random.Random
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    rows = []
    at = now
    factor = load.factor(rate * load.e2e_s(truth, 1))
    for number in range(load.least):
        at += round(noise.expovariate(rate) * S)
        row = _request(truth, noise, factor, at + round(load.lag_ms * MS))
        rows.append(
            row
            | {"scheduled_ns": at, "load": "open", "level": rate}
            | {"phase": "measure", "request_no": number}
        )
    return rows, _window(truth, "open", rate, now, at)


def _request(truth: Truth, noise: random.Random, factor: float, at: int) -> dict[str, Any]:
    row = synthetic._request(truth, noise, factor, at)
    return row | {"stage": "throughput", "start_no": 0, "done_ns": row["last_token_ns"]}


def _window(truth: Truth, load: str, level: float, begin: int, end: int) -> dict[str, Any]:
    return {
        "candidate": truth.id,
        "stage": "throughput",
        "start_no": 0,
        "load": load,
        "level": float(level),
        "begin_ns": begin,
        "end_ns": end,
        "note": None,
    }


def search_path(load: Load) -> list[tuple[str, int, str]]:
    """Return kind, level and verdict of each probe: doubling, halving, the hold."""
    holds = load.holds or 0
    path, low, high, level = [], 0, None, 1
    while high is None and low < load.most:
        passed = level <= holds
        path.append(("step", level, "passed" if passed else "failed"))
        low, high = (level, None) if passed else (low, level)
        level = min(2 * level, load.most)
    while high is not None and high - low > 1 and low:
        middle = (low + high) // 2
        passed = middle <= holds
        path.append(("bisect", middle, "passed" if passed else "failed"))
        low, high = (middle, high) if passed else (low, middle)
    return [*path, ("hold", low, "passed")] if low else path


def concurrency(truth: Truth, load: Load) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the rows of requests of the hold, and of probes."""
    noise = random.Random(truth.seed)  # noqa: S311 -- a reproducible spread, no secret
    requests: list[dict[str, Any]] = []
    probes: list[dict[str, Any]] = []
    now = LOAD_NS
    if load.holds is None:
        return requests, probes
    for number, (kind, level, verdict) in enumerate(search_path(load)):
        ttft = 80.0 if verdict == "passed" else 2_400.0
        count, end = 100, now + 10 * S
        if kind == "hold":
            own, end = _held(truth, load, level, now, noise)
            requests += own
            count = len(own)
        probes.append(
            {
                "candidate": truth.id,
                "stage": "concurrency",
                "start_no": 0,
                "probe_no": number,
                "kind": kind,
                "level": float(level),
                "verdict": verdict,
                "reason": f"TTFT P95 {ttft:g} ms, limit {SLO['ttft_p95_ms']:g} ms",
                "requests": count,
                "begin_ns": now,
                "end_ns": end,
                "ttft_p95_ms": ttft,
                "itl_p95_ms": 5.0,
                "error_rate": 0.0,
                "ttft_trend_ms_per_s": load.trend_ms_per_s if kind == "hold" else 0.0,
                "ttft_trend_lo_ms_per_s": load.trend_ms_per_s - 0.1 if kind == "hold" else -0.1,
                "ttft_trend_hi_ms_per_s": load.trend_ms_per_s + 0.1 if kind == "hold" else 0.1,
            }
        )
        now = end + S
    return requests, probes


def _held(
    truth: Truth, load: Load, level: int, begin: int, noise: random.Random
) -> tuple[list[dict[str, Any]], int]:
    rows: list[dict[str, Any]] = []
    cycle_ns = round(load.e2e_s(truth, 1) * 1.6 * S)
    for turn in range(load.hold_requests):
        for stream in range(level):
            at = begin + turn * cycle_ns + cycle_ns * stream // level
            grown = load.trend_ms_per_s * (at - begin) / S
            factor = 1 + grown / truth.ttft_ms
            row = _request(truth, noise, factor, at)
            own = {"stage": "concurrency", "phase": "hold", "request_no": len(rows)}
            rows.append(row | own | {"level": float(level)})
    return rows, max(row["done_ns"] for row in rows)


def energy(truth: Truth, load: Load, stage: str, until: int) -> list[dict[str, Any]]:
    """Return idle power and an energy counter at 10 Hz, for each GPU."""
    rows = []
    for device in range(truth.gpus):
        common = {
            "candidate": truth.id,
            "stage": stage,
            "start_no": 0,
            "source": "nvml",
            "device": str(device),
        }
        idle = {"t_ns": BEGIN_NS - S, "name": "idle_power_w", "value": load.idle_watts}
        rows.append(common | idle)
        for at in range(LOAD_NS, until, S // 10):
            joules = load.watts * (at - LOAD_NS) / S
            rows.append(common | {"t_ns": at, "name": "energy_j", "value": joules})
    return rows


def _write(
    folder: Path,
    truth: Truth,
    load: Load,
    *,
    requests: list[dict[str, Any]],
    windows: list[dict[str, Any]],
    probes: list[dict[str, Any]],
) -> None:
    stage = folder.name
    synthetic._write_stage(folder, truth, stage)
    until = max((row["done_ns"] for row in requests), default=LOAD_NS) + S
    own = energy(truth, load, stage, until)
    telemetry = synthetic.telemetry_rows(truth, stage) + own
    write_rows(schemas.REQUESTS, folder / "requests.parquet", requests)
    write_rows(schemas.WINDOWS, folder / "windows.parquet", windows)
    write_rows(schemas.PROBES, folder / "probes.parquet", probes)
    write_rows(schemas.TELEMETRY, folder / "telemetry.parquet", telemetry)
