"""The server's own figures under vLLM's names, counted from what it truly did."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import pairwise

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from bakeoff.reference.record import Record

NS_PER_S = 1e9
LATENCY_S = (
    0.001,
    0.005,
    0.01,
    0.02,
    0.04,
    0.06,
    0.08,
    0.1,
    0.25,
    0.5,
    0.75,
    1,
    2.5,
    5,
    10,
    30,
    60,
)
GAPS_S = (0.001, 0.0025, 0.005, 0.01, 0.015, 0.02, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 1, 2.5, 5)


class Histogram:
    """Counts of values by their upper bounds, as Prometheus wants them.

    Args:
        bounds: Upper bounds, growing; one more bucket counts what exceeds them.
    """

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self._bounds, self._counts, self._sum = bounds, [0] * (len(bounds) + 1), 0.0

    def observe(self, value: float) -> None:
        """Count one value."""
        self._counts[bisect_left(self._bounds, value)] += 1
        self._sum += value

    def family(self, name: str, description: str, labels: dict[str, str]) -> Metric:
        """Return the metric, with cumulative buckets."""
        found, total = [], 0
        bounds = [*map(str, map(float, self._bounds)), "+Inf"]
        for bound, count in zip(bounds, self._counts, strict=True):
            total += count
            found.append((bound, total))
        family = HistogramMetricFamily(name, description, labels=list(labels))
        family.add_metric(list(labels.values()), found, self._sum)
        return family


class Totals(Collector):
    """Figures over all requests that are over, and those being served at a scrape.

    Args:
        model: Value of the label ``model_name``.
        cache_tokens: Tokens that the imagined KV cache holds.
    """

    def __init__(self, model: str, cache_tokens: int) -> None:
        self._labels = {"model_name": model, "engine": "0"}
        self._cache_tokens = cache_tokens
        self._finished = {"prompt": 0, "generation": 0}
        self._success = 0
        self._histograms = {
            "time_to_first_token_seconds": Histogram(LATENCY_S),
            "inter_token_latency_seconds": Histogram(GAPS_S),
            "e2e_request_latency_seconds": Histogram(LATENCY_S),
            "request_queue_time_seconds": Histogram(LATENCY_S),
        }
        self._seen: set[int] = set()
        self._prefix = {"queries": 0, "hits": 0}
        self._running: list[Record] = []
        self._waiting = 0
        self._registry = CollectorRegistry()
        self._registry.register(self)

    def count_prompt(self, record: Record) -> None:
        """Count a started request's prompt: one whose body was seen before would hit a cache."""
        tokens = record.prompt_tokens or 0
        self._prefix["queries"] += tokens
        self._prefix["hits"] += tokens if record.body_crc32 in self._seen else 0
        self._seen.add(record.body_crc32)

    def count(self, record: Record) -> None:
        """Count a request that is over."""
        self._finished["prompt"] += (record.prompt_tokens or 0) if record.token_times_ns else 0
        self._finished["generation"] += record.completion_tokens
        self._success += record.outcome == "complete" and record.status == 200
        times_ns = record.token_times_ns
        if not times_ns or record.started_ns is None or record.ended_ns is None:
            return
        observe = {name: found.observe for name, found in self._histograms.items()}
        observe["time_to_first_token_seconds"]((times_ns[0] - record.received_ns) / NS_PER_S)
        observe["e2e_request_latency_seconds"]((record.ended_ns - record.received_ns) / NS_PER_S)
        observe["request_queue_time_seconds"]((record.started_ns - record.received_ns) / NS_PER_S)
        for before, after in pairwise(times_ns):
            observe["inter_token_latency_seconds"]((after - before) / NS_PER_S)

    def text(self, running: Iterable[Record], waiting: int) -> bytes:
        """Return the metrics in Prometheus's text format.

        Args:
            running: Records of the requests being served.
            waiting: Requests in the queue.
        """
        self._running, self._waiting = list(running), waiting
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        """Yield the metrics."""
        labels = list(self._labels)
        begun = [record for record in self._running if record.token_times_ns]
        written = sum(record.completion_tokens for record in begun)
        prompts = sum(record.prompt_tokens or 0 for record in begun)
        gauges = {
            "num_requests_running": len(self._running),
            "num_requests_waiting": self._waiting,
            "kv_cache_usage_perc": (prompts + written) / self._cache_tokens,
        }
        counters = {
            "prompt_tokens": self._finished["prompt"] + prompts,
            "generation_tokens": self._finished["generation"] + written,
            "request_success": self._success,
            "num_preemptions": 0,
            "prefix_cache_queries": self._prefix["queries"],
            "prefix_cache_hits": self._prefix["hits"],
        }
        values = list(self._labels.values())
        for name, value in gauges.items():
            gauge = GaugeMetricFamily(f"vllm:{name}", name.replace("_", " "), labels=labels)
            gauge.add_metric(values, value)
            yield gauge
        for name, value in counters.items():
            counter = CounterMetricFamily(f"vllm:{name}", name.replace("_", " "), labels=labels)
            counter.add_metric(values, value)
            yield counter
        for name, histogram in self._histograms.items():
            yield histogram.family(f"vllm:{name}", name.replace("_", " "), self._labels)
