"""The job's end of the sampler: start it, point it at a server, collect its rows."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bakeoff.paths import ROOT

_ENDED_WITHIN_S = 5.0


@dataclass
class Sampler:
    """A sampling process.

    Attributes:
        spool: File that it writes its samples to.
        process: The process.
    """

    spool: Path
    process: subprocess.Popen[bytes]

    def watch(self, pid: int) -> None:
        """Sample the descendants of this process from now on."""
        if self.process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self.process.stdin.write(f"{pid}\n".encode())
                self.process.stdin.flush()

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

    def rows(self, *, candidate: str, stage: str, start_no: int) -> list[dict[str, Any]]:
        """Return the samples so far as rows of ``telemetry``."""
        rows = []
        for line in self._lines():
            if not line.startswith("#"):
                t_ns, source, device, name, value = line.split(",")
                rows.append(
                    {
                        "candidate": candidate,
                        "stage": stage,
                        "start_no": start_no,
                        "t_ns": int(t_ns),
                        "source": source,
                        "device": device,
                        "name": name,
                        "value": float(value),
                    }
                )
        return rows

    @property
    def notes(self) -> list[str]:
        """What a reader should know about the samples, as sentences."""
        told = [f"Telemetry: {line[2:]}." for line in self._lines() if line.startswith("#")]
        if self.process.returncode:
            told.append(
                f"Telemetry may be incomplete: the sampler ended with {self.process.returncode}."
            )
        return told

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
        stdout=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(ROOT / "scripts")},
    )
    sampler = Sampler(spool, process)
    try:
        yield sampler
    finally:
        sampler.stop()
