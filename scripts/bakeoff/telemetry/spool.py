"""The sampler's file: a line for each sample, and lines for people."""

from collections.abc import Iterable
from io import FileIO
from typing import Any

from bakeoff.telemetry.source import Sample


def write_samples(file: FileIO, source: str, now_ns: int, samples: Iterable[Sample]) -> None:
    """Write samples that were taken at this time, unless they say otherwise, at once."""
    lines = "".join(
        f"{one.t_ns or now_ns},{source},{one.device},{one.name},{one.value!r}\n" for one in samples
    )
    if lines:
        file.write(lines.encode())


def write_note(file: FileIO, text: str) -> None:
    """Write a sentence for people."""
    file.write(f"# {' '.join(text.split())}\n".encode())


def row(line: str) -> dict[str, Any]:
    """Return what a line says of a row of ``telemetry``."""
    t_ns, source, device, name, value = line.split(",")
    return {
        "t_ns": int(t_ns),
        "source": source,
        "device": device,
        "name": name,
        "value": float(value),
    }
