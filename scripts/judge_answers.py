"""Rule judge_answers: a model rates the creative answers of one candidate."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bakeoff.config.stages import Judge
from bakeoff.job import job
from bakeoff.quality.judge.cache import Cache
from bakeoff.quality.judge.run import judge_answers
from bakeoff.quality.sources import read_items
from bakeoff.store.files import read_table, write_rows
from bakeoff.store.schemas import ANSWERS, JUDGEMENTS


def main(
    *, candidate: str, parts: Mapping[str, Any], items: Path, answers: Path, out: Path, log: Path
) -> None:
    """Write ``judgements.parquet``; the judge's replies are kept beside ``items.parquet``."""
    with job("judge_answers", log, subject=candidate):
        given = read_table(ANSWERS, answers).to_pylist()
        judge = Judge.model_validate(parts["judge"]) if parts["judge"] else None
        cache = Cache(items.parent / "judge-cache")
        rows = judge_answers(given, read_items(items), judge, cache) if judge else ()
        write_rows(JUDGEMENTS, out, rows)


if __name__ == "__main__":
    main(
        candidate=snakemake.wildcards.candidate,
        parts=snakemake.params.slice,
        items=Path(snakemake.input.questions),
        answers=Path(snakemake.input.answers),
        out=Path(snakemake.output.judgements),
        log=Path(snakemake.log[0]),
    )
