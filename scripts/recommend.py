"""Rule recommend: every scenario decided, in the database that the report reads."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bakeoff.decide.recommend import headlines, recommend
from bakeoff.job import job
from bakeoff.progress import say


def main(
    *,
    decision: Mapping[str, Any],
    measured: Path,
    claims: Sequence[Path],
    changes: Sequence[Path],
    imported: Sequence[Path],
    database: Path,
    log: Path,
) -> None:
    """Decide the scenarios, see :func:`bakeoff.decide.recommend.recommend`; say what came out."""
    with job("recommend", log):
        recommend(decision, measured, database, claims=claims, changes=changes, imported=imported)
        for line in headlines(database):
            say(line)


if __name__ == "__main__":
    main(
        decision=snakemake.params.slice,
        measured=Path(snakemake.input.measured),
        claims=[Path(path) for path in snakemake.input.published],
        changes=[Path(path) for path in snakemake.input.changes],
        imported=[Path(path) for path in snakemake.input.imported],
        database=Path(snakemake.output.database),
        log=Path(snakemake.log[0]),
    )
