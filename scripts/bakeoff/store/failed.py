"""Results that record a failure: found, and set aside for another try."""

import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path


def failures(results: Path) -> Iterator[Path]:
    """Yield the folder of every failed stage and of every model that could not be fetched.

    Args:
        results: The folder of all results.
    """
    for record in sorted(
        [*results.glob("*/*/stage.json"), *results.glob("models/*/manifest.json")]
    ):
        try:
            status = json.loads(record.read_text("utf-8")).get("status")
        except ValueError:
            status = "failed"
        if status == "failed":
            yield record.parent


def set_aside(results: Path) -> list[Path]:
    """Move every failure to ``failed/<UTC time>/`` below the results; return what was moved.

    Nothing is deleted: what a failed stage had measured before it failed stays readable.
    """
    target = results / "failed" / time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    found = [path for path in failures(results) if path.relative_to(results).parts[0] != "failed"]
    for path in found:
        destination = target / path.relative_to(results)
        destination.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(path, destination)
    return found
