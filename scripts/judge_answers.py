"""Rule judge_answers: a model rates the creative answers of one candidate."""

from collections.abc import Iterable
from pathlib import Path

from bakeoff.config import load_config
from bakeoff.config.stages import Judge
from bakeoff.job import job
from bakeoff.quality.judge.cache import Cache
from bakeoff.quality.judge.family import names_of
from bakeoff.quality.judge.run import judge_answers
from bakeoff.quality.judge.tell import tell
from bakeoff.quality.sources import read_items
from bakeoff.store.files import read_table, write_rows
from bakeoff.store.schemas import ANSWERS, JUDGEMENTS


def main(
    *, judge: Judge | None, candidate: str, names: Iterable[str], log: Path, **files: Path
) -> None:
    """Write the rows to ``out``; the judge's replies are kept beside ``items``."""
    with job("judge_answers", log, subject=candidate):
        rows, cache = [], Cache(files["items"].parent / "judge-cache")
        if judge:
            given = read_table(ANSWERS, files["answers"]).to_pylist()
            rows = list(judge_answers(given, read_items(files["items"]), judge, cache))
            tell(rows, judge, candidate=candidate, names=names)
        write_rows(JUDGEMENTS, files["out"], rows)


if __name__ == "__main__":
    main(
        judge=(asked := snakemake.params.slice["judge"]) and Judge.model_validate(asked),
        candidate=snakemake.wildcards.candidate,
        names=names_of(load_config(snakemake.config).candidate(snakemake.wildcards.candidate)),
        items=Path(snakemake.input.questions),
        answers=Path(snakemake.input.answers),
        out=Path(snakemake.output.judgements),
        log=Path(snakemake.log[0]),
    )
