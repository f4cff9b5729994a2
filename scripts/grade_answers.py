"""Rule grade_answers: every answer of one candidate graded and described, without a server."""

from pathlib import Path
from typing import Any

from bakeoff.job import job
from bakeoff.quality.grading.base import Surroundings
from bakeoff.quality.grading.files import grade_files


def main(*, candidate: str, log: Path, **files: Any) -> None:
    """Grade the answers and write ``grades.parquet`` and ``diagnostics.parquet``.

    Args:
        candidate: Whose answers they are.
        log: The job's own log.
        files: Where to read and write, and what graders may need; see ``grade_files``.
    """
    with job("grade_answers", log, subject=candidate):
        grade_files(candidate=candidate, **files)


if __name__ == "__main__":
    main(
        candidate=snakemake.wildcards.candidate,
        items=Path(snakemake.input.questions),
        answers=Path(snakemake.input.answers),
        around=Surroundings(
            sandbox=next(map(Path, snakemake.input.get("sandbox", [])), None),
            workers=snakemake.threads,
        ),
        out=Path(snakemake.output.grades).parent,
        log=Path(snakemake.log[0]),
    )
