"""Watches a server's ``/metrics`` beside a load: what waits, and what was preempted.

A thread of the job keeps each answer as it came, about 0.1 ms of work a second; what it says is
read when the load is over. A server without such figures has none: they are None, never 0.
"""

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter_ns
from urllib.parse import urlsplit

from prometheus_client.parser import text_string_to_metric_families

PREEMPTIONS = "vllm:num_preemptions_total"
WAITING = "vllm:num_requests_waiting"
#: Time between two looks, and longest wait for an answer, in seconds.
EVERY_S, TIMEOUT_S = 1.0, 2.0


@dataclass
class Watched:
    """What a server said while it was watched.

    Attributes:
        answers: Times of the answers, in ns, and their text, in order.
    """

    answers: list[tuple[int, bytes]] = field(default_factory=list)

    def series(self, name: str) -> list[tuple[int, float]]:
        """Return time in ns and value of one figure, summed over its labels."""
        found = [(t_ns, _value(text, name)) for t_ns, text in self.answers]
        return [(t_ns, value) for t_ns, value in found if value is not None]

    def growth(self, name: str) -> float | None:
        """Return by how much a counter grew, None where it was not read twice."""
        values = [value for _, value in self.series(name)]
        return values[-1] - values[0] if len(values) > 1 else None


@contextmanager
def watching(base_url: str, *, api_key: str | None = None) -> Iterator[Watched]:
    """Watch a server until the block ends, with a first look before it and a last one after it.

    Args:
        base_url: Base URL of the API; the figures are at ``/metrics`` of its host.
        api_key: Key that requests carry.
    """
    watched, stop = Watched(), threading.Event()
    _look(watched, base_url, api_key)
    if not watched.answers:  # there is nothing to watch
        yield watched
        return
    thread = threading.Thread(
        target=_keep_looking, args=(watched, base_url, api_key, stop), daemon=True
    )
    thread.start()
    try:
        yield watched
    finally:
        stop.set()
        thread.join()
        _look(watched, base_url, api_key)


def _keep_looking(
    watched: Watched, base_url: str, api_key: str | None, stop: threading.Event
) -> None:
    while not stop.wait(EVERY_S):
        _look(watched, base_url, api_key)


def _look(watched: Watched, base_url: str, api_key: str | None) -> None:
    """Keep one answer; a look that fails is none."""
    parts = urlsplit(base_url)
    maker = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = maker(parts.hostname or "", parts.port, timeout=TIMEOUT_S)
    headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
    try:
        connection.request("GET", "/metrics", headers=headers)
        response = connection.getresponse()
        text = response.read()
    except (OSError, http.client.HTTPException):
        return
    finally:
        connection.close()
    if response.status == 200:
        watched.answers.append((perf_counter_ns(), text))


def _value(text: bytes, name: str) -> float | None:
    """Return the sum of a figure over its labels, None where the text does not hold it."""
    lines = [line for line in text.decode(errors="replace").splitlines() if line.startswith(name)]
    try:
        values = [
            sample.value
            for family in text_string_to_metric_families("\n".join(lines) + "\n")
            for sample in family.samples
            if sample.name == name
        ]
    except ValueError:
        return None
    return sum(values) if values else None
