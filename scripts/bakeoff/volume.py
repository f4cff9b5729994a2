"""Progress in megabytes, counted by several threads."""

from threading import Lock

from bakeoff.progress import Progress

_MB = 1_000_000


class Volume:
    """Adds up bytes from several threads and says how far they are.

    Args:
        what: The job, for the progress lines.
        total_bytes: Bytes in all.
        done_bytes: Bytes that were done before.
    """

    def __init__(self, what: str, *, total_bytes: int, done_bytes: int = 0) -> None:
        self._total_bytes, self._bytes = total_bytes, done_bytes
        self._steps = -(-total_bytes // _MB)
        self._progress = Progress(what, total=self._steps, unit="MB")
        self._lock = Lock()

    def add(self, count: int) -> None:
        """Count bytes; the last step is only reached with the last byte."""
        with self._lock:
            self._bytes += count
            complete = self._bytes >= self._total_bytes
            done = self._steps if complete else min(self._bytes // _MB, self._steps - 1)
            self._progress.update(done)
