"""Says in the terminal what speaks against a judge's scores, while somebody can still act."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from bakeoff.config.stages import Judge
from bakeoff.progress import say
from bakeoff.quality.judge.family import family_warning
from bakeoff.quality.judge.reliability import doubts, reliability


def tell(
    rows: Sequence[Mapping[str, Any]], judge: Judge, *, candidate: str, names: Iterable[str]
) -> None:
    """Print a line for each thing that a reader of the scores should know.

    Args:
        rows: Rows of ``judgements`` of the candidate.
        judge: Who rated.
        candidate: Id of the candidate.
        names: What its model is called; see :func:`bakeoff.quality.judge.family.names_of`.
    """
    for line in _lines(rows, judge, candidate, names):
        say(f"{candidate} · judge {judge.model} · {line}")


def _lines(
    rows: Sequence[Mapping[str, Any]], judge: Judge, candidate: str, names: Iterable[str]
) -> Iterator[str]:
    missing = [row for row in rows if row["status"] in {"failed", "timeout"}]
    if missing:
        yield (
            f"{len(missing)} of {len(rows)} ratings are missing ({missing[0]['note']}); "
            "snakemake --forcerun judge_answers asks for these again, and for no other"
        )
    yield from doubts(reliability(rows))
    warning = family_warning(
        judge_model=judge.model, judge_family=judge.family, candidate=candidate, names=names
    )
    if warning:
        yield warning
