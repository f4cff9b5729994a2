"""The job's end of the sampler: start it, point it at a server, collect its rows."""

import contextlib
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bakeoff.paths import ROOT
from bakeoff.telemetry import spool as spool_file

_ENDED_WITHIN_S = 5.0
#: Longest wait for a sample that was asked for: a scrape in progress, and one more.
_SAMPLED_WITHIN_S = 21.0


@dataclass
class Sampler:
    """A sampling process.

    Attributes:
        spool: File that it writes its samples to.
        process: The process.
    """

    spool: Path
    process: subprocess.Popen[bytes]
    _asked: int = field(default=0, repr=False)
    _heard: bytes = field(default=b"", repr=False)

    def watch(self, pid: int) -> None:
        """Sample the descendants of this process from now on."""
        self._order(f"tree {pid}")

    def scrape(self, base_url: str) -> None:
        """Scrape ``/metrics`` of the server of this base URL each second from now on."""
        self._order(f"engine {base_url}")

    def leave(self) -> None:
        """Scrape no more: the server is about to be stopped, and that it is silent is no news."""
        self._order("leave")

    def ask(self) -> int:
        """Have the engine scraped now, without waiting for it; return the question's number.

        It takes microseconds, so it may be called from where requests are sent.
        """
        self._asked += 1
        self._order(f"now {self._asked}")
        return self._asked

    def answered(self, number: int, *, timeout_s: float = _SAMPLED_WITHIN_S) -> bool:
        """Wait until the samples that a question asked for are in the spool.

        Returns:
            Whether they are; False if the sampler ended or took longer than the time.
        """
        stream, until = self.process.stdout, time.monotonic() + timeout_s
        while f"done {number}\n".encode() not in self._heard:
            left_s = max(0.0, until - time.monotonic())
            if stream is None or stream.closed or not select.select([stream], [], [], left_s)[0]:
                return False
            if not (read := os.read(stream.fileno(), 4096)):
                return False
            self._heard += read
        return True

    def sample_now(self, *, timeout_s: float = _SAMPLED_WITHIN_S) -> bool:
        """Have the engine scraped now and wait until that is done; see :meth:`answered`."""
        return self.answered(self.ask(), timeout_s=timeout_s)

    def stop(self) -> None:
        """End the sampler; its samples stay in the spool."""
        if self.process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self.process.stdin.close()
        try:
            self.process.wait(_ENDED_WITHIN_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()

    def rows(self, *, candidate: str, stage: str, start_no: int) -> list[dict[str, Any]]:
        """Return the samples so far as rows of ``telemetry``."""
        common = {"candidate": candidate, "stage": stage, "start_no": start_no}
        return [common | spool_file.row(line) for line in self._lines() if line[:1] != "#"]

    @property
    def notes(self) -> list[str]:
        """What a reader should know about the samples, as sentences."""
        told = [f"Telemetry: {line[2:]}." for line in self._lines() if line.startswith("#")]
        if self.process.returncode:
            told.append(
                f"Telemetry may be incomplete: the sampler ended with {self.process.returncode}."
            )
        return told

    def _order(self, order: str) -> None:
        if self.process.stdin is not None:
            with contextlib.suppress(BrokenPipeError, ValueError):  # it ended, or was stopped
                self.process.stdin.write(f"{order}\n".encode())
                self.process.stdin.flush()

    def _lines(self) -> list[str]:
        if not self.spool.exists():
            return []
        # The last line may have been cut by a kill.
        whole, _, _ = self.spool.read_text(encoding="utf-8").rpartition("\n")
        return whole.splitlines()


@contextmanager
def sampling(spool: Path, devices: Sequence[str] = ()) -> Iterator[Sampler]:
    """Run a sampler for as long as the block lasts.

    Args:
        spool: File for the samples; overwritten.
        devices: NVML indices or UUIDs of the GPUs to sample; none for none.

    Yields:
        The sampler; its rows can be read during the block and after it.
    """
    spool.parent.mkdir(parents=True, exist_ok=True)
    process = subprocess.Popen(
        [sys.executable, "-m", "bakeoff.telemetry.sampler", str(spool), *devices],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT / "scripts")},
    )
    sampler = Sampler(spool, process)
    try:
        yield sampler
    finally:
        sampler.stop()
