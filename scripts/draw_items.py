"""Rule draw_items: the questions that every candidate is asked."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bakeoff.config.stages import QualityStage
from bakeoff.job import job
from bakeoff.progress import say
from bakeoff.quality.kinds import settings_of
from bakeoff.quality.sources import item_rows, items_of
from bakeoff.store.files import write_rows
from bakeoff.store.schemas import ITEMS


def main(*, parts: Mapping[str, Any], items: Path, log: Path) -> None:
    """Draw or read the items of every suite and write them.

    Args:
        parts: The slice of the configuration that they depend on.
        items: Parquet file to write.
        log: The job's own log.
    """
    asked = QualityStage(seed=parts["seed"], suites=parts["suites"])
    with job("draw_items", log):
        rows = []
        for name, suite in asked.suites.items():
            found = items_of(name, settings_of(suite), seed=asked.seed)
            rows += list(item_rows(found))
            say(f"draw_items · {name} · {len(found)} items")
        write_rows(ITEMS, items, rows)


if __name__ == "__main__":
    main(
        parts=snakemake.params.slice,
        items=Path(snakemake.output.questions),
        log=Path(snakemake.log[0]),
    )
