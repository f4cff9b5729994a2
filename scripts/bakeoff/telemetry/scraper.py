"""Scraping in a thread of its own: an answer may take seconds, and the GPU does not wait."""

import queue
import threading
import time
from collections.abc import Callable
from io import FileIO

from bakeoff.telemetry.spool import write_note, write_samples


class Scraper:
    """Scrapes an engine each second, and when asked.

    Args:
        url: Base URL of the server.
        file: The spool.
        done: Called with the number of a question once its samples are in the spool.
    """

    def __init__(self, url: str, file: FileIO, done: Callable[[int], None]) -> None:
        self._asked: queue.SimpleQueue[int] = queue.SimpleQueue()
        self._stopped = False
        self._file, self._done = file, done
        threading.Thread(target=self._run, args=(url,), daemon=True).start()

    def ask(self, number: int) -> None:
        """Scrape as soon as the scrape before is over, and say that it is done."""
        if self._stopped:
            self._done(number)
        else:
            self._asked.put(number)

    def stop(self) -> None:
        """Scrape no more; what a scrape in progress finds is passed over."""
        self._stopped = True

    def _run(self, url: str) -> None:
        from bakeoff.telemetry.engine import Engine  # noqa: PLC0415 -- takes a while to import

        engine = Engine(url, self._report)
        due_ns = time.perf_counter_ns()
        while not self._stopped:
            number = self._next(due_ns)
            now_ns = time.perf_counter_ns()
            samples = engine.sample(now_ns)
            if not self._stopped and not self._file.closed:
                write_samples(self._file, engine.name, now_ns, samples)
            if number is not None:
                self._done(number)
            late_ns = time.perf_counter_ns() - due_ns
            if late_ns >= 0:
                due_ns += engine.period_ns * (1 + late_ns // engine.period_ns)
        while not self._asked.empty():
            self._done(self._asked.get())

    def _report(self, text: str) -> None:
        if not self._stopped and not self._file.closed:
            write_note(self._file, text)

    def _next(self, due_ns: int) -> int | None:
        """Return the number of the next question, or None once the time has come."""
        try:
            return self._asked.get(timeout=max(0.0, (due_ns - time.perf_counter_ns()) / 1e9))
        except queue.Empty:
            return None
