"""Set the results of failed stages and downloads aside, so that the next run tries them again."""

from pathlib import Path

from bakeoff.job import job
from bakeoff.paths import RESULTS
from bakeoff.progress import say
from bakeoff.store.failed import set_aside


def main(*, results: Path, log: Path) -> None:
    """Move what failed to ``results/failed/<time>/`` and say what was moved."""
    with job("retry_failed", log):
        moved = set_aside(results)
        for path in moved:
            say(f"set aside: {path}")
        say(f"{len(moved)} failed results were set aside; the next run tries them again")


if __name__ == "__main__":
    main(results=RESULTS, log=Path(snakemake.log[0]))
