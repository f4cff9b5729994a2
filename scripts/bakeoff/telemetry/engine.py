"""The engine's own figures: its ``/metrics``, in Prometheus's text format."""

import http.client
import math
import re
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from prometheus_client.parser import text_string_to_metric_families

from bakeoff.telemetry.source import Sample

#: Histogram whose buckets are kept; of the others the sum and the count are.
_BUCKETS_OF = "vllm:time_to_first_token_seconds_bucket"
#: When a series was made, which prometheus_client tells as a metric of its own.
_BOOKKEEPING = "_created"
#: What stands for the engine's number where a series has no label ``engine``.
_ALL = "server"


class Engine:
    """Source ``engine``: one series for each counter and gauge, by the label ``engine``.

    Names are the engine's own; other labels are summed over. Of a histogram there are sum
    and count, and of the time to the first token each bucket too, with its bound in the name:
    ``vllm:time_to_first_token_seconds_bucket{le="0.1"}``. The time of a sample is when its
    answer arrived; ``scrape_s`` of device ``scrape`` says how long that took.

    A server without ``/metrics`` is reported once and not asked again. One that does not
    answer, or is at fault itself (HTTP 5xx), is reported once and asked again: it may be busy.

    Args:
        base_url: Base URL of the server, with its ``/v1``.
        report: Takes a sentence for people.
        period_ns: Time between two scrapes.
        timeout_s: Longest wait for an answer.
    """

    def __init__(
        self,
        base_url: str,
        report: Callable[[str], None],
        *,
        period_ns: int = 1_000_000_000,
        timeout_s: float = 10.0,
    ) -> None:
        self.name = "engine"
        self.period_ns = period_ns
        self._url = metrics_url(base_url)
        self._report = report
        self._timeout_s = timeout_s
        self._series: dict[str, tuple[str, str] | None] = {}
        self._ended = self._told = False

    def sample(self, now_ns: int) -> list[Sample]:
        """Return what the server tells now."""
        del now_ns
        if self._ended:
            return []
        asked_ns = time.perf_counter_ns()
        try:
            status, text = _get(self._url, self._timeout_s)
            if status >= http.HTTPStatus.INTERNAL_SERVER_ERROR:
                return self._silent(f"HTTP {status}")
        except (OSError, http.client.HTTPException) as error:
            return self._silent(str(error) or type(error).__name__)
        t_ns = time.perf_counter_ns()
        try:
            found = self._read(text) if status == http.HTTPStatus.OK else {}
            why = "" if found else f"HTTP {status}, {len(text)} characters"
        except ValueError as error:
            found, why = {}, str(error)
        if not found:
            self._ended = True
            self._report(f"{self._url} has no figures of the engine ({why}); none are recorded")
            return []
        took = Sample("scrape", "scrape_s", (t_ns - asked_ns) / 1e9, t_ns)
        return [Sample(device, name, value, t_ns) for (device, name), value in found.items()] + [
            took
        ]

    def _silent(self, why: str) -> list[Sample]:
        """Report the first time that there was no answer."""
        if not self._told:
            self._report(f"{self._url} did not answer a scrape: {why}")
        self._told = True
        return []

    def _read(self, text: str) -> dict[tuple[str, str], float]:
        """Return the sum of each series that is kept, by device and name.

        Parsing takes a hundredth of a core at one scrape a second, so what a line's labels
        say is kept from scrape to scrape, and only new lines are parsed.

        Raises:
            ValueError: If a line is not in Prometheus's format.
        """
        found: dict[tuple[str, str], float] = {}
        for line in text.splitlines():
            if not line or line.startswith("#"):
                continue
            labelled, brace, rest = line.rpartition("}")
            series, value = (labelled + brace, rest) if brace else line.split(None, 1)
            if series not in self._series:
                self._series[series] = _meaning(line)
            if (key := self._series[series]) is None:
                continue
            number = float(value.split()[0])
            if math.isfinite(number):
                found[key] = found.get(key, 0.0) + number
        return found


def metrics_url(base_url: str) -> str:
    """Return the URL of the metrics of a server's base URL."""
    return base_url.rstrip("/").removesuffix("/v1") + "/metrics"


def _meaning(line: str) -> tuple[str, str] | None:
    """Return device and name of a line's series; None for one that is not kept.

    Raises:
        ValueError: If the line is not in Prometheus's format.
    """
    (family,) = text_string_to_metric_families(f"{line}\n")
    (sample,) = family.samples
    name, labels = sample.name, sample.labels
    if name.endswith(_BOOKKEEPING) or "quantile" in labels:
        return None
    if name.endswith("_bucket") and "le" in labels:
        if name != _BUCKETS_OF:
            return None
        bound = float(labels["le"])
        name = f'{name}{{le="{"+Inf" if math.isinf(bound) else f"{bound:g}"}"}}'
    return re.sub(r"[^\w.:-]", "_", labels.get("engine", _ALL)), name


def _get(url: str, timeout_s: float) -> tuple[int, str]:
    """Return status and text of a URL.

    Raises:
        OSError: If there is no answer.
        HTTPException: If the answer is no HTTP.
    """
    parts = urlsplit(url)
    maker = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = maker(parts.hostname or "", parts.port, timeout=timeout_s)
    try:
        connection.request("GET", parts.path)
        response = connection.getresponse()
        return response.status, response.read().decode(errors="replace")
    finally:
        connection.close()
