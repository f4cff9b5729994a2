"""Rule rating_page: pages on which people rate the creative answers side by side."""

from pathlib import Path
from typing import Any

from bakeoff.job import job
from bakeoff.quality.rating.files import pages_from_files


def main(*, log: Path, **files: Any) -> None:
    """Write one page for each rater, and the key to them.

    Args:
        log: The job's own log.
        files: What to read and where to write; see ``pages_from_files``.
    """
    with job("rating_page", log):
        pages_from_files(**files)


if __name__ == "__main__":
    main(
        items=Path(snakemake.input.questions),
        answers=[Path(path) for path in snakemake.input.answers],
        candidates=list(snakemake.params.candidates),
        raters=snakemake.params.raters,
        out=Path(snakemake.output.pages).parent,
        log=Path(snakemake.log[0]),
    )
