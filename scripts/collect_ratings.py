"""Rule collect_ratings: what people exported from the rating pages, checked."""

from pathlib import Path
from typing import Any

from bakeoff.job import job
from bakeoff.paths import RESULTS
from bakeoff.quality.rating.files import ratings_from_files


def main(*, log: Path, **files: Any) -> None:
    """Write the ratings that count, and why the others do not.

    Args:
        log: The job's own log.
        files: What to read and where to write; see ``ratings_from_files``.
    """
    with job("collect_ratings", log):
        ratings_from_files(**files)


if __name__ == "__main__":
    main(
        files=[Path(path) for path in snakemake.input.get("files", [])],
        answers=[Path(path) for path in snakemake.input.answers],
        key=RESULTS / "rating" / "key.json",
        ratings=Path(snakemake.output.ratings),
        refused=Path(snakemake.output.refused),
        log=Path(snakemake.log[0]),
    )
